"""The account at fault is found where the cloud names none, with few calls, and what that added is undone."""

from __future__ import annotations

from math import ceil, log2

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.errors import NotConverged
from tests.contract.stage import SetUp, Stage, accounts


def refused(stage: Stage, asked: list[str], **image_shares: object) -> str:
    with pytest.raises(NotConverged) as caught:
        stage.deployment(**image_shares).up(asked)
    return str(caught.value)


CODES_ABOUT_AN_ACCOUNT = ("ecs", "eds")
"""Services with a code that says that an account is at fault; a code of the others may be about anything."""


def refuse_with_words(stage: Stage, message: str) -> None:
    """Refuse every addition with a code that no page lists, and with these words."""
    every = list(range(1, 100))
    stage.fail(stage.facts.add, "error", nth=every, code="OperationConflict", status=400, message=message)


def additions(stage: Stage) -> list[list[str]]:
    return [sent for sent in stage.sent_to_add() if sent]


@pytest.mark.parametrize("position", [0, 4, 9])
def test_account_that_is_refused_is_named_and_nobody_else_keeps_access(plain: Stage, position: int):
    asked = accounts(10)
    plain.close_account(asked[position])

    message = refused(plain, asked)

    probes = len(additions(plain)) - 1
    most = services.service(plain.service).LIMITS.probes
    if most is None:
        assert f"{asked[position]} is at fault" in message
        assert probes <= ceil(log2(10)) + 1
    else:
        assert asked[position] in message
        assert probes <= most
    assert plain.live() == set()


def test_account_that_is_refused_in_a_later_call_is_named(plain: Stage):
    asked = accounts(25)
    plain.close_account(asked[17])

    message = refused(plain, asked)

    assert asked[17] in message
    assert asked[3] not in message
    assert plain.live() == set()


def test_refused_call_is_not_probed_where_the_configuration_says_so(plain: Stage):
    asked = accounts(10)
    plain.close_account(asked[4])

    message = refused(plain, asked, probe=False)

    assert len(additions(plain)) == 1
    assert all(account in message for account in asked)


def test_refusal_that_is_about_no_account_is_not_probed(plain: Stage):
    plain.fail(plain.facts.add, "error", code="Forbidden.RAM", status=403)

    message = refused(plain, accounts(10))

    assert len(additions(plain)) == 1
    assert f"grant the caller the RAM action {plain.facts.ram_prefix}:{plain.facts.add}" in message


def test_code_that_no_page_lists_blames_nobody_by_himself(plain: Stage):
    every = list(range(1, 100))
    plain.fail(plain.facts.add, "error", nth=every, code="OperationConflict", status=400)

    message = refused(plain, accounts(10))

    assert "is at fault" not in message
    assert "may be at fault" in message


def test_transient_refusal_of_an_unknown_code_blames_nobody(plain: Stage):
    plain.fail(plain.facts.add, "error", code="OperationConflict", status=400)

    message = refused(plain, accounts(10))

    assert "is at fault" not in message
    if services.service(plain.service).LIMITS.probes is None:
        assert "sent one part at a time, all 10 additions were accepted" in message
    assert plain.live() == set()


@pytest.mark.parametrize("service", ["ecs", "eds", "ens"])
def test_refusal_of_a_removal_blames_no_addition_of_the_same_call(set_up: SetUp, service: str):
    stage = set_up(service, {})
    deployment = stage.deployment()
    deployment.up(accounts(1))
    stage.fail(stage.facts.add, "error", code="OperationConflict", status=400)

    with pytest.raises(NotConverged) as caught:
        deployment.up(accounts(1, first=2))

    assert f"so the refusal is about removing {accounts(1)[0]}" in str(caught.value)


def test_account_that_the_cloud_names_is_not_looked_for(plain: Stage):
    asked = accounts(10)
    refuse_with_words(plain, f"The account {asked[4]} cannot be shared with.")

    message = refused(plain, asked)

    assert len(additions(plain)) == 1
    assert f"of the 10 in that call {asked[4]} is at fault" in message
    assert [account for account in asked if account in message] == [asked[4]]


def test_account_whose_id_is_a_part_of_a_longer_number_is_not_blamed(plain: Stage):
    short = "15500"
    refuse_with_words(plain, f"The request 9{short}000 cannot be carried out.")

    message = refused(plain, [short, *accounts(9)])

    assert f"{short} is at fault" not in message
    assert len(additions(plain)) > 1


def test_single_account_that_is_refused_alone_is_blamed_as_far_as_the_code_goes(plain: Stage):
    (asked,) = accounts(1)
    plain.close_account(asked)

    message = refused(plain, [asked])

    certain = plain.service in CODES_ABOUT_AN_ACCOUNT
    assert f"{asked} {'is' if certain else 'may be'} at fault" in message
    assert len(additions(plain)) == 1


def test_secret_accounts_are_not_named_when_one_is_refused(plain: Stage):
    asked = accounts(10)
    plain.close_account(asked[4])

    with pytest.raises(NotConverged) as caught:
        plain.deployment().up(asked, accounts_secret=True)

    assert not [account for account in asked if account in str(caught.value)]
    assert "1 account (secret)" in str(caught.value) or "accounts (secret)" in str(caught.value)
