"""The approval: a review as JSON, sorted and versioned, and what differs from it later."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.errors import ShareError
from alicloud_image_share.review.model import (
    SECRET,
    Accounts,
    Change,
    Direction,
    ImageReview,
    Review,
    Standing,
)
from alicloud_image_share.strict_json import parse_json

VERSION = 1


class ApprovalError(ShareError):
    """A file cannot be used as an approval; the text says why."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What was approved: for which stack, and every (image, account, gain or loss)."""

    stack: str | None
    changes: frozenset[Change]

    def is_done(self, stack: str, access: Collection[tuple[str, str]]) -> bool:
        """Tell whether all that was approved holds; `access` has image and account of what the stack shares.

        How many secret accounts have access tells nothing about which.
        """
        if self.stack and _last_part(self.stack) != _last_part(stack):
            return False
        return bool(self.changes) and all(
            change.account != SECRET
            and ((change.image, change.account) in access) == (change.direction == Direction.GAIN.value)
            for change in self.changes
        )

    def differences(self, review: Review) -> tuple[str, ...]:
        """Return in words what a later review says otherwise, a line each, losses first."""
        lines = []
        # `organization/project/dev` is dev.
        if self.stack and review.stack and _last_part(self.stack) != _last_part(review.stack):
            lines.append(f"approved for stack {self.stack}, and this is stack {review.stack}")
        new, old = review.changes - self.changes, self.changes - review.changes
        lines += [f"not approved: {_worded(change)}" for change in _losses_first(new)]
        lines += [f"approved, and not in this preview: {_worded(change)}" for change in _losses_first(old)]
        return tuple(lines)


def to_json(review: Review) -> str:
    """Return the approval of a review; the same review gives the same text."""
    changes = [
        {"image": change.image, "account": change.account, "change": change.direction, "count": change.count}
        for change in sorted(review.changes)
    ]
    document = {
        "version": VERSION,
        "stack": review.stack,
        "complete": review.complete,
        "changes": changes,
        "risks": [
            {
                "level": risk.level.name.lower(),
                "image": risk.image,
                "share": risk.name,
                "text": risk.text,
                "accounts": [account.id for account in risk.accounts],
            }
            for risk in review.risks
        ],
        "images": [_image(image) for image in review.images],
        "errors": list(review.errors),
        "not_checked": list(review.not_checked),
        "missing": [
            {"share": share.name, "image": share.image, "reason": share.reason} for share in review.missing
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def read_approval(text: str) -> Approval:
    """Read an approval; raise ApprovalError for anything that is none, or that approves nothing."""
    try:
        document = parse_json(text)
        if document["version"] != VERSION:
            raise ApprovalError(
                f"The approval is of version {document['version']}; this program reads {VERSION}."
            )
        if document["complete"] is not True:
            raise ApprovalError("The review is INCOMPLETE, and so approves nothing: the preview had failed.")
        changes = frozenset(_change(entry) for entry in document["changes"])
        stack = document["stack"]
    except (ValueError, KeyError, TypeError) as error:
        raise ApprovalError(
            "This is no approval: `image-share review --format json` writes one"
            f" ({type(error).__name__}: {error})."
        ) from error
    uncounted = sorted({change.image for change in changes if not change.count})
    if uncounted:
        raise ApprovalError(
            f"The review does not say how many accounts of {', '.join(uncounted)} change, for they are secret"
            " or not known before up: any list would pass, and so it approves nothing."
        )
    return Approval(stack, changes)


def _change(entry: Mapping[str, Any]) -> Change:
    image, account, count = entry["image"], entry["account"], entry["count"]
    if not (isinstance(image, str) and isinstance(account, str)):
        raise TypeError("image and account are not text")
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ValueError("count is not a whole number from 0 on")
    return Change(image, account, Direction(entry["change"]).value, count)


def _image(image: ImageReview) -> dict[str, Any]:
    lists = {standing.value: _accounts(image.of(standing)) for standing in Standing if image.of(standing)}
    hidden = [
        {"change": some.direction.value, "count": some.count, "asked": some.requested}
        for some in image.hidden
    ]
    facts = {
        "in_ecs": image.in_ecs,
        "ecs_drift": image.ecs_drift,
        "everyone": image.everyone or None,
        "replaces": image.replaces,
        "replaced_by": image.replaced_by,
        "not_checked": list(image.not_checked) or None,
        "hidden": hidden or None,
    }
    shown = {name: value for name, value in facts.items() if value is not None}
    return {"image": image.image, "shares": list(image.names), **lists, **shown}


def _accounts(accounts: Accounts) -> list[dict[str, Any]]:
    return [
        {"account": account.id, "note": account.note, "groups": list(account.groups)} for account in accounts
    ]


def _last_part(stack: str) -> str:
    return stack.rsplit("/", 1)[-1]


def _losses_first(changes: frozenset[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (change.direction != Direction.LOSS.value, change))


def _worded(change: Change) -> str:
    number = "" if change.count == 1 else f" ({change.count or 'an unknown number'})"
    verb = "loses" if change.direction == Direction.LOSS.value else "gains"
    return f"{change.account}{number} {verb} access to {change.image}"
