import pytest
from alibabacloud_ecs20140526.client import Client
from calling import Caller, refusal
from ecs_calls import describe, modify, put

from alicloud_image_simulator import MalformedDocumentError, Simulator

WRITE = {"service": "ecs", "action": "ModifyImageSharePermission"}
READ = {"service": "ecs", "action": "DescribeImageSharePermission"}


def members(ecs: Client) -> list[str]:
    return [each.aliyun_id for each in describe(ecs).accounts.account]


def statuses(raw: Caller, calls: int) -> list[int]:
    return [raw().status for _ in range(calls)]


def test_fault_falls_on_the_nth_calls(raw: Caller, cloud: Simulator):
    cloud.put_faults([{"service": "sts", "nth": [2, 4], "kind": "error", "code": "X", "status": 503}])

    assert statuses(raw, 5) == [200, 503, 200, 503, 200]


def test_fault_falls_on_every_call_of_a_step(raw: Caller, cloud: Simulator):
    cloud.put_faults([{"every": 2, "kind": "error", "code": "X", "status": 503}])

    assert statuses(raw, 4) == [200, 503, 200, 503]


def test_fault_with_both_falls_on_either(raw: Caller, cloud: Simulator):
    cloud.put_faults([{"every": 3, "nth": [1], "kind": "error", "code": "X", "status": 503}])

    assert statuses(raw, 4) == [503, 200, 503, 200]


def test_fault_counts_only_calls_of_its_action(ecs: Client, cloud: Simulator):
    put(cloud)
    cloud.put_faults([WRITE | {"nth": [1], "kind": "error", "code": "X", "status": 503}])

    describe(ecs)

    assert refusal(modify(ecs, add=["111"])) == (503, "X")


def test_fault_counts_only_calls_that_are_signed(raw: Caller, cloud: Simulator):
    cloud.put_faults([{"nth": [1], "kind": "error", "code": "X", "status": 503}])

    raw(tampered={"authorization": ""})

    assert raw().status == 503


def test_fault_counts_from_when_it_is_put(raw: Caller, cloud: Simulator):
    fault = {"nth": [2], "kind": "error", "code": "X", "status": 503}
    cloud.put_faults([fault])
    raw()

    cloud.put_faults([fault])

    assert statuses(raw, 2) == [200, 503]


def test_faults_that_are_put_replace_those_before(raw: Caller, cloud: Simulator):
    cloud.put_faults([{"every": 1, "kind": "error", "code": "X", "status": 503}])

    cloud.put_faults([])

    assert raw().status == 200


def test_fault_outlives_a_state_that_is_put(raw: Caller, cloud: Simulator):
    cloud.put_faults([{"every": 1, "kind": "error", "code": "X", "status": 503}])

    cloud.put_state({})

    assert raw().status == 503


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("throttle", "faults[0] is not an object"),
        ({}, "faults[0].kind is missing"),
        ({"kind": "explode"}, "faults[0].kind must be one of"),
        ({"kind": "truncate"}, "faults[0] has neither nth nor every"),
        ({"kind": "truncate", "nth": []}, "faults[0] has neither nth nor every"),
        ({"kind": "truncate", "nth": [0]}, "faults[0].nth[0] is 0"),
        ({"kind": "truncate", "nth": 1}, "faults[0].nth is not an array"),
        ({"kind": "truncate", "nth": ["1"]}, "faults[0].nth[0] is not a whole number"),
        ({"kind": "truncate", "every": 0}, "faults[0].every is 0"),
        ({"kind": "truncate", "every": 1.5}, "faults[0].every is not a whole number"),
        ({"kind": "truncate", "every": 1, "when": "now"}, "faults[0] has the unknown field 'when'"),
        ({"kind": "truncate", "every": 1, "reads": 1}, "faults[0] of kind truncate has no reads"),
        ({"kind": "truncate", "every": 1, "service": "oss"}, "faults[0].service must be one of"),
        ({"kind": "truncate", "every": 1, "action": "Modify"}, "faults[0].action must be one of"),
        (
            {"kind": "truncate", "every": 1, "service": "ens", "action": "ListCustomImages"},
            "action must be one of",
        ),
        ({"kind": "error", "every": 1}, "faults[0] of kind error needs code and status"),
        ({"kind": "error", "every": 1, "code": "", "status": 400}, "faults[0].code is empty"),
        (
            {"kind": "error", "every": 1, "code": "X", "status": 200},
            "faults[0].status is no status of an error",
        ),
        (
            {"kind": "error", "every": 1, "code": "X", "status": "400"},
            "faults[0].status is not a whole number",
        ),
        (
            {"kind": "throttle", "every": 1, "retry_after_ms": -1},
            "faults[0].retry_after_ms is not a whole number",
        ),
        ({"kind": "error_after", "every": 1}, "faults[0] of kind error_after needs code and status"),
        ({"kind": "partial", "every": 1, "count": 1}, "faults[0] of kind partial needs code and status"),
        (
            {"kind": "partial", "every": 1, "code": "X", "status": 500, "count": 0},
            "faults[0].count is 0",
        ),
        (
            {"kind": "error_after", "every": 1, "code": "X", "status": 500, "count": 1},
            "faults[0] of kind error_after has no count",
        ),
        ({"kind": "delay", "every": 1}, "faults[0] of kind delay needs delay_ms"),
        ({"kind": "delay", "every": 1, "delay_ms": 0}, "faults[0].delay_ms is 0"),
        ({"kind": "stale", "every": 1}, "faults[0] of kind stale needs reads"),
        ({"kind": "stale", "every": 1, "reads": 0}, "faults[0].reads is 0"),
    ],
)
def test_fault_that_is_malformed_is_refused_with_its_place(cloud: Simulator, fault: object, sentence: str):
    with pytest.raises(MalformedDocumentError) as refused:
        cloud.put_faults([fault])

    assert sentence in str(refused.value)


def test_fault_whose_other_fields_are_null_is_accepted(raw: Caller, cloud: Simulator):
    nulls = dict.fromkeys(
        ["service", "action", "every", "code", "status", "retry_after_ms", "delay_ms", "reads"]
    )

    cloud.put_faults([nulls | {"kind": "drop_before", "nth": [2]}])

    assert raw().status == 200


def test_faults_that_are_refused_leave_those_before(raw: Caller, cloud: Simulator):
    cloud.put_faults([{"every": 1, "kind": "error", "code": "X", "status": 503}])

    with pytest.raises(MalformedDocumentError):
        cloud.put_faults([{"kind": "truncate", "every": 1}, {}])

    assert raw().status == 503
