"""A machine with nothing on it but what a test puts there."""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

from tools.engine.build import LAUNCHER, pinned_version
from tools.engine.release import archive_name

_CHECKOUT = Path(__file__).parents[2]
_NOBODY_LISTENS = "http://127.0.0.1:9"


@dataclass(slots=True)
class Machine:
    """What the installer finds: the programs of one folder, and a way to the site of the releases or none."""

    programs: Path
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    archive: bytes = b"the archive whose sum is recorded"

    def install(self) -> subprocess.CompletedProcess[str]:
        sums = write_sums(self.programs.parent / "sums", self.archive)
        folder = os.path.relpath(self.folder, _CHECKOUT)
        command = [sys.executable, "-m", "tools.engine.install", folder, str(sums)]
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


def archive_of(**programs: str) -> bytes:
    """Return a release with these programs, as the site packs one: programs by name, with - as _."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, script in programs.items():
            content = f"#!/bin/sh\n{script}\n".encode()
            member = tarfile.TarInfo(f"pulumi/{name.replace('_', '-')}")
            member.size, member.mode = len(content), 0o755
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def write_sums(file: Path, archive: bytes) -> Path:
    """Record the sum of an archive, under the name of the pinned release for this machine."""
    file.write_text(f"{hashlib.sha256(archive).hexdigest()}  {archive_name(pinned_version())}\n")
    return file
