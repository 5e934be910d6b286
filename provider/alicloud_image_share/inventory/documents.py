"""Reports on what is live as JSON and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import yaml

from alicloud_image_share.inventory.audit_result import Audit, AuditedAccount, Finding, Verdict
from alicloud_image_share.inventory.declared import stack_names
from alicloud_image_share.inventory.live import AccountInventory, ReadFailure
from alicloud_image_share.inventory.who import Use, Uses
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.printable_text import json_text, printable, printable_lines

COLUMNS = ("time", "owner", "service", "region", "image", "account", "note", "since", "stack", "verdict")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take text for a formula."""


def audit_json(audit: Audit) -> str:
    """Return the JSON document of an audit, with what was not read and why; docs/audit.md has its keys."""
    inventory = audit.inventory
    document = {
        "reads": [_reading(account) for account in inventory.accounts],
        "not_read": _failures((*inventory.roles_not_assumed, *audit.stacks_not_read)),
        "narrowed": inventory.narrowing or None,
        "resource_sharing": inventory.resource_sharing,
        "images": {verdict.name: count for verdict, count in audit.images.items()},
        "findings": [_finding(finding) for finding in audit.findings],
        **({"ends": list(audit.ends)} if audit.ends else {}),
    }
    return json_text(document)


def audit_csv(audit: Audit) -> str:
    """Return an audit as CSV, an account a row.

    What was not read is a row with the verdict NOT READ, and what options have left out one with NARROWED.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    accounts = audit.inventory.accounts
    times = {account.account_id: account.at for account in accounts}
    last = max(times.values(), default="")
    rows = [row for finding in audit.findings for row in _rows(finding, times.get(finding.owner, last))]
    rows += [_row(a.at, a.account_id, failure) for a in accounts for failure in a.failures]
    rows += [_row(last, "", failure) for failure in audit.inventory.roles_not_assumed]
    rows += [_row(last, "", failure) for failure in audit.stacks_not_read]
    narrowing = audit.inventory.narrowing
    rows += [(last, "", "", "", "", "", narrowing, "", "", "NARROWED")] if narrowing else []
    writer.writerows(map(_plain, rows))
    return file.getvalue()


def uses_json(uses: Uses) -> str:
    """Return what accounts can use as JSON."""
    document = {
        "accounts": list(uses.accounts),
        "verdict": uses.verdict,
        **what_was_read(uses),
        "resource_sharing": uses.inventory.resource_sharing,
        "uses": [_use(use) for use in uses.uses],
    }
    return json_text(document)


def what_was_read(uses: Uses) -> dict[str, Any]:
    """Return what was read and what was not; where one account is all, as `read` too: it was all once."""
    inventory = uses.inventory
    reads = [_reading(account) for account in inventory.accounts]
    alone = {"read": reads[0]} if len(reads) == 1 and not inventory.roles_not_assumed else {}
    failures = (*inventory.roles_not_assumed, *uses.stacks_not_read)
    return {**alone, "reads": reads, "not_read": _failures(failures), "narrowed": inventory.narrowing or None}


def yaml_text(document: Any, *, width: int) -> str:
    """Return a document as YAML; a character that could steer a terminal has all be written as ASCII."""
    dump: Callable[..., object] = partial(yaml.safe_dump, document, sort_keys=False, width=width)
    text = str(dump(allow_unicode=True))
    return text if text == printable_lines(text) else str(dump(allow_unicode=False))


def verdict_text(finding: Finding, account: AuditedAccount | None) -> str:
    """Return the verdict on one account: of a drifted image, whether it is missing or extra."""
    if finding.verdict is not Verdict.DRIFTED or account is None:
        return finding.verdict.name
    return f"{finding.verdict.name} ({'missing' if account.missing else 'extra'})"


def _use(use: Use) -> dict[str, Any]:
    return {
        "account": use.account,
        "owner": use.image.owner,
        **_image(use.key, use.image.name),
        "since": use.since or None,
        "through": use.through,
        "certain": use.is_certain,
        "resource_shares": list(use.ways),
        "stacks": stack_names(use.shares),
        "shares": [share.source(use.account) for share in use.shares],
    }


def _reading(account: AccountInventory) -> dict[str, Any]:
    """Return what was read, as which account and when, and what was not read."""
    return {
        "caller": account.account_id,
        "at": account.at,
        "places": [str(region) for region in account.listed_regions],
        "not_there": [str(region) for region in account.unknown_regions],
        "not_read": _failures(account.failures),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "verdict": finding.verdict.name,
        "owner": finding.owner,
        **_image(finding.key, finding.name),
        "accounts": [
            {
                "account": account.id,
                "note": account.note,
                "since": account.since or None,
                "missing": account.missing,
            }
            for account in finding.accounts
        ],
        "secret_missing": finding.hidden,
        "remark": finding.remark,
        "stacks": finding.stacks,
    }


def _image(key: ImageKey, name: str) -> dict[str, Any]:
    return {"service": key.service, "region": key.region_id, "image": key.image_id, "name": name}


def _rows(finding: Finding, time: str) -> Iterator[tuple[str, ...]]:
    key, stacks = finding.key, " ".join(finding.stacks)
    image = (time, finding.owner, key.service, key.region_id or "", key.image_id)
    for account in finding.accounts:
        note = account.note
        if finding.verdict is Verdict.VIA_RESOURCE_SHARE:
            note = f"{note} {finding.remark}"
        yield (*image, account.id, note, account.since, stacks, verdict_text(finding, account))
    if not finding.accounts or finding.hidden:
        note = f"{finding.hidden} secret" if finding.hidden else finding.remark
        yield (*image, "", note, "", stacks, verdict_text(finding, None))


def _row(time: str, owner: str, failure: ReadFailure) -> tuple[str, ...]:
    image, stack = ("", failure.what) if failure.stack else (failure.what, "")
    return (time, owner, "", "", image, "", failure.reason, "", stack, "NOT READ")


def _failures(failures: Iterable[ReadFailure]) -> list[dict[str, str]]:
    return [{"what": failure.what, "reason": failure.reason} for failure in failures]


def _plain(row: Iterable[str]) -> list[str]:
    return [printable(f"'{cell}" if cell.startswith(_FORMULA) else cell) for cell in row]
