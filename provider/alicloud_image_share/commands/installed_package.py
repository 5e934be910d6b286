"""Where this package was installed from, and so how another environment installs it too."""

from __future__ import annotations

import json
import shlex
from importlib.metadata import distribution
from typing import Any
from urllib.parse import unquote, urlsplit

from alicloud_image_share import __version__

PACKAGE = "alicloud-image-share"
_FROM_AN_INDEX = f"{PACKAGE}~={__version__}"


def requirement() -> str:
    """Return a line of requirements.txt for any machine: the git commit of the installation or a version."""
    return _git_requirement(_origin()) or _FROM_AN_INDEX


def install_arguments() -> str:
    """Return what `pip install` takes on this machine: a git URL, the clone or wheel, or a version."""
    origin = _origin()
    url = urlsplit(str(origin.get("url", "")))
    on_this_machine = unquote(url.path) if url.scheme == "file" else _FROM_AN_INDEX
    return shlex.quote(_git_requirement(origin) or on_this_machine)


def _git_requirement(origin: dict[str, Any]) -> str:
    if not (repository := origin.get("vcs_info")):
        return ""
    return f"{PACKAGE} @ {repository['vcs']}+{origin['url']}@{repository['commit_id']}"


def _origin() -> dict[str, Any]:
    """Return what pip has written of the installation (PEP 610); empty where it came from an index."""
    origin: dict[str, Any] = json.loads(distribution(PACKAGE).read_text("direct_url.json") or "{}")
    return origin
