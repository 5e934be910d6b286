"""The lines of reports on what is live, as plain text: aligned, worst first, every id in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from alicloud_image_share.live.audit import Audit, AuditedAccount, Finding, Verdict
from alicloud_image_share.live.model import EVERYONE, INVISIBLE, Survey, Unread
from alicloud_image_share.live.who import Use, Uses
from alicloud_image_share.model import ImageKey
from alicloud_image_share.notices import printable

Line = tuple[str, str]
"""A line, and the colour that it has on a terminal; empty where it has none."""

LISTED = 3
"""So many accounts of a verdict are named in a line; of more, the first one."""

_COLOURS = {
    Verdict.RULE: "red",
    Verdict.DRIFTED: "red",
    Verdict.GONE: "red",
    Verdict.EVERYONE: "yellow",
    Verdict.UNMANAGED: "yellow",
    Verdict.OK: "green",
}


def audit_lines(audit: Audit) -> Iterator[Line]:
    """Return an audit, a line for each verdict on an image; what is right is counted."""
    yield INVISIBLE, ""
    told = [finding for finding in audit.findings if finding.verdict is not Verdict.OK]
    rows = [_audit_row(finding) for finding in told]
    for finding, text in zip(told, aligned(rows), strict=True):
        yield text, _COLOURS[finding.verdict]
    right = {one.key for one in audit.findings} - {one.key for one in told}
    if right:
        words = "image is as its stack says" if len(right) == 1 else "images are as their stacks say"
        yield f"✓ OK {len(right)} {words}", _COLOURS[Verdict.OK]
    if not audit.findings and audit.complete:
        yield "no image is shared, and none is in a stack", ""
    yield from reading_lines(audit.survey)
    yield from stack_lines((*audit.unread, *audit.aside))


def uses_lines(found: Uses) -> Iterator[Line]:
    """Return what accounts can use: the answer first, then an image a line."""
    yield found.verdict, "yellow" if found.uses or not found.survey.complete else "green"
    yield from ((text, "") for text in aligned([use_row(use) for use in found.uses]))
    yield from reading_lines(found.survey)
    yield from stack_lines(found.unread)
    yield INVISIBLE, ""


def use_row(use: Use) -> list[str]:
    """Return the cells of one image that an account can use."""
    since = f"since {use.since}" if use.since else "by name"
    ways = [since] * use.by_name + ["open to everyone"] * use.image.everyone
    name = use.image.name
    return [
        use.account,
        place_text(use.key),
        printable(name),
        printable(" and ".join(ways)),
        str(use.managed),
        use.image.owner,
    ]


def reading_lines(survey: Survey) -> Iterator[Line]:
    """Say what was read and what was not, an account a line."""
    whole = {str(live) for live in survey.reads if not live.unread}
    yield from ((printable(line), "" if line in whole else "red") for line in survey.lines)


def stack_lines(unread: Iterable[Unread]) -> Iterator[Line]:
    """Name the stacks that could not be read."""
    for one in unread:
        yield f"NOT read: {one}; what it manages seems to be managed by nobody", "red"


def place_text(key: ImageKey) -> str:
    """Return an image with its place, as it stands in a line."""
    return " ".join(filter(None, (key.service, key.region_id, key.image_id)))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines whose cells stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def _audit_row(finding: Finding) -> list[str]:
    verdict = finding.verdict
    return [
        f"{verdict.sign} {verdict.name}",
        place_text(finding.key),
        finding_text(finding),
        str(finding.managed),
    ]


def finding_text(finding: Finding) -> str:
    """Return what a verdict is about: its accounts, and what else there is to say."""
    missing = [one for one in finding.accounts if one.missing]
    there = [one for one in finding.accounts if not one.missing]
    drifted = finding.verdict is Verdict.DRIFTED
    parts = [f"{'missing ' if drifted else ''}{_listed(missing)}" if missing else ""]
    parts.append(f"{'extra ' if drifted else ''}{_listed(there)}" if there else "")
    if finding.hidden:
        parts.append(f"{'missing ' if drifted else ''}{finding.hidden} secret")
    return "; ".join(filter(None, [finding.remark, *parts]))


def account_text(account: AuditedAccount) -> str:
    """Return an account with its note."""
    if account.id == EVERYONE:
        return "everyone can use this image"
    return printable(f"{account.id} {account.note}".strip())


def _listed(accounts: Sequence[AuditedAccount]) -> str:
    if len(accounts) <= LISTED:
        return ", ".join(map(account_text, accounts))
    return f"{account_text(accounts[0])}, +{len(accounts) - 1}"
