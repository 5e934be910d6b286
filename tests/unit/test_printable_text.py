"""Nothing that is printed steers a terminal or turns the reading direction, whatever a text holds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import yaml
from rich.console import Console
from rich.table import Table

from alicloud_image_share.commands.doctor.finding import Finding as DoctorFinding
from alicloud_image_share.commands.doctor.finding import Level
from alicloud_image_share.commands.doctor.finding import to_json as doctor_json
from alicloud_image_share.commands.files import write
from alicloud_image_share.commands.main import main
from alicloud_image_share.commands.migration import text as migration
from alicloud_image_share.commands.migration.hand_over import HandOver
from alicloud_image_share.engine.console import print_lines
from alicloud_image_share.engine.many_stacks_view import ManyStacksView
from alicloud_image_share.engine.run_progress import RunProgress
from alicloud_image_share.engine.standard_streams import say
from alicloud_image_share.inventory import export
from alicloud_image_share.inventory.audit_result import Audit, AuditedAccount, Finding, Verdict
from alicloud_image_share.inventory.declared import Declared, ManagedShare
from alicloud_image_share.inventory.documents import audit_csv, audit_json, uses_json
from alicloud_image_share.inventory.live import (
    AccountInventory,
    Inventory,
    LiveAccount,
    LiveImage,
    ReadFailure,
    ServiceRegion,
)
from alicloud_image_share.inventory.page import to_html
from alicloud_image_share.inventory.revocation import RevocationResult
from alicloud_image_share.inventory.table_report import (
    audit_lines,
    revocation_json,
    revocation_lines,
    uses_lines,
)
from alicloud_image_share.inventory.who import Use, Uses
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.notices import Kind, Notice, about
from alicloud_image_share.sharing.printable_text import printable_lines
from alicloud_image_share.stack_file import ListedAccount, ShareDefinition

CHARACTERS = {
    "filler": "\u3164",
    "variation selector": "a\ufe0f",
    "supplementary selector": "\U000e0101",
    "joiner of marks": "\u034f",
    "right-to-left override": "\u202e",
    "isolate": "\u2066",
    "mark": "\u200f",
    "Arabic mark": "\u061c",
    "zero width": "\u200b",
    "tag": "\U000e0041",
    "escape": "\x1b[31m",
    "escape of one character": "\x9b31m",
    "bell": "\x07",
    "backspace": "\x08\x08",
    "carriage return": "\r",
    "line": "\u2028",
    "next line": "\x85",
    "private": "\ue000",
    "half a pair": "\ud800",
}
STEERING = "".join(CHARACTERS.values())
HOSTILE = f"a{STEERING}\nforged: line\tb"
WEB = "1234567890123456"
KEY = ImageKey("ecs", "cn-hangzhou", f"m-1{HOSTILE}")
REGION = ServiceRegion("ecs", "cn-hangzhou")
SHARE = ManagedShare(
    HOSTILE,
    ShareDefinition(
        name=HOSTILE,
        service="ecs",
        image_id="m-1",
        region_id="cn-hangzhou",
        accounts=(ListedAccount(WEB, HOSTILE, (HOSTILE,)),),
    ),
    KEY,
)
IMAGE = LiveImage(KEY, owner=HOSTILE, name=HOSTILE, accounts=(LiveAccount(WEB, HOSTILE),), everyone=True)
FAILURES = (
    ReadFailure(HOSTILE, HOSTILE, REGION),
    ReadFailure.of_stack(HOSTILE, ValueError(HOSTILE)),
    ReadFailure.of_role(HOSTILE, ValueError(HOSTILE)),
)
INVENTORY = Inventory(
    (AccountInventory(HOSTILE, HOSTILE, (REGION,), (IMAGE,), FAILURES),), FAILURES, narrowing=HOSTILE
)
ACCOUNT = AuditedAccount(WEB, HOSTILE, HOSTILE)
AUDIT = Audit(
    tuple(
        Finding(
            verdict, KEY, HOSTILE, HOSTILE, (AuditedAccount(WEB, HOSTILE, HOSTILE),), (SHARE,), 1, HOSTILE
        )
        for verdict in Verdict
    ),
    INVENTORY,
    FAILURES,
    FAILURES,
)
USES = Uses((WEB,), (Use(WEB, IMAGE, HOSTILE, (SHARE,), by_name=True),), INVENTORY, FAILURES)
REVOKED = (RevocationResult(WEB, KEY, left=True, request_id=HOSTILE, at=HOSTILE, reason=HOSTILE),)
HAND_OVER = HandOver(HOSTILE, (SHARE.definition,), (HOSTILE,), (HOSTILE,), (HOSTILE,))
EXPORTED = export.ExportedShare(SHARE.definition, IMAGE)
FINDING = DoctorFinding(subject=HOSTILE, level=Level.FAIL, words=HOSTILE, fix=HOSTILE)


def lines_of(lines: Iterator[tuple[str, str]]) -> str:
    output = io.StringIO()
    print_lines(lines, Console(file=output, width=500))
    return output.getvalue()


DOCUMENTS = {
    "audit": lambda: lines_of(audit_lines(AUDIT)),
    "audit as JSON": lambda: audit_json(AUDIT),
    "audit as CSV": lambda: audit_csv(AUDIT),
    "audit as HTML": lambda: to_html(AUDIT),
    "who": lambda: lines_of(uses_lines(USES)),
    "who as JSON": lambda: uses_json(USES),
    "revoke": lambda: lines_of(revocation_lines(USES, REVOKED, Declared(()))),
    "revoke as JSON": lambda: revocation_json(USES, REVOKED, Declared(())),
    "export as YAML": lambda: export.to_yaml([EXPORTED], INVENTORY),
    "export as Python": lambda: export.to_python([EXPORTED], INVENTORY),
    "doctor": lambda: lines_of(iter([(str(FINDING), "")])),
    "doctor as JSON": lambda: doctor_json([FINDING]),
    "notice with a detail": lambda: str(Notice(str(KEY), Kind.SKIPPED, detail=HOSTILE)),
    "notice with a note": lambda: str(about(KEY, Kind.GAINS, [WEB], {WEB: HOSTILE}, secret=False)),
    "share at work": lambda: rendered(at_work()._shown()),
    **{f"migrate as {form}": partial(to_text, HAND_OVER) for form, to_text in migration.FORMATS.items()},
}


def rendered(table: Table) -> str:
    output = io.StringIO()
    Console(file=output, width=500).print(table)
    return output.getvalue()


def at_work() -> RunProgress:
    progress = RunProgress(Console(), 2)
    progress.share_started(HOSTILE)
    return progress


def written(text: str, tmp_path: Path) -> str:
    write(text, tmp_path / "document")
    return (tmp_path / "document").read_text("utf-8")


def assert_printable(text: str) -> None:
    left = {character for character in text if not character.isprintable()} - {"\n", "\t"}
    assert not left, [hex(ord(character)) for character in left]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_document_of_hostile_texts_is_printable(name: str, tmp_path: Path) -> None:
    assert_printable(written(DOCUMENTS[name](), tmp_path))


@pytest.mark.parametrize("name", sorted(set(DOCUMENTS) - {"migrate as commands"}))
def test_text_begins_no_line_of_a_document(name: str, tmp_path: Path) -> None:
    text = written(DOCUMENTS[name](), tmp_path)

    assert "forged" in text
    assert not [line for line in text.splitlines() if line.startswith("forged")]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("audit as JSON", lambda text: json.loads(text)["findings"][0]["name"]),
        ("who as JSON", lambda text: json.loads(text)["uses"][0]["name"]),
        ("doctor as JSON", lambda text: json.loads(text)["checks"][0]["words"]),
        ("migrate as json", lambda text: json.loads(text)["shares"][0]["name"]),
        ("migrate as yaml", lambda text: next(iter(yaml.safe_load(text)["config"]["image-shares:shares"]))),
    ],
)
def test_document_for_machines_still_says_the_text_itself(name: str, read, tmp_path: Path) -> None:
    without_halves = read(written(DOCUMENTS[name](), tmp_path)).replace("\ud800", "")

    assert without_halves == HOSTILE.replace("\ud800", "")


def test_cell_of_a_table_for_spreadsheets_holds_no_line_and_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(audit_csv(AUDIT))))

    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if "\n" in cell or cell.startswith(("=", "@", "\t"))]


def test_text_in_other_scripts_stays_as_it_is() -> None:
    text = "中文 русский עברית العربية emoji 🙂 ❤\ufe0f é\nsecond line"

    assert printable_lines(text) == text


@pytest.mark.parametrize("errors", [False, True])
def test_line_that_is_said_is_printable(capsys: pytest.CaptureFixture[str], errors: bool) -> None:
    say(HOSTILE.replace("\ud800", ""), errors=errors)

    said = capsys.readouterr()
    assert_printable(said.out + said.err)


def test_table_of_running_stacks_is_printable() -> None:
    view = ManyStacksView([HOSTILE])
    view.stack_message(HOSTILE, HOSTILE)

    assert_printable(rendered(view._table()))


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", "--service", f"ecs{STEERING}"],
        [f"up{STEERING}"],
        ["review", f"--{STEERING}"],
        ["review", f"none{STEERING}.json"],
        ["preview", "--stack", f"none{STEERING}"],
        ["validate", f"none{STEERING}"],
    ],
    ids=lambda arguments: str(arguments[0])[:8].rstrip("\u202e"),
)
def test_error_about_what_was_typed_is_printable(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status = main([argument.replace("\ud800", "") for argument in arguments])

    said = capsys.readouterr()
    assert status == 1
    assert said.err
    assert_printable(said.out + said.err)
