"""An audit as one HTML file that asks for nothing else: a matrix of images and accounts, and a list."""

from __future__ import annotations

from dataclasses import dataclass

from alicloud_image_share.inventory.audit_result import Audit, Finding, Verdict
from alicloud_image_share.inventory.declared import managers
from alicloud_image_share.inventory.live import INVISIBLE
from alicloud_image_share.inventory.table_report import account_text, image_text
from alicloud_image_share.review.html import CELLS, page_part, page_template
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.notices import cut

_STYLES = {
    Verdict.RULE: "unlisted",
    Verdict.EVERYONE: "also",
    Verdict.INTERRUPTED: "also",
    Verdict.DRIFTED: "loses",
    Verdict.GONE: "gone",
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


def to_html(audit: Audit) -> str:
    """Return the page."""
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
        invisible=INVISIBLE,
        style=page_part("page.css"),
    )


def _columns(audit: Audit) -> dict[str, str]:
    """Return the accounts, by id, with the first note that there is."""
    notes: dict[str, str] = {}
    for account in (account for finding in audit.findings for account in finding.accounts):
        notes[account.id] = notes.get(account.id) or cut(account.note)
    return dict(sorted(notes.items(), key=lambda pair: (len(pair[0]), pair[0])))


def _rows(audit: Audit, columns: dict[str, str]) -> list[_Row]:
    by_image: dict[ImageKey, list[Finding]] = {}
    for finding in audit.findings:
        by_image.setdefault(finding.key, []).append(finding)
    return [_row(key, of_image, columns) for key, of_image in by_image.items()]


def _row(key: ImageKey, of_image: list[Finding], columns: dict[str, str]) -> _Row:
    verdicts = {account.id: finding.verdict for finding in of_image for account in finding.accounts}
    return _Row(key, of_image[0].name, tuple(verdicts.get(account) for account in columns))


def _letter(verdict: Verdict) -> str:
    """Return what stands for a verdict in a cell: several share a sign, and colour alone tells nobody."""
    return verdict.sign if verdict is Verdict.OK else verdict.name[0]
