"""Who gains and who loses where accounts are secret, or not known before up: counted, never shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from alicloud_image_share.notices import Kind, Notice, count
from alicloud_image_share.review.listing import was_read
from alicloud_image_share.review.model import Direction, Hidden
from alicloud_image_share.review.share_change import ShareChange, Step

_COUNT = re.compile(r"(\d+) accounts? \(secret\)")
_DIRECTIONS = {
    Kind.ASKED: Direction.GAIN,
    Kind.GAINS: Direction.GAIN,
    Kind.LOSES: Direction.LOSS,
    Kind.REMOVES: Direction.LOSS,
}
_OF_STEP = {
    Step.CREATE: (Direction.GAIN,),
    Step.UPDATE: (Direction.GAIN, Direction.LOSS),
    Step.DELETE: (Direction.LOSS,),
}


def hidden(steps: Sequence[ShareChange], told: Sequence[Notice]) -> tuple[Hidden, ...]:
    """Return what is hidden of one image."""
    counts, read = _counts(told), was_read(steps, told)
    found = [
        Hidden(
            direction,
            counts.get(direction),
            one.secret,
            asked=one.step is Step.CREATE and not read,
            left=one.step is Step.DELETE,
        )
        for one in steps
        if one.gains is None or one.loses is None
        for direction in _hidden_directions(one, counts, read=read)
    ]
    return tuple(dict.fromkeys(found))


def hidden_text(hidden: Hidden) -> str:
    """Return accounts that are not shown, in words."""
    why = "secret" if hidden.secret else "not known before up"
    number = "an unknown number of accounts" if hidden.count is None else count(range(hidden.count))
    if hidden.asked:
        return f"{number} ({why}) {'is' if hidden.count == 1 else 'are'} asked for; live state unknown"
    return f"{number} ({why}) may {'LOSE' if hidden.direction is Direction.LOSS else 'gain'} access"


def _hidden_directions(one: ShareChange, counts: dict[Direction, int], *, read: bool) -> Iterator[Direction]:
    for direction in _OF_STEP.get(one.step, ()):
        # The provider says how many a secret list loses that is updated, and how many a new one gains whose
        # image was read, if there are any.
        updated = one.step is Step.UPDATE and direction is Direction.LOSS
        silent = one.secret and (updated or (one.step is Step.CREATE and read))
        if not silent or direction in counts:
            yield direction


def _counts(told: Iterable[Notice]) -> dict[Direction, int]:
    found: dict[Direction, int] = {}
    for notice in dict.fromkeys(told):
        match = _COUNT.fullmatch(notice.detail) if notice.kind in _DIRECTIONS else None
        if match:
            direction = _DIRECTIONS[notice.kind]
            found[direction] = found.get(direction, 0) + int(match[1])
    return found
