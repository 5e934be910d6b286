"""Credentials that stand nowhere else, and the hunt for them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from alicloud_image_simulator import OTHER, Account, Simulator
from alicloud_image_simulator.session import KEY_PREFIX, SECRET_PREFIX, TOKEN_PREFIX

OF_SESSIONS = (KEY_PREFIX, SECRET_PREFIX, TOKEN_PREFIX)
"""What every part of a temporary key of the simulator begins with."""
CANARY = Account("1600000000000001", "LTAI5tCanaryOfTheKey7Q", "CanaryOfTheSecret/8W+=")
TOKEN = "CAISCanaryOfTheToken/9E+="
WRONG_SECRET = "CanaryOfAWrongSecret/3R+="
OIDC_TOKEN = "CanaryOfTheOidcToken.eyJhIjoxfQ/6D+="
CANARIES = (CANARY.key, CANARY.secret, TOKEN, WRONG_SECRET, OIDC_TOKEN, *OF_SESSIONS)


def simulator() -> Simulator:
    """Give a simulator that knows the canary's key."""
    return Simulator(accounts=(CANARY, OTHER))


def _forms(canary: str) -> Iterator[str]:
    """Give the ways in which a text may be written down without being hidden."""
    yield canary
    yield quote(canary, safe="")
    yield quote(quote(canary, safe=""), safe="")
    for before in range(3):
        # Base64 of a longer text that has it in it: what is left when the neighbours' share is cut off.
        coded = base64.b64encode(b"\0" * before + canary.encode()).decode()
        yield coded[4:-4]


PATTERN = re.compile(
    "|".join(re.escape(form) for canary in CANARIES for form in _forms(canary)), re.IGNORECASE
)


def found_in(text: str) -> list[str]:
    """Give what surrounds each canary in a text."""
    return [text[max(0, match.start() - 60) : match.end() + 10] for match in PATTERN.finditer(text)]


def found_under(*folders: Path) -> list[str]:
    """Give every file under the folders that has a canary in its text, its name, or the name of a folder."""
    return [
        f"{path}: {around}"
        for folder in folders
        for path in folder.rglob("*")
        for around in found_in(f"{path} {_text(path)}")
    ]


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace") if path.is_file() else ""
