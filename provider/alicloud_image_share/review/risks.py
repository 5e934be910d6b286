"""What is risky about a change, without any rule being configured."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from alicloud_image_share.cloud.outside_rules import NO_OUTSIDE_RULES, OutsideRules
from alicloud_image_share.review.engine_step import SECRET_TEXT
from alicloud_image_share.review.model import (
    OWN_ECS,
    Account,
    Accounts,
    Direction,
    ImageReview,
    Level,
    Review,
    Risk,
    Standing,
)
from alicloud_image_share.review.net_access import Pair
from alicloud_image_share.review.rows import title
from alicloud_image_share.review.standing import hidden_text
from alicloud_image_share.sharing.notices import CONSEQUENCE
from alicloud_image_share.sharing.rule_settings import KEYS, MAX_REMOVED, NEVER_LOSE, read_rules
from alicloud_image_share.sharing.rules import Change, Rules, violations

MANY = 3
"""An image that more accounts than this can use is one that should not lose them all."""


def risks(images: Iterable[ImageReview]) -> Iterator[Risk]:
    """Return the risks of every image."""
    for image in images:
        name = ", ".join(image.names)
        if image.everyone:
            yield Risk(Level.EVERYONE, image.image, name, "everyone can use this image")
        if _all_lose(image):
            text = f"all {len(image.losing)} accounts LOSE access: {CONSEQUENCE}"
            yield Risk(Level.ALL_LOSE, image.image, name, text)
        elif image.of(Standing.LOSES):
            accounts = image.of(Standing.LOSES)
            yield Risk(Level.LOSS, image.image, name, f"{_lose(accounts)}: {CONSEQUENCE}", accounts)
        if image.of(Standing.LOSES_UNLISTED):
            accounts = image.of(Standing.LOSES_UNLISTED)
            text = f"{_lose(accounts)} and {'was' if len(accounts) == 1 else 'were'} never on the list"
            yield Risk(Level.UNLISTED, image.image, name, f"{text}: {CONSEQUENCE}", accounts)
        if image.replaces:
            text = f"the share moves here from {image.replaces}"
            yield Risk(Level.REPLACED, image.image, name, text)
        yield from _of_fields(image)
        if image.in_ecs is False:
            yield Risk(Level.LOSS, image.image, name, f"the share to the {OWN_ECS} is switched off")
        for some in image.hidden:
            if some.direction is Direction.LOSS:
                yield Risk(Level.LOSS, image.image, name, hidden_text(some))


def _lose(accounts: Accounts) -> str:
    return "LOSES access" if len(accounts) == 1 else "LOSE access"


_RISKY_FIELDS = {
    "role_arn": (Level.CALLED_OTHERWISE, "the image is shared as another role"),
    "exclusive": (Level.EXCLUSIVE, "an exclusive share takes off whoever is not listed"),
}


def _of_fields(image: ImageReview) -> Iterator[Risk]:
    for change in image.fields:
        if change.is_update and change.field in _RISKY_FIELDS:
            level, meaning = _RISKY_FIELDS[change.field]
            text = f"{change.field} changes: {change.before} → {change.after}; {meaning}"
            yield Risk(level, image.image, change.share, text)


_STAY = (Standing.KEEPS, Standing.UNMANAGED, Standing.HAS_ACCESS)


def worst_first(images: Iterable[ImageReview], risks: Sequence[Risk]) -> tuple[ImageReview, ...]:
    """Return images by their worst risk, then those where somebody gains access, then by share."""
    worst: dict[str, int] = {}
    for risk in risks:
        worst[risk.image] = min(risk.level, worst.get(risk.image, risk.level))

    def rank(image: ImageReview) -> tuple[int, bool, tuple[str, ...], str]:
        return worst.get(image.image, len(Level)), not image.gaining, image.names, image.image

    return tuple(sorted(images, key=rank))


def _all_lose(image: ImageReview) -> bool:
    return len(image.losing) > MANY and not image.of(*_STAY)


def with_broken_rules(
    review: Review, configuration: Mapping[str, Any], outside: OutsideRules = NO_OUTSIDE_RULES
) -> Review:
    """Return a review with the rules that it breaks; a malformed rule counts as broken.

    `configuration` maps `image-shares:neverLose` and the like to their values, or to the JSON text of them.
    `outside` are rules from outside of the project.
    What is secret, rules or accounts, is named as not checked: the provider alone can hold it.
    """
    secret = [key for key in KEYS if _is_secret(configuration.get(key))]

    def lookup(key: str) -> str | None:
        value = None if key in secret else configuration.get(key)
        return value if value is None or isinstance(value, str) else json.dumps(value)

    problems: list[str] = []
    rules = (read_rules(lookup, problems), *outside.rules)
    malformed = [Risk(Level.RULE, "", "", problem) for problem in (*problems, *outside.problems)]
    broken = (risk for each in rules for risk in _broken(review.images, each))
    checked_review = with_risks(review, dict.fromkeys((*malformed, *broken)))
    unseen = dict.fromkeys(line for each in rules for line in _unseen(review.images, each))
    unheld = [f"{key}: it is secret" for key in secret]
    return replace(checked_review, not_checked=(*checked_review.not_checked, *unheld, *unseen))


def rules_on_losses(configuration: Mapping[str, Any], outside: OutsideRules = NO_OUTSIDE_RULES) -> bool:
    """Tell whether there is a rule on losing access: no check holds it for a share that left the program."""
    keys = {*configuration, *(key for texts in outside.texts for key in texts)}
    return not keys.isdisjoint((NEVER_LOSE, MAX_REMOVED))


def _is_secret(value: object) -> bool:
    """Tell whether a value is hidden, or something in it."""
    if isinstance(value, Mapping):
        return "secure" in value or any(map(_is_secret, value.values()))
    return value == SECRET_TEXT or (isinstance(value, list) and any(map(_is_secret, value)))


def _unseen(images: tuple[ImageReview, ...], rules: Rules) -> Iterator[str]:
    """Say which rules can't be held for a share that goes, for its accounts are secret."""
    is_configured = {NEVER_LOSE: bool(rules.never_lose), MAX_REMOVED: rules.max_removed is not None}
    keys = [key for key, is_set in is_configured.items() if is_set]
    for image in images:
        leaves = any(accounts.share_leaves for accounts in image.hidden)
        if keys and leaves and image.image not in rules.allow_removal:
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


