"""The approval as a document: a review as JSON, sorted and versioned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from alicloud_image_share.errors import ShareError
from alicloud_image_share.review.approval_comparison import Approval
from alicloud_image_share.review.binding import read_binding
from alicloud_image_share.review.field_change import FieldChange
from alicloud_image_share.review.model import (
    Accounts,
    Change,
    Direction,
    ImageReview,
    Review,
    Standing,
)
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.strict_json import parse_json

VERSION = 2


class ApprovalError(ShareError):
    """A file cannot be used as an approval; the text says why."""


def to_json(review: Review) -> str:
    """Return the approval of a review; the same review gives the same text."""
    changes = [
        {
            "image": change.image,
            "account": change.account,
            "change": change.direction,
            "count": change.count,
            **({"until": change.until} if change.until else {}),
        }
        for change in sorted(review.changes)
    ]
    document = {
        "version": VERSION,
        "stack": review.stack,
        "complete": review.complete,
        "changes": changes,
        "conditions": [asdict(change) for change in sorted(review.conditions)],
        "secret": [{"image": image, "digest": digest} for image, digest in sorted(review.digests)],
        "bound_to": review.binding.to_document() if review.binding else None,
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
        **({"ends": list(review.ends)} if review.ends else {}),
        "missing": [
            {"share": share.name, "image": share.image, "reason": share.reason} for share in review.missing
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def read_approval(text: str) -> Approval:
    """Read an approval; raise ApprovalError for any other text, and for an approval of nothing."""
    try:
        document = parse_json(text)
        if document["version"] != VERSION:
            raise ApprovalError(
                f"The approval is of version {show(document['version'])}; this program reads {VERSION}."
                " Review the change again."
            )
        if document["complete"] is not True:
            raise ApprovalError("The review is INCOMPLETE, and so approves nothing: the preview had failed.")
        bound_to = document["bound_to"]
        approval = Approval(
            stack=_text(document["stack"]),
            changes=frozenset(_change(entry) for entry in document["changes"]),
            conditions=frozenset(_condition(entry) for entry in document["conditions"]),
            digests=frozenset(
                (_text(entry["image"]), _text(entry["digest"])) for entry in document["secret"]
            ),
            binding=None if bound_to is None else read_binding(bound_to),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ApprovalError(
            f"This is no approval: `image-share review --format json` writes one ({_reason(error)})."
        ) from error
    uncounted = sorted({change.image for change in approval.changes if not change.count})
    if uncounted:
        raise ApprovalError(
            f"The review does not say how many accounts of {', '.join(uncounted)} change, for they are secret"
            " or not known before up: any list would pass, and so it approves nothing."
        )
    return approval


def _reason(error: Exception) -> str:
    """Return what is wrong with a document, in words of JSON and not of Python."""
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, TypeError | AttributeError):
        return "a value in it is of another kind than an approval has"
    return str(error)


def _text(value: object) -> str:
    if not (isinstance(value, str) and value):
        raise TypeError(f"{show(value)} is not a text")
    return value


def _condition(entry: Mapping[str, Any]) -> FieldChange:
    if not all(isinstance(value, str) for value in entry.values()):
        raise TypeError("a condition is not of texts")
    return FieldChange(**entry)


def _change(entry: Mapping[str, Any]) -> Change:
    image, account, count, until = entry["image"], entry["account"], entry["count"], entry.get("until", "")
    if not all(isinstance(text, str) for text in (image, account, until)):
        raise TypeError("image, account and until are not text")
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ValueError("count is not a whole number from 0 on")
    return Change(image, account, Direction(entry["change"]).value, count, until)


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
        "fields": [asdict(change) for change in image.fields] or None,
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
