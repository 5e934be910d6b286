"""The notices of version 0.1.0, which had no marker: previews recorded with it are read by these words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_CONSEQUENCE = (
    "; instances made from the image can no longer re-initialise their disks, and what still starts from it"
    " fails"
)
SENTENCES_OF_0_1_0: Mapping[str, str] = MappingProxyType(
    {
        "ASKED": "is asked for {}",
        "ALREADY": "has access already: {}",
        "GAINS": "gains access: {}",
        "REMOVES": "up removes {}" + _CONSEQUENCE,
        "LOSES": "loses access: {}" + _CONSEQUENCE,
        "LEAVES_ECS": "is no longer shared to the owner's ECS" + _CONSEQUENCE,
        "ALSO": "also has access: {}; `up --refresh` removes it",
        "KEEPS": "keeps access, for this share never owned it: {}",
        "SPARED": "keeps access, for another share of this run asks for it: {}",
        "APPEARED": "appeared during the run and keeps access: {}",
        "EVERYONE": "everyone can use this image",
        "SKIPPED": "was not read: {}",
        "WAITS": "waits: {}",
    }
)
"""The name of a kind → its sentence, which stood after the image and a blank."""
