"""The lines of reports on what is live, as plain text: aligned, worst first, every id in full."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from alicloud_image_share.engine.console import Line, aligned
from alicloud_image_share.inventory import documents
from alicloud_image_share.inventory.audit_result import Audit, AuditedAccount, Finding, Verdict
from alicloud_image_share.inventory.declared import Declared, ManagedShare, managers, stack_names
from alicloud_image_share.inventory.live import EVERYONE, Inventory, ReadFailure
from alicloud_image_share.inventory.revocation import RevocationResult
from alicloud_image_share.inventory.who import Use, Uses
from alicloud_image_share.sharing.access_end import cut_note
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.printable_text import json_text, printable

LISTED = 3
"""So many accounts of a verdict are named in a line; of more, the first one."""

_COLOURS = {
    Verdict.EVERYONE: "yellow",
    Verdict.INTERRUPTED: "yellow",
    Verdict.VIA_RESOURCE_SHARE: "yellow",
    Verdict.UNMANAGED: "yellow",
    Verdict.OK: "green",
}


def audit_lines(audit: Audit) -> Iterator[Line]:
    """Return an audit, a line for each verdict on an image; what is right is counted."""
    yield audit.inventory.limits, ""
    shown = [finding for finding in audit.findings if finding.verdict is not Verdict.OK]
    for finding, text in zip(shown, aligned([_audit_row(finding) for finding in shown]), strict=True):
        yield text, _COLOURS.get(finding.verdict, "red")
    if right := audit.images.get(Verdict.OK):
        words = "image is as its stack says" if right == 1 else "images are as their stacks say"
        yield f"✓ OK {right} {words}", _COLOURS[Verdict.OK]
    if shown:
        # An image may take several lines: the page and JSON count each once, too, by its worst verdict.
        counts = " · ".join(f"{count} {verdict.name}" for verdict, count in audit.images.items())
        yield f"images: {counts}", ""
    yield from ((printable(f"! {line}"), "yellow") for line in audit.ends)
    if not audit.findings and audit.complete:
        yield "no image is shared, and none is in a stack", ""
    yield from _reading_lines(audit.inventory)
    yield from _stack_lines(audit.stacks_not_read)


def uses_lines(uses: Uses) -> Iterator[Line]:
    """Return what accounts can use: the answer first, then an image a line."""
    yield uses.verdict, "yellow" if uses.uses or not uses.inventory.complete else "green"
    yield from ((text, "") for text in aligned([_use_row(use) for use in uses.uses]))
    yield from _reading_lines(uses.inventory)
    yield from _stack_lines(uses.stacks_not_read)
    yield uses.inventory.limits, ""


def image_text(key: ImageKey) -> str:
    """Return an image with its region, as it stands in a line."""
    return " ".join(filter(None, (key.service, key.region_id, key.image_id)))


def account_text(account: AuditedAccount) -> str:
    """Return an account with its note."""
    if account.id == EVERYONE:
        return "everyone can use this image"
    return printable(f"{account.id} {cut_note(account.note)}".strip())


def _use_row(use: Use) -> list[str]:
    since = f"since {use.since}" if use.since else "by name"
    ways = [since] * use.by_name + ["open to everyone"] * use.image.everyone + [*use.ways]
    cells = (use.account, image_text(use.key), use.image.name, " and ".join(ways))
    return [*map(printable, cells), managers(stack_names(use.shares)), f"owner {use.image.owner}"]


def _reading_lines(inventory: Inventory) -> Iterator[Line]:
    """Say what was read and what was not, an account a line."""
    yield from ((printable(line), "" if whole else "red") for line, whole in inventory.lines)


def _stack_lines(failures: Iterable[ReadFailure]) -> Iterator[Line]:
    """Name the stacks that could not be read."""
    for failure in failures:
        yield f"NOT read: {failure}; {failure.consequence}", "red"


def _audit_row(finding: Finding) -> list[str]:
    verdict = f"{finding.verdict.sign} {finding.verdict.name}"
    return [verdict, image_text(finding.key), finding_text(finding), managers(finding.stacks)]


def finding_text(finding: Finding) -> str:
    """Return what a verdict is about: its accounts, and what else there is to say."""
    drifted = finding.verdict is Verdict.DRIFTED
    missing, extra = ("missing ", "extra ") if drifted else ("", "")
    if finding.verdict is Verdict.RULE:
        missing = "listed, without access: "
    parts = [finding.remark]
    for word, is_missing in ((missing, True), (extra, False)):
        accounts = [account for account in finding.accounts if account.missing is is_missing]
        parts.append(f"{word}{_listed(accounts)}" if accounts else "")
    parts.append(f"{missing}{finding.hidden} secret" if finding.hidden else "")
    return "; ".join(filter(None, parts))


def _listed(accounts: Sequence[AuditedAccount]) -> str:
    if len(accounts) <= LISTED:
        return ", ".join(map(account_text, accounts))
    return f"{account_text(accounts[0])}, +{len(accounts) - 1}"


def revoked_line(revoked: RevocationResult) -> Line:
    """Return what came of one account on one image."""
    where = f"{revoked.account} {image_text(revoked.key)}"
    if revoked.left:
        reason = revoked.reason or "the last read still shows it"
        return printable(f"✗ {where}: IS LEFT: {reason}"), "red"
    request = (
        f"request {revoked.request_id}" if revoked.request_id else "the answer was lost, a read showed it"
    )
    return f"✓ {where}: is off ({request}, {revoked.at})", "green"


def revocation_lines(uses: Uses, results: tuple[RevocationResult, ...], declared: Declared) -> Iterator[Line]:
    """Sum a revocation up, and say what to do next."""
    elsewhere = {(use.account, use.key) for use in (*uses.through_everyone, *uses.through_resource_shares)}
    remaining = elsewhere | {(result.account, result.key) for result in results if result.left}
    removed = {(result.account, result.key) for result in results} - remaining
    yield f"{len(removed)} off, {len(remaining)} left", "red" if remaining else "green"
    for use in uses.through_everyone:
        words = "everyone can use this image, so it is left: take it back from everyone in the console"
        yield f"✗ {use.account} {image_text(use.key)}: {words}", "red"
    for use in uses.through_resource_shares:
        words = f"{'; '.join(use.ways)}, so it is left: take it off in the console of Resource Sharing"
        yield printable(f"✗ {use.account} {image_text(use.key)}: {words}"), "red"
    for gap in uses.inventory.gaps:
        yield printable(f"NOT everything was read, so there may be more: {gap}"), "red"
    giving = giving_back(uses.accounts, declared)
    if giving:
        yield "these shares still list the account; `up --refresh` would restore its access:", "yellow"
    for account, share in giving:
        yield printable(f"  stack {share.stack}: {share.source(account)} lists {account}"), "yellow"
    yield "to refuse the account in every list and group, add this to the file of each stack:", ""
    yield f"  {_denied_line(uses.accounts)}", ""
    if uses.inventory.narrowing:
        yield uses.inventory.narrowing, "yellow"


def revocation_json(uses: Uses, results: Iterable[RevocationResult], declared: Declared) -> str:
    """Return a revocation as JSON."""
    document = {
        "accounts": list(uses.accounts),
        **documents.what_was_read(uses),
        "resource_sharing": uses.inventory.resource_sharing,
        "results": [{**asdict(result), "key": str(result.key)} for result in results],
        "open_to_everyone": [str(use.key) for use in uses.through_everyone],
        "in_resource_shares": [
            {"account": use.account, "image": str(use.key), "through": list(use.ways)}
            for use in uses.through_resource_shares
        ],
        "would_give_back": [
            {"account": account, "stack": share.stack, "share": share.source(account)}
            for account, share in giving_back(uses.accounts, declared)
        ],
        "denied_accounts": _denied_line(uses.accounts),
    }
    return json_text(document)


def giving_back(accounts: Iterable[str], declared: Declared) -> list[tuple[str, ManagedShare]]:
    """Return every share of a stack that lists one of the accounts."""
    shares = [share for stack in declared.stacks for share in stack.shares]
    return [(account, share) for account in accounts for share in shares if account in share.accounts]


def _denied_line(accounts: Iterable[str]) -> str:
    """Return the line for a stack file."""
    return f"image-shares:deniedAccounts: {json.dumps(list(accounts))}"
