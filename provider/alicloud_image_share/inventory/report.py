"""The lines of reports on what is live, as plain text: aligned, worst first, every id in full."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from alicloud_image_share.inventory import documents
from alicloud_image_share.inventory.audit import Audit, AuditedAccount, Finding, Verdict
from alicloud_image_share.inventory.declared import Claim, Declared
from alicloud_image_share.inventory.model import EVERYONE, INVISIBLE, Survey, Unread
from alicloud_image_share.inventory.revocation import Revoked
from alicloud_image_share.inventory.who import Use, Uses
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.notices import printable

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


def result_line(one: Revoked) -> Line:
    """Return what came of one account on one image."""
    where = f"{one.account} {place_text(one.key)}"
    if one.left:
        return printable(f"✗ {where}: IS LEFT: {one.reason or 'the last read still shows it'}"), "red"
    request = f"request {one.request_id}" if one.request_id else "the answer was lost, a read showed it"
    return f"✓ {where}: is off ({request}, {one.at})", "green"


def summary_lines(found: Uses, results: tuple[Revoked, ...], declared: Declared) -> Iterator[Line]:
    """Sum a revocation up, and say what to do next."""
    everyone = {(use.account, use.key) for use in found.uses if use.image.everyone}
    left = everyone | {(one.account, one.key) for one in results if one.left}
    off = {(one.account, one.key) for one in results} - left
    yield f"{len(off)} off, {len(left)} left", "red" if left else "green"
    for use in found.uses:
        if use.image.everyone:
            words = "everyone can use this image, so it is left: take it back from everyone in the console"
            yield f"✗ {use.account} {place_text(use.key)}: {words}", "red"
    for gap in found.survey.gaps:
        yield printable(f"NOT everything was read, so there may be more: {gap}"), "red"
    giving = giving_back(found.accounts, declared)
    if giving:
        yield "these would give it back, at the latest with `up --refresh`:", "yellow"
    for account, claim in giving:
        yield printable(f"  stack {claim.stack}: {claim.source(account)} lists {account}"), "yellow"
    yield (
        "to refuse it in every list, whatever group it comes from, add to the file of each stack:",
        "",
    )
    yield f"  {denied_line(found.accounts)}", ""


def to_json(found: Uses, results: Iterable[Revoked], declared: Declared) -> str:
    """Return a revocation as JSON."""
    document = {
        "accounts": list(found.accounts),
        **documents.what_was_read(found),
        "invisible": INVISIBLE,
        "results": [{**asdict(one), "key": str(one.key)} for one in results],
        "open_to_everyone": [str(use.key) for use in found.uses if use.image.everyone],
        "would_give_back": [
            {"account": account, "stack": claim.stack, "share": claim.source(account)}
            for account, claim in giving_back(found.accounts, declared)
        ],
        "denied_accounts": denied_line(found.accounts),
    }
    return documents.text(document)


def giving_back(accounts: Iterable[str], declared: Declared) -> list[tuple[str, Claim]]:
    """Return every share of a stack that lists one of the accounts."""
    claims = [claim for stack in declared.stacks for claim in stack.claims]
    return [(account, claim) for account in accounts for claim in claims if account in claim.asked]


def denied_line(accounts: Iterable[str]) -> str:
    """Return the line for a stack file."""
    return f"image-shares:deniedAccounts: {json.dumps(list(accounts))}"
