"""Make ready what the tests of SDKs need: `python -m tools.sdks.prepare FOLDER`.

The generator comes into FOLDER, what programs in TypeScript need into FOLDER/node, and
what the SDK of Python needs into FOLDER/python. Tests of what cannot be had are skipped.
"""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from tools.engine.process import UnavailableError, run
from tools.sdks.generate import GENERATOR

_SOURCES = Path(__file__).resolve().parent
_SECONDS = 900


def _generator(folder: Path) -> None:
    GENERATOR.build(folder)


def _node(folder: Path) -> None:
    node = folder / "node"
    if _is_there(node, _SOURCES / "node/package-lock.json"):
        return
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("there is no npm on PATH")
    shutil.copytree(_SOURCES / "node", node, dirs_exist_ok=True)
    run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], seconds=_SECONDS, folder=node)
    _keep(node, _SOURCES / "node/package-lock.json")


def _python(folder: Path) -> None:
    python, requirements = folder / "python", _SOURCES / "parver.txt"
    if _is_there(python, requirements):
        return
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--upgrade")
    target = ("--target", python, "--requirement", requirements)
    run([sys.executable, "-m", "pip", "install", *options, *target], seconds=_SECONDS)
    _keep(python, requirements)


def _is_there(folder: Path, wanted: Path) -> bool:
    stamp = folder / "version"
    return stamp.is_file() and stamp.read_bytes() == wanted.read_bytes()


def _keep(folder: Path, wanted: Path) -> None:
    (folder / "version").write_bytes(wanted.read_bytes())


STEPS: dict[str, Callable[[Path], None]] = {"all": _generator, "TypeScript": _node, "Python": _python}
"""The SDKs whose tests need it, and what makes it ready."""


def main() -> int:
    """Make everything ready that can be had, and say which tests will be skipped."""
    folder = Path(sys.argv[1]).resolve()
    for language, step in STEPS.items():
        try:
            step(folder)
        except UnavailableError as reason:  # noqa: PERF203 - three rounds
            sys.stdout.write(f"the tests of SDKs ({language}) will be skipped: {reason}\n")
    sys.stdout.write(f"SDKs: {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
