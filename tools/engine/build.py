"""The Pulumi CLI built from source, at the version that go.mod pins.

A module proxy is enough for it. It brings no language host: the Automation API needs none.
"""

import re
import shutil
from pathlib import Path

from tools.engine.process import UnavailableError, run

LAUNCHER = "pulumi-resource-pulumi-python"

_MODULE = Path(__file__).resolve().parent
_CLI = "github.com/pulumi/pulumi/pkg/v3"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_TOOLCHAIN_SECONDS = 600  # a Go that is too old may fetch the one that go.mod asks for
_BUILD_SECONDS = 3600


def pinned_version() -> str:
    """Return the version of the CLI in go.mod, the one place where it stands."""
    return _in_go_mod(rf"\s{re.escape(_CLI)} v(\S+)")


def wanted_go() -> str:
    """Return the oldest Go that go.mod accepts."""
    return _in_go_mod(r"^go (\S+)")


def major_minor(version: str) -> tuple[int, ...]:
    """Return what decides whether a version is old enough: go1.26.3 gives 1 and 26."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


def toolchain() -> str:
    """Return the path of a Go that can build the CLI, or raise UnavailableError."""
    go = shutil.which("go")
    if go is None:
        raise UnavailableError("there is no go on PATH")
    try:
        version = _go(go, "env", "GOVERSION", seconds=_TOOLCHAIN_SECONDS)
    except UnavailableError as error:
        raise UnavailableError(f"Go {wanted_go()} or later is needed ({error})") from error
    if major_minor(version) < major_minor(wanted_go()):
        raise UnavailableError(f"Go {wanted_go()} or later is needed, and PATH has {version}")
    return go


def build(go: str, version: str, folder: Path) -> None:
    """Put the CLI and its launcher into `folder`/bin, or raise UnavailableError."""
    binaries = folder / "bin"
    binaries.mkdir(parents=True)
    _go(
        *(go, "build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-tags=osusergo,grpcnotrace"),
        f"-ldflags=-s -w -X {_SDK}/go/common/version.Version=v{version}",
        *("-o", str(binaries / "pulumi"), f"{_CLI}/cmd/pulumi"),
        seconds=_BUILD_SECONDS,
    )
    sources = Path(_go(go, "list", "-mod=readonly", "-m", "-f={{.Dir}}", _SDK, seconds=_BUILD_SECONDS))
    shutil.copyfile(sources / "python" / "dist" / LAUNCHER, binaries / LAUNCHER)
    (binaries / LAUNCHER).chmod(0o755)


def _go(*command: str, seconds: float) -> str:
    return run(command, seconds=seconds, folder=_MODULE, environment={"CGO_ENABLED": "0", "GOWORK": "off"})


def _in_go_mod(pattern: str) -> str:
    version = re.search(pattern, (_MODULE / "go.mod").read_text(), re.MULTILINE)
    if version is None:
        raise UnavailableError(f"go.mod has nothing that reads {pattern}")
    return version[1]
