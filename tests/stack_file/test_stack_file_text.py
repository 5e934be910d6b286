"""What parsing would destroy is found in the text of the file."""

import pytest

from alicloud_image_share.stack_file import text_problems


def lines(text, file="Pulumi.prod.yaml"):
    return [str(problem) for problem in text_problems(text, file)]


def in_accounts(accounts):
    return f"config:\n  image-shares:shares:\n    golden: {{service: ecs, accounts: {accounts}}}\n"


DESTROYED = [
    "0123456712345670",
    "1e15",
    "1_234_567",
    "0x10",
    "0o17",
    "12345.0",
    "-12345",
    "18446744073709551616",
]


@pytest.mark.parametrize("account", [*DESTROYED, "2024-01-01", "1:30:00"])
def test_account_id_that_would_change_is_named_in_a_list(account):
    assert lines(in_accounts(f"[{account}]")) == [
        f"Pulumi.prod.yaml, image-shares:shares.golden.accounts[0]: {account} without quotes is read as"
        " another number; write the id in quotes"
    ]


@pytest.mark.parametrize("account", DESTROYED)
def test_account_id_that_would_change_is_named_in_a_map(account):
    (found,) = lines(in_accounts(f"{{{account}: note}}"))

    assert f"{account} without quotes" in found


@pytest.mark.parametrize("account", ["1234567890123456", "9223372036854775807", '"0123"', "'1e15'", "nobody"])
def test_account_id_that_would_stay_as_it_is_has_no_problem(account):
    assert lines(in_accounts(f"[{account}]")) == []


@pytest.mark.parametrize("note", ["2024-01-01", "007", "yes", "1.10"])
def test_note_that_would_change_is_named(note):
    (found,) = lines(in_accounts(f"{{1234567890123456: {note}}}"))

    assert found.endswith(f"the note {note} without quotes is not read as text; put it in quotes")


@pytest.mark.parametrize("note", ["team web", '"2024-01-01"', "", "~", "'007'"])
def test_note_that_would_stay_as_it_is_has_no_problem(note):
    assert lines(in_accounts(f"{{1234567890123456: {note}}}")) == []


@pytest.mark.parametrize("rule", ["allowedAccounts", "deniedAccounts", "neverLose"])
@pytest.mark.parametrize("accounts", ["[0123456712345670]", "{0123456712345670: note}"])
def test_account_of_a_rule_that_would_change_is_named(rule, accounts):
    (found,) = lines(f"config:\n  image-shares:{rule}: {accounts}\n")

    assert found.startswith(f"Pulumi.prod.yaml, image-shares:{rule}")
    assert "0123456712345670 without quotes" in found


def test_group_of_a_stack_file_is_looked_at():
    (found,) = lines("config: {image-shares:groups: {value: [0123456]}}")

    assert found.startswith("Pulumi.prod.yaml, image-shares:groups.value[0]: 0123456 ")


def test_group_of_a_project_file_is_looked_at_under_its_value():
    (found,) = lines("config: {image-shares:groups: {value: {web: [0123456]}}}", "Pulumi.yaml")

    assert found.startswith("Pulumi.yaml, image-shares:groups.web[0]: 0123456 ")


def test_account_id_that_an_alias_repeats_is_named():
    assert len(lines(in_accounts("&a [0123456]") + "    second: {accounts: *a}\n")) == 2


def test_accounts_merged_from_an_anchor_have_no_problem():
    text = in_accounts('&a {"12345": x}') + '    second: {accounts: {<<: *a, "23456": y}}\n'

    assert lines(text) == []


@pytest.mark.parametrize("text", ["", "config:", "[]", "a", "config: {image-shares:shares: }", "config: [1]"])
def test_file_of_another_shape_has_no_problem_here(text):
    assert lines(text) == []


def test_file_that_is_no_yaml_is_named_with_the_line():
    (found,) = lines("config:\n  a: [1\n")

    assert found.startswith("Pulumi.prod.yaml: it is not valid YAML: ")
    assert found.endswith(", line 3, column 1")
    assert "unicode string" not in found
