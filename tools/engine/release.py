"""The official release of the Pulumi CLI, as the Automation API installs it.

Run as a program it downloads: `python -m tools.engine.release VERSION FOLDER`. It is a program of its own
because the Automation API sets no time limit, neither on its requests nor on the script that it fetches.
"""

import socket
import subprocess
import sys
from pathlib import Path

from tools.engine.process import run

_CONNECT_SECONDS = 10
_DOWNLOAD_SECONDS = 600


def download(version: str, folder: Path, seconds: float = _DOWNLOAD_SECONDS) -> None:
    """Put the release with its launchers into `folder`/bin, or raise UnavailableError."""
    run([sys.executable, "-m", __name__, version, folder], seconds=seconds)


def _install(version: str, folder: str) -> str | None:
    from pulumi.automation import PulumiCommand  # noqa: PLC0415 - half a second that only this process needs
    from semver import VersionInfo  # noqa: PLC0415 - comes with pulumi

    socket.setdefaulttimeout(_CONNECT_SECONDS)
    try:
        PulumiCommand.install(root=folder, version=VersionInfo.parse(version))
    except subprocess.CalledProcessError as error:
        return f"its installer failed: {error.output.decode(errors='replace').strip()}"
    except OSError as error:
        return f"get.pulumi.com: {getattr(error, 'reason', error)}"
    return None


if __name__ == "__main__":
    sys.exit(_install(*sys.argv[1:]))
