"""Reports in at most five lines, for a chat: counts and names, and what was not read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alicloud_image_share.inventory.audit_result import Audit, Finding, Verdict
from alicloud_image_share.inventory.declared import Declared
from alicloud_image_share.inventory.live import Inventory, ReadFailure
from alicloud_image_share.inventory.revocation import RevocationResult
from alicloud_image_share.inventory.table_report import finding_text, giving_back, image_text
from alicloud_image_share.inventory.who import Uses
from alicloud_image_share.review.access_ends import ending_accounts, short_ends
from alicloud_image_share.review.short import and_more
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.printable_text import cut, printable

LINES = 5
MOST_NAMES = 3
LONGEST = 200
"""Characters of a line: a chat shows a few hundred."""


def audit_short(audit: Audit) -> str:
    """Return how many images there are of each verdict, the worst, what ends soon and what was not read."""
    counts = ", ".join(f"{number} {verdict.name}" for verdict, number in audit.images.items())
    nothing = (
        "no image is shared, and none is in a stack" if audit.complete else "nothing, as far as was read"
    )
    wrong = [finding for finding in audit.findings if finding.verdict is not Verdict.OK]
    ends = short_ends(ending_accounts(audit.ending))
    last = [*([f"! {ends}"] if ends else []), *_unread(audit.inventory, audit.stacks_not_read)]
    return _text(counts or nothing, map(_finding, wrong), last, audit.inventory.narrowing)


def revocation_short(uses: Uses, results: Iterable[RevocationResult], declared: Declared) -> str:
    """Return how much is off and what is left, what was not read, and which stacks would restore access."""
    everyone = {(use.account, use.key): " (open to everyone)" for use in uses.through_everyone}
    results = tuple(results)
    apart = {(use.account, use.key): f" ({'; '.join(use.ways)})" for use in uses.through_resource_shares}
    remaining = {(result.account, result.key): "" for result in results if result.left} | everyone | apart
    removed = {(result.account, result.key) for result in results} - remaining.keys()
    listed = giving_back(uses.accounts, declared)
    giving = [f"stack {share.stack} lists {account}" for account, share in listed]
    names = [f"{account} {image_text(key)}{why}" for (account, key), why in remaining.items()]
    last = [
        *([f"LEFT: {and_more(names, MOST_NAMES)}"] if remaining else []),
        *_unread(uses.inventory, uses.stacks_not_read),
        *([f"`up --refresh` would restore access: {and_more(giving, MOST_NAMES)}"] if giving else []),
    ]
    first = f"{', '.join(uses.accounts)}: {len(removed)} off, {len(remaining)} left"
    return _text(first, (), last, uses.inventory.narrowing)


def _unread(inventory: Inventory, stacks: Iterable[ReadFailure]) -> list[str]:
    gaps = [*inventory.gaps, *(f"NOT read: {failure}" for failure in stacks)]
    return [and_more(gaps, 1)] if gaps else []


def _finding(finding: Finding) -> str:
    return f"{finding.verdict.sign} {finding.verdict.name} {image_text(finding.key)}: {finding_text(finding)}"


def _text(first: str, middle: Iterable[str], last: Sequence[str], narrowing: str) -> str:
    """Return the lines, of which those in the middle are counted where there are too many.

    What options have left out stands in the first line, and in the last one too where there are several.
    """
    lines = list(middle)
    if narrowing:
        first = f"{first}; {narrowing}"
        last = [*last, narrowing] if lines or last else ()
    room = LINES - 1 - len(last)
    if len(lines) > room:
        shown = lines[: room - 1]
        lines = [*shown, f"and {count(lines[len(shown) :], 'more difference')}"]
    return "".join(f"{cut(printable(line), LONGEST)}\n" for line in (first, *lines, *last))
