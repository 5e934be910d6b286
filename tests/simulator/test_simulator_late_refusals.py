"""Calls that are refused although they have been carried out, whole or in part."""

import http.client
from typing import NamedTuple

import pytest
from calling import Caller, accounts, ids, image

from alicloud_image_simulator import Simulator

REFUSAL = {"code": "Forbidden.RiskControl", "status": 403}
REFUSED = (403, "Forbidden.RiskControl")
BEFORE = ids(4, first=90001)


class Write(NamedTuple):
    """A write of a service: its action and version, and what its parameters of accounts are called."""

    service: str
    action: str
    version: str
    add: str = ""
    remove: str = ""
    most: int = 9

    def query(self, add: list[str], remove: list[str]) -> dict[str, str]:
        """Write the accounts as the service takes them."""
        sent = {"ImageId": "m-1", **({} if self.service == "ens" else {"RegionId": "cn-hangzhou"})}
        for name, listed in ((self.add, add), (self.remove, remove[: self.most])):
            if name.endswith("s") and listed:
                sent[name] = ",".join(listed)
            elif name:
                sent |= {f"{name}.{number}": account for number, account in enumerate(listed, 1)}
        return sent


ECS = Write("ecs", "ModifyImageSharePermission", "2014-05-26", "AddAccount", "RemoveAccount")
EDS = Write("eds", "ModifyImagePermission", "2020-09-30", "AddAccount", "RemoveAccount")
ENS = Write("ens", "ModifyImageSharePermission", "2017-11-10", "AddAccounts", "RemoveAccounts", most=1)
SWAS_ADD = Write("swas", "AddCustomImageShareAccount", "2020-06-01", add="Account")
SWAS_REMOVE = Write("swas", "RemoveCustomImageShareAccount", "2020-06-01", remove="Account")
ADDING, REMOVING = (ECS, EDS, ENS, SWAS_ADD), (ECS, EDS, ENS, SWAS_REMOVE)
SWITCH = {"ImageId": "m-1", "RegionId": "cn-hangzhou", "Operation": "Share"}


def put(cloud: Simulator, write: Write, kind: str, **fault: object) -> None:
    """Put an image that is shared with four accounts, and a fault that falls on the first write."""
    cloud.put_state({"images": [{"service": write.service, "image_id": "m-1", "accounts": BEFORE}]})
    target = {"service": write.service, "action": write.action, "nth": [1]}
    cloud.put_faults([{**target, "kind": kind, **REFUSAL, **fault}])


@pytest.mark.parametrize("write", ADDING)
def test_addition_that_is_refused_after_all_has_been_carried_out(raw: Caller, cloud: Simulator, write: Write):
    put(cloud, write, "error_after")

    reply = raw(write.action, write.version, query=write.query(ids(3), []))

    assert (reply.refusal, accounts(cloud)) == (REFUSED, [*BEFORE, *ids(3)])
    assert (cloud.calls()[0]["status"], cloud.calls()[0]["code"]) == REFUSED


@pytest.mark.parametrize("write", REMOVING)
def test_removal_that_is_refused_after_all_has_been_carried_out(raw: Caller, cloud: Simulator, write: Write):
    put(cloud, write, "error_after")

    reply = raw(write.action, write.version, query=write.query([], BEFORE[:1]))

    assert (reply.refusal, accounts(cloud)) == (REFUSED, BEFORE[1:])


def test_switch_that_is_refused_after_all_has_been_carried_out(raw: Caller, cloud: Simulator):
    write = Write("swas", "ModifyImageShareStatus", "2020-06-01")
    put(cloud, write, "error_after")

    reply = raw(write.action, write.version, query=SWITCH)

    assert (reply.refusal, image(cloud)["in_share"]) == (REFUSED, True)


@pytest.mark.parametrize("write", ADDING)
@pytest.mark.parametrize(
    ("fault", "added"), [({}, 2), ({"count": 1}, 1), ({"count": 4}, 4), ({"count": 9}, 5)]
)
def test_addition_in_part_takes_the_first_accounts(
    raw: Caller, cloud: Simulator, write: Write, fault: dict, added: int
):
    put(cloud, write, "partial", **fault)

    reply = raw(write.action, write.version, query=write.query(ids(5), []))

    assert (reply.refusal, accounts(cloud)) == (REFUSED, [*BEFORE, *ids(added)])


