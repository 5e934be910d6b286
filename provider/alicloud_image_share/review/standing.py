"""On which list of its image's review an account stands."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from alicloud_image_share.review.balance import Balance
from alicloud_image_share.review.model import Direction, Hidden
from alicloud_image_share.review.share_change import Notes, ShareChange, Step
from alicloud_image_share.sharing.notices import Kind, Notice, count

Lists = Mapping[str, Notes]
"""Name of a field of ImageReview → account → note."""

_READ = (Kind.ALREADY, Kind.GAINS)
"""What check says of a new share when it has read the image; ASKED when it has not."""


def by_image(whole: Balance) -> defaultdict[str, defaultdict[str, dict[str, str]]]:
    """Return image → list → account → note, as the balance of all shares has it."""
    found: defaultdict[str, defaultdict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for name, pairs in (("asked", whole.asked), ("gains", whole.gains)):
        for (image, account), note in pairs.items():
            found[image][name][account] = note
    for (image, account), note in whole.losses.items():
        found[image]["unlisted" if (image, account) in whole.unlisted else "loses"][account] = note
    return found


def listed(balanced: Lists, steps: Sequence[ShareChange], told: Sequence[Notice], *, failed: bool) -> Lists:
    """Return every list of one image, from its steps and from what the provider said of it."""
    now = [one for one in steps if one.step is not Step.DRIFT]
    drift = [one for one in steps if one.step is Step.DRIFT]
    loses, unlisted = balanced.get("loses", {}), balanced.get("unlisted", {})
    asked = {**(_said(told, Kind.ASKED) if failed and not now else {}), **balanced.get("asked", {})}
    live = dict.fromkeys((account for one in now for account in one.foreign), "")
    # Whom state calls foreign may have been taken off since: only a read tells who has access already.
    read = {account for one in now if one.read for account in one.foreign}
    already = _said(told, Kind.ALREADY) | _only(read, _merged(one.asked for one in now))
    gains = dict(balanced.get("gains", {}))
    if was_read(now, told):
        gains, asked = gains | asked, {}
    stays = _merged(one.keeps for one in now) | _merged(one.loses or {} for one in now)
    stays |= _said(told, Kind.KEEPS) | _said(told, Kind.SPARED)
    leaves = loses.keys() | unlisted.keys()
    appeared = dict.fromkeys((account for one in drift for account in one.appeared), "")
    at_refresh = _without(_said(told, Kind.ALSO), leaves)
    named = leaves | already.keys() | stays.keys() | gains.keys() | asked.keys() | at_refresh.keys()
    return {
        "gains": _without(gains, already),
        "asked": _without(asked, already),
        "already": already,
        "loses": loses,
        "unlisted": unlisted,
        "keeps": _without(stays, leaves | already.keys()),
        "renoted": _without(_merged(one.renoted or {} for one in now), leaves),
        "at_refresh": at_refresh,
        "also": _without(live | appeared, named),
        "gone": _merged(one.loses or {} for one in drift),
        "come": _merged(one.gains or {} for one in drift),
    }


def was_read(steps: Iterable[ShareChange], told: Sequence[Notice]) -> bool:
    """Tell whether the preview is known to have read the image before it answered for a new share."""
    kinds = {one.kind for one in told}
    creates = any(one.step is Step.CREATE for one in steps)
    return creates and not kinds.isdisjoint(_READ) and Kind.ASKED not in kinds


def _said(told: Iterable[Notice], kind: Kind) -> dict[str, str]:
    return {account: note for one in told if one.kind is kind for account, note in one.accounts}


def _merged(notes: Iterable[Notes]) -> dict[str, str]:
    return {account: note for each in notes for account, note in each.items()}


def _only(notes: Iterable[str], among: Notes) -> dict[str, str]:
    return {account: among[account] for account in notes if account in among}


def _without(notes: Notes, others: Iterable[str]) -> dict[str, str]:
    away = set(others)
    return {account: note for account, note in notes.items() if account not in away}


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
