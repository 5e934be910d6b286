"""What one run may do because people have agreed to it, as a text that its provider is given: pure.

Whoever compares a plan, or shows it and asks, does so before the run. The run carries out only what is in
here, whatever it finds: image by image, account by account.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.sharing.model import NO_ACCOUNTS
from alicloud_image_share.sharing.strict_json import parse_json

VARIABLE = "IMAGE_SHARES_APPROVED"
"""The variable that names the file with the allowance of a run."""

KEY_VARIABLE = "IMAGE_SHARES_APPROVAL_KEY"
"""The variable with the key of the digests that stand for secret accounts."""

SHORTEST_KEY = 16
"""Characters: account ids can be tried out, so the key must not be found by trying."""


@dataclass(frozen=True, slots=True)
class ImageAllowance:
    """What may happen to the access to one image."""

    gains: frozenset[str] = NO_ACCOUNTS
    losses: frozenset[str] = NO_ACCOUNTS
    keeps: frozenset[str] = NO_ACCOUNTS
    """Accounts that were shown to have access before and after."""
    ecs: bool | None = None
    """What the share to the owner's own ECS may be switched to; None leaves it alone."""
    hidden_losses: bool = False
    """Whether secret accounts may lose access that nobody could count: a share of them leaves."""
    digests: frozenset[str] = frozenset()
    """Of the changes of secret accounts."""
    ends: tuple[tuple[str, str], ...] = ()
    """Pairs of an account that gains access for a time and the end, as text."""


NOTHING = ImageAllowance()

HIDDEN = "[secret]"
"""What the engine shows in place of a secret value."""

OF_PROVIDER = " of "
"""Stands between a key and the name of the provider that the program declares with it."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one run may do. Hashable, to be part of what a provider process is found by."""

    images: tuple[tuple[str, ImageAllowance], ...] = ()
    """Pairs of a resource id and what may happen there; nothing may happen to any other image."""
    configuration: tuple[tuple[str, str], ...] | None = None
    """Pairs of a key and its text, `HIDDEN` for a secret one: the configuration that was compared. None
    compares none."""
    problem: str = ""
    """Why the allowance could not be read: then nothing is allowed."""

    def of(self, image: object) -> ImageAllowance:
        """Return what may happen to an image, by its key or its resource id."""
        return dict(self.images).get(str(image), NOTHING)

    def to_text(self) -> str:
        """Return the text that `read_allowance` reads."""
        images = {
            image: {
                "gains": sorted(allowed.gains),
                "losses": sorted(allowed.losses),
                "keeps": sorted(allowed.keeps),
                "ecs": allowed.ecs,
                "hidden_losses": allowed.hidden_losses,
                "digests": sorted(allowed.digests),
                "ends": dict(allowed.ends),
            }
            for image, allowed in self.images
        }
        configuration = None if self.configuration is None else dict(self.configuration)
        return json.dumps({"images": images, "configuration": configuration})


def read_allowance(text: str) -> Allowance:
    """Read an allowance; raise ValueError, KeyError, TypeError or AttributeError for any other text."""
    document = parse_json(text)
    configuration = document["configuration"]
    return Allowance(
        tuple((image, _image_allowance(allowed)) for image, allowed in document["images"].items()),
        None if configuration is None else tuple(sorted(configuration.items())),
    )


def _image_allowance(document: Mapping[str, Any]) -> ImageAllowance:
    return ImageAllowance(
        frozenset(document["gains"]),
        frozenset(document["losses"]),
        frozenset(document["keeps"]),
        document["ecs"],
        document["hidden_losses"],
        frozenset(document["digests"]),
        tuple(document["ends"].items()),
    )


def each_provider(texts: Mapping[str, str]) -> Mapping[str, dict[str, str]]:
    """Return the configuration of each provider that has keys of its own, by its name; "" is the stack's."""
    by_name: dict[str, dict[str, str]] = {"": {}}
    for key, text in texts.items():
        base, _, name = key.partition(OF_PROVIDER)
        by_name.setdefault(name, {})[base] = text
    return by_name


def is_long_enough(key: str | None) -> bool:
    """Whether digests by this key may be shown."""
    return key is not None and len(key.strip()) >= SHORTEST_KEY


def has_approval_key(environment: Mapping[str, str]) -> bool:
    """Return whether there is a key; raise ConfigurationError where it is too short."""
    key = environment.get(KEY_VARIABLE)
    if key and not is_long_enough(key):
        raise ConfigurationError(
            f"{KEY_VARIABLE} has fewer than {SHORTEST_KEY} characters: set a long random text, the same"
            " for the review and for up."
        )
    return bool(key)


def digest_of(key: str, image: object, gains: Iterable[str], losses: Iterable[str]) -> str:
    """Return what stands for a change of secret accounts; without the key no ids can be tried out."""
    change = json.dumps([str(image), sorted(gains), sorted(losses)])
    return hmac.new(key.encode(), change.encode(), hashlib.sha256).hexdigest()
