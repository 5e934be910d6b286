"""Accounts whose access ends, in stack files and in files of groups."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from alicloud_image_share.sharing.bounded_yaml import load_yaml
from alicloud_image_share.stack_file import Place, StackValues, definitions, text_problems, value_problems
from alicloud_image_share.stack_file.group_file import with_group_files

WEB, SHOP = "1234567890123456", "1550809237710001"
GROUPS = Place("Pulumi.dev.yaml", "image-shares:groups")
SHARES = Place("Pulumi.dev.yaml", "image-shares:shares")


def values(accounts, groups=None, folder=None):
    share = {"service": "ecs", "image_id": "m-1", "accounts": accounts, "groups": [*(groups or {})]}
    share = {name: value for name, value in share.items() if value}
    groups = with_group_files(groups or {}, folder, GROUPS)
    return StackValues(GROUPS, SHARES, groups, {"golden": share})


def notes(*arguments):
    found = values(*arguments)
    assert list(map(str, value_problems(found))) == []
    (share,) = definitions(found)
    return share.notes


def problems(*arguments):
    return list(map(str, value_problems(values(*arguments))))


@pytest.mark.parametrize(
    ("until", "end"),
    [
        (date(2027, 3, 31), "2027-03-31"),
        ("2027-03-31", "2027-03-31"),
        ("2027-03-31 00:00:00 +0000 UTC", "2027-03-31"),
        ("2027-03-31T00:00:00Z", "2027-03-31"),
        ("2027-03-31 18:00:00 +0800 +0800", "2027-03-31T10:00:00Z"),
        (datetime(2027, 3, 31, 18, tzinfo=timezone(timedelta(hours=8))), "2027-03-31T10:00:00Z"),
    ],
)
def test_end_of_an_account_stands_in_its_note_in_whichever_words_it_reaches_us(until, end):
    assert notes({WEB: {"note": "partner", "until": until}, SHOP: {"until": until}}) == {
        WEB: f"partner [until {end}]",
        SHOP: f"[until {end}]",
    }


def test_end_in_a_note_is_put_into_its_one_form():
    assert notes({WEB: "partner [until 2027-03-31T18:00:00+08:00]"}) == {
        WEB: "partner [until 2027-03-31T10:00:00Z]"
    }


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"until": "2027-02-30"}, f"golden.accounts.{WEB}.until: '2027-02-30' is no day or time that exists"),
        ({"until": "x" * 90}, f".until: '{'x' * 58}… is neither a date"),
        (
            {"until": datetime(2027, 3, 31, 18)},
            ".until: datetime.datetime(2027, 3, 31, 18, 0) is a time without",
        ),
        ({"until": 20270331}, ".until: 20270331 is neither a date"),
        ({"until": None}, ".until: there is no value"),
        ({"note": "partner"}, ".until: there is no value; a note alone is written as text"),
        ({"note": 7, "until": "2027-03-31"}, ".note: 7 is not text"),
        ({"note": "a [until 2027-01-01]", "until": "2027-03-31"}, ".note: the note has an end, too"),
        ({"notes": "a", "until": "2027-03-31"}, ".notes: unknown key; did you mean note?"),
        ("partner [until soon]", f"accounts.{WEB}: 'soon' is neither a date"),
        ({"note": "x" * 201, "until": "2027-03-31"}, "the note has more than 200 characters"),
    ],
)
def test_end_that_is_none_is_refused_at_its_place(entry, expected):
    (problem,) = problems({WEB: entry})

    assert expected in problem


def test_note_of_the_full_length_may_have_an_end():
    assert problems({WEB: {"note": "x" * 200, "until": "2027-03-31"}}) == []


@pytest.mark.parametrize(
    ("own", "groups", "note"),
    [
        ("", ["[until 2027-03-31]"], ""),
        ("own [until 2027-01-01]", ["web [until 2027-03-31]"], "own [until 2027-03-31]"),
        ("[until 2027-01-01]", ["web"], "web"),
        (None, ["web [until 2027-03-31]", "shop"], "web"),
        (None, ["[until 2027-03-31]", "shop [until 2027-01-01]"], "shop [until 2027-03-31]"),
    ],
)
def test_account_that_is_listed_twice_has_access_until_the_later_end(own, groups, note):
    members = {f"group-{number}": {WEB: text} for number, text in enumerate(groups)}

    assert notes(None if own is None else {WEB: own}, members) == {WEB: note}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("teams.csv", f"{WEB},partner,2027-03-31\n{SHOP},,\n"),
        ("teams.csv", f"account,note,until\n{WEB},partner,2027-03-31\n{SHOP}\n"),
        ("teams.csv", f"Account ID,Until,Note\n{WEB},2027-03-31,partner\n{SHOP},,\n"),
        ("teams.json", f'{{"{WEB}": {{"note": "partner", "until": "2027-03-31"}}, "{SHOP}": ""}}'),
    ],
)
def test_group_in_a_file_has_the_ends_of_the_file(tmp_path, name, text):
    (tmp_path / name).write_text(text)

    assert notes(None, {"web": {"file": name}}, tmp_path) == {WEB: "partner [until 2027-03-31]", SHOP: ""}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("t.csv", f"{WEB},a,31.3.2027\n", f"t.csv, line 1, {WEB}.until: '31.3.2027' is neither a date"),
        ("t.csv", f"{WEB},a,2027-03-31T00:00:00Z\n", "is midnight in UTC; write the last day"),
        ("t.csv", f"{WEB},a,2027-03-31,x\n", "line 1: 4 columns: write account,note,until"),
        (
            "t.json",
            f'{{"{WEB}": {{"until": "2027-03-31T18:00:00"}}}}',
            f"t.json, {WEB}.until: '2027-03-31T18",
        ),
    ],
)
def test_group_in_a_file_names_the_place_of_an_end_that_is_none(tmp_path, name, text, expected):
    (tmp_path / name).write_text(text)

    assert any(expected in problem for problem in problems(None, {"web": {"file": name}}, tmp_path))


TEXTS = [
    ("2027-03-31", ""),
    ('"2027-03-31"', ""),
    ("2027-03-31T18:00:00+08:00", ""),
    ("2027-03-31T18:00:00.000Z", ""),
    ("2027-03-31T18:00:00+0800", ""),
    ("2027-03-31 18:00:00", "'2027-03-31 18:00:00' is neither a date"),
    ("2027-03-31T00:00:00Z", "'2027-03-31T00:00:00Z' is midnight in UTC"),
    ("2027-02-30", "'2027-02-30' is no day or time that exists"),
    ("2027-3-1", "'2027-3-1' is neither a date"),
]


@pytest.mark.parametrize(("until", "expected"), TEXTS)
def test_text_of_an_end_is_looked_at_before_the_engine_reads_it(until, expected):
    text = f"config:\n  image-shares:groups:\n    web: {{'{WEB}': {{note: partner, until: {until}}}}}\n"
    found = [str(problem) for problem in text_problems(text, "Pulumi.dev.yaml")]

    assert len(found) == bool(expected)
    assert all(f"Pulumi.dev.yaml, image-shares:groups.web.{WEB}.until: {expected}" in line for line in found)


def test_date_without_quotes_means_the_same_in_our_reading_of_the_file():
    accounts = load_yaml(f"'{WEB}': {{until: 2027-03-31}}\n'{SHOP}': {{until: 2027-03-31T18:00:00+08:00}}")

    assert notes(accounts) == {WEB: "[until 2027-03-31]", SHOP: "[until 2027-03-31T10:00:00Z]"}
