"""Which accounts the shares in state own, handed to a run's providers: the engine shows one share at a time.

So no account is called foreign that another share of the stack owns, or a share that leaves later in the run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from alicloud_image_share.sharing.strict_json import parse_json

VARIABLE = "IMAGE_SHARES_OWNED"
"""The variable that names the file of a run with what state says."""

Owned = Mapping[str, frozenset[str]]
"""The resource id of an image → the accounts that shares of the stack own on it."""


def to_text(owned: Owned) -> str:
    """Return the text that `owned_in_state` reads."""
    return json.dumps({image: sorted(accounts) for image, accounts in owned.items()})


def owned_in_state(environment: Mapping[str, str]) -> Owned:
    """Return what state said before the run; nothing where nobody has handed that on, as under `pulumi`."""
    path = environment.get(VARIABLE)
    with suppress(OSError, ValueError, TypeError, AttributeError, RecursionError):
        document = parse_json(Path(path).read_text(encoding="utf-8")) if path else {}
        return {image: frozenset(accounts) for image, accounts in document.items()}
    return {}
