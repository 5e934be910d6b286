"""What is found before the first write, and who is believed when an image seems to be gone."""

import re

import pytest

from alicloud_image_share.errors import ConfigurationError, PreconditionFailed, ShareError
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_simulator import OTHER, OWNER
from tests.contract.stage import FOREIGN, Stage, accounts

A, B, C = accounts(3)


# -- before the first write ------------------------------------------------------------------------


def test_create_on_an_image_that_the_caller_does_not_see_is_not_started(stage: Stage):
    with pytest.raises(PreconditionFailed) as failure:
        stage.deployment(OTHER).up([A])

    doing, found, now, next_step = str(failure.value).splitlines()
    assert stage.writes() == []
    assert doing.endswith("was not started.")
    assert OTHER.id in found
    assert now.startswith("Now: nothing was written")
    assert "credentials of the account that owns the image" in next_step


def test_create_on_an_image_that_is_only_shared_with_the_caller_is_not_started(stage: Stage):
    stage.put_image([OTHER.id])

    with pytest.raises(PreconditionFailed) as failure:
        stage.deployment(OTHER).up([A])

    found = str(failure.value).splitlines()[1]
    assert stage.writes() == []
    assert stage.live() == {OTHER.id}
    assert OTHER.id in found


def test_check_names_the_endpoint_that_plain_http_needs(stage: Stage):
    run = stage.run(**{"alicloud:endpoints": "[]"})

    (reason,) = Preview(run).check({}, stage.inputs([A])).failures

    assert reason.startswith("alicloud:protocol: ")
    assert "in alicloud:endpoints." in reason
    assert stage.calls() == []


def test_create_with_the_owner_on_the_list_is_not_started(stage: Stage):
    with pytest.raises(PreconditionFailed) as failure:
        stage.deployment().up([A, OWNER.id])

    _, found, _, next_step = str(failure.value).splitlines()
    assert stage.writes() == []
    assert found == f"Account {OWNER.id} owns the image."
    assert next_step == "Next: take the owner off the list."


def test_update_with_the_owner_on_the_list_is_not_started(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A])
    stage.cloud.clear_calls()

    with pytest.raises(PreconditionFailed):
        deployment.up([A, OWNER.id])

    assert stage.writes() == []


def test_create_above_the_quota_because_of_foreign_accounts_is_not_started(stage: Stage):
    stage.put_image(accounts(9), quota=10)

    with pytest.raises(PreconditionFailed) as failure:
        stage.deployment(accountsPerImage={stage.service: 10}).up(accounts(2, first=101))

    _, found, now, next_step = str(failure.value).splitlines()
    assert stage.writes() == []
    assert re.findall("[0-9]+", found) == ["9", "11", "10"]
    assert now.startswith("Now: nothing was written")
    assert "take 1 off the list" in next_step


def test_check_of_more_accounts_than_the_quota_fails(stage: Stage):
    preview = Preview(stage.run(accountsPerImage={stage.service: 10}))

    (reason,) = preview.check({}, stage.inputs(accounts(11))).failures

    assert reason.startswith(
        f"accounts: 11 listed, but an {stage.service} image can be shared with 10. Remove 1"
    )


def test_create_on_an_image_that_is_not_available_is_not_started(stage: Stage):
    stage.put_image(status="UnAvailable")

    with pytest.raises(PreconditionFailed, match=r"(?i)its status is unavailable"):
        stage.deployment().up([A])

    assert stage.writes() == []


def test_create_that_adopts_on_an_image_that_is_not_available_succeeds(stage: Stage):
    stage.put_image([A], status="UnAvailable")

    stage.deployment().up([A])

    assert stage.live() == {A}


def test_create_refused_by_the_first_read_says_that_nothing_was_written(stage: Stage):
    stage.fail(stage.facts.list, "error", code="Forbidden.RAM", status=403)

    with pytest.raises(PreconditionFailed) as failure:
        stage.deployment().up([A])

    _, found, now, _ = str(failure.value).splitlines()
    assert stage.live() == set()
    assert "Forbidden.RAM (403, request " in found
    assert now == "Now: nothing was written."


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_command_with_a_malformed_configuration_calls_nothing_and_names_it(stage: Stage, command: str):
    deployment = stage.deployment()
    deployment.up([A])
    stage.cloud.clear_calls()
    deployment.image_shares = {"timeout": "soon"}

    with pytest.raises(ConfigurationError, match=r"^image-shares:timeout: .*soon.* is not a positive number"):
        getattr(deployment, command)()

    assert stage.cloud.calls() == []


