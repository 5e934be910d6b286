"""A program in Go that only tests and make targets need, built once from a go.mod of its own."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tools.engine.build import toolchain
from tools.engine.process import run

BUILD_SECONDS = 1800
_ENVIRONMENT = {"CGO_ENABLED": "0", "GOWORK": "off"}


@dataclass(frozen=True, slots=True)
class GoProgram:
    """What is built, and from which module."""

    name: str
    module: Path
    """The folder with go.mod, go.sum and sources of ours."""
    package: str
    linker_flags: str = "-s -w"

    def build(self, folder: Path) -> Path:
        """See to it that the program is in `folder`, and return its path; raise UnavailableError."""
        program, stamp, wanted = folder / self.name, folder / "version", self._version()
        if program.is_file() and stamp.is_file() and stamp.read_text() == wanted:
            return program
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp.unlink(missing_ok=True)
        arriving = folder / "arriving"
        flags = ("-mod=readonly", "-buildvcs=false", "-trimpath", f"-ldflags={self.linker_flags}")
        run(
            [toolchain(), "build", *flags, "-o", arriving, self.package],
            seconds=BUILD_SECONDS,
            folder=self.module,
            environment=_ENVIRONMENT,
        )
        arriving.rename(program)
        stamp.write_text(wanted)
        return program

    def _version(self) -> str:
        """Return what tells a program of these sources from one of others."""
        digest = hashlib.sha256(self.linker_flags.encode())
        for source in sorted((*self.module.glob("go.*"), *self.module.glob("*.go"))):
            digest.update(source.read_bytes())
        return digest.hexdigest()
