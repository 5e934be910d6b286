"""The owner of an image on its own list: refused, or left out where `image-shares:skipOwner` says so."""

from __future__ import annotations

import re
from typing import Any

import pytest

from alicloud_image_share.errors import PreconditionFailed, ShareError
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.sharing.notices import Kind
from alicloud_image_simulator import OTHER, OWNER
from tests.contract.stage import FOREIGN, Stage, accounts

A, B = accounts(2)
ROLE = f"acs:ram::{OWNER.id}:role/images"
BY_ROLE = {"role_arn": ROLE}
OIDC = {"roleArn": ROLE, "oidcProviderArn": "acs:ram::1:oidc-provider/ci", "oidcToken": "token"}
WAYS: list[Any] = [
    pytest.param({"alicloud:accountId": OWNER.id}, {}, "alicloud:accountId", id="account-id"),
    pytest.param({"alicloud:assumeRole": {"roleArn": ROLE}}, {}, f"alicloud:assumeRole {ROLE}", id="assumed"),
    pytest.param(
        {"alicloud:assumeRoleWithOidc": OIDC, "alicloud:accessKey": "", "alicloud:secretKey": ""},
        {},
        f"alicloud:assumeRoleWithOidc {ROLE}",
        id="token",
    ),
    pytest.param({}, BY_ROLE, f"role_arn {ROLE}", id="role"),
    pytest.param({"alicloud:accountId": OTHER.id}, BY_ROLE, f"role_arn {ROLE}", id="role-first"),
]


def failures(stage: Stage, asked: object, configuration: dict[str, Any], **fields: Any) -> tuple[str, ...]:
    return Preview(stage.run(**configuration)).check({}, stage.inputs(asked, **fields)).failures


@pytest.mark.parametrize(("configuration", "fields", "known_by"), WAYS)
def test_owner_known_without_a_call_and_newly_listed_is_refused_in_check(
    plain: Stage, configuration: dict[str, Any], fields: dict[str, Any], known_by: str
):
    (found,) = failures(plain, [A, OWNER.id], configuration, **fields)

    assert found == (
        f"accounts: {OWNER.id} owns the image, by {known_by}; take the account off the list, or set"
        " image-shares:skipOwner: true, which leaves an owner out of the lists of its own images."
    )
    assert plain.calls() == []


def test_refusal_of_a_secret_list_shows_no_id(plain: Stage):
    (found,) = failures(plain, {A: "", OWNER.id: ""}, {}, accounts_secret=True, **BY_ROLE)

    assert OWNER.id not in found
    assert "role_arn" in found
    assert "skipOwner" in found


def test_owner_that_only_the_cloud_knows_is_refused_in_a_check_that_reads(plain: Stage):
    (found,) = failures(plain, [A, OWNER.id], {}, exclusive=True)

    assert found.startswith(f"accounts: {OWNER.id} owns the image, by the account of its credentials; take")
    assert plain.writes() == []


def test_owner_that_only_the_cloud_knows_is_left_out_of_an_exclusive_list_and_named(plain: Stage):
    run = plain.run(skipOwner=True)

    assert Preview(run).check({}, plain.inputs([A, OWNER.id], exclusive=True)).failures == ()

    said = plain.said()
    assert said[Kind.LEFT_OUT].accounts == ((OWNER.id, ""),)
    assert said[Kind.GAINS].accounts == ((A, ""),)


@pytest.mark.parametrize(("configuration", "fields", "known_by"), WAYS)
def test_owner_known_without_a_call_is_left_out_and_named(
    plain: Stage, configuration: dict[str, Any], fields: dict[str, Any], known_by: str
):
    run = plain.run(skipOwner=True, **configuration)

    checked = Preview(run).check({}, plain.inputs({A: "", OWNER.id: "the owner"}, **fields))

    assert checked.failures == ()
    assert set(checked.inputs["accounts"]) == {A}
    said = plain.said()
    assert said[Kind.LEFT_OUT].accounts == ((OWNER.id, "the owner"),)
    assert [account for account, _ in said[Kind.ASKED].accounts] == [A]
    assert not Kind.LEFT_OUT.warns
    assert known_by


def test_owner_left_out_of_a_secret_list_is_counted(plain: Stage):
    run = plain.run(skipOwner=True)
    inputs = plain.inputs({A: "", OWNER.id: ""}, accounts_secret=True, **BY_ROLE)

    assert Preview(run).check({}, inputs).failures == ()

    printed = plain.printed()
    assert "1 account (secret) owns the image, so the account is left out of the list" in printed
    assert OWNER.id not in printed


def test_owner_left_out_takes_no_room_and_breaks_no_rule(plain: Stage):
    limits = {plain.service: 2}
    rules = {"allowedAccounts": [A, B], "deniedAccounts": [OWNER.id]}
    known = {"alicloud:accountId": OWNER.id, "skipOwner": True}

    found = failures(plain, [A, B, OWNER.id], {"accountsPerImage": limits, **rules, **known})

    assert found == ()


