import http.client

import pytest
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_util.models import RuntimeOptions
from calling import Caller, accounts, ids, refusal
from ecs_calls import REGION, describe, listed, modify, put
from Tea.exceptions import TeaException

from alicloud_image_simulator import Simulator

WRITE = {"service": "ecs", "action": "ModifyImageSharePermission"}
READ = {"service": "ecs", "action": "DescribeImageSharePermission"}


def members(ecs: Client) -> list[str]:
    return [each.aliyun_id for each in describe(ecs).accounts.account]


def statuses(raw: Caller, calls: int) -> list[int]:
    return [raw().status for _ in range(calls)]


def test_throttling_refuses_and_says_how_long_to_wait(raw: Caller, cloud: Simulator):
    put(cloud)
    cloud.put_faults([WRITE | {"nth": [1], "kind": "throttle", "retry_after_ms": 1500}])
    query = {"RegionId": REGION, "ImageId": "m-1", "AddAccount.1": "111"}

    reply = raw("ModifyImageSharePermission", "2014-05-26", query=query)

    assert reply.refusal == (400, "Throttling.User")
    assert reply.headers["x-acs-retry-after"] == "1500"
    assert accounts(cloud) == []


def test_throttling_without_a_wait_sends_no_header(raw: Caller, cloud: Simulator):
    cloud.put_faults([{"nth": [1], "kind": "throttle"}])

    assert "x-acs-retry-after" not in raw().headers


def test_throttling_takes_another_code_and_status(raw: Caller, cloud: Simulator):
    cloud.put_faults([{"nth": [1], "kind": "throttle", "code": "Throttling.Api", "status": 429}])

    assert raw().refusal == (429, "Throttling.Api")


def test_error_refuses_before_anything_is_changed(ecs: Client, cloud: Simulator):
    put(cloud)
    cloud.put_faults([WRITE | {"nth": [1], "kind": "error", "code": "Forbidden.RAM", "status": 403}])

    assert refusal(modify(ecs, add=["111"])) == (403, "Forbidden.RAM")
    assert (accounts(cloud), cloud.calls()[0]["code"]) == ([], "Forbidden.RAM")


def test_drop_before_cuts_the_connection_and_changes_nothing(ecs: Client, cloud: Simulator):
    put(cloud)
    cloud.put_faults([WRITE | {"nth": [1], "kind": "drop_before"}])

    with pytest.raises(TeaException):
        modify(ecs, add=["111"])()

    assert (accounts(cloud), cloud.calls()[0]["status"]) == ([], None)


def test_drop_after_cuts_the_connection_but_has_changed(ecs: Client, cloud: Simulator):
    put(cloud)
    cloud.put_faults([WRITE | {"nth": [1], "kind": "drop_after"}])

    with pytest.raises(TeaException):
        modify(ecs, add=["111"])()

    assert (accounts(cloud), cloud.calls()[0]["status"]) == (["111"], 200)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_drop_sends_not_a_single_byte(raw: Caller, cloud: Simulator, kind: str):
    cloud.put_faults([{"nth": [1], "kind": kind}])

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        raw()


def test_delay_holds_back_the_answer_of_a_call_that_is_carried_out(ecs: Client, cloud: Simulator):
    put(cloud)
    cloud.put_faults([WRITE | {"nth": [1], "kind": "delay", "delay_ms": 60_000}])
    request = models.ModifyImageSharePermissionRequest(region_id=REGION, image_id="m-1", add_account=["111"])

    with pytest.raises(TeaException):
        ecs.modify_image_share_permission_with_options(request, RuntimeOptions(read_timeout=100))

    assert accounts(cloud) == ["111"]


def test_delay_lets_other_calls_pass(ecs: Client, cloud: Simulator):
    put(cloud)
    cloud.put_faults([WRITE | {"nth": [1], "kind": "delay", "delay_ms": 60_000}])
    request = models.ModifyImageSharePermissionRequest(region_id=REGION, image_id="m-1", add_account=["111"])
    with pytest.raises(TeaException):
        ecs.modify_image_share_permission_with_options(request, RuntimeOptions(read_timeout=100))

    assert members(ecs) == ["111"]


def test_delay_ends_with_an_answer(raw: Caller, cloud: Simulator):
    cloud.put_faults([{"every": 1, "kind": "delay", "delay_ms": 1}])

    assert statuses(raw, 3) == [200, 200, 200]


def test_stale_write_is_not_seen_by_the_next_reads(ecs: Client, cloud: Simulator):
    put(cloud, accounts=["111"])
    cloud.put_faults([WRITE | {"nth": [1], "kind": "stale", "reads": 2}])
    modify(ecs, add=["222"])()

    assert [members(ecs) for _ in range(3)] == [["111"], ["111"], ["111", "222"]]


def test_stale_read_sees_what_was_before_the_last_write(ecs: Client, cloud: Simulator):
    put(cloud, accounts=["111"])
    cloud.put_faults([READ | {"nth": [2], "kind": "stale", "reads": 2}])
    modify(ecs, add=["222"])()

    assert [len(members(ecs)) for _ in range(4)] == [2, 1, 1, 2]


def test_stale_read_of_an_image_that_was_never_written_sees_it_as_it_is(ecs: Client, cloud: Simulator):
    put(cloud, accounts=["111"])
    cloud.put_faults([READ | {"nth": [1], "kind": "stale", "reads": 2}])

    assert members(ecs) == ["111"]


def test_truncated_write_takes_the_first_half_and_answers_200(ecs: Client, cloud: Simulator):
    put(cloud, accounts=ids(4))
    cloud.put_faults([WRITE | {"nth": [1], "kind": "truncate"}])

    modify(ecs, add=ids(5, first=20001), remove=ids(4))()

    assert accounts(cloud) == ["10003", "10004", "20001", "20002"]
    assert cloud.calls()[0]["status"] == 200


def test_truncated_write_is_refused_for_accounts_of_its_second_half_too(ecs: Client, cloud: Simulator):
    put(cloud)
    cloud.put_faults([WRITE | {"nth": [1], "kind": "truncate"}])

    assert refusal(modify(ecs, add=["111", "nobody"])) == (404, "InvalidAccount.NotFound")


def test_faults_that_fall_on_one_call_work_together(ecs: Client, cloud: Simulator):
    put(cloud, accounts=["111"])
    truncate = WRITE | {"nth": [1], "kind": "truncate"}
    cloud.put_faults([truncate, WRITE | {"nth": [1], "kind": "stale", "reads": 1}])

    modify(ecs, add=["222", "333"])()

    assert [members(ecs), members(ecs)] == [["111"], ["111", "222"]]


def test_faults_that_end_one_call_are_decided_by_the_first(raw: Caller, cloud: Simulator):
    refused = {"every": 1, "kind": "error", "code": "First", "status": 503}
    cloud.put_faults([refused, {"every": 1, "kind": "drop_before"}, refused | {"code": "Third"}])

    assert raw().refusal == (503, "First")


def test_fault_of_another_service_leaves_this_one_alone(ecs: Client, cloud: Simulator):
    put(cloud)
    cloud.put_faults([{"service": "ens", "every": 1, "kind": "drop_before"}])

    assert listed(ecs) == ["m-1"]
