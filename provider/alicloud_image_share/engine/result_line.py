"""Sum a run up in one line: who gained and who lost access, and what was done to how many shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from alicloud_image_share.engine.console import Line
from alicloud_image_share.engine.stack_run import StackResult
from alicloud_image_share.review.model import OWN_ECS, Standing
from alicloud_image_share.review.net_access import NetAccess
from alicloud_image_share.review.planned_share import Step
from alicloud_image_share.sharing.notices import count


def result_line(result: StackResult) -> Line:
    """Sum a run up in one line; a failed one by why it failed."""
    if result.failure:
        return f"error: {result.failure}", "error"
    steps = Counter(change.step for change in result.changes)
    numbers = [(steps[step], step.word(planned=result.operation.plans)) for step in Step if steps[step]]
    (first, word), *others = [*numbers, (result.unchanged, "unchanged")]
    shares = ", ".join([f"{count(range(first), 'share')} {word}", *(f"{n} {word}" for n, word in others)])
    drifted = all(change.step is Step.DRIFT for change in result.changes)
    access = [] if drifted else [_access_counts(result.net_access, plans=result.operation.plans)]
    return " · ".join([*access, shares, f"stack {result.stack}"]), "title"


def _access_counts(net: NetAccess, *, plans: bool) -> str:
    """Count the accounts, each once for all images; secret ones for each image."""
    requested, hidden = (set() if plans else set(net.requested)), net.secret
    words = [
        _counted(net.losses, hidden[Standing.LOSES], *(("loses", "lose") if plans else ("lost",))),
        _counted(
            requested | set(net.gains),
            hidden[Standing.GAINS] + (0 if plans else hidden[Standing.REQUESTED]),
            *(("gains", "gain") if plans else ("gained",)),
        ),
    ]
    may = _counted(net.requested, hidden[Standing.REQUESTED], "may gain") if plans else ""
    words += [f"{may} (images not read)"] if may else []
    if requested or (hidden[Standing.REQUESTED] and not plans):
        # A create that is done has given access to everybody that it lists.
        words[1] += " (some may have had it already)" if net.gains else " (or had it already)"
    lose, gain = ("loses", "gains") if plans else ("lost", "gained")
    words += [_own_ecs(net.off_in_ecs, lose), _own_ecs(net.on_in_ecs, gain)]
    nobody = "nobody gains or loses access" if plans else "nobody gained or lost access"
    return ", ".join(filter(None, words)) or nobody


def _counted(pairs: Collection[tuple[str, str]], secret: int, verb: str, several: str = "") -> str:
    """Return '2 accounts gain access to 60 images'; empty where there is nobody."""
    number = len({account for _, account in pairs}) + secret
    images = {image for image, _ in pairs}
    where = f" to {len(images)} images" if len(images) > 1 else ""
    return (
        f"{count(range(number))} {verb if number == 1 else several or verb} access{where}" if number else ""
    )


def _own_ecs(images: Collection[str], verb: str) -> str:
    """Return that the owner's own ECS gains or loses access; empty where it does neither."""
    where = f" to {len(images)} images" if len(images) > 1 else ""
    return f"the {OWN_ECS} {verb} access{where}" if images else ""
