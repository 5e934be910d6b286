"""Inputs that are accepted, the form in which they are kept, and those that a preview does not know yet."""

import pytest

from alicloud_image_share.lifecycle.inputs import check
from alicloud_image_share.sharing.model import DEFAULTS, FIELDS, UNKNOWN

ACCOUNT = "1234567890123456"
OTHER = "1550809237710001"
GOOD = {"service": "ecs", "image_id": "m-bp1", "region_id": "cn-hangzhou", "accounts": {ACCOUNT: "web"}}


def checked(default_region=None, **changes):
    return check({**GOOD, **changes}, default_region=default_region, quota=50)


def failures(**changes):
    return list(checked(**changes).failures)


@pytest.mark.parametrize(
    "accounts",
    [
        {ACCOUNT: "", OTHER: ""},
        {OTHER: "", ACCOUNT: None},
        [ACCOUNT, OTHER],
        [OTHER, ACCOUNT],
        [1234567890123456.0, 1550809237710001.0],
        (OTHER, ACCOUNT),
    ],
    ids=repr,
)
def test_accounts_in_any_order_or_form_are_kept_as_the_same_map(accounts):
    kept = checked(accounts=accounts).inputs["accounts"]

    assert list(kept.items()) == [(ACCOUNT, "(no note)"), (OTHER, "(no note)")]


@pytest.mark.parametrize("account", ["10000", "9" * 20, 10_000.0, 2.0**53 - 1])
def test_account_at_the_edge_of_what_an_id_may_be_is_accepted(account):
    assert failures(accounts=[account]) == []


@pytest.mark.parametrize(("field", "value"), DEFAULTS.items())
def test_input_equal_to_its_default_is_not_kept(field, value):
    assert field not in checked(**{field: value}).inputs


def test_inputs_that_differ_from_their_defaults_are_kept():
    kept = checked(exclusive=True, timeout=60, accounts_secret=True).inputs

    assert kept == {**GOOD, "exclusive": True, "timeout": 60, "accounts_secret": True}


@pytest.mark.parametrize("share_to_ecs", [True, False])
def test_empty_accounts_beside_share_to_ecs_are_accepted(share_to_ecs):
    assert failures(service="swas", accounts=[], share_to_ecs=share_to_ecs) == []


@pytest.mark.parametrize("default_region", [None, "cn-hangzhou"])
def test_share_of_a_service_without_regions_keeps_no_region(default_region):
    news = {"service": "ens", "image_id": "m-1", "accounts": [ACCOUNT]}
    found = check(news, default_region=default_region, quota=None)

    assert found.failures == ()
    assert "region_id" not in found.inputs


def test_share_of_a_service_without_regions_that_names_one_is_refused():
    assert failures(service="ens") == ["region_id: 'cn-hangzhou' is set, but ens images have no region."]


def test_empty_accounts_of_an_exclusive_share_are_accepted():
    assert checked(accounts=[], exclusive=True).failures == ()


def test_region_that_the_program_does_not_name_is_the_configured_one_and_is_kept():
    news = {key: value for key, value in GOOD.items() if key != "region_id"}

    assert check(news, default_region="cn-shanghai", quota=None).inputs["region_id"] == "cn-shanghai"


def test_region_that_the_program_names_wins_over_the_configured_one():
    assert checked(default_region="cn-shanghai").inputs["region_id"] == "cn-hangzhou"


@pytest.mark.parametrize("field", FIELDS)
def test_unknown_input_is_no_mistake(field):
    assert failures(**{field: UNKNOWN}) == []


def test_list_with_an_unknown_account_is_unknown_as_a_whole():
    assert checked(accounts=[ACCOUNT, UNKNOWN]).inputs["accounts"] is UNKNOWN


def test_list_with_an_unknown_account_still_has_its_known_ones_checked():
    (reason,) = failures(accounts=[UNKNOWN, "bad", ACCOUNT])

    assert reason.startswith("accounts: 'bad' is not an account id")


def test_map_with_an_unknown_note_keeps_its_accounts():
    assert checked(accounts={ACCOUNT: UNKNOWN}).inputs["accounts"] == {ACCOUNT: UNKNOWN}
