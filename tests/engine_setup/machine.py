"""A machine with nothing on it but what a test puts there."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tools.engine.build import LAUNCHER, pinned_version

_CHECKOUT = Path(__file__).parents[2]
_NOBODY_LISTENS = "http://127.0.0.1:9"


@dataclass(slots=True)
class Machine:
    """What the installer finds: the programs of one folder, and a way to the installer's site or none."""

    programs: Path
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def install(self) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tools.engine.install", os.path.relpath(self.folder, _CHECKOUT)]
        environment = {"PATH": str(self.programs), "https_proxy": _NOBODY_LISTENS, **self.environment}
        return subprocess.run(
            command, cwd=_CHECKOUT, env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    def put(self, name: str, script: str) -> Path:
        return write_program(self.programs / name, script)

    def put_go(self, *, version: str = "go1.26.3", build: str | None = None) -> None:
        """Put a Go there that writes down what it is asked; `build` is what it does to the file in $2."""
        sources = self.programs.parent / "sdk"
        write_program(sources / "python" / "dist" / LAUNCHER, "exit 0").chmod(0o444)
        build = build or pulumi_script("$2")
        script = f"""
            echo "$1" >> {self.go_calls}
            case "$1" in
              env) echo {version} ;;
              build) while [ "$1" != -o ]; do shift; done; {build} ;;
              list) echo {sources} ;;
            esac
        """
        self.put("go", script)

    @property
    def go_calls(self) -> Path:
        return self.programs.parent / "go-calls"

    @property
    def engine(self) -> Path:
        return self.folder / "bin"


def write_program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def pulumi_script(path: str) -> str:
    """Return a line of shell that writes a pulumi of the pinned version to the path."""
    return f"""printf '#!/bin/sh\\necho v{pinned_version()}\\n' > "{path}" && chmod +x "{path}" """
