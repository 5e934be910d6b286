"""What a terminal cannot show has a plain stand-in, in every command; documents are UTF-8 all the same."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from alicloud_image_share.commands.main import main
from alicloud_image_share.inventory.audit_result import Verdict
from alicloud_image_share.review.rows import ROWS
from alicloud_image_simulator import Simulator
from tests.support.command_line import image_share_process

pytestmark = pytest.mark.usefixtures("forked_processes")

ENCODINGS = ("ascii", "gbk")
"""One that shows none of the signs, and one that shows some of them with bytes of its own."""
WEB, SHOP = "1234567890123456", "1550809237710001"
NOTE = "équipe 图 😀"
PREVIEWS = Path(__file__).parents[1] / "review/inputs"


@pytest.fixture
def project(cloud: Simulator, tmp_path: Path) -> Path:
    """A project with a stack, whose image is shared as the stack says and beside that."""
    image = {"service": "ecs", "image_id": "m-1", "name": NOTE, "accounts": [WEB, SHOP]}
    cloud.put_state({"images": [image], "behaviour": {"swas_calls_a_minute": "none"}})
    (tmp_path / "Pulumi.yaml").write_text("name: images\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("import alicloud_image_share.stack_program\n")
    share = {"service": "ecs", "image_id": "m-1", "accounts": {WEB: NOTE, "1999999999999999": NOTE}}
    config = {"image-shares:shares": {"golden": share}}
    (tmp_path / "Pulumi.dev.yaml").write_text(json.dumps({"config": config}, ensure_ascii=False), "utf-8")
    return tmp_path


def run(cloud: Simulator, folder: Path, encoding: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command whose standard streams have an encoding."""
    environment = {**os.environ, **cloud.environment, "PYTHONIOENCODING": encoding}
    return subprocess.run(
        [*image_share_process(), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
    )


@dataclass(frozen=True, slots=True)
class Printed:
    """What a command printed, in the encoding of its streams, and its exit status."""

    status: int
    output: bytes
    errors: bytes


@pytest.fixture
def run_here(cloud: Simulator, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Printed]:
    """Run a command in this process, on streams that have an encoding."""

    def run_in(folder: Path, encoding: str, *arguments: str) -> Printed:
        monkeypatch.chdir(folder)
        for name, value in cloud.environment.items():
            monkeypatch.setenv(name, value)
        output, errors = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as streams:
            streams.setattr(sys, "stdout", io.TextIOWrapper(output, encoding, write_through=True))
            streams.setattr(sys, "stderr", io.TextIOWrapper(errors, encoding, write_through=True))
            status = main(list(arguments))
            return Printed(status, output.getvalue(), errors.getvalue())

    return run_in


def test_every_sign_of_a_report_has_a_stand_in_of_its_own():
    signs = [*(row.sign for row in ROWS), *dict.fromkeys(verdict.sign for verdict in Verdict)]
    code = (
        "import sys; from alicloud_image_share.engine.standard_streams import use_stand_ins; use_stand_ins();"
        f"print(*{signs!r})"
    )
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}

    shown = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True, timeout=60
    ).stdout.split()

    assert shown == ["-", "x", "+", "?", "v", "^", "~", "#", "!", "=", "*", "x", "!", "v"]
    assert len(set(shown[: len(ROWS)])) == len(ROWS)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("audit",), 2),
        (("who", WEB), 2),
        (("revoke", SHOP, "--yes"), 0),
        (("export",), 0),
        (("doctor",), None),
        (("policy", "--service", "ecs", "--image", "…"), 1),
        (("audit", "--stack", "图"), 1),
        (("--help",), 0),
        (("policy", "--help"), 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_command_prints_what_the_encoding_can_show(
    run_here: Callable[..., Printed],
    project: Path,
    encoding: str,
    arguments: tuple[str, ...],
    status: int | None,
):
    done = run_here(project, encoding, *arguments)

    lines = done.errors.decode(encoding) + done.output.decode(
        "utf-8" if arguments[0] == "export" else encoding
    )
    assert lines
    assert "Traceback" not in lines
    assert "UnicodeEncodeError" not in lines
    if status is not None:
        assert done.status == status, lines


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_audit_shows_plain_signs_where_its_own_cannot_be_shown(
    cloud: Simulator, project: Path, encoding: str
):
    output = run(cloud, project, encoding, "audit").stdout.decode(encoding)

    assert "x DRIFTED" in output
    assert "\\ud83d\\ude00" in output
    assert ("图" in output) == (encoding == "gbk")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", ["exclusive", "drift", "hostile", "update"])
def test_review_prints_what_the_encoding_can_show(
    run_here: Callable[..., Printed], tmp_path: Path, encoding: str, name: str
):
    done = run_here(tmp_path, encoding, "review", str(PREVIEWS / f"{name}.json"))

    assert b"Traceback" not in done.errors
    assert done.output.decode(encoding)
    assert done.status in (1, 2, 3)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_documents_are_utf_8_in_every_encoding(cloud: Simulator, project: Path, encoding: str):
    exported, audited, table, page, doctor = (
        run(cloud, project, encoding, *arguments).stdout.decode("utf-8")
        for arguments in (
            ("export", "--stack", "dev"),
            ("audit", "--format", "json"),
            ("audit", "--format", "csv"),
            ("audit", "--format", "html"),
            ("doctor", "--format", "json"),
        )
    )

    shares = yaml.safe_load(exported)["config"]["image-shares:shares"]
    assert shares["golden"]["accounts"] == {WEB: NOTE, SHOP: ""}
    assert {one["name"] for one in json.loads(audited)["findings"]} == {NOTE}
    assert NOTE in {row["note"] for row in csv.DictReader(io.StringIO(table))}
    assert NOTE in page
    assert json.loads(doctor)["checks"]
