"""In which state each account of an image is, and what is known of accounts that are not shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from alicloud_image_share.review.model import Direction, HiddenAccounts, Standing
from alicloud_image_share.review.net_access import ImageNetAccess, merged, noticed, secret_counts
from alicloud_image_share.review.planned_share import Step
from alicloud_image_share.review.share_change import ShareChange
from alicloud_image_share.review.state_access import Notes, noted
from alicloud_image_share.sharing.notices import Kind, Notice, count

ByStanding = Mapping[Standing, Notes]


def standings(
    net: ImageNetAccess, changes: Sequence[ShareChange], notices: Sequence[Notice], *, failed: bool
) -> ByStanding:
    """Return every account of one image by its state, from its steps and from what the provider said."""
    steps = [change for change in changes if change.step is not Step.DRIFT]
    drift = [change for change in changes if change.step is Step.DRIFT]
    reported = noticed(notices, Kind.ASKED) if failed and not steps else {}
    requested, gains, loses = reported | dict(net.requested), net.gains, net.losses
    # An account that state calls foreign may have lost access since: only a read shows who has access.
    read = {account for step in steps if step.read for account in step.foreign}
    listed = merged(step.listed for step in steps)
    already = {account: listed[account] for account in read & listed.keys()}
    # A program may write lines that look like ours: none takes back what the steps say.
    current_notes = noticed(notices, Kind.ALREADY)
    current_notes = {
        account: note for account, note in current_notes.items() if account in listed or not steps
    }
    has_access = _without(current_notes, gains, requested) | already
    keeps = merged(step.keeps for step in steps) | merged(step.loses or {} for step in steps)
    at_refresh = _without(noticed(notices, Kind.ALSO), loses)
    managed = {account for step in changes for account in step.managed}
    foreign = {account for step in steps for account in step.foreign} - managed
    appeared = {account for step in drift for account in step.appeared}
    named = (loses, has_access, keeps, gains, requested, at_refresh)
    return {
        Standing.LOSES: _without(loses, net.unlisted),
        Standing.LOSES_UNLISTED: noted(net.unlisted, loses),
        Standing.GAINS: _without(gains, already),
        Standing.REQUESTED: _without(requested, already),
        Standing.REMOVED_OUTSIDE: merged(step.loses or {} for step in drift),
        Standing.ADDED_OUTSIDE: merged(step.gains or {} for step in drift),
        Standing.NOTE_CHANGED: _without(merged(step.renoted or {} for step in steps), loses),
        Standing.REMOVED_AT_REFRESH: at_refresh,
        Standing.UNMANAGED: _without(dict.fromkeys(foreign | appeared, ""), *named),
        Standing.HAS_ACCESS: has_access,
        Standing.KEEPS: _without(keeps, loses, has_access),
    }


def _without(notes: Notes, *others: Iterable[str]) -> dict[str, str]:
    away = {account for accounts in others for account in accounts}
    return {account: note for account, note in notes.items() if account not in away}


_GAINING = (Standing.GAINS, Standing.REQUESTED)
_OF_STEP = {
    Step.CREATE: (Direction.GAIN,),
    Step.UPDATE: (Direction.GAIN, Direction.LOSS),
    Step.DELETE: (Direction.LOSS,),
}


def hidden(
    steps: Sequence[ShareChange], notices: Sequence[Notice], *, read: bool
) -> tuple[HiddenAccounts, ...]:
    """Return what is known of the accounts of one image that are not shown; `read`: whether it was."""
    counts = secret_counts(notices)
    numbers = {Direction.LOSS: counts[Standing.LOSES]} if Standing.LOSES in counts else {}
    if not counts.keys().isdisjoint(_GAINING):
        numbers[Direction.GAIN] = sum(counts[standing] for standing in _GAINING)
    accounts = [
        HiddenAccounts(
            direction,
            numbers.get(direction),
            step.secret,
            requested=step.step is Step.CREATE and not read,
            share_leaves=step.step is Step.DELETE,
        )
        for step in steps
        if step.gains is None
        for direction in _hidden_directions(step, numbers, read=read)
    ]
    return tuple(dict.fromkeys(accounts))


def hidden_text(hidden: HiddenAccounts) -> str:
    """Return accounts that are not shown, in words."""
    why = "secret" if hidden.secret else "not known before up"
    number = "an unknown number of accounts" if hidden.count is None else count(range(hidden.count))
    if hidden.requested:
        return f"{number} ({why}) may gain access; the image was not read"
    return f"{number} ({why}) may {'LOSE' if hidden.direction is Direction.LOSS else 'gain'} access"


def _hidden_directions(
    change: ShareChange, numbers: Mapping[Direction, int], *, read: bool
) -> Iterator[Direction]:
    for direction in _OF_STEP.get(change.step, ()):
        # The provider says how many a secret list gains and loses that is updated, and how many a new one
        # gains whose image was read. Version 0.1.0 did not count who gains by an update.
        updated = change.step is Step.UPDATE and (direction is Direction.LOSS or direction in numbers)
        silent = change.secret and (updated or (change.step is Step.CREATE and read))
        if not silent or numbers.get(direction):
            yield direction
