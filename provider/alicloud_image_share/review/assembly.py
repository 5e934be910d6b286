"""Make a review of what a preview told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from alicloud_image_share.review.access_ends import ending_accounts, once_for_all_images
from alicloud_image_share.review.engine_step import SHARE_TYPES, is_secret, resource_name
from alicloud_image_share.review.model import (
    Account,
    Accounts,
    ImageReview,
    Level,
    Missing,
    Review,
    Risk,
    Standing,
)
from alicloud_image_share.review.net_access import ImageNetAccess, each_image, net_access
from alicloud_image_share.review.planned_share import STEPS, Step
from alicloud_image_share.review.preview_facts import PreviewError, PreviewFacts
from alicloud_image_share.review.risks import risks, with_risks
from alicloud_image_share.review.share_change import ShareChange
from alicloud_image_share.review.standing import ByStanding, hidden, standings
from alicloud_image_share.review.unreviewed import unreviewed
from alicloud_image_share.sharing.notices import Kind
from alicloud_image_share.stack_file import ShareDefinition


def missing(facts: PreviewFacts, declared: Sequence[ShareDefinition]) -> tuple[Missing, ...]:
    """Return each share that is known to be declared, or at fault, and has no step; sorted by name."""
    shown = {resource_name(step.urn) for step in facts.steps if step.op != "refresh"}
    images = {share.name: str(share.key(facts.region)) for share in declared}
    reasons = dict.fromkeys(images, "its step is not shown: it is unchanged, or was not reached")
    reasons |= {error.name: error.text for error in facts.errors if error.name}
    return tuple(
        Missing(name, images.get(name, ""), reason)
        for name, reason in sorted(reasons.items())
        if name not in shown
    )


_SAID_ONCE = (Kind.ENDED, Kind.ENDING, Kind.RESOURCE_SHARE)

T = TypeVar("T")
Groups = Mapping[tuple[str, str], tuple[str, ...]]
"""(share, account) → the groups that it comes from."""


def review(facts: PreviewFacts, declared: Sequence[ShareDefinition] = ()) -> Review:
    """Return the review of a preview; `declared` is what the stack file says, where it is at hand."""
    images = tuple(_images(facts, _groups(declared)))
    absent = missing(facts, declared) if facts.errors else ()
    absent_names = {share.name for share in absent}
    others = (error for error in facts.errors if error.name not in absent_names)
    errors = (f"{error.name}: {error.text}" if error.name else error.text for error in others)
    result = Review(
        facts.stack,
        images,
        errors=tuple(dict.fromkeys(errors)),
        missing=absent,
        only_rules=bool(facts.errors) and all(error.rule for error in facts.errors),
        not_checked=(
            *_untold(facts.untold),
            *_not_shown(facts, images),
            *_secret_fields(facts),
            *unreviewed(facts.others),
        ),
        owners=_owners(facts),
        ends=tuple(once_for_all_images(notice for notice in facts.notices if notice.kind in _SAID_ONCE)),
        ending=ending_accounts(facts.notices),
    )
    return with_risks(result, [*risks(images), *_broken(facts.errors)])


def _owners(facts: PreviewFacts) -> tuple[str, ...]:
    """Return the accounts that own the images, as state has them."""
    states = (state for step in facts.steps for state in (step.old, step.new) if state)
    owners = {state.outputs.get("owner_id") for state in states}
    return tuple(sorted(owner for owner in owners if isinstance(owner, str) and owner.isdigit()))


def _broken(errors: Iterable[PreviewError]) -> Iterator[Risk]:
    """Return the rules that check has found to be broken."""
    for error in errors:
        if error.rule:
            yield Risk(Level.RULE, error.rule.image, error.name, error.text)


def _untold(shares: int) -> Iterator[str]:
    if shares:
        of = "an unchanged share" if shares == 1 else f"{shares} unchanged shares"
        yield f"who else was given access to the images of {of}: `pulumi preview --json` does not tell it"


def _not_shown(facts: PreviewFacts, images: Sequence[ImageReview]) -> Iterator[str]:
    if facts.not_shown and any(image.losing for image in images):
        yield (
            "whether an unchanged share asks for somebody who loses access here, and so keeps that access:"
            " `pulumi preview --json` shows unchanged shares with --show-sames only"
        )


_HIDEABLE = ("exclusive", "role_arn", "share_to_ecs")
"""Fields that decide what a share does, or as whom; where they are secret the engine shows none of them."""


def _secret_fields(facts: PreviewFacts) -> Iterator[str]:
    for step in facts.steps:
        if step.new and step.type in SHARE_TYPES and STEPS.get(step.op) in (Step.CREATE, Step.UPDATE):
            for name in _HIDEABLE:
                if is_secret(step.new.inputs.get(name)):
                    share = resource_name(step.urn)
                    yield f"{share}: {name} is secret, so what it is, and whether it changes, is not shown"


def _images(facts: PreviewFacts, groups: Groups) -> Iterator[ImageReview]:
    all_changes = facts.changes()
    changes, notices = each_image(all_changes), each_image(facts.notices)
    net = net_access(all_changes, facts.notices)
    replaced = {change.replaces: change.image for change in all_changes if change.replaces}
    for image in sorted(changes.keys() | notices.keys()):
        steps, image_notices, of_image = (
            changes[image],
            notices[image],
            net.images.get(image, ImageNetAccess()),
        )
        if all(step.step is Step.UNCHANGED for step in steps):
            # Only what was said of it: nothing happens to it.
            steps = []
        accounts = _with_groups(
            standings(of_image, steps, image_notices, failed=bool(facts.errors)), steps, groups
        )
        result = ImageReview(
            image=image,
            names=tuple(sorted({step.name for step in steps})),
            accounts=accounts,
            hidden=hidden(steps, image_notices, read=of_image.read),
            in_ecs=of_image.in_ecs,
            ecs_drift=_first(step.in_ecs for step in steps if step.step is Step.DRIFT),
            everyone=any(notice.kind is Kind.EVERYONE for notice in image_notices),
            exclusive=any(step.exclusive and step.step is not Step.DELETE for step in steps),
            replaces=_first(step.replaces for step in steps),
            replaced_by=replaced.get(image),
            not_checked=tuple(notice.detail for notice in image_notices if notice.kind is Kind.SKIPPED),
            fields=tuple(sorted({change for step in steps for change in step.field_changes})),
            digests=frozenset(notice.detail for notice in image_notices if notice.kind is Kind.DIGEST),
        )
        if steps or result != ImageReview(image):
            yield result


def _groups(declared: Iterable[ShareDefinition]) -> Groups:
    return {(share.name, account.id): account.groups for share in declared for account in share.accounts}


def _with_groups(
    accounts: ByStanding, steps: Sequence[ShareChange], groups: Groups
) -> dict[Standing, Accounts]:
    names = sorted({step.name for step in steps})

    def account(identity: str, note: str) -> Account:
        from_groups = (group for name in names for group in groups.get((name, identity), ()))
        return Account(identity, note, tuple(dict.fromkeys(from_groups)))

    return {
        standing: tuple(account(identity, note) for identity, note in sorted(notes.items()))
        for standing, notes in accounts.items()
        if notes
    }


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