def with_other_stacks(
    review: Review, listed_by: Mapping[Pair, tuple[str, ...]], not_read: Sequence[str]
) -> Review:
    """Return a review with the losses that another stack of the project does not know of.

    `listed_by` maps (image, account) to the stacks; `not_read` says which of them could not be read.
    """
    risks = []
    for image in review.images:
        groups: dict[tuple[str, ...], list[Account]] = {}
        for account in image.losing:
            stacks = listed_by.get((image.image, account.id), ())
            groups.setdefault(stacks, []).append(account)
        risks += [
            Risk(
                Level.OTHER_STACK,
                image.image,
                ", ".join(image.names),
                other_stacks_text(stacks, len(accounts)),
                (*accounts,),
            )
            for stacks, accounts in sorted(groups.items())
            if stacks
        ]
        stacks = listed_by.get((image.image, OWN_ECS), ())
        if stacks and image.in_ecs is False:
            risks.append(
                Risk(Level.OTHER_STACK, image.image, ", ".join(image.names), other_stacks_ecs_text(stacks))
            )
    return with_risks(replace(review, not_checked=(*review.not_checked, *not_read)), risks)


def other_stacks_text(stacks: Sequence[str], accounts: int = 1) -> str:
    """Return that other stacks list whoever loses access, in words."""
    those = f"stack {stacks[0]} lists" if len(stacks) == 1 else f"stacks {', '.join(stacks)} list"
    them = "it" if accounts == 1 else "them"
    return f"{those} {them} on this image too: the access ends there as well"


def other_stacks_ecs_text(stacks: Sequence[str]) -> str:
    """Return that other stacks ask for a share to the owner's own ECS that is switched off, in words."""
    those = f"stack {stacks[0]} asks" if len(stacks) == 1 else f"stacks {', '.join(stacks)} ask"
    return f"the share to the {OWN_ECS} is switched off, and {those} for it on this image"


def with_risks(review: Review, more: Iterable[Risk]) -> Review:
    """Return a review with more risks, such as the rules that it breaks; worst first."""
    every = sorted((*review.risks, *more), key=lambda risk: (risk.level, risk.name, risk.image))
    return replace(review, risks=tuple(every), images=worst_first(review.images, every))
