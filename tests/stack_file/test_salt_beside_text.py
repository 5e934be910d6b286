"""A salt is put beside what a person wrote, whatever the text of the stack file leaves as its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from alicloud_image_share.engine.encryption_salt import kept_text, keys_in_state
from alicloud_image_share.stack_file.project import ProjectError
from tests.support.stack_files import PERSON

SALT = "v1:3SQm5n7Y6Uc=:v1:j0Ct/TBQrTzRFvGY"
SHARES = 'config: {"alicloud:region": cn-hangzhou, "image-shares:shares": {}}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Pulumi.dev.yaml"


def rewrite_with_salt(file: Path) -> None:
    """Write the file anew as the engine does: its values, and the salt."""
    with kept_text(file, {}):
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
    with kept_text(file, {}):
        file.write_text(f"config: {{}}\nencryptionsalt: {SALT}\n")

    assert file.read_text() == f"config: {{}}\nencryptionsalt: {SALT}\n"


# -- keys that a file has lost ---------------------------------------------------------------------

IN_A_VAULT = {"url": "hashivault://stacks?a=b", "encryptedkey": "dmF1bHQ6djE="}


@pytest.mark.parametrize(
    ("providers", "keys"),
    [
        ({"type": "passphrase", "state": {"salt": SALT}}, {"encryptionsalt": SALT}),
        (
            {"type": "cloud", "state": IN_A_VAULT},
            {"secretsprovider": "hashivault://stacks?a=b", "encryptedkey": "dmF1bHQ6djE="},
        ),
        ({"type": "service", "state": {"url": "https://api.pulumi.com"}}, {}),
        (None, {}),
    ],
    ids=["passphrase", "key of a cloud", "Pulumi Cloud", "nothing"],
)
def test_keys_that_a_file_has_lost_are_put_back_from_state_beside_the_text(
    file: Path, providers: object, keys: dict[str, str]
):
    file.write_text(PERSON)

    with kept_text(file, keys_in_state({"secrets_providers": providers})):
        seen = yaml.safe_load(file.read_text())

    assert seen == {**yaml.safe_load(PERSON), **keys}
    assert file.read_text().startswith(PERSON)
    assert yaml.safe_load(file.read_text()) == seen


def test_file_that_has_a_key_keeps_it_whatever_state_has(file: Path):
    text = f"{PERSON}\nencryptionsalt: {SALT}\n"
    file.write_text(text)

    with kept_text(file, {"encryptionsalt": "v1:other"}):
        pass

    assert file.read_text() == text


def test_file_that_is_not_there_gets_no_keys(file: Path):
    with kept_text(file, {"encryptionsalt": SALT}):
        pass

    assert not file.exists()


@pytest.mark.parametrize("salt", [None, 1, ["v1:"]])
def test_salt_of_state_that_is_not_text_is_refused(salt: object):
    with pytest.raises(TypeError, match="not text"):
        keys_in_state({"secrets_providers": {"type": "passphrase", "state": {"salt": salt}}})


def test_salt_of_state_that_would_be_another_key_of_the_file_is_refused(file: Path):
    file.write_text(PERSON)

    with (
        pytest.raises(ProjectError, match="no place"),
        kept_text(file, {"encryptionsalt": "v1:a\nmain: /tmp"}),
    ):
        pass

    assert file.read_text() == PERSON
