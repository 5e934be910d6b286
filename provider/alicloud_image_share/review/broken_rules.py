"""Which rules of its stack a reviewed change breaks.

check holds rules for shares that are in the program; whoever left it is seen by nobody before the delete, but
by the review.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from alicloud_image_share.review.assembly import with_risks
from alicloud_image_share.review.model import ImageReview, Level, Review, Risk
from alicloud_image_share.rule_settings import read_rules
from alicloud_image_share.rules import Change, Rules, violations


def with_broken_rules(found: Review, configuration: Mapping[str, Any]) -> Review:
    """Return a review with the rules that it breaks; a rule that can't be read counts as broken.

    `configuration` maps `image-shares:neverLose` and the like to their values, or to the JSON text of them.
    """

    def lookup(key: str) -> str | None:
        value = configuration.get(key)
        return value if value is None or isinstance(value, str) else json.dumps(value)

    problems: list[str] = []
    rules = read_rules(lookup, problems)
    malformed = [Risk(Level.RULE, "", "", problem) for problem in problems]
    return with_risks(found, [*malformed, *_broken(found.images, rules)])


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
