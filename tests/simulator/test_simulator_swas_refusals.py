import pytest
from alibabacloud_swas_open20200601.client import Client
from calling import Caller, accounts, ids, refusal
from swas_calls import REGION, add, describe, put, remove, share

from alicloud_image_simulator import OTHER, Simulator


def test_image_that_is_not_there_or_not_the_callers_is_not_found(
    swas: Client, swas_of_other: Client, cloud: Simulator
):
    put(cloud, accounts=[OTHER.id])
    absent = {"image_id": "m-2"}
    calls = [
        *(call(swas, ["111"], **absent) for call in (add, remove)),
        share(swas, "Share", **absent),
        lambda: describe(swas, **absent),
        *(call(swas_of_other, ["111"]) for call in (add, remove)),
        share(swas_of_other, "Share"),
        lambda: describe(swas_of_other),
    ]

    assert {refusal(call) for call in calls} == {(404, "InvalidImageId.NotFound")}


@pytest.mark.parametrize(
    ("action", "missing"),
    [
        ("ModifyImageShareStatus", "RegionId"),
        ("ModifyImageShareStatus", "ImageId"),
        ("ModifyImageShareStatus", "Operation"),
        ("AddCustomImageShareAccount", "Account"),
        ("RemoveCustomImageShareAccount", "Account"),
        ("ListCustomImageShareAccounts", "ImageId"),
        ("ListCustomImages", "RegionId"),
    ],
)
def test_call_without_a_parameter_that_it_needs_is_refused(
    raw: Caller, cloud: Simulator, action: str, missing: str
):
    put(cloud)
    query = {"RegionId": REGION, "ImageId": "m-1"}
    query.pop(missing, None)

    reply = raw(action, "2020-06-01", query=query)

    assert reply.refusal == (400, "MissingParameter")
    assert f'"{missing}"' in reply.document["Message"]


def test_write_with_the_same_token_is_answered_but_not_repeated(swas: Client, cloud: Simulator):
    put(cloud)
    add(swas, ["111"], client_token="once")()
    remove(swas, ["111"])()

    add(swas, ["111"], client_token="once")()

    assert [call["status"] for call in cloud.calls()] == [200] * 3
    assert accounts(cloud) == []


def test_write_with_the_same_token_and_other_parameters_is_refused(swas: Client, cloud: Simulator):
    put(cloud)
    add(swas, ["111"], client_token="once")()

    assert refusal(add(swas, ["222"], client_token="once")) == (400, "IdempotentParameterMismatch")
    assert accounts(cloud) == ["111"]


def test_write_with_the_same_token_by_another_action_is_carried_out(swas: Client, cloud: Simulator):
    put(cloud)
    add(swas, ["111"], client_token="once")()
    assert accounts(cloud) == ["111"]

    remove(swas, ["111"], client_token="once")()

    assert accounts(cloud) == []


def test_write_that_was_refused_does_not_use_its_token_up(swas: Client, cloud: Simulator):
    put(cloud, accounts=ids(10))
    refusal(add(swas, ["999"], client_token="once"))
    remove(swas, ["10001"])()

    add(swas, ["999"], client_token="once")()

    assert "999" in accounts(cloud)


@pytest.mark.parametrize("token", ["x" * 65, "é"])
def test_write_with_a_token_that_is_none_is_refused(swas: Client, cloud: Simulator, token: str):
    put(cloud)

    assert refusal(add(swas, ["111"], client_token=token)) == (400, "InvalidParameter")
