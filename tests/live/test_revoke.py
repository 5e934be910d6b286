"""An account is off where a read shows it, and nowhere else is that said."""

from __future__ import annotations

import pytest

from .conftest import Command, StackWriter
from .world import NO_LIMIT, POOL, REGIONS, SERVICES, image, live, put, writes

WEB, SHOP = "1234567890123456", "1550809237710001"


def revoked(image_share: Command, *arguments: str):
    """The exit status, and what is said of each account and image: whether it is left, and why."""
    said = image_share("revoke", *arguments, "--yes", "--format", "json")
    return said.status, {
        (one["account"], one["key"]): (one["left"], one["reason"]) for one in said.document["results"]
    }


@pytest.mark.parametrize("service", SERVICES)
def test_revoke_takes_accounts_off_and_leaves_all_others(cloud, image_share: Command, service: str):
    put(cloud, image(service, accounts=[WEB, SHOP, *POOL[:8]]), image(service, "m-2", accounts=[WEB]))

    status, results = revoked(image_share, SHOP, *POOL[:8])

    assert status == 0
    assert len(results) == 9
    assert set(results.values()) == {(False, "")}
    assert live(cloud) == {(service, "m-1"): {WEB}, (service, "m-2"): {WEB}}


def test_revoke_of_many_accounts_keeps_to_what_one_call_carries(cloud, image_share: Command):
    put(cloud, image(accounts=POOL[:25]))

    status, results = revoked(image_share, *POOL[:25])

    sent = [sum(key.startswith("RemoveAccount") for key in call["parameters"]) for call in writes(cloud)]
    assert (status, len(results), sent) == (0, 25, [10, 10, 5])


def test_revoke_of_an_account_without_images_writes_nothing(cloud, image_share: Command):
    put(cloud, image(accounts=[WEB]))

    assert revoked(image_share, SHOP) == (0, {})
    assert writes(cloud) == []


def test_revoke_prints_each_result_with_request_and_time(cloud, image_share: Command, stack: StackWriter):
    put(cloud, image(accounts=[WEB, SHOP]))
    fields = {"service": "ecs", "image_id": "m-1", "groups": ["web"]}
    stack({"golden": fields, "other": {**fields, "image_id": "m-9"}}, {"web": {SHOP: "team shop"}})

    said = image_share("revoke", SHOP, "--yes")

    assert said.status == 0
    lines = said.output.splitlines()
    assert any(line.startswith(f"✓ {SHOP} ecs cn-hangzhou m-1: is off (request ") for line in lines)
    assert "1 off, 0 left" in lines
    assert f"  stack dev: golden (group web) lists {SHOP}" in lines
    assert f"  stack dev: other (group web) lists {SHOP}" in lines
    assert f'  image-shares:deniedAccounts: ["{SHOP}"]' in lines


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "throttle", "truncate"])
def test_revoke_continues_after_a_call_that_went_wrong(cloud, image_share: Command, kind: str):
    put(cloud, image(accounts=[WEB, SHOP, *POOL[:5]]))
    cloud.put_faults([{"service": "ecs", "action": "ModifyImageSharePermission", "kind": kind, "nth": [1]}])

    status, results = revoked(image_share, SHOP, *POOL[:5])

    assert status == 0
    assert set(results.values()) == {(False, "")}
    assert live(cloud) == {("ecs", "m-1"): {WEB}}


def test_revoke_believes_a_read_and_not_an_answer(cloud, image_share: Command):
    put(cloud, image(accounts=[WEB, SHOP]), stale_reads=2)

    assert revoked(image_share, SHOP) == (0, {(SHOP, "ecs:cn-hangzhou:m-1"): (False, "")})
    assert live(cloud) == {("ecs", "m-1"): {WEB}}


def test_revoke_that_the_cloud_refuses_ends_with_three_and_says_why(cloud, image_share: Command):
    put(cloud, image(accounts=[WEB, SHOP]), image("eds", "m-2", accounts=[SHOP]))
    fault = {"service": "ecs", "action": "ModifyImageSharePermission", "kind": "error", "status": 403}
    cloud.put_faults([{**fault, "code": "Forbidden.RAM", "every": 1}])

    status, results = revoked(image_share, SHOP, WEB)

    assert status == 3
    assert {key: left for key, (left, _) in results.items()} == {
        (WEB, "ecs:cn-hangzhou:m-1"): True,
        (SHOP, "ecs:cn-hangzhou:m-1"): True,
        (SHOP, "eds:cn-hangzhou:m-2"): False,
    }
    assert "Forbidden.RAM" in results[SHOP, "ecs:cn-hangzhou:m-1"][1]
    assert live(cloud) == {("ecs", "m-1"): {WEB, SHOP}, ("eds", "m-2"): set()}


def test_revoke_of_an_account_in_a_refused_call_with_others_takes_the_others_off(cloud, image_share: Command):
    put(cloud, image(accounts=[WEB, SHOP]))
    fault = {"service": "ecs", "action": "ModifyImageSharePermission", "kind": "error", "status": 400}
    cloud.put_faults([{**fault, "code": "InvalidAccount.NotFound", "nth": [1]}])

    status, results = revoked(image_share, SHOP, WEB)

    assert status == 0
    assert set(results.values()) == {(False, "")}
    assert live(cloud) == {("ecs", "m-1"): set()}


def test_revoke_where_everyone_can_use_the_image_says_that_it_is_left(cloud, image_share: Command):
    put(cloud, image(accounts=[SHOP], is_public=True))

    said = image_share("revoke", SHOP, "--yes")

    assert said.status == 3
    assert f"✗ {SHOP} ecs cn-hangzhou m-1: everyone can use this image" in said.output
    assert not any("IsPublic" in call["parameters"] for call in writes(cloud))


def test_revoke_with_a_region_that_refuses_does_the_rest_and_ends_with_one(cloud, image_share: Command):
    put(cloud, image(accounts=[SHOP]), image("ecs", "m-2", REGIONS[1], accounts=[SHOP]))
    fault = {"region_id": REGIONS[1], "service": "ecs", "kind": "error", "code": "Forbidden.RAM"}
    cloud.put_faults([{**fault, "status": 403, "every": 1}])

    said = image_share("revoke", SHOP, "--region", "all", "--yes")

    assert said.status == 1
    assert "NOT read: ecs cn-shanghai (Forbidden.RAM)" in said.output
    assert live(cloud) == {("ecs", "m-1"): set(), ("ecs", "m-2"): {SHOP}}


def test_revoke_without_a_terminal_and_without_yes_changes_nothing(cloud, image_share: Command):
    put(cloud, image(accounts=[SHOP]))

    said = image_share("revoke", SHOP)

    assert said.status == 1
    assert said.errors.endswith("there is no terminal: give --yes\n")
    assert cloud.calls() == []


def test_revoke_of_many_images_writes_at_the_pace_that_is_configured(
    cloud, image_share: Command, stack: StackWriter
):
    put(cloud, *(image("swas", f"m-{n}", accounts=[SHOP]) for n in range(15)))
    stack({}, **NO_LIMIT)

    status, results = revoked(image_share, SHOP, "--stack", "dev")

    assert (status, len(results)) == (0, 15)
    assert not any(live(cloud).values())