@pytest.mark.parametrize("exclusive", [True, False])
def test_list_of_the_owner_alone_is_refused_and_removes_nobody(plain: Stage, exclusive: bool):
    plain.put_image([FOREIGN])

    (found,) = failures(plain, [OWNER.id], {"skipOwner": True}, exclusive=exclusive, **BY_ROLE)

    assert found.startswith(f"accounts: with {OWNER.id}, which owns the image, left out the list is empty")
    assert plain.live() == {FOREIGN}


def test_exclusive_list_of_an_owner_that_only_the_cloud_knows_alone_is_refused(plain: Stage):
    plain.put_image([FOREIGN])

    with pytest.raises(PreconditionFailed, match="left out the list is empty"):
        plain.deployment(skipOwner=True).up([OWNER.id], exclusive=True)

    assert plain.live() == {FOREIGN}
    assert plain.writes() == []


def test_exclusive_update_to_the_owner_alone_is_refused(plain: Stage):
    deployment = plain.deployment(skipOwner=True)
    deployment.up([A], exclusive=True)

    with pytest.raises(PreconditionFailed, match="left out the list is empty"):
        deployment.up([OWNER.id], exclusive=True)

    assert plain.live() == {A}


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize("known", [True, False])
def test_share_with_its_owner_on_the_list_is_quiet_after_up_and_refresh(
    plain: Stage, exclusive: bool, known: bool
):
    configuration = {"alicloud:accountId": OWNER.id} if known else {}
    deployment = plain.deployment(skipOwner=True, **configuration)
    asked = {A: "", OWNER.id: "the owner"}

    deployment.up(asked, exclusive=exclusive)

    assert plain.live() == {A}
    assert set(deployment.outputs["owned_accounts"]) == {A}
    assert deployment.outputs["foreign_accounts"] == []
    made = (deployment.inputs, deployment.outputs)
    deployment.refresh()
    first = (deployment.inputs, deployment.outputs)
    deployment.refresh()
    assert (deployment.inputs, deployment.outputs) == first
    assert set(first[0]["accounts"]) == set(made[0]["accounts"])
    plain.cloud.clear_calls()
    deployment.up(asked, exclusive=exclusive)
    assert plain.reads() == ([plain.facts.list] if exclusive else [])
    assert plain.writes() == []


@pytest.mark.parametrize("known", [True, False])
def test_owner_that_joins_by_an_update_changes_nothing_in_the_cloud(plain: Stage, known: bool):
    configuration = {"alicloud:accountId": OWNER.id} if known else {}
    deployment = plain.deployment(skipOwner=True, **configuration)
    deployment.up([A])
    plain.cloud.clear_calls()

    deployment.up([A, OWNER.id])
    deployment.up([A, B, OWNER.id])
    deployment.up([B, OWNER.id])

    assert plain.live() == {B}
    assert set(deployment.outputs["owned_accounts"]) == {B}
    deployment.destroy()
    assert plain.live() == set()


def test_owner_that_leaves_the_list_is_said_to_lose_nothing(plain: Stage):
    deployment = plain.deployment(skipOwner=True)
    deployment.up([A, OWNER.id])
    plain.printed()

    deployment.up([A])

    assert plain.live() == {A}
    assert not {Kind.LOSES, Kind.KEEPS} & plain.said().keys()


def test_owner_that_the_configuration_tells_later_stays_in_the_inputs(plain: Stage):
    deployment = plain.deployment(skipOwner=True)
    deployment.up([A, OWNER.id])
    deployment.image_shares["alicloud:accountId"] = OWNER.id
    assert plain.live() == {A}
    plain.cloud.clear_calls()

    deployment.up([A, OWNER.id])

    assert plain.calls() == []


def test_account_that_the_configuration_wrongly_calls_the_owner_loses_nothing(plain: Stage):
    deployment = plain.deployment(skipOwner=True)
    deployment.up([A, B])
    deployment.image_shares["alicloud:accountId"] = B

    deployment.up([A, B])

    assert plain.live() == {A, B}


@pytest.mark.parametrize("made", [True, False])
def test_account_left_out_that_is_not_the_owner_ends_the_run_before_a_write(plain: Stage, made: bool):
    configuration = {"alicloud:accountId": B}
    deployment = plain.deployment(skipOwner=True)
    if made:
        deployment.up([A])
    plain.cloud.clear_calls()
    deployment.image_shares |= configuration

    with pytest.raises(ShareError, match="alicloud:accountId") as failure:
        deployment.up([A, B, FOREIGN])

    assert {B, OWNER.id} <= set(re.findall("[0-9]{16}", str(failure.value)))
    assert plain.writes() == []


def test_preflight_names_the_owner_that_it_has_read_and_counts_it_nowhere(plain: Stage):
    run = plain.run(skipOwner=True, preflight="preview")

    assert Preview(run).check({}, plain.inputs([A, OWNER.id])).failures == ()

    said = plain.said()
    assert said[Kind.LEFT_OUT].accounts == ((OWNER.id, ""),)
    assert said[Kind.GAINS].accounts == ((A, ""),)


def test_switch_that_is_neither_true_nor_false_is_named(plain: Stage):
    (found, *_) = failures(plain, [A], {"skipOwner": "perhaps"})

    assert found == "image-shares:skipOwner: 'perhaps' is neither true nor false."
