"""Put a Pulumi engine where the make targets find it: `python -m tools.engine.install FOLDER [SUMS]`.

The first of these that works is taken: what an earlier call put into FOLDER, `pulumi` of PATH, the official
release if its sum is the recorded one, a build from source. What is installed comes into FOLDER/bin by a
rename, when it is whole and has told its version: an interrupted call leaves nothing that could be taken for
an engine.
"""

import fcntl
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tools.engine.build import LAUNCHER, build, major_minor, pinned_version, toolchain, wanted_go
from tools.engine.process import UnavailableError, run
from tools.engine.release import RECORDED_SUMS, download

_OLDEST = (3, 160)  # the first whose refresh and destroy can run the program
_ANSWER_SECONDS = 60


def install(folder: Path, sums: Path) -> str:
    """See to it that there is an engine in `folder` or on PATH, and return where.

    Raise UnavailableError, with what to do about it, if there can be none.
    """
    version = pinned_version()
    with _alone(folder):
        if _is_whole(folder / "bin", version):
            return f"Pulumi {version} in {folder}"
        shutil.rmtree(folder / "bin", ignore_errors=True)
        return _first_open_way(version, folder, sums)


def _first_open_way(version: str, folder: Path, sums: Path) -> str:
    ways: dict[str, Callable[[str, Path], str]] = {
        "PATH": _from_path,
        "the official release": partial(_downloaded, sums=sums),
        "source": _built,
    }
    for name, way in ways.items():
        try:
            return way(version, folder)
        except UnavailableError as reason:  # noqa: PERF203 - three rounds
            _say(f"not from {name}: {reason}")
    raise UnavailableError(
        "No Pulumi engine: install Pulumi (https://www.pulumi.com/docs/install), or"
        f" Go {wanted_go()} or later (https://go.dev/dl) where a Go module proxy can be reached,"
        " and run make setup again."
    )


def _from_path(_version: str, _folder: Path) -> str:
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise UnavailableError("there is no pulumi")
    if shutil.which(LAUNCHER) is None and not (Path(pulumi).resolve().parent / LAUNCHER).is_file():
        raise UnavailableError(f"no {LAUNCHER} is there or beside {pulumi}")
    version = _answer(pulumi)
    if not _OLDEST <= major_minor(version) < (_OLDEST[0] + 1,):
        raise UnavailableError(f"{pulumi} is {version}, not {_OLDEST[0]}.{_OLDEST[1]} or later")
    return f"Pulumi {version}, {pulumi}"


def _downloaded(version: str, folder: Path, *, sums: Path) -> str:
    _say(f"downloading the official release of Pulumi {version}")
    with _arriving(version, folder) as arriving:
        download(version, arriving, sums)
    return f"Pulumi {version} in {folder}, the official release"


def _built(version: str, folder: Path) -> str:
    go = toolchain()
    _say(f"building Pulumi {version} from source: 3 to 5 minutes on two cores, less with a warm Go cache")
    with _arriving(version, folder) as arriving:
        build(go, version, arriving)
    return f"Pulumi {version} in {folder}, built from source"


@contextmanager
def _arriving(version: str, folder: Path) -> Iterator[Path]:
    """Lend a folder to install into, and rename its bin into place if it turns out to be an engine."""
    arriving = folder / "arriving"
    shutil.rmtree(arriving, ignore_errors=True)
    try:
        yield arriving
        if not _is_whole(arriving / "bin", version):
            raise UnavailableError(f"what has been installed is not Pulumi {version} with its {LAUNCHER}")
        (arriving / "bin").rename(folder / "bin")
    finally:
        shutil.rmtree(arriving, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second call waiting until the first is through."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_whole(binaries: Path, version: str) -> bool:
    if not (binaries / LAUNCHER).is_file():
        return False
    try:
        return _answer(binaries / "pulumi") == version
    except UnavailableError:
        return False


def _answer(pulumi: str | Path) -> str:
    environment = {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    return run([pulumi, "version"], seconds=_ANSWER_SECONDS, environment=environment).removeprefix("v")


def _say(sentence: str) -> None:
    sys.stdout.write(f"engine: {sentence}\n")
    sys.stdout.flush()


def main() -> int:
    """Install into the folder that the command line names, by our recorded sums or those of another file."""
    folder, *sums = map(Path, sys.argv[1:])
    try:
        _say(install(folder.resolve(), sums[0] if sums else RECORDED_SUMS))
    except UnavailableError as remedy_for:
        sys.stderr.write(f"{remedy_for}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
