"""The official release of the Pulumi CLI: an archive, taken only where its sum is the recorded one.

Run as a program it downloads: `python -m tools.engine.release VERSION FOLDER SUMS`. It is a program of its
own so that one time limit holds over the whole download.
"""

import hashlib
import platform
import sys
import tarfile
import urllib.request
from pathlib import Path

from tools.engine.process import run

RECORDED_SUMS = Path(__file__).with_name("release.sha256")
"""In the form of sha256sum: a sum, two blanks, the name of the archive."""

_SITE = "https://get.pulumi.com/releases/sdk"
_CONNECT_SECONDS = 10
_DOWNLOAD_SECONDS = 600
_MACHINES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}


def archive_name(version: str) -> str:
    """Return the name of the archive for this machine."""
    machine = platform.machine().lower()
    return f"pulumi-v{version}-{platform.system().lower()}-{_MACHINES.get(machine, machine)}.tar.gz"


def download(version: str, folder: Path, sums: Path, seconds: float = _DOWNLOAD_SECONDS) -> None:
    """Put the release with its launchers into `folder`/bin, or raise UnavailableError."""
    run([sys.executable, "-m", __name__, version, folder, sums], seconds=seconds)


def _install(version: str, folder: Path, sums: Path) -> str | None:
    """Return why there is no release in the folder, or None."""
    name = archive_name(version)
    recorded = {archive: sum_ for sum_, archive in map(str.split, sums.read_text().splitlines())}
    if name not in recorded:
        return f"no sum is recorded for {name}"
    folder.mkdir(parents=True)
    archive = folder / name
    try:
        measured = _save(f"{_SITE}/{name}", archive)
    except OSError as error:
        return f"get.pulumi.com: {getattr(error, 'reason', error)}"
    if measured != recorded[name]:
        return f"the sum of {name} is {measured}, and {recorded[name]} is recorded"
    with tarfile.open(archive) as opened:
        opened.extractall(folder)  # noqa: S202 - its sum is the recorded one
    (folder / "pulumi").rename(folder / "bin")
    return None


def _save(address: str, file: Path) -> str:
    """Save what the address serves, and return its SHA-256."""
    sum_of_all = hashlib.sha256()
    with urllib.request.urlopen(address, timeout=_CONNECT_SECONDS) as response, file.open("wb") as target:  # noqa: S310
        while part := response.read(1 << 20):
            sum_of_all.update(part)
            target.write(part)
    return sum_of_all.hexdigest()


if __name__ == "__main__":
    sys.exit(_install(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
