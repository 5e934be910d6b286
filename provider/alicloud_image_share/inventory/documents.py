"""Reports on what is live as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from alicloud_image_share.inventory.audit import Audit, AuditedAccount, Finding, Verdict
from alicloud_image_share.inventory.model import INVISIBLE, Live, Unread
from alicloud_image_share.inventory.who import Use, Uses

COLUMNS = ("time", "owner", "service", "region", "image", "account", "note", "since", "stack", "verdict")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take text for a formula."""


def audit_json(audit: Audit) -> str:
    """Return an audit as JSON."""
    document = {
        "reads": [_reading(live) for live in audit.survey.reads],
        "not_read": _unread((*audit.survey.unreached, *audit.unread, *audit.aside)),
        "invisible": INVISIBLE,
        "findings": [_finding(finding) for finding in audit.findings],
    }
    return text(document)


def audit_csv(audit: Audit) -> str:
    """Return an audit as CSV, an account a row; what was not read is a row with the verdict NOT READ."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    reads, unreached = audit.survey.reads, audit.survey.unreached
    times = {live.caller: live.at for live in reads}
    last = max(times.values(), default="")
    for finding in audit.findings:
        time = times.get(finding.owner, last)
        writer.writerows(map(_plain, row) for row in _rows(finding, time))
    missed = [(live.at, live.caller, one) for live in reads for one in live.unread]
    missed += [(last, "", one) for one in unreached]
    for time, owner, one in missed:
        writer.writerow(map(_plain, (time, owner, "", "", one.what, "", one.reason, "", "", "NOT READ")))
    for one in (*audit.unread, *audit.aside):
        writer.writerow(map(_plain, (last, "", "", "", "", "", one.reason, "", one.what, "NOT READ")))
    return file.getvalue()


def uses_json(found: Uses) -> str:
    """Return what accounts can use as JSON."""
    document = {
        "accounts": list(found.accounts),
        "verdict": found.verdict,
        **what_was_read(found),
        "invisible": INVISIBLE,
        "uses": [use(one) for one in found.uses],
    }
    return text(document)


def use(one: Use) -> dict[str, Any]:
    """Return one image that an account can use."""
    return {
        "account": one.account,
        "owner": one.image.owner,
        **_image(one.key.service, one.key.region_id, one.key.image_id, one.image.name),
        "since": one.since or None,
        "through": one.through,
        "stacks": sorted({claim.stack for claim in one.managed.claims}),
        "shares": [claim.source(one.account) for claim in one.managed.claims],
    }


def what_was_read(found: Uses) -> dict[str, Any]:
    """Return what was read and what was not; where one account is all, as `read` too: it was all once."""
    reads = [_reading(live) for live in found.survey.reads]
    alone = {"read": reads[0]} if len(reads) == 1 and not found.survey.unreached else {}
    return {**alone, "reads": reads, "not_read": _unread((*found.survey.unreached, *found.unread))}


def _reading(live: Live) -> dict[str, Any]:
    """Return what was read, by whom and when, and what was not."""
    return {
        "caller": live.caller,
        "at": live.at,
        "places": [str(place) for place in live.places if place not in live.unread_places],
        "not_there": [str(place) for place in live.absent],
        "not_read": _unread(live.unread),
    }


def text(document: Any) -> str:
    """Return a document as text."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def verdict_text(finding: Finding, account: AuditedAccount | None) -> str:
    """Return the verdict on one account: of a drifted image, whether it is missing or extra."""
    if finding.verdict is not Verdict.DRIFTED or account is None:
        return finding.verdict.name
    return f"{finding.verdict.name} ({'missing' if account.missing else 'extra'})"


def _finding(finding: Finding) -> dict[str, Any]:
    key = finding.key
    return {
        "verdict": finding.verdict.name,
        "owner": finding.owner,
        **_image(key.service, key.region_id, key.image_id, finding.name),
        "accounts": [
            {"account": one.id, "note": one.note, "since": one.since or None, "missing": one.missing}
            for one in finding.accounts
        ],
        "secret_missing": finding.hidden,
        "remark": finding.remark,
        "stacks": sorted({claim.stack for claim in finding.managed.claims}),
    }


def _image(service: str, region: str | None, image: str, name: str) -> dict[str, Any]:
    return {"service": service, "region": region, "image": image, "name": name}


def _rows(finding: Finding, time: str) -> Iterator[tuple[str, ...]]:
    key = finding.key
    stacks = " ".join(sorted({claim.stack for claim in finding.managed.claims}))
    image = (time, finding.owner, key.service, key.region_id or "", key.image_id)
    for one in finding.accounts:
        yield (*image, one.id, one.note, one.since, stacks, verdict_text(finding, one))
    if not finding.accounts or finding.hidden:
        note = f"{finding.hidden} secret" if finding.hidden else finding.remark
        yield (*image, "", note, "", stacks, verdict_text(finding, None))


def _unread(unread: Iterable[Unread]) -> list[dict[str, str]]:
    return [{"what": one.what, "reason": one.reason} for one in unread]


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
