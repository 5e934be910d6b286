"""Which rules a change breaks, and how that is said."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_image_share.sharing.rules import (
    BrokenRule,
    Change,
    Rules,
    broken_rule,
    violations,
)

IMAGE = "ecs:cn-hangzhou:m-1"
A, B, C = "1550809237710001", "1550809237710002", "1550809237710003"

few = st.frozensets(st.sampled_from([A, B, C, "1550809237710004"]))
images = st.sampled_from([IMAGE, "ens:m-1"])
rules = st.builds(
    Rules,
    allowed=st.none() | few,
    denied=few,
    never_lose=few,
    max_removed=st.none() | st.integers(0, 4),
    exclusive_allowed=st.booleans() | st.frozensets(images),
    allow_removal=st.frozensets(images),
)
changes = st.builds(Change, images, added=few, removed=few, exclusive=st.booleans(), secret=st.booleans())


def ids(*accounts):
    return frozenset(accounts)


def broken(rule, **change):
    return [violation.rule for violation in violations(rule, Change(IMAGE, **change))]


noted = st.dictionaries(
    st.sampled_from([A, B, C]), st.text() | st.sampled_from(['" would lose access to x; y.', "; ", "\n"])
)


@given(rules, changes, noted)
def test_sentence_of_a_broken_rule_is_recognised(rule, change, notes):
    for violation in violations(rule, replace(change, notes=notes)):
        assert broken_rule(violation.sentence) == BrokenRule(violation.rule, change.image)
        assert (
            broken_rule(f"removing 1 account was not started.\n{violation.breach}.\nNow: no.").rule
            == violation.rule
        )


@given(rules, changes, noted)
def test_broken_rule_is_recognised_by_its_marker_whatever_the_words_are(rule, change, notes):
    for violation in violations(rule, replace(change, notes=notes)):
        for words in ("", violation.sentence, "Other words."):
            assert broken_rule(f"{words} {violation.marker}") == BrokenRule(violation.rule, change.image)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "accounts: '[image-shares:neverLose ecs:m-1]' is not an account id.",
        "[image-shares:neverLoose ecs:m-1]",
        "image-shares:maxRemoved: 'many' is not a whole number from 0 on.",
        "accounts: '0' is not an account id.",
    ],
)
def test_other_message_is_no_broken_rule(message):
    assert broken_rule(message) is None


@given(changes)
def test_change_without_rules_breaks_none(change):
    assert violations(Rules(), change) == ()


@pytest.mark.parametrize(
    ("rule", "change", "expected"),
    [
        (Rules(allowed=ids(A)), {"added": ids(A)}, []),
        (Rules(allowed=ids(A)), {"added": ids(A, B)}, ["allowedAccounts"]),
        (Rules(allowed=ids(A)), {"removed": ids(B)}, []),
        (Rules(allowed=ids()), {"added": ids(A)}, ["allowedAccounts"]),
        (Rules(denied=ids(A)), {"added": ids(B)}, []),
        (Rules(denied=ids(A)), {"added": ids(A, B)}, ["deniedAccounts"]),
        (Rules(denied=ids(A)), {"removed": ids(A)}, []),
        (Rules(allowed=ids(B), denied=ids(A)), {"added": ids(A)}, ["deniedAccounts"]),
        (Rules(never_lose=ids(A)), {"removed": ids(B)}, []),
        (Rules(never_lose=ids(A)), {"removed": ids(A, B)}, ["neverLose"]),
        (Rules(never_lose=ids(A)), {"added": ids(A)}, []),
        (Rules(max_removed=1), {"removed": ids(A)}, []),
        (Rules(max_removed=1), {"removed": ids(A, B)}, ["maxRemoved"]),
        (Rules(max_removed=0), {"removed": ids(A)}, ["maxRemoved"]),
        (Rules(never_lose=ids(A), allow_removal=ids(IMAGE)), {"removed": ids(A)}, []),
        (Rules(max_removed=0, allow_removal=ids(IMAGE)), {"removed": ids(A)}, []),
        (Rules(max_removed=0, allow_removal=ids("ens:m-1")), {"removed": ids(A)}, ["maxRemoved"]),
        (Rules(denied=ids(A), allow_removal=ids(IMAGE)), {"added": ids(A)}, ["deniedAccounts"]),
        (Rules(exclusive_allowed=False), {"exclusive": True}, ["exclusiveAllowed"]),
        (Rules(exclusive_allowed=False), {"exclusive": False}, []),
        (Rules(exclusive_allowed=ids(IMAGE)), {"exclusive": True}, []),
        (Rules(exclusive_allowed=ids("ens:m-1")), {"exclusive": True}, ["exclusiveAllowed"]),
    ],
)
def test_change_breaks_the_rules_that_it_breaks(rule, change, expected):
    assert broken(rule, **change) == expected


def test_violations_come_worst_first():
    everything = Rules(ids(), ids(A), ids(B), 0, exclusive_allowed=False)

    assert broken(everything, added=ids(A, C), removed=ids(B), exclusive=True) == [
        "neverLose",
        "maxRemoved",
        "deniedAccounts",
        "allowedAccounts",
        "exclusiveAllowed",
    ]


@given(rules, changes)
def test_violation_names_only_accounts_of_the_change_and_the_image(rules, change):
    for violation in violations(rules, change):
        assert set(violation.accounts) <= change.added | change.removed
        assert change.image in violation.sentence


@given(rules, changes)
def test_change_of_fewer_accounts_breaks_no_more_rules(rules, change):
    nothing = Change(change.image, exclusive=change.exclusive)

    assert {v.rule for v in violations(rules, nothing)} <= {v.rule for v in violations(rules, change)}


@given(rules, st.frozensets(st.sampled_from([A, B, C]), min_size=1), few)
def test_violation_of_secret_accounts_shows_none(rules, added, removed):
    for violation in violations(rules, Change(IMAGE, added=added, removed=removed, secret=True)):
        assert violation.accounts == ()
        assert "15508092377100" not in violation.sentence


SENTENCES = {
    "neverLose": f'image-shares:neverLose: {A} "bank" would lose access to {IMAGE}; leave access as it'
    f" is, or name {IMAGE} in image-shares:allowRemoval.",
    "maxRemoved": f'image-shares:maxRemoved: 2 accounts ({A} "bank", {B}) would lose access to {IMAGE} in one'
    f" run, and at most 1 may; take fewer off in one run, or name {IMAGE} in image-shares:allowRemoval.",
    "deniedAccounts": f'accounts: {A} "bank" is denied by image-shares:deniedAccounts; take it off the list'
    f" of {IMAGE} and off its groups.",
    "allowedAccounts": f'accounts: {A} "bank", {B} are not in image-shares:allowedAccounts; take them off the'
    f" list of {IMAGE}, or have them allowed there.",
    "exclusiveAllowed": f"exclusive: image-shares:exclusiveAllowed does not allow it for {IMAGE}; leave it"
    " out, or have the image named there.",
}
BREAKING = {
    "neverLose": (Rules(never_lose=ids(A)), Change(IMAGE, removed=ids(A), notes={A: "bank"})),
    "maxRemoved": (Rules(max_removed=1), Change(IMAGE, removed=ids(A, B), notes={A: "bank"})),
    "deniedAccounts": (Rules(denied=ids(A)), Change(IMAGE, added=ids(A), notes={A: "bank"})),
    "allowedAccounts": (Rules(allowed=ids()), Change(IMAGE, added=ids(A, B), notes={A: "bank"})),
    "exclusiveAllowed": (Rules(exclusive_allowed=False), Change(IMAGE, exclusive=True)),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_violation_says_field_account_image_and_way_out(name):
    (violation,) = violations(*BREAKING[name])

    assert violation.sentence == SENTENCES[name]


def test_note_of_the_configuration_stands_in_for_a_missing_one():
    (violation,) = violations(
        Rules(never_lose=ids(A, B), notes=((A, "bank"), (B, "shop"))),
        Change(IMAGE, removed=ids(A, B), notes={A: "", B: "store"}),
    )

    assert f'{A} "bank", {B} "store" would lose' in violation.sentence


def test_secret_account_that_is_denied_goes_by_its_position():
    (violation,) = violations(Rules(denied=ids(B)), Change(IMAGE, added=ids(A, B, C), secret=True))

    assert violation.sentence.startswith("accounts: number 2 (in order of the ids) is denied by")


def test_secret_accounts_that_lose_access_are_counted():
    (violation,) = violations(Rules(max_removed=1), Change(IMAGE, removed=ids(A, B), secret=True))

    assert violation.sentence.startswith("image-shares:maxRemoved: 2 accounts would lose")


@pytest.mark.parametrize(
    ("rules", "are"),
    [
        (Rules(), False),
        (Rules(never_lose=frozenset({A}), max_removed=0, end_unattended=True), False),
        (Rules(allowed=frozenset()), True),
        (Rules(denied=frozenset({A})), True),
        (Rules(max_until=0), True),
    ],
)
def test_rules_are_on_lists_where_one_of_them_says_who_may_be_listed(rules, are):
    assert rules.are_on_lists is are