@pytest.mark.parametrize("write", [ECS, EDS, SWAS_REMOVE])
@pytest.mark.parametrize(("fault", "removed"), [({}, 1), ({"count": 2}, 2)])
def test_removal_in_part_takes_the_first_accounts(
    raw: Caller, cloud: Simulator, write: Write, fault: dict, removed: int
):
    put(cloud, write, "partial", **fault)

    reply = raw(write.action, write.version, query=write.query([], BEFORE[:3]))

    assert (reply.refusal, accounts(cloud)) == (REFUSED, BEFORE[removed:])


@pytest.mark.parametrize(("fault", "removed"), [({}, 0), ({"count": 1}, 1)])
def test_removal_of_one_account_in_part_is_none_or_counted(
    raw: Caller, cloud: Simulator, fault: dict, removed: int
):
    put(cloud, ENS, "partial", **fault)

    raw(ENS.action, ENS.version, query=ENS.query([], BEFORE[:1]))

    assert accounts(cloud) == BEFORE[removed:]


@pytest.mark.parametrize(
    ("count", "after"),
    [
        (2, [*BEFORE, *ids(2)]),
        (3, [*BEFORE, *ids(3)]),
        (4, [*BEFORE[1:], *ids(3)]),
        (5, [*BEFORE[2:], *ids(3)]),
    ],
)
@pytest.mark.parametrize("write", [ECS, EDS])
def test_write_in_part_adds_before_it_removes(
    raw: Caller, cloud: Simulator, write: Write, count: int, after: list[str]
):
    put(cloud, write, "partial", count=count)

    raw(write.action, write.version, query=write.query(ids(3), BEFORE[:2]))

    assert accounts(cloud) == after


def test_switch_in_part_is_not_carried_out(raw: Caller, cloud: Simulator):
    write = Write("swas", "ModifyImageShareStatus", "2020-06-01")
    put(cloud, write, "partial")

    reply = raw(write.action, write.version, query=SWITCH)

    assert (reply.refusal, image(cloud)["in_share"]) == (REFUSED, False)


def test_token_of_a_write_that_was_carried_out_is_used_up_by_it(raw: Caller, cloud: Simulator):
    put(cloud, SWAS_ADD, "error_after")
    query = {**SWAS_ADD.query(ids(3), []), "ClientToken": "once"}
    raw(SWAS_ADD.action, SWAS_ADD.version, query=query)
    raw(SWAS_REMOVE.action, SWAS_REMOVE.version, query=SWAS_REMOVE.query([], ids(3)))

    reply = raw(SWAS_ADD.action, SWAS_ADD.version, query=query)

    assert (reply.status, accounts(cloud)) == (200, BEFORE)


def test_token_of_a_write_that_was_carried_out_in_part_carries_the_rest_out(raw: Caller, cloud: Simulator):
    put(cloud, SWAS_ADD, "partial")
    query = {**SWAS_ADD.query(ids(3), []), "ClientToken": "once"}
    raw(SWAS_ADD.action, SWAS_ADD.version, query=query)

    reply = raw(SWAS_ADD.action, SWAS_ADD.version, query=query)

    assert (reply.status, accounts(cloud)) == (200, [*BEFORE, *ids(3)])


@pytest.mark.parametrize("kind", ["error_after", "partial"])
def test_call_that_the_service_refuses_is_refused_by_it(raw: Caller, cloud: Simulator, kind: str):
    put(cloud, ECS, kind)

    reply = raw(ECS.action, ECS.version, query=ECS.query(["111", "nobody"], []))

    assert (reply.refusal, accounts(cloud)) == ((404, "InvalidAccount.NotFound"), BEFORE)


def test_read_that_is_refused_after_all_shows_nothing(raw: Caller, cloud: Simulator):
    cloud.put_faults([{"every": 1, "kind": "error_after", **REFUSAL}])

    assert raw().document.keys() == {"RequestId", "HostId", "Code", "Message"}


def test_refusal_after_all_says_how_long_to_wait(raw: Caller, cloud: Simulator):
    put(cloud, ECS, "error_after", code="Throttling", status=400, retry_after_ms=1500)

    reply = raw(ECS.action, ECS.version, query=ECS.query(ids(1), []))

    assert reply.headers["x-acs-retry-after"] == "1500"
    assert accounts(cloud) == [*BEFORE, *ids(1)]


def test_refusal_after_all_is_not_sent_where_the_answer_is_cut(raw: Caller, cloud: Simulator):
    put(cloud, ECS, "partial")
    cut = {"service": "ecs", "nth": [1], "kind": "drop_after"}
    cloud.put_faults([cut, {"service": "ecs", "nth": [1], "kind": "partial", **REFUSAL}])

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        raw(ECS.action, ECS.version, query=ECS.query(ids(2), []))

    assert accounts(cloud) == [*BEFORE, *ids(1)]
