"""Which rules allow more than before: pure."""

from __future__ import annotations

from collections.abc import Iterator

from alicloud_image_share.sharing.rule_settings import (
    ALLOW_REMOVAL,
    ALLOWED,
    DENIED,
    END_UNATTENDED,
    EXCLUSIVE_ALLOWED,
    MAX_REMOVED,
    MAX_UNTIL,
    NEVER_LOSE,
)
from alicloud_image_share.sharing.rules import Rules


def loosened(before: Rules, after: Rules) -> Iterator[tuple[str, str]]:
    """Return each key whose rule allows more than before, with what it allows, in words."""
    if before.allowed is not None and after.allowed is None:
        yield ALLOWED, "every account may be listed"
    elif before.allowed is not None and after.allowed is not None and after.allowed - before.allowed:
        yield ALLOWED, f"{_each(after.allowed - before.allowed)} may be listed"
    if before.denied - after.denied:
        yield DENIED, f"{_each(before.denied - after.denied)} may be listed"
    if before.never_lose - after.never_lose:
        yield NEVER_LOSE, f"{_each(before.never_lose - after.never_lose)} may lose access"
    if before.max_removed is not None and (
        after.max_removed is None or after.max_removed > before.max_removed
    ):
        now = "any number of" if after.max_removed is None else str(after.max_removed)
        yield (
            MAX_REMOVED,
            f"{now} accounts of an image may lose access in one run, and not {before.max_removed}",
        )
    images = _exclusive(after) - _exclusive(before)
    if after.exclusive_allowed is True and before.exclusive_allowed is not True:
        yield EXCLUSIVE_ALLOWED, "every share may be exclusive"
    elif before.exclusive_allowed is not True and images:
        yield EXCLUSIVE_ALLOWED, f"shares of {_each(images)} may be exclusive"
    yield from _of_ends(before, after)
    if after.allow_removal - before.allow_removal:
        yield (
            ALLOW_REMOVAL,
            f"no rule holds for losing access to {_each(after.allow_removal - before.allow_removal)}",
        )


def _of_ends(before: Rules, after: Rules) -> Iterator[tuple[str, str]]:
    if before.max_until is not None and (after.max_until is None or after.max_until > before.max_until):
        now = "need not end" if after.max_until is None else f"may last {after.max_until} days"
        yield MAX_UNTIL, f"access {now}, and not {before.max_until} at most"
    if after.end_unattended and not before.end_unattended:
        yield END_UNATTENDED, "access that has ended may be taken off without a review"


def _exclusive(rules: Rules) -> frozenset[str]:
    return frozenset() if isinstance(rules.exclusive_allowed, bool) else rules.exclusive_allowed


def _each(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
