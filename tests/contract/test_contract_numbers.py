"""The numbers that the project promises, service by service."""

import pytest

from alicloud_image_share.errors import PreconditionFailed
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.sharing.notices import Kind
from alicloud_image_simulator import OTHER, OWNER
from tests.contract.stage import FOREIGN, SetUp, Stage, accounts


@pytest.fixture
def ecs(set_up: SetUp) -> Stage:
    return set_up("ecs", {})


@pytest.fixture
def ens(set_up: SetUp) -> Stage:
    return set_up("ens", {})


def test_ecs_create_with_23_accounts_takes_3_writes_and_3_reads(ecs: Stage):
    ecs.deployment().up(accounts(23))

    assert (len(ecs.writes()), len(ecs.reads())) == (3, 3)


def test_ecs_create_with_200_accounts_takes_20_writes_and_4_reads(ecs: Stage):
    ecs.put_image(quota=200)

    ecs.deployment(accountsPerImage={"ecs": 200}).up(accounts(200))

    assert (len(ecs.writes()), len(ecs.reads())) == (20, 4)


def test_ecs_update_with_12_in_and_12_out_takes_2_writes(ecs: Stage):
    deployment = ecs.deployment()
    deployment.up(accounts(12))
    ecs.cloud.clear_calls()

    deployment.up(accounts(12, first=101))

    assert len(ecs.writes()) == 2


def test_ens_update_with_6_in_and_3_out_takes_3_writes(ens: Stage):
    deployment = ens.deployment()
    deployment.up(accounts(3))
    ens.cloud.clear_calls()

    deployment.up(accounts(6, first=101))

    assert len(ens.writes()) == 3


# -- what differs between services -----------------------------------------------------------------


def test_ens_ignores_the_configured_region_and_sends_none(ens: Stage):
    ens.deployment().up(accounts(1))

    assert [call["action"] for call in ens.calls()].count(ens.facts.add) == 1
    assert not [call for call in ens.calls() if "RegionId" in call["parameters"]]


def test_ens_share_with_a_region_is_refused(ens: Stage):
    (reason,) = Preview(ens.run()).check({}, ens.inputs(accounts(1), region_id="cn-hangzhou")).failures

    assert reason == "region_id: 'cn-hangzhou' is set, but ens images have no region."


def test_ens_image_behind_two_pages_of_similar_ids_is_found(ens: Stage):
    ens.put_image()
    similar = [{**ens.image(), "image_id": f"m-1{n}"} for n in range(101)]
    ens.cloud.put_state({**ens.cloud.state(), "images": [*similar, ens.image()]})

    ens.deployment().up(accounts(1))

    assert [image["accounts"] for image in ens.cloud.state()["images"] if image["accounts"]] == [accounts(1)]
    assert ens.cloud.state()["images"][-1]["accounts"] == accounts(1)


def test_ens_image_that_no_page_of_similar_ids_has_is_not_found(ens: Stage):
    ens.put_image()
    similar = [{**ens.image(), "image_id": f"m-1{n}"} for n in range(101)]
    ens.cloud.put_state({**ens.cloud.state(), "images": similar})

    with pytest.raises(PreconditionFailed):
        ens.deployment().up(accounts(1))
    assert not any(image["accounts"] for image in ens.cloud.state()["images"])


def test_ens_image_with_a_similar_id_is_not_taken_for_the_image(ens: Stage):
    ens.put_image(image_id="m-10")

    with pytest.raises(PreconditionFailed):
        ens.deployment().up(accounts(1))

    assert ens.writes() == []


@pytest.mark.parametrize("service", ["ecs", "eds", "ens"])
def test_share_to_ecs_of_another_service_than_swas_is_refused(set_up: SetUp, service: str):
    stage = set_up(service, {})

    (reason,) = Preview(stage.run()).check({}, stage.inputs(accounts(1), share_to_ecs=True)).failures

    assert reason == "share_to_ecs: True is set, but only swas images have it."


def test_eds_image_that_is_encrypted_is_not_started(set_up: SetUp):
    eds = set_up("eds", {})
    eds.put_image(encrypted=True)

    with pytest.raises(PreconditionFailed, match="encrypted"):
        eds.deployment().up(accounts(1))

    assert eds.writes() == []


# -- everyone --------------------------------------------------------------------------------------


def test_ecs_image_that_is_public_is_warned_of_on_refresh(ecs: Stage):
    deployment = ecs.deployment()
    deployment.up(accounts(1))
    ecs.put_image(accounts(1), is_public=True)
    ecs.said()

    deployment.refresh()

    assert Kind.EVERYONE in ecs.said()


def test_ecs_image_that_is_public_is_warned_of_by_an_exclusive_check_without_a_further_call(ecs: Stage):
    ecs.put_image([FOREIGN], is_public=True)

    Preview(ecs.run()).check({}, ecs.inputs(accounts(1), exclusive=True))

    assert {Kind.EVERYONE, Kind.REMOVES} <= ecs.said().keys()
    assert len(ecs.calls()) == 1


def test_ecs_image_that_is_public_takes_no_accounts(ecs: Stage):
    ecs.put_image(is_public=True)

    with pytest.raises(PreconditionFailed, match="public") as failure:
        ecs.deployment().up(accounts(1))

    assert "Next: take the image back from everyone in the console" in str(failure.value)

    assert ecs.writes() == []


def test_ecs_image_that_is_only_shared_with_the_caller_is_reported_with_its_owner(ecs: Stage):
    ecs.put_image([OTHER.id])

    with pytest.raises(PreconditionFailed, match=f"belongs to account {OWNER.id}, the caller is {OTHER.id}"):
        ecs.deployment(OTHER).up(accounts(1))


def test_ecs_image_that_is_not_public_is_not_warned_of(ecs: Stage):
    deployment = ecs.deployment()

    deployment.up(accounts(1), exclusive=True)
    deployment.refresh()

    assert ecs.reads().count(ecs.facts.list) > 2
    assert Kind.EVERYONE not in ecs.said()
