"""What is read, on how many pages, and what is told of what could not be."""

from __future__ import annotations

from pathlib import Path

import pytest

from alicloud_image_share.inventory.account_sessions import AccountSessions
from alicloud_image_share.inventory.live import ServiceRegion
from alicloud_image_simulator import OTHER, OWNER, Simulator

from .conftest import Command, StackWriter
from .world import NO_LIMIT, POOL, REGIONS, SERVICES, image, put, reads, writes

COMMANDS = (("export",), ("audit",), ("who", POOL[0]))


@pytest.mark.parametrize("service", SERVICES)
def test_images_of_a_service_are_listed_over_all_pages(
    cloud: Simulator, image_share: Command, stack: StackWriter, service: str
):
    stack({}, **NO_LIMIT)
    names = {f"m-{n:03}" for n in range(201)}
    put(cloud, *(image(service, name, accounts=[POOL[0]]) for name in names))

    said = image_share("who", POOL[0], "--stack", "dev", "--service", service, "--format", "json")

    assert {use["image"] for use in said.document["uses"]} == names
    assert said.status == 2


@pytest.mark.parametrize("service", SERVICES)
def test_accounts_of_an_image_are_listed_over_all_pages(cloud: Simulator, image_share: Command, service: str):
    many = [str(1_600_000_000_001_000 + n) for n in range(201)]
    put(cloud, image(service, accounts=many))

    said = image_share("export", "--service", service)

    assert said.status == 0
    assert all(f"'{account}'" in said.output for account in many)


def test_image_in_any_state_is_listed(cloud: Simulator, image_share: Command):
    states = ("Available", "UnAvailable", "Deprecated", "CreateFailed")
    put(cloud, *(image("ecs", f"m-{state}", status=state, accounts=[POOL[0]]) for state in states))

    said = image_share("who", POOL[0], "--service", "ecs", "--format", "json")

    assert {use["image"] for use in said.document["uses"]} == {f"m-{state}" for state in states}


@pytest.mark.parametrize("service", SERVICES)
def test_image_of_somebody_else_is_not_listed(cloud: Simulator, image_share: Command, service: str):
    put(cloud, image(service, owner_id=OTHER.id, accounts=[OWNER.id, POOL[0]]))

    said = image_share("who", POOL[0], OWNER.id)

    assert (said.status, said.output.splitlines()[0]) == (
        0,
        f"{POOL[0]}, {OWNER.id}: can use none of the images",
    )


def test_image_that_swas_says_is_shared_with_nobody_costs_no_call(cloud: Simulator, image_share: Command):
    put(cloud, image("swas", "m-1"), image("swas", "m-2", accounts=[POOL[0]]))

    image_share("who", POOL[0], "--service", "swas")

    listed = [
        call["parameters"] for call in cloud.calls() if call["action"] == "ListCustomImageShareAccounts"
    ]
    assert [call["ImageId"] for call in listed] == ["m-2"]


def test_every_region_is_asked_for_by_the_service_itself(cloud: Simulator, image_share: Command):
    put(cloud, image("ecs", "m-1", REGIONS[1]), image("swas", "m-2", REGIONS[2]))

    said = image_share("who", POOL[0], "--region", "all", "--format", "json")

    assert said.document["read"]["places"] == [
        "ecs cn-hangzhou",
        "ecs cn-shanghai",
        "eds cn-hangzhou",
        "ens",
        "swas cn-beijing",
        "swas cn-hangzhou",
    ]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_region_that_refuses_is_named_and_never_taken_for_empty(
    cloud: Simulator, image_share: Command, command: tuple[str, ...]
):
    put(cloud, image("ecs", "m-1", REGIONS[2], accounts=[POOL[0]]))
    fault = {
        "service": "ecs",
        "region_id": REGIONS[2],
        "kind": "error",
        "code": "Forbidden.RAM",
        "status": 403,
    }
    cloud.put_faults([{**fault, "every": 1}])

    said = image_share(*command, "--region", "all")

    assert said.status == 1
    assert "NOT read: ecs cn-beijing (Forbidden.RAM)" in said.output
    assert "none" not in said.output