# -- whoever only removes is never stopped ---------------------------------------------------------


@pytest.mark.parametrize("status", ["UnAvailable", "Deprecated"])
def test_image_that_is_not_available_can_still_be_unshared(stage: Stage, status: str):
    deployment = stage.deployment()
    deployment.up([A, B, C])
    stage.put_image([A, B, C], status=status)

    deployment.up([A, B])
    after_update = stage.live()
    deployment.destroy()

    assert after_update == {A, B}
    assert stage.live() == set()


def test_image_above_its_quota_can_still_be_unshared(stage: Stage):
    deployment = stage.deployment(accountsPerImage={stage.service: 12})
    deployment.up(accounts(12))
    stage.put_image([*accounts(12), FOREIGN], quota=10)

    deployment.up(accounts(11))
    after_update = stage.live()
    deployment.destroy()

    assert after_update == {*accounts(11), FOREIGN}
    assert stage.live() == {FOREIGN}


# -- gone is believed only from the owner ----------------------------------------------------------


def test_read_of_an_image_that_its_owner_no_longer_sees_drops_it(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A])
    assert deployment.outputs["owner_id"] == OWNER.id
    stage.remove_image()

    deployment.refresh()

    assert deployment.outputs == {}


def test_delete_of_an_image_that_its_owner_no_longer_sees_succeeds(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A])
    stage.remove_image()
    stage.cloud.clear_calls()

    deployment.destroy()

    assert stage.calls() != []
    assert stage.writes() == []


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_command_with_credentials_of_another_account_drops_nothing_and_names_both(stage: Stage, command: str):
    deployment = stage.deployment()
    deployment.up([A])
    deployment.account = OTHER

    with pytest.raises(ConfigurationError) as failure:
        getattr(deployment, command)()

    doing, found, now, next_step = str(failure.value).splitlines()
    assert stage.live() == {A}
    assert ".." not in found
    assert doing.endswith("was not started.")
    assert OWNER.id in found
    assert OTHER.id in found
    assert "state keeps the share" in now
    assert f"credentials of account {OWNER.id}" in next_step


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_command_with_credentials_of_an_account_that_it_is_shared_with_unshares_nothing(
    stage: Stage, command: str
):
    deployment = stage.deployment()
    deployment.up([A, OTHER.id])
    deployment.account = OTHER
    owned = deployment.outputs["accounts"]

    with pytest.raises(ShareError):
        getattr(deployment, command)()

    assert stage.live() == {A, OTHER.id}
    assert deployment.outputs["accounts"] == owned


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_command_on_an_absent_image_whose_caller_cannot_be_told_fails(stage: Stage, command: str):
    deployment = stage.deployment()
    deployment.up([A])
    stage.remove_image()
    stage.cloud.put_faults(
        [{"service": "sts", "kind": "error", "every": 1, "code": "Forbidden.RAM", "status": 403}]
    )

    with pytest.raises(PreconditionFailed, match=r"Forbidden\.RAM"):
        getattr(deployment, command)()


def test_update_of_an_image_that_is_not_seen_is_not_started(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A])
    deployment.account = OTHER

    with pytest.raises(PreconditionFailed, match=OTHER.id):
        deployment.up([A, B])

    assert stage.live() == {A}


def test_caller_is_asked_for_once_in_a_process(plain: Stage):
    deployment = plain.deployment()
    deployment.up([A])
    plain.remove_image()
    plain.cloud.clear_calls()
    lifecycle = Lifecycle(plain.run())

    lifecycle.read(deployment.outputs)
    lifecycle.delete(deployment.outputs)

    assert [call["action"] for call in plain.cloud.calls() if call["service"] == "sts"] == [
        "GetCallerIdentity"
    ]
