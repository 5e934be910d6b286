"""A group whose accounts stand in a CSV or a JSON file of the project."""

from __future__ import annotations

import pytest

from alicloud_image_share.stack_file import Place, StackValues, definitions, value_problems
from alicloud_image_share.stack_file.group_file import with_group_files
from alicloud_image_share.stack_file.project_text import LARGEST

WEB, SHOP = "1234567890123456", "1550809237710001"
PLACE = Place("Pulumi.dev.yaml", "image-shares:groups")


def values(folder, name="teams.csv"):
    groups = with_group_files({"web": {"file": name}, "own": {SHOP: "own"}}, folder, PLACE)
    shares = {"golden": {"service": "ecs", "image_id": "m-1", "groups": ["web"]}}
    return StackValues(PLACE, Place("Pulumi.dev.yaml", "image-shares:shares"), groups, shares)


def problems(folder, name="teams.csv"):
    return [str(problem) for problem in value_problems(values(folder, name))]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("teams.csv", f"{WEB},team web\n{SHOP},\n"),
        ("teams.csv", f"account,note\r\n{WEB},team web\r\n\r\n# left\r\n{SHOP}\r\n"),
        ("teams.csv", f"\ufeffAccount_ID,Note\n {WEB} , team web \n{SHOP}"),
        ("teams.csv", f'"{WEB}","team web"\n{SHOP},\n'),
        ("teams.csv", f"# of August\n\nAccountId,DisplayName\n{WEB},team web\n{SHOP},\n"),
        ("teams.csv", f"account-id,note,,\n{WEB},team web,,\n{SHOP},,,\n"),
        ("teams.csv", f"{WEB},team web,,,,\n{SHOP},,,,,\n"),
        ("teams.json", f'{{"{WEB}": "team web", "{SHOP}": ""}}'),
        ("lists/teams.json", f'{{"{WEB}": "team web", "{SHOP}": ""}}'),
    ],
)
def test_group_in_a_file_has_the_accounts_and_notes_of_the_file(tmp_path, name, text):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(text.encode())

    assert problems(tmp_path, name) == []
    (share,) = definitions(values(tmp_path, name))
    assert share.notes == {WEB: "team web", SHOP: ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{WEB},a\nweb-team,b\n", "teams.csv, line 2, web-team: 'web-team' is not an account id"),
        (f"account,note\n{WEB},a,b\n", "teams.csv, line 2: 3 columns: write account,note"),
        (f"{WEB},a\n\n{WEB},b\n", f"teams.csv, line 3: '{WEB}' appears here twice"),
        (f"{WEB},{'x' * 201}\n", "the note has more than 200 characters"),
        (f'{WEB},"a\n', "teams.csv: not CSV"),
        ("", "image-shares:groups.web: the group is empty"),
        ("1.55e15,web\n", "line 1"),
        (f"account,note,,\n{WEB},a,,b\n", "teams.csv, line 2: 4 columns: write account,note"),
        (f"account\n{WEB}\naccount\n", "teams.csv, line 3, account: 'account' is not an account id"),
        (f'{WEB},a\n\n{SHOP},b"c"\n1550809237710002,"d"e\n', "teams.csv: not CSV: line 4: "),
        (f'{WEB},"first\nsecond"\nweb-team,b\n', "teams.csv, line 3, web-team"),
        (f'{WEB},a\nweb-team,"b\nc"\n', "teams.csv, line 2, web-team"),
        (f"{WEB};a\n", "teams.csv, line 1: separate the columns by commas: account,note"),
        ("account\tnote\n", "teams.csv, line 1: separate the columns by commas"),
        ("\0,\n", "line 1"),
    ],
)
def test_group_in_a_csv_file_names_the_line_that_is_wrong(tmp_path, text, expected):
    (tmp_path / "teams.csv").write_text(text)

    assert any(expected in problem for problem in problems(tmp_path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1550809237710001", "teams.json: not JSON"),
        (f'{{"{WEB}": "a", "{WEB}": "b"}}', "teams.json: not JSON"),
        ('["web-team"]', "teams.json, [0]: 'web-team' is not an account id"),
        ('"web"', "teams.json"),
    ],
)
def test_group_in_a_json_file_names_what_is_wrong(tmp_path, text, expected):
    (tmp_path / "teams.json").write_text(text)

    assert any(expected in problem for problem in problems(tmp_path, "teams.json"))


@pytest.mark.parametrize("more", [{"until": "2027-03-31"}, {WEB: "web"}, {"folder": "fd-1"}])
def test_group_in_a_file_with_another_key_is_refused_at_that_key(tmp_path, more):
    (tmp_path / "teams.csv").write_text(f"{SHOP},shop\n")
    groups = with_group_files({"web": {"file": "teams.csv", **more}}, tmp_path, PLACE)

    (problem,) = groups["web"].problems

    assert str(problem).startswith(f"{PLACE}.web.{next(iter(more))}: a group in a file has no other key")


@pytest.mark.parametrize(
    "name", ["missing.csv", "teams.txt", "../teams.csv", "/etc/passwd.csv", 7, None, ["a.csv"]]
)
def test_file_that_cannot_be_a_group_is_named_with_its_place(tmp_path, name):
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "teams.csv").write_text("secret-of-somebody-else,\n")

    (problem,) = problems(folder, name)

    assert problem.startswith("Pulumi.dev.yaml, image-shares:groups.web.file: ")
    assert "secret-of-somebody-else" not in problem


def test_link_that_leads_out_of_the_project_is_not_followed(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("secret-of-somebody-else,\n")
    (folder / "teams.csv").symlink_to(tmp_path / "secret.csv")

    (problem,) = problems(folder)

    assert problem.endswith("'teams.csv' is not a file in the project's folder")


@pytest.mark.parametrize("content", [b"\xff\xfe1\x00", b"1" * (LARGEST + 1)], ids=["UTF-16", "large"])
def test_file_that_cannot_be_read_as_text_is_a_problem_of_one_line(tmp_path, content):
    (tmp_path / "teams.csv").write_bytes(content)

    (problem,) = problems(tmp_path)

    assert problem.startswith("Pulumi.dev.yaml, image-shares:groups.web.file: 'teams.csv' ")


@pytest.mark.parametrize("separator", ["\u2028", "\x0c", "\x85", "\n"])
def test_note_in_quotes_keeps_what_only_some_take_for_the_end_of_a_line(tmp_path, separator):
    (tmp_path / "teams.csv").write_text(f'{WEB},"team{separator}web"\n{SHOP},\n', newline="")

    assert problems(tmp_path) == []
    (share,) = definitions(values(tmp_path))
    assert share.notes == {WEB: f"team{separator}web", SHOP: ""}


def test_file_of_another_kind_is_no_flood_of_lines(tmp_path):
    (tmp_path / "teams.csv").write_text("".join(f"row {n},x\n" for n in range(5000)))

    *lines, last = problems(tmp_path)

    assert len(lines) == 20
    assert last.endswith("teams.csv: and 4980 more lines that are wrong")
