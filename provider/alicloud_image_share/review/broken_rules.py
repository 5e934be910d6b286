"""Which rules of its stack a reviewed change breaks.

check holds rules for shares that are in the program; whoever left it is seen by nobody before the delete, but
by the review.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from alicloud_image_share.review.assembly import with_risks
from alicloud_image_share.review.model import ImageReview, Level, Review, Risk
from alicloud_image_share.review.wording import title
from alicloud_image_share.rule_settings import KEYS, MAX_REMOVED, NEVER_LOSE, read_rules
from alicloud_image_share.rules import Change, Rules, violations

_HIDDEN = "[secret]"
"""What `preview --json` shows of a secret."""


def with_broken_rules(found: Review, configuration: Mapping[str, Any]) -> Review:
    """Return a review with the rules that it breaks; a malformed rule counts as broken.

    `configuration` maps `image-shares:neverLose` and the like to their values, or to the JSON text of them.
    What is secret, rules or accounts, is named as not checked: the provider alone can hold it.
    """
    secret = [key for key in KEYS if _is_secret(configuration.get(key))]

    def lookup(key: str) -> str | None:
        value = None if key in secret else configuration.get(key)
        return value if value is None or isinstance(value, str) else json.dumps(value)

    problems: list[str] = []
    rules = read_rules(lookup, problems)
    malformed = [Risk(Level.RULE, "", "", problem) for problem in problems]
    held = with_risks(found, [*malformed, *_broken(found.images, rules)])
    unheld = [f"{key}: it is secret" for key in secret]
    return replace(held, not_checked=(*held.not_checked, *unheld, *_unseen(found.images, rules)))


def rules_on_losses(configuration: Mapping[str, Any]) -> bool:
    """Tell whether there is a rule on losing access: no check holds it for a share that left the program."""
    return not configuration.keys().isdisjoint((NEVER_LOSE, MAX_REMOVED))


def _is_secret(value: object) -> bool:
    """Tell whether a value is hidden, or something in it."""
    if isinstance(value, Mapping):
        return "secure" in value or any(map(_is_secret, value.values()))
    return value == _HIDDEN or (isinstance(value, list) and any(map(_is_secret, value)))


def _unseen(images: tuple[ImageReview, ...], rules: Rules) -> Iterator[str]:
    """Say which rules can't be held for a share that goes, for its accounts are secret."""
    held = {NEVER_LOSE: bool(rules.never_lose), MAX_REMOVED: rules.max_removed is not None}
    keys = [key for key, is_set in held.items() if is_set]
    for image in images:
        left = any(one.left for one in image.hidden)
        if keys and left and image.image not in rules.allow_removal:
            yield f"{', '.join(keys)} for {title(image)}: its accounts are secret"


def _broken(images: tuple[ImageReview, ...], rules: Rules) -> Iterator[Risk]:
    for image in images:
        accounts = {account.id: account for account in image.gaining + image.losing}
        change = Change(
            image=image.image,
            added=frozenset(account.id for account in image.gaining),
            removed=frozenset(account.id for account in image.losing),
            exclusive=image.exclusive,
            notes={account.id: account.note for account in accounts.values()},
        )
        for violation in violations(rules, change):
            yield Risk(Level.RULE, image.image, ", ".join(image.names), violation.sentence)
