"""A salt is put beside what a person wrote, whatever the text of the stack file leaves as its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from alicloud_image_share.engine.encryption_salt import kept_text
from tests.support.stack_files import PERSON

SALT = "v1:3SQm5n7Y6Uc=:v1:j0Ct/TBQrTzRFvGY"
SHARES = 'config: {"alicloud:region": cn-hangzhou, "image-shares:shares": {}}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Pulumi.dev.yaml"


def rewrite_with_salt(file: Path) -> None:
    """Write the file anew as the engine does: its values, and the salt."""
    with kept_text(file):
        values = yaml.safe_load(file.read_bytes())
        file.write_text(yaml.safe_dump({**values, "encryptionsalt": SALT}))


@pytest.mark.parametrize("end", ["", "\n", "\n\n# the end\n"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_salt_stands_after_the_text(file: Path, end: str, line: str):
    text = (PERSON + end).replace("\n", line)
    file.write_bytes(text.encode())

    rewrite_with_salt(file)

    written = file.read_bytes().decode()
    assert written.startswith(text)
    assert written.removeprefix(text).strip() == f"encryptionsalt: {SALT}"
    assert list(yaml.safe_load(written)) == ["config", "encryptionsalt"]


@pytest.mark.parametrize(
    "text",
    [
        f"---\n# first\n{SHARES}\n...\n",
        f"{SHARES}\n... # the end\n# really\n",
        f"  # in the middle\n  {SHARES}\n",
        "config:\n  image-shares:shares: {}\n  images:notes: |\n    no end of a line",
        f"\N{BYTE ORDER MARK}{SHARES}\n...\n",
    ],
    ids=[
        "end of document",
        "comment after the end",
        "indented",
        "last value without an end",
        "byte order mark",
    ],
)
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_salt_stands_where_the_text_has_a_place_for_it(file: Path, text: str, line: str):
    before = text.replace("\n", line)
    file.write_bytes(before.encode())

    rewrite_with_salt(file)

    after = file.read_bytes().decode()
    (row,) = (
        row.lstrip("\N{BYTE ORDER MARK}")
        for row in after.splitlines(keepends=True)
        if "encryptionsalt" in row
    )
    assert after.replace(row, "") == before
    assert yaml.safe_load(after).pop("encryptionsalt") == SALT


def test_salt_stands_in_the_braces_of_a_file_of_one_line(file: Path):
    before = {"config": {"image-shares:shares": {}, "alicloud:region": "cn-hangzhou"}}
    file.write_text(json.dumps(before))

    rewrite_with_salt(file)

    assert yaml.safe_load(file.read_text()) == {**before, "encryptionsalt": SALT}
    assert file.read_text().startswith('{"encryptionsalt"')


def test_text_that_changed_in_more_than_the_salt_is_left_alone(file: Path):
    file.write_text(PERSON)
    with kept_text(file):
        file.write_text(f"config: {{}}\nencryptionsalt: {SALT}\n")

    assert file.read_text() == f"config: {{}}\nencryptionsalt: {SALT}\n"
