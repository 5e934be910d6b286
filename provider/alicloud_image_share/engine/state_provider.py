"""The provider that state holds, compared with our own before the engine starts what stands there.

The engine keeps a pickle of the provider in state, and runs it with the keys of the cloud: in a preview, too.
A pickle is read here without being run. Ours is a reference to a class and nothing else, whichever version of
Python or of this program has written it.
"""

from __future__ import annotations

import base64
import pickletools
from collections.abc import Iterator, Mapping
from typing import Any

from alicloud_image_share.review.engine_step import resource_name, reveal

_KEY = "__provider"
_OURS = "alicloud_image_share.resource ImageShareProvider"
_LONGEST = 1_000
"""Characters: ours has a hundred."""
_TEXTS = ("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8")
_REFERENCE = (
    *("PROTO", "FRAME", "MEMOIZE", "BINPUT", "PUT"),
    *(*_TEXTS, "GLOBAL", "STACK_GLOBAL"),
    *("EMPTY_TUPLE", "NEWOBJ", "STOP"),
)
"""What an instance with nothing set on it, of a class by reference, consists of in protocols from 2 on."""


def is_ours(pickled: object) -> bool:
    """Tell whether a provider in state is a reference to our class, and nothing besides."""
    if not isinstance(pickled, str) or len(pickled) > _LONGEST:
        return False
    try:
        opcodes = list(pickletools.genops(base64.b64decode(pickled, validate=True)))
    except ValueError:
        return False
    texts = " ".join(str(text) for opcode, text, _ in opcodes if opcode.name in (*_TEXTS, "GLOBAL"))
    names = [opcode.name for opcode, _, _ in opcodes]
    return texts == _OURS and "NEWOBJ" in names and all(name in _REFERENCE for name in names)


def foreign_providers(deployment: Mapping[str, Any]) -> Iterator[str]:
    """Yield the name of each resource of a state that holds a provider which is not ours."""
    ours: list[str] = []  # as a rule the same one in every share, which is read once
    pending = (operation["resource"] for operation in deployment.get("pending_operations") or ())
    for resource in (*(deployment.get("resources") or ()), *pending):
        properties = (resource.get(name) or {} for name in ("inputs", "outputs"))
        pickles = [_revealed(values[_KEY]) for values in properties if _KEY in values]
        if all(pickled in ours or is_ours(pickled) for pickled in pickles):
            ours += [pickled for pickled in pickles if pickled not in ours]
        else:
            yield resource_name(resource["urn"])


def _revealed(value: Any) -> Any:
    """Return a provider in clear; None where it cannot be compared: it is encrypted."""
    try:
        return reveal(value)
    except (KeyError, TypeError, ValueError):
        return None
