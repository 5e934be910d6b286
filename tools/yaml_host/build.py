"""Build Pulumi's host for programs in YAML: `python -m tools.yaml_host.build FOLDER`.

The official release has it beside the CLI; an engine that was built from source has not. Only tests need it,
and those are skipped where it cannot be built.
"""

import re
import shutil
import sys
from pathlib import Path

from tools.engine.process import UnavailableError
from tools.go_program import GoProgram

PROGRAM = "pulumi-language-yaml"

_MODULE = Path(__file__).resolve().parent
_PACKAGE = "github.com/pulumi/pulumi-yaml"


def pinned_version() -> str:
    """Return the version of the host in go.mod, the one place where it stands."""
    stated = re.search(rf"{re.escape(_PACKAGE)} (v\S+)", (_MODULE / "go.mod").read_text())
    if stated is None:
        raise UnavailableError(f"go.mod does not require {_PACKAGE}")
    return stated[1]


def build(folder: Path) -> str:
    """See to it that the host is on PATH or in `folder`, and return where; raise UnavailableError."""
    on_path = shutil.which(PROGRAM)
    if on_path:
        return on_path
    flags = f"-s -w -X {_PACKAGE}/pkg/version.Version={pinned_version()}"
    return str(GoProgram(PROGRAM, _MODULE, f"{_PACKAGE}/cmd/{PROGRAM}", flags).build(folder))


def main() -> int:
    """Build into the folder that the command line names, or say why programs in YAML are not tested."""
    try:
        said = f"YAML host: {build(Path(sys.argv[1]).resolve())}"
    except UnavailableError as reason:
        said = f"no YAML host: the tests of programs in YAML will be skipped: {reason}"
    sys.stdout.write(f"{said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
