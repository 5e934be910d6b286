import http.client
import re

import pytest
from calling import Caller

from alicloud_image_simulator import OWNER, Simulator


@pytest.mark.parametrize(
    ("action", "version"),
    [
        ("Nothing", "2015-04-01"),
        ("GetCallerIdentity", "2014-05-26"),
        ("GetCallerIdentity", "1999-01-01"),
        ("", ""),
    ],
)
def test_action_that_a_version_does_not_have_is_not_found(raw: Caller, action: str, version: str):
    assert raw(action, version).refusal == (404, "InvalidAction.NotFound")


def test_answer_carries_a_request_id_in_body_and_header(raw: Caller):
    reply = raw()

    assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", reply.document["RequestId"])
    assert reply.headers["x-acs-request-id"] == reply.document["RequestId"]


def test_answer_is_dated_by_the_simulators_clock():
    with Simulator(clock=lambda: 1_000_000_000) as cloud:
        connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=30)
        connection.request("GET", "/")

        assert connection.getresponse().headers["Date"] == "Sun, 09 Sep 2001 01:46:40 GMT"


def test_answers_have_different_request_ids(raw: Caller):
    assert raw().document["RequestId"] != raw().document["RequestId"]


def test_refusal_carries_code_message_host_and_request_id(raw: Caller):
    document = raw("Nothing").document

    assert document.keys() == {"RequestId", "HostId", "Code", "Message"}
    assert document["HostId"] == f"127.0.0.1:{raw.port}"


def test_body_that_is_no_text_is_refused_without_ado(raw: Caller):
    headers = {"content-type": "application/x-www-form-urlencoded", "x-acs-action": "A", "x-acs-version": "B"}

    assert raw.send("POST", "/", headers, b"\xff\xfe=\xff").refusal == (404, "InvalidAction.NotFound")


def test_connection_kept_alive_serves_400_calls(cloud: Simulator):
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=30)
    connection.connect()
    connection.auto_open = 0  # a connection that the server closes is not opened again
    for _ in range(400):
        connection.request("GET", "/_control/calls")
        assert connection.getresponse().read() == b"[]"
    connection.close()


def test_identity_of_the_caller_is_its_account(raw: Caller):
    document = raw().document

    assert document["AccountId"] == OWNER.id
    assert document["IdentityType"] == "Account"
    assert document["Arn"] == f"acs:ram::{OWNER.id}:root"
