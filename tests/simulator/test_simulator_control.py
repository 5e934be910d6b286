import pytest
from alibabacloud_ecs20140526.client import Client
from calling import Caller
from ecs_calls import modify, put

from alicloud_image_simulator import OWNER, Account, Simulator

IMAGE = {"service": "ecs", "image_id": "m-1"}


def test_calls_are_logged_in_their_order(ecs: Client, raw: Caller, cloud: Simulator):
    put(cloud)
    modify(ecs, add=["111"])()
    raw()

    first, second = cloud.calls()

    assert first.pop("time") <= second.pop("time")
    assert first == {
        "service": "ecs",
        "action": "ModifyImageSharePermission",
        "parameters": {"RegionId": "cn-hangzhou", "ImageId": "m-1", "AddAccount.1": "111"},
        "status": 200,
        "code": None,
        "account": OWNER.id,
    }
    assert (second["service"], second["action"]) == ("sts", "GetCallerIdentity")


def test_call_that_is_refused_is_logged_with_its_code(raw: Caller, cloud: Simulator):
    raw("DescribeImages", "2014-05-26")

    logged = cloud.calls()[0]

    assert (logged["status"], logged["code"], logged["account"]) == (400, "MissingParameter", OWNER.id)


def test_call_whose_signature_is_wrong_is_logged_without_an_account(cloud: Simulator):
    Caller(cloud.port, Account(OWNER.id, OWNER.key, "wrong"))()

    logged = cloud.calls()[0]

    assert (logged["code"], logged["account"]) == ("SignatureDoesNotMatch", None)


def test_call_of_an_unknown_version_is_logged_without_a_service(raw: Caller, cloud: Simulator):
    raw("Nothing", "1999-01-01")

    assert (cloud.calls()[0]["service"], cloud.calls()[0]["action"]) == (None, "Nothing")


def test_calls_that_were_cleared_are_gone(raw: Caller, cloud: Simulator):
    raw()
    assert len(cloud.calls()) == 1

    cloud.clear_calls()

    assert cloud.calls() == []


def test_control_over_http_gives_the_same_documents(raw: Caller, cloud: Simulator):
    put(cloud, accounts=["111"])
    raw()

    assert raw.control("GET", "state").document == cloud.state()
    assert raw.control("GET", "calls").document == cloud.calls()


def test_control_over_http_puts_and_clears(raw: Caller, cloud: Simulator):
    raw()

    replies = [
        raw.control("PUT", "state", {"images": [IMAGE]}),
        raw.control("PUT", "faults", [{"kind": "truncate", "every": 1}]),
        raw.control("DELETE", "calls"),
    ]

    assert [(reply.status, reply.body) for reply in replies] == [(204, b"")] * 3
    assert (len(cloud.state()["images"]), cloud.calls()) == (1, [])


@pytest.mark.parametrize(("path", "name"), [("state", "state"), ("faults", "faults")])
def test_control_over_http_refuses_a_malformed_document_with_a_sentence(raw: Caller, path: str, name: str):
    reply = raw.control("PUT", path, "text")

    assert (reply.status, reply.document["error"].split()[0]) == (400, name)


def test_control_over_http_refuses_what_is_not_json(raw: Caller):
    reply = raw.send("PUT", "/_control/state", {}, b"{")

    assert reply.status == 400
    assert reply.document["error"].startswith("the document is not JSON")


def test_control_over_http_takes_a_state_of_many_megabytes(raw: Caller):
    images = [{"service": "ecs", "image_id": f"m-{number:0200}"} for number in range(10_000)]

    assert raw.control("PUT", "state", {"images": images}).status == 204


def test_control_is_not_logged(raw: Caller, cloud: Simulator):
    raw.control("GET", "state")

    assert cloud.calls() == []


@pytest.mark.parametrize("what", ["state", "faults", "policies", "roles"])
def test_document_that_is_nested_too_deeply_is_refused(raw: Caller, what: str):
    reply = raw.send("PUT", f"/_control/{what}", {}, b"[" * 100_000)

    assert (reply.status, reply.document) == (400, {"error": "the document is nested too deeply"})
