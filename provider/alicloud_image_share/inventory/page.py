"""An audit as one HTML file that asks for nothing else: a matrix of images and accounts, and a list."""

from __future__ import annotations

from dataclasses import dataclass

from alicloud_image_share.inventory.audit_result import Audit, Finding, Verdict
from alicloud_image_share.inventory.declared import managers
from alicloud_image_share.inventory.table_report import account_text, image_text
from alicloud_image_share.review.html import CELLS, page_part, page_template
from alicloud_image_share.sharing.access_end import cut_note
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.printable_text import printable

_STYLES = {
    Verdict.RULE: "unlisted",
    Verdict.EVERYONE: "also",
    Verdict.ENDED: "loses",
    Verdict.INTERRUPTED: "also",
    Verdict.DRIFTED: "loses",
    Verdict.GONE: "gone",
    Verdict.VIA_RESOURCE_SHARE: "also",
    Verdict.UNMANAGED: "also",
    Verdict.OK: "keeps",
}
"""How the style sheet of reviews shows a verdict."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One image: its verdict on each account, in the order of the columns."""

    key: ImageKey
    name: str
    cells: tuple[Verdict | None, ...]
    findings: tuple[Finding, ...]

    @property
    def differs(self) -> bool:
        """Whether anything about the image is not as its stack says."""
        return any(finding.verdict is not Verdict.OK for finding in self.findings)

    @property
    def accounts(self) -> int:
        """How many accounts are listed or have access."""
        return len({account.id for finding in self.findings for account in finding.accounts})

    @property
    def text(self) -> str:
        """What a search finds the image by: its id and name, its verdicts and its stacks."""
        words = (text for finding in self.findings for text in (finding.verdict.name, *finding.stacks))
        return " ".join((self.name, str(self.key), *dict.fromkeys(words)))


def to_html(audit: Audit) -> str:
    """Return the audit as one HTML document that loads nothing from elsewhere."""
    columns = _columns(audit)
    rows = _rows(audit, columns)
    template = page_template(
        "alicloud_image_share.inventory",
        account=account_text,
        image=image_text,
        managers=managers,
        style=_STYLES.__getitem__,
        letter=_letter,
    )
    return template.render(
        audit=audit,
        verdicts=[
            verdict for verdict in Verdict if verdict in {present.verdict for present in audit.findings}
        ],
        columns=columns if len(columns) * len(rows) <= CELLS else {},
        rows=rows,
        summary=_summary(audit),
        limits=audit.inventory.limits,
        script=page_part("page.js"),
        style=page_part("page.css"),
    )


def _columns(audit: Audit) -> dict[str, str]:
    """Return the accounts, those that differ first, then by id, each with the first note that there is."""
    notes: dict[str, str] = {}
    for account in (account for finding in audit.findings for account in finding.accounts):
        notes[account.id] = notes.get(account.id) or cut_note(account.note)
    differing = {
        account.id
        for finding in audit.findings
        if finding.verdict is not Verdict.OK
        for account in finding.accounts
    }
    return dict(sorted(notes.items(), key=lambda pair: (pair[0] not in differing, len(pair[0]), pair[0])))


def _summary(audit: Audit) -> str:
    """Return how many images there are of each verdict, as the terminal counts them."""
    counts = " · ".join(f"{number} {verdict.name}" for verdict, number in audit.images.items())
    nothing = "nothing is shared" if audit.complete else "nothing was found in what was read"
    return "; ".join(filter(None, (counts or nothing, printable(audit.inventory.narrowing))))


def _rows(audit: Audit, columns: dict[str, str]) -> list[_Row]:
    by_image: dict[ImageKey, list[Finding]] = {}
    for finding in audit.findings:
        by_image.setdefault(finding.key, []).append(finding)
    return [_row(key, of_image, columns) for key, of_image in by_image.items()]


def _row(key: ImageKey, of_image: list[Finding], columns: dict[str, str]) -> _Row:
    # The worst verdict on an account stands first, and is the one that a cell shows.
    verdicts = {account.id: finding.verdict for finding in reversed(of_image) for account in finding.accounts}
    return _Row(key, of_image[0].name, tuple(verdicts.get(account) for account in columns), tuple(of_image))


def _letter(verdict: Verdict) -> str:
    """Return what stands for a verdict in a cell: several share a sign, and colour alone tells nobody."""
    if verdict is Verdict.ENDED:
        return "T"  # Its time is over: EVERYONE has the E.
    return verdict.sign if verdict is Verdict.OK else verdict.name[0]