def test_image_whose_accounts_cannot_be_read_is_named(cloud: Simulator, image_share: Command):
    put(cloud, image("ecs", "m-1", accounts=[POOL[0]]), image("eds", "m-2", accounts=[POOL[0]]))
    fault = {"service": "ecs", "action": "DescribeImageSharePermission", "kind": "error", "status": 403}
    cloud.put_faults([{**fault, "code": "Forbidden.RAM", "every": 1}])

    said = image_share("who", POOL[0])

    assert said.status == 1
    assert said.output.splitlines()[0] == f"{POOL[0]}: can use at least 1 image"
    assert "NOT read: ecs cn-hangzhou m-1 (Forbidden.RAM)" in said.output


def test_list_of_regions_that_cannot_be_read_is_named(cloud: Simulator, image_share: Command):
    fault = {"service": "eds", "action": "DescribeRegions", "kind": "error", "code": "Forbidden.RAM"}
    cloud.put_faults([{**fault, "status": 403, "every": 1}])

    said = image_share("who", POOL[0], "--region", "all")

    assert said.status == 1
    assert "NOT read: eds: its list of regions (Forbidden.RAM)" in said.output


def test_throttled_listing_is_repeated(cloud: Simulator, image_share: Command):
    put(cloud, image("ecs", accounts=[POOL[0]]))
    cloud.put_faults([{"service": "ecs", "action": "DescribeImages", "kind": "throttle", "nth": [1]}])

    assert image_share("who", POOL[0], "--service", "ecs").status == 2


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_report_writes_nothing(cloud: Simulator, image_share: Command, command: tuple[str, ...]):
    put(cloud, image("ecs", accounts=[POOL[0]]))

    image_share(*command)

    assert reads(cloud)
    assert writes(cloud) == []


@pytest.mark.usefixtures("image_share")
def test_reader_of_a_session_has_no_way_to_write(folder: Path, stack: StackWriter):
    stack({})

    reader = AccountSessions.of(folder, "dev").sessions[0].read_only()

    assert [name for name in dir(reader) if not name.startswith("_")] == ["read"]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("region", [None, REGIONS[1]], ids=["no region", "another region"])
def test_command_without_options_reads_every_region_whatever_is_configured(
    cloud: Simulator,
    image_share: Command,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    region: str | None,
):
    put(cloud, image("ecs", "m-1", REGIONS[2], accounts=[POOL[0]]))
    monkeypatch.delenv("ALICLOUD_REGION")
    if region:
        monkeypatch.setenv("ALICLOUD_REGION", region)

    said = image_share(*command)

    assert said.status == (0 if command == ("export",) else 2)
    assert "m-1" in said.output
    assert POOL[0] in said.output


def test_command_in_a_project_whose_stack_names_one_region_reads_every_region(
    cloud: Simulator, image_share: Command, stack: StackWriter, monkeypatch: pytest.MonkeyPatch
):
    put(cloud, image("ecs", "m-1", REGIONS[2], accounts=[POOL[0]]))
    monkeypatch.delenv("ALICLOUD_REGION")
    stack({}, **{"alicloud:region": REGIONS[1]})

    said = [image_share("who", POOL[0], *options) for options in ((), ("--stack", "dev"))]
    audited = image_share("audit")

    assert [one.status for one in (*said, audited)] == [2, 2, 2]
    assert all("ecs cn-beijing m-1" in one.output for one in (*said, audited))


@pytest.mark.parametrize("empty", ["", " ", "\n", "cn hangzhou", "cn-hangzhou/x", "CN-HANGZHOU"])
@pytest.mark.parametrize(
    "command", [*COMMANDS, ("revoke", POOL[0], "--yes"), ("policy", "--service", "ecs")], ids=lambda c: c[0]
)
def test_region_that_is_none_is_refused_before_anything_is_read(
    cloud: Simulator, image_share: Command, command: tuple[str, ...], empty: str
):
    said = image_share(*command, "--region", empty)

    assert said.status == 1
    assert "is neither a region id, such as cn-hangzhou, nor all" in said.errors
    assert cloud.calls() == []


