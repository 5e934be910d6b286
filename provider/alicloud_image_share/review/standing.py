"""In which state each account of an image is, and what is known of accounts that are not shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from alicloud_image_share.review.model import Direction, HiddenAccounts, Standing
from alicloud_image_share.review.net_access import NetAccess, secret_counts
from alicloud_image_share.review.share_change import ShareChange, Step
from alicloud_image_share.review.state_access import Notes
from alicloud_image_share.sharing.notices import Kind, Notice, count

ByStanding = Mapping[Standing, Notes]


def by_image(net: NetAccess) -> defaultdict[str, ByStanding]:
    """Return image → state → account → note, as far as all shares together decide it."""
    images: defaultdict[str, defaultdict[Standing, dict[str, str]]]
    images = defaultdict(lambda: defaultdict(dict))
    for standing, pairs in ((Standing.REQUESTED, net.requested), (Standing.GAINS, net.gains)):
        for (image, account), note in pairs.items():
            images[image][standing][account] = note
    for (image, account), note in net.losses.items():
        standing = Standing.LOSES_UNLISTED if (image, account) in net.unlisted else Standing.LOSES
        images[image][standing][account] = note
    return defaultdict(dict, images)


def standings(
    net: ByStanding, changes: Sequence[ShareChange], notices: Sequence[Notice], *, failed: bool
) -> ByStanding:
    """Return every account of one image by its state, from its steps and from what the provider said."""
    steps = [change for change in changes if change.step is not Step.DRIFT]
    drift = [change for change in changes if change.step is Step.DRIFT]
    loses, unlisted = net.get(Standing.LOSES, {}), net.get(Standing.LOSES_UNLISTED, {})
    reported = _noticed(notices, Kind.ASKED) if failed and not steps else {}
    requested, gains = reported | dict(net.get(Standing.REQUESTED, {})), dict(net.get(Standing.GAINS, {}))
    # Whom state calls foreign may have been taken off since: only a read tells who has access already.
    read = {account for step in steps if step.read for account in step.foreign}
    listed = _merged(step.listed for step in steps)
    already = {account: listed[account] for account in read & listed.keys()}
    # A program may write lines that look like ours: none takes back what the steps say.
    said = _noticed(notices, Kind.ALREADY)
    said = {account: note for account, note in said.items() if account in listed or not steps}
    has_access = _without(said, gains, requested) | already
    keeps = _merged(step.keeps for step in steps) | _merged(step.loses or {} for step in steps)
    leaves = loses.keys() | unlisted.keys()
    at_refresh = _without(_noticed(notices, Kind.ALSO), leaves)
    managed = {account for step in changes for account in step.managed}
    foreign = {account for step in steps for account in step.foreign} - managed
    appeared = {account for step in drift for account in step.appeared}
    named = (leaves, has_access, keeps, gains, requested, at_refresh)
    return {
        Standing.LOSES: loses,
        Standing.LOSES_UNLISTED: unlisted,
        Standing.GAINS: _without(gains, already),
        Standing.REQUESTED: _without(requested, already),
        Standing.REMOVED_OUTSIDE: _merged(step.loses or {} for step in drift),
        Standing.ADDED_OUTSIDE: _merged(step.gains or {} for step in drift),
        Standing.NOTE_CHANGED: _without(_merged(step.renoted or {} for step in steps), leaves),
        Standing.REMOVED_AT_REFRESH: at_refresh,
        Standing.UNMANAGED: _without(dict.fromkeys(foreign | appeared, ""), *named),
        Standing.HAS_ACCESS: has_access,
        Standing.KEEPS: _without(keeps, leaves, has_access),
    }


def _noticed(notices: Iterable[Notice], kind: Kind) -> dict[str, str]:
    return _merged(dict(notice.accounts) for notice in notices if notice.kind is kind)


def _merged(notes: Iterable[Notes]) -> dict[str, str]:
    return {account: note for each in notes for account, note in each.items()}


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
        if step.gains is None or step.loses is None
        for direction in _hidden_directions(step, numbers, read=read)
    ]
    return tuple(dict.fromkeys(accounts))


def hidden_text(hidden: HiddenAccounts) -> str:
    """Return accounts that are not shown, in words."""
    why = "secret" if hidden.secret else "not known before up"
    number = "an unknown number of accounts" if hidden.count is None else count(range(hidden.count))
    if hidden.requested:
        return f"{number} ({why}) {'is' if hidden.count == 1 else 'are'} asked for; live state unknown"
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
