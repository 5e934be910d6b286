"""Generate the SDKs of other languages from a schema: `python -m tools.sdks.generate PROGRAMS SCHEMA FOLDER`.

The generator is built into PROGRAMS where it is not there. What is generated is not kept in the repository.
"""

import shutil
import sys
from pathlib import Path

from tools.engine.process import UnavailableError, run
from tools.go_program import GoProgram

GENERATOR = GoProgram("sdks", Path(__file__).resolve().parent, ".")
LANGUAGES = ("nodejs", "python", "go", "dotnet")
_SECONDS = 60


def generate(program: Path, schema: Path, language: str, folder: Path) -> None:
    """Write the SDK of a language into a new `folder`; raise UnavailableError where that fails."""
    shutil.rmtree(folder, ignore_errors=True)
    run([program, schema, language, folder], seconds=_SECONDS)


def main() -> int:
    """Write every SDK below the folder that the command line names."""
    programs, schema, folder = (Path(argument).resolve() for argument in sys.argv[1:])
    try:
        program = GENERATOR.build(programs)
        for language in LANGUAGES:
            generate(program, schema, language, folder / language)
            sys.stdout.write(f"{folder / language}\n")
    except UnavailableError as reason:
        sys.stderr.write(f"no SDK: {reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