@pytest.mark.parametrize("empty", ["", " "])
@pytest.mark.parametrize(
    "command",
    [
        *COMMANDS,
        ("revoke", POOL[0], "--yes"),
        ("policy",),
        ("doctor",),
        ("preview",),
        ("review",),
        ("refresh",),
        ("up", "--yes"),
        ("destroy", "--yes"),
    ],
    ids=lambda command: command[0],
)
def test_stack_whose_name_is_empty_is_refused_before_anything_is_read(
    cloud: Simulator, image_share: Command, stack: StackWriter, command: tuple[str, ...], empty: str
):
    stack({})

    said = image_share(*command, "--stack", empty)

    assert said.status == 1
    assert "it is empty: name a stack" in said.errors
    assert cloud.calls() == []


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize(
    ("options", "left_out"),
    [
        (["--region", REGIONS[1]], "no other region than cn-shanghai was looked at"),
        (["--service", "ens"], "no other service than ens was looked at"),
        (
            ["--service", "ecs", "--region", REGIONS[1], "--region", REGIONS[0]],
            "no other service than ecs and no other region than cn-shanghai and cn-hangzhou was looked at",
        ),
    ],
    ids=["region", "service", "both"],
)
@pytest.mark.parametrize(
    "command", [("audit",), ("who", POOL[1]), ("revoke", POOL[1], "--yes")], ids=lambda command: command[0]
)
def test_report_that_options_have_narrowed_says_in_its_first_and_last_line_what_was_not_looked_at(
    cloud: Simulator,
    image_share: Command,
    command: tuple[str, ...],
    options: list[str],
    left_out: str,
    form: str,
):
    put(cloud, *(image("ecs", f"m-{region}", region) for region in REGIONS[:2]))

    said = image_share(*command, *options, "--format", form)

    assert said.status == 0
    if form == "json":
        assert said.document["narrowed"] == left_out
    else:
        first, *_, last = said.output.splitlines()
        assert left_out in first.replace("No other", "no other")
        assert left_out in last.replace("No other", "no other")


@pytest.mark.parametrize("form", ["short", "csv", "html"])
@pytest.mark.parametrize("shared", [[], [POOL[0]]], ids=["nothing", "something"])
def test_audit_that_options_have_narrowed_says_so_in_every_format(
    cloud: Simulator, image_share: Command, form: str, shared: list[str]
):
    put(cloud, image("ecs", "m-1", accounts=shared))

    said = image_share("audit", "--service", "ecs", "--format", form)

    assert said.status == (2 if shared else 0)
    assert "o other service than ecs was looked at" in said.output


def test_short_reports_that_options_have_narrowed_say_so_first_and_last(
    cloud: Simulator, image_share: Command
):
    put(cloud, image("ecs", "m-1", accounts=[POOL[0]]))
    left_out = "no other service than ecs was looked at"

    audit = image_share("audit", "--service", "ecs", "--format", "short")
    revoked = image_share("revoke", POOL[1], "--yes", "--service", "ecs", "--format", "short")

    first, *_, last = audit.output.splitlines()
    assert (first, last) == (f"1 UNMANAGED; {left_out}", left_out)
    assert revoked.output == f"{POOL[1]}: 0 off, 0 left; {left_out}\n"


@pytest.mark.parametrize("service", ["ecs", "eds", "swas"])
@pytest.mark.parametrize("command", ["who", "audit", "export"])
def test_mistyped_region_of_a_named_service_makes_no_none(image_share: Command, command: str, service: str):
    accounts = [POOL[0]] if command == "who" else []

    said = image_share(command, *accounts, "--service", service, "--region", "cn-hangzou")

    assert (said.status, said.errors) == (
        1,
        "error: no service has the region cn-hangzou; did you mean cn-hangzhou?\n",
    )


@pytest.mark.parametrize("options", [(), ("--region", "all", "--service", "all")], ids=["none", "all"])
def test_report_that_options_have_not_narrowed_says_nothing_of_that(
    image_share: Command, options: tuple[str, ...]
):
    said = image_share("who", POOL[0], *options)

    assert said.status == 0
    assert POOL[0] in said.output
    assert "looked at" not in said.output


