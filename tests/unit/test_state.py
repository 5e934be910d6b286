"""What state keeps is read back as it was written, and what older or newer versions keep is read too."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_image_share.lifecycle import state
from alicloud_image_share.sharing.accounts import NO_NOTE
from alicloud_image_share.sharing.model import UNKNOWN, ImageKey, Share, ShareState

ids = st.integers(10_000, 10_020).map(str)
notes = st.dictionaries(ids, st.text())
shares = st.builds(
    Share,
    image=st.builds(
        ImageKey, st.sampled_from(["ecs", "ens"]), st.none() | st.just("cn-hangzhou"), st.just("m-1")
    ),
    accounts=notes,
    exclusive=st.booleans(),
    share_to_ecs=st.none() | st.booleans(),
    role_arn=st.none() | st.just("acs:ram::1:role/x"),
    timeout=st.integers(1, 86_400).map(float),
    accounts_secret=st.booleans(),
)
states = st.builds(
    ShareState,
    share=shares,
    owned=notes,
    foreign=st.frozensets(ids).map(lambda found: tuple(sorted(found))),
    owner_id=st.none() | ids,
)
MINIMAL = {"service": "ecs", "region_id": "cn-hangzhou", "image_id": "m-1", "accounts": {"12345": "web"}}


@given(states)
def test_state_of_any_share_is_read_back_as_written(kept):
    assert state.share_state(state.outputs_of(kept)) == kept


@given(states)
def test_outputs_of_any_share_survive_the_wire(kept):
    outputs = state.outputs_of(kept)

    assert json.loads(json.dumps(outputs)) == outputs


@given(states)
def test_inputs_of_any_share_give_the_same_share(kept):
    assert state.share(state.inputs_of(kept)) == kept.share


@given(states)
def test_inputs_of_any_share_are_in_the_form_that_check_stores(kept):
    inputs = state.inputs_of(kept)

    assert state.stored({**inputs, "owner_id": "1", "left_by_another_version": 1}) == inputs


def test_state_of_a_share_with_defaults_keeps_none_of_them():
    assert state.inputs_of(state.share_state(MINIMAL)) == MINIMAL


def test_state_without_owned_accounts_owns_what_it_lists():
    assert state.share_state(MINIMAL).owned == {"12345": "web"}


def test_state_that_owns_nobody_does_not_own_what_a_refresh_has_shown():
    kept = state.share_state({**MINIMAL, "exclusive": True, "owned_accounts": {}})

    assert kept.owned == {}


def test_state_with_unknown_keys_is_read_without_them():
    kept = state.share_state({**MINIMAL, "tags": {"a": "b"}, "version": 7})

    assert kept == state.share_state(MINIMAL)


@pytest.mark.parametrize("field", MINIMAL)
def test_inputs_with_an_unknown_value_are_not_known(field):
    assert state.is_known(MINIMAL)
    assert not state.is_known({**MINIMAL, field: UNKNOWN})


def test_share_with_a_note_that_is_unknown_has_the_account():
    assert state.share({**MINIMAL, "accounts": {"12345": UNKNOWN}}).accounts == {"12345": ""}


def test_note_that_state_has_as_null_is_no_note():
    kept = state.share_state({**MINIMAL, "accounts": {"12345": None}, "owned_accounts": {"12346": None}})

    assert (kept.share.accounts, kept.owned) == ({"12345": ""}, {"12346": ""})


def test_notes_that_say_nothing_compare_as_one():
    assert state.comparable({"accounts": {"10000": NO_NOTE}}) == state.comparable({"accounts": {"10000": ""}})
    assert state.comparable({"accounts": {"10000": NO_NOTE}}) != state.comparable(
        {"accounts": {"10000": "web"}}
    )


def test_accounts_that_are_not_known_compare_as_they_are():
    assert state.comparable({"accounts": UNKNOWN}) == {"accounts": UNKNOWN}


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, "ecs:cn-hangzhou:m-1"),
        ({"region_id": UNKNOWN}, "ecs:?:m-1"),
        ({"region_id": None, "image_id": UNKNOWN}, "ecs:?"),
    ],
)
def test_image_that_is_not_known_yet_is_shown_as_far_as_it_is(changes, shown):
    assert state.shown_image({**MINIMAL, **changes}) == shown
