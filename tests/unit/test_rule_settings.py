"""Rules are read from configuration as text; what is malformed is a problem and never a rule that is open."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.sharing.rules import Rules

A, B = "1550809237710001", "1550809237710002"
LISTS = {"allowedAccounts": "allowed", "deniedAccounts": "denied", "neverLose": "never_lose"}
KEYS = [*LISTS, "maxRemoved", "exclusiveAllowed", "allowRemoval", "preflight"]
IMAGES = ["ecs:cn-hangzhou:m-bp1", "ens:m-5s7"]


def read(**configured):
    values = {f"image-shares:{key}": value for key, value in configured.items()}
    return read_settings(values.get, {}, ("ecs",))


def test_configuration_without_rules_allows_everything():
    assert read().rules == Rules()


@pytest.mark.parametrize(("key", "field"), LISTS.items())
@pytest.mark.parametrize(
    "value", [[A, B], [int(A), int(B)], {A: "team", B: None}], ids=["ids", "numbers", "map"]
)
def test_accounts_are_a_list_or_a_map(key, field, value):
    settings = read(**{key: json.dumps(value)})

    assert settings.problems == ()
    assert getattr(settings.rules, field) == {A, B}


def test_notes_of_accounts_are_kept():
    assert read(neverLose=json.dumps({A: "bank", B: ""})).rules.notes == ((A, "bank"),)


def test_empty_list_of_allowed_accounts_allows_nobody():
    assert read(allowedAccounts="[]").rules.allowed == frozenset()


@pytest.mark.parametrize("number", [0, 3])
def test_most_accounts_that_a_run_may_remove_is_a_whole_number(number):
    assert read(maxRemoved=str(number)).rules.max_removed == number


@pytest.mark.parametrize(("text", "allowed"), [("true", True), ("false", False), ("False", False)])
def test_exclusive_shares_are_allowed_or_not(text, allowed):
    assert read(exclusiveAllowed=text).rules.exclusive_allowed is allowed


def test_exclusive_shares_are_allowed_on_named_images():
    assert read(exclusiveAllowed=json.dumps(IMAGES)).rules.exclusive_allowed == set(IMAGES)


def test_images_without_rules_on_removal_are_named():
    assert read(allowRemoval=json.dumps(IMAGES)).rules.allow_removal == set(IMAGES)


@pytest.mark.parametrize(
    ("text", "allowed"), [("true", True), ("TRUE", True), ("false", False), ("False", False)]
)
def test_ends_are_carried_out_unattended_or_not(text, allowed):
    assert read(endUnattended=text).rules.end_unattended is allowed


@pytest.mark.parametrize(("text", "live"), [("up", False), ("preview", True)])
def test_preflight_is_at_up_or_at_preview(text, live):
    assert read(preflight=text).preflight_in_preview is live


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        *(
            (key, "null", "'null' is neither a list of account ids nor a map from an id to a note.")
            for key in LISTS
        ),
        *((key, "", "'' is neither a list of account ids nor a map from an id to a note.") for key in LISTS),
        ("neverLose", f'["{A}@team"]', f"'{A}@team' is not an account id: write 5 to 20 digits in quotes."),
        ("neverLose", "[true]", "True is not an account id: write 5 to 20 digits in quotes."),
        ("deniedAccounts", f'{{"{A}": 7}}', f"the note 7 of {A} is not text."),
        ("maxRemoved", "few", "'few' is not a whole number from 0 on."),
        ("maxRemoved", "-1", "-1 is not a whole number from 0 on."),
        ("maxRemoved", "1.5", "1.5 is not a whole number from 0 on."),
        ("maxRemoved", "true", "True is not a whole number from 0 on."),
        ("exclusiveAllowed", "no", "'no' is neither true nor false nor a list of resource ids."),
        ("endUnattended", "yes", "'yes' is neither true nor false."),
        ("endUnattended", "[true]", "[True] is neither true nor false."),
        ("allowRemoval", "true", "True is not a list of resource ids."),
        ("allowRemoval", '["m-1"]', "'m-1' is not a resource id such as ecs:cn-hangzhou:m-1 or ens:m-1."),
        ("preflight", "always", "'always' is neither up nor preview."),
        ("preflight", "", "'' is neither up nor preview."),
        *(
            (key, text, f"{text!r} is not a structured value.")
            for key in ("accountsPerImage", "callsPerMinute")
            for text in ("", "null")
        ),
    ],
)
def test_malformed_rule_is_a_problem(key, text, problem):
    assert read(**{key: text}).problems == (f"image-shares:{key}: {problem}",)


@given(
    st.dictionaries(
        st.sampled_from(KEYS),
        st.text()
        | st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ).map(json.dumps),
    )
)
def test_any_rules_are_read_without_raising(configured):
    settings = read(**configured)

    hash(settings)
    assert all(problem.startswith("image-shares:") for problem in settings.problems)