def test_configuration_of_a_stack_is_used_where_it_is_named(
    cloud: Simulator, image_share: Command, stack: StackWriter, monkeypatch: pytest.MonkeyPatch
):
    put(cloud, image("ecs", "m-1", REGIONS[1], accounts=[POOL[0]]))
    monkeypatch.delenv("ALICLOUD_REGION")
    stack({}, **{"alicloud:region": REGIONS[1], "alicloud:accountId": OWNER.id})

    assert image_share("who", POOL[0], "--stack", "dev", "--service", "ecs").status == 2


def test_credentials_of_another_account_than_the_configured_one_are_refused(
    image_share: Command, stack: StackWriter
):
    stack({}, **{"alicloud:accountId": OTHER.id})

    said = image_share("who", POOL[0], "--stack", "dev")

    assert said.status == 1
    assert f"alicloud:accountId is {OTHER.id}" in said.errors


def test_place_is_written_as_people_say_it():
    assert (str(ServiceRegion("swas", "cn-beijing")), str(ServiceRegion("ens"))) == ("swas cn-beijing", "ens")


def test_region_that_a_service_does_not_have_is_reported_and_not_called(
    cloud: Simulator, image_share: Command
):
    put(cloud, image("ecs", "m-1", REGIONS[1], accounts=[POOL[0]]))

    said = image_share("who", POOL[0], "--region", REGIONS[1])

    assert said.status == 2
    assert "; not there: eds cn-shanghai, swas cn-shanghai\n" in said.output
    assert not [call for call in cloud.calls() if call["action"] == "ListCustomImages"]


def test_region_that_no_service_has_is_an_error(image_share: Command):
    said = image_share("who", POOL[0], "--region", "cn-hangzou")

    assert (said.status, said.errors) == (
        1,
        "error: no service has the region cn-hangzou; did you mean cn-hangzhou?\n",
    )


def test_service_that_is_named_is_read_where_it_is_asked(cloud: Simulator, image_share: Command):
    said = image_share("who", POOL[0], "--service", "swas", "--region", REGIONS[1])

    assert said.status == 0
    assert [call["action"] for call in cloud.calls()] == ["GetCallerIdentity", "ListCustomImages"]


def test_region_is_read_where_the_list_of_regions_is_refused(cloud: Simulator, image_share: Command):
    put(cloud, image("eds", "m-1", accounts=[POOL[0]]))
    fault = {"action": "DescribeRegions", "kind": "error", "code": "Forbidden.RAM", "status": 403}
    cloud.put_faults([{**fault, "every": 1}])

    narrowed, whole = (image_share("who", POOL[0], *options) for options in (("--region", REGIONS[0]), ()))

    assert (narrowed.status, whole.status) == (2, 1)
    assert f"{POOL[0]}: can use at least 1 image\n" in whole.output
    assert "NOT read: ecs: its list of regions (Forbidden.RAM), eds: its list of regions" in whole.output


@pytest.mark.parametrize("service", ["ecs", "eds", "swas"])
@pytest.mark.parametrize("command", [*COMMANDS, ("revoke", POOL[0], "--yes")], ids=lambda command: command[0])
@pytest.mark.parametrize("region", [None, REGIONS[0]], ids=["no region", "a region"])
def test_service_whose_regions_are_not_known_never_makes_a_none(
    cloud: Simulator,
    image_share: Command,
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    command: tuple[str, ...],
    region: str | None,
):
    put(cloud, image(service, "m-1", REGIONS[2], accounts=[POOL[0]]))
    monkeypatch.delenv("ALICLOUD_REGION")
    if region:
        monkeypatch.setenv("ALICLOUD_REGION", region)
    action = "ListRegions" if service == "swas" else "DescribeRegions"
    fault = {"service": service, "action": action, "kind": "error", "code": "Forbidden.RAM", "status": 403}
    cloud.put_faults([{**fault, "every": 1}])

    said = image_share(*command)

    assert said.status == 1
    assert f"NOT read: {service}: its list of regions (Forbidden.RAM)" in said.output
    assert "none" not in said.output
    assert "no image is shared" not in said.output
