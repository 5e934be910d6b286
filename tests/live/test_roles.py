"""The commands look as one role after the other: at the account of each, and at that alone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
import yaml

from alicloud_image_simulator import OTHER, OWNER, Account, Simulator

from .conftest import Command, StackWriter
from .test_audit_page import console, plain
from .world import REGIONS, image, live, put, writes

WEB, SHOP = "1234567890123456", "1550809237710001"
THIRD = Account("1600000000000003", "SIMULATED-KEY-OF-THIRD", "simulated-secret-of-third")


def role(account: Account, name: str = "images") -> str:
    """Name a role of an account."""
    return f"acs:ram::{account.id}:role/{name}"


OTHERS = ("--role-arn", role(OTHER), "--role-arn", role(THIRD))
NONE_SUCH = "acs:ram::1999999999999999:role/images"
"""A role of an account that does not let anybody in."""


@pytest.fixture
def cloud() -> Iterator[Simulator]:
    """The simulator with three accounts."""
    with Simulator(accounts=(OWNER, OTHER, THIRD)) as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def world(cloud: Simulator) -> None:
    """An image of each account, all shared with the same one."""
    put(cloud, *(of(account, f"m-{n}", accounts=[SHOP]) for n, account in enumerate((OWNER, OTHER, THIRD))))


def of(account: Account, image_id: str, service: str = "ecs", **fields):
    return image(service, image_id, owner_id=account.id, **fields)


def callers(cloud: Simulator) -> set[object]:
    """Who has called anything but STS."""
    return {call["account"] for call in cloud.calls() if call["service"] != "sts"}


def shares(said) -> dict[str, dict[str, object]]:
    """The shares of a stack file."""
    return yaml.safe_load(said.output)["config"]["image-shares:shares"]


# -- who ---------------------------------------------------------------------------------------------------


def test_who_as_roles_lists_the_images_of_their_accounts_alone(cloud: Simulator, image_share: Command):
    said = image_share("who", SHOP, *OTHERS, "--format", "json")

    assert said.status == 2
    assert [(use["image"], use["owner"]) for use in said.document["uses"]] == [
        ("m-1", OTHER.id),
        ("m-2", THIRD.id),
    ]
    assert [read["caller"] for read in said.document["reads"]] == [OTHER.id, THIRD.id]
    assert callers(cloud) == {OTHER.id, THIRD.id}


def test_who_as_roles_says_a_line_for_each_account_that_was_read(image_share: Command):
    output = image_share("who", SHOP, *OTHERS, "--service", "ecs").output

    extent = "1 service \N{MULTIPLICATION SIGN} 1 region"
    assert re.findall(f"^read {extent} as ([0-9]+) at 2", output, re.MULTILINE) == [OTHER.id, THIRD.id]


def test_page_shows_what_who_as_roles_prints(cloud: Simulator, image_share: Command):
    put(
        cloud,
        of(OTHER, "m-bp1data00000000001", name="data", accounts=[SHOP]),
        of(THIRD, "m-5edge000000000002", service="ens", name="edge", accounts=[SHOP]),
    )
    command = " ".join(("who", SHOP, *OTHERS))

    assert plain(image_share(*command.split()).output) == plain(console(command))


def test_who_as_roles_of_one_account_reads_it_once(cloud: Simulator, image_share: Command):
    said = image_share(
        "who",
        *(SHOP, "--service", "ecs"),
        *("--role-arn", role(OTHER), "--role-arn", role(OTHER, "second"), "--role-arn", role(OTHER)),
        *("--format", "json"),
    )

    assert len(said.document["reads"]) == 1
    assert [call["action"] for call in cloud.calls()].count("DescribeImages") == 1


def test_who_as_roles_reads_every_region_of_each_account(cloud: Simulator, image_share: Command):
    put(
        cloud,
        *(of(account, f"m-{account.id}", region=REGIONS[2], accounts=[SHOP]) for account in (OTHER, THIRD)),
    )

    said = image_share("who", SHOP, *OTHERS, "--region", "all", "--format", "json")

    assert {use["owner"] for use in said.document["uses"]} == {OTHER.id, THIRD.id}
    assert all("ecs cn-beijing" in read["places"] for read in said.document["reads"])


def test_who_as_a_role_that_cannot_be_assumed_tells_why_and_reads_the_others(image_share: Command):
    said = image_share("who", SHOP, "--role-arn", NONE_SUCH, *OTHERS)

    lines = said.output.splitlines()
    assert said.status == 1
    assert lines[0] == f"{SHOP}: can use at least 2 images"
    assert any(
        line.startswith(f"NOT read: the account of {NONE_SUCH} (the role {NONE_SUCH} could not be assumed")
        and "EntityNotExist.Role" in line
        for line in lines
    )


def test_who_never_says_none_where_a_role_cannot_be_assumed(image_share: Command):
    said = image_share("who", WEB, "--role-arn", NONE_SUCH, *OTHERS)

    assert said.status == 1
    assert said.output.startswith(f"{WEB}: nothing was found in what was read, and not everything was read\n")


def test_who_as_a_role_that_cannot_be_assumed_says_so_in_json(image_share: Command):
    document = image_share(
        "who", SHOP, "--role-arn", NONE_SUCH, "--role-arn", role(OTHER), "--format", "json"
    ).document

    assert [one["what"] for one in document["not_read"]] == [f"the account of {NONE_SUCH}"]
    assert [read["caller"] for read in document["reads"]] == [OTHER.id]
    assert "read" not in document


@pytest.mark.parametrize("command", [("who", SHOP), ("export",), ("revoke", SHOP, "--yes")])
def test_command_as_roles_of_which_none_can_be_assumed_is_an_error(
    cloud: Simulator, image_share: Command, command: tuple[str, ...]
):
    another = "acs:ram::1999999999999998:role/images"

    said = image_share(*command, "--role-arn", NONE_SUCH, "--role-arn", another)

    assert (said.status, said.output) == (1, "")
    assert said.errors.startswith(f"error: the role {NONE_SUCH} could not be assumed")
    assert f"the role {another} could not be assumed" in said.errors
    assert callers(cloud) == set()


@pytest.mark.parametrize("command", [("who", SHOP), ("export",), ("audit",), ("revoke", SHOP, "--yes")])
@pytest.mark.parametrize("arn", ["images", "acs:ram::1:role/images", f"{NONE_SUCH} ", ""])
def test_command_as_what_is_no_role_is_a_usage_error(
    cloud: Simulator, image_share: Command, command: tuple[str, ...], arn: str
):
    said = image_share(*command, "--role-arn", arn)

    assert said.status == 1
    assert f"{arn!r} is not the name of a role, acs:ram::<account>:role/<name>" in said.errors
    assert cloud.calls() == []


def test_who_without_a_role_has_one_read_in_json_as_ever(image_share: Command):
    document = image_share("who", SHOP, "--format", "json").document

    assert document["read"]["caller"] == OWNER.id
    assert document["reads"] == [document["read"]]


def test_who_as_a_role_knows_the_rotation_of_another_role_of_the_account(
    cloud: Simulator, image_share: Command, stack: StackWriter
):
    put(cloud, of(OTHER, "m-1", family="golden", created="2026-11-01T06:00:00Z", accounts=[SHOP]))
    rotation = {"service": "ecs", "family": "golden", "keep": 2, "accounts": {SHOP: ""}}
    stack({"golden": {**rotation, "role_arn": role(OTHER, "second")}})
    named = image_share("who", SHOP, "--role-arn", role(OTHER)).output
    stack({"golden": rotation}, **{"alicloud:assumeRole": {"roleArn": role(OTHER, "third")}})
    configured = image_share("who", SHOP, "--role-arn", role(OTHER)).output
    stack({"golden": rotation})
    of_the_caller = image_share("who", SHOP, "--role-arn", role(OTHER)).output

    assert ["stack dev" in output for output in (named, configured, of_the_caller)] == [True, True, False]


# -- revoke ------------------------------------------------------------------------------------------------


def test_revoke_as_roles_takes_off_in_each_account_with_its_own_credentials(
    cloud: Simulator, image_share: Command
):
    said = image_share("revoke", SHOP, *OTHERS, "--yes", "--format", "json")

    assert said.status == 0
    assert {one["key"]: one["left"] for one in said.document["results"]} == {
        "ecs:cn-hangzhou:m-1": False,
        "ecs:cn-hangzhou:m-2": False,
    }
    assert live(cloud) == {("ecs", "m-0"): {SHOP}, ("ecs", "m-1"): set(), ("ecs", "m-2"): set()}
    assert [(call["parameters"]["ImageId"], call["account"]) for call in removals(cloud)] == [
        ("m-1", OTHER.id),
        ("m-2", THIRD.id),
    ]
    assert [read["caller"] for read in said.document["reads"]] == [OTHER.id, THIRD.id]


def test_revoke_that_one_of_the_accounts_refuses_ends_with_three(cloud: Simulator, image_share: Command):
    fault = {"service": "ecs", "action": "ModifyImageSharePermission", "kind": "error", "status": 403}
    cloud.put_faults([{**fault, "code": "Forbidden.RAM", "nth": [1, 2]}])
    put(cloud, of(OTHER, "m-1", accounts=[SHOP]), of(THIRD, "m-2", service="ens", accounts=[SHOP]))

    said = image_share("revoke", SHOP, *OTHERS, "--yes")

    assert said.status == 3
    assert "1 off, 1 left" in said.output
    assert live(cloud) == {("ecs", "m-1"): {SHOP}, ("ens", "m-2"): set()}


def test_revoke_as_a_role_that_cannot_be_assumed_does_the_rest_and_ends_with_one(
    cloud: Simulator, image_share: Command
):
    said = image_share("revoke", SHOP, "--role-arn", NONE_SUCH, "--role-arn", role(OTHER), "--yes")

    assert said.status == 1
    assert f"NOT everything was read, so there may be more: the account of {NONE_SUCH} (" in said.output
    assert live(cloud) == {("ecs", "m-0"): {SHOP}, ("ecs", "m-1"): set(), ("ecs", "m-2"): {SHOP}}


def removals(cloud: Simulator):
    modifying = [call for call in writes(cloud) if str(call["action"]).startswith("Modify")]
    return sorted(modifying, key=lambda call: call["parameters"]["ImageId"])


# -- export ------------------------------------------------------------------------------------------------


def test_export_as_roles_names_the_role_of_each_share(image_share: Command):
    said = image_share("export", *OTHERS)

    assert said.status == 0
    assert {name: (share["image_id"], share["role_arn"]) for name, share in shares(said).items()} == {
        "m-1": ("m-1", role(OTHER)),
        "m-2": ("m-2", role(THIRD)),
    }


def test_export_as_roles_gives_images_of_one_name_names_of_their_own(cloud: Simulator, image_share: Command):
    put(cloud, *(of(account, f"m-{account.id}", name="base", accounts=[SHOP]) for account in (OTHER, THIRD)))

    assert list(shares(image_share("export", *OTHERS))) == [f"base-m-{OTHER.id}", f"base-m-{THIRD.id}"]


def test_export_as_a_role_keeps_the_names_and_notes_of_the_stack(image_share: Command, stack: StackWriter):
    listed = {"service": "ecs", "image_id": "m-1", "accounts": {SHOP: "team shop"}, "role_arn": role(OTHER)}
    stack({"golden": listed})

    said = image_share("export", "--stack", "dev", *OTHERS)

    assert shares(said)["golden"] == {**listed, "region_id": REGIONS[0]}
    assert list(shares(said)) == ["golden", "m-2"]


def test_export_as_a_role_that_cannot_be_assumed_says_what_it_may_lack(image_share: Command):
    said = image_share("export", "--role-arn", NONE_SUCH, "--role-arn", role(OTHER))

    assert said.status == 1
    assert list(shares(said)) == ["m-1"]
    assert f"# NOT read: the account of {NONE_SUCH} (" in said.output
    assert said.errors.startswith("error: not everything was read, so it may lack shares; the account of")


def test_export_as_a_role_as_a_program_gives_the_role(image_share: Command, monkeypatch: pytest.MonkeyPatch):
    said = image_share("export", "--role-arn", role(OTHER), "--format", "python")

    declared = []
    monkeypatch.setattr("alicloud_image_share.ImageShare", lambda *_given, **fields: declared.append(fields))
    exec(compile(said.output, "exported", "exec"), {})
    assert [(one["image_id"], one["role_arn"]) for one in declared] == [("m-1", role(OTHER))]


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment")
def test_export_as_roles_is_adopted_by_the_next_up_without_a_write(
    cloud: Simulator, image_share: Command, stack: StackWriter
):
    before = live(cloud)
    stack(shares(image_share("export", *OTHERS)))

    up = image_share("up", "--stack", "dev", "--yes")

    assert up.status == 0, up.output + up.errors
    assert removals(cloud) == []
    assert live(cloud) == before
    assert image_share("audit", "--stack", "dev").output.count("✓ OK 2 images are as their stacks say") == 1


# -- audit -------------------------------------------------------------------------------------------------


def audited(said) -> set[tuple[str, str, str]]:
    return {(one["verdict"], one["image"], one["owner"]) for one in said.document["findings"]}


def test_audit_as_roles_adds_their_accounts(image_share: Command):
    said = image_share("audit", *OTHERS, "--format", "json")

    assert said.status == 2
    assert audited(said) == {
        ("UNMANAGED", "m-0", OWNER.id),
        ("UNMANAGED", "m-1", OTHER.id),
        ("UNMANAGED", "m-2", THIRD.id),
    }
    assert [read["caller"] for read in said.document["reads"]] == [OWNER.id, OTHER.id, THIRD.id]


def test_audit_as_a_role_of_an_account_that_a_stack_has_reads_it_once(
    cloud: Simulator, image_share: Command, stack: StackWriter
):
    stack({"golden": {"service": "ecs", "image_id": "m-1", "accounts": [SHOP], "role_arn": role(OTHER)}})

    said = image_share("audit", "--role-arn", role(OTHER, "second"), "--format", "json")

    assert audited(said) == {("UNMANAGED", "m-0", OWNER.id), ("OK", "m-1", OTHER.id)}
    assert [read["caller"] for read in said.document["reads"]] == [OWNER.id, OTHER.id]
    assert [call["action"] for call in cloud.calls()].count("AssumeRole") == 1


def test_audit_as_a_role_judges_its_account_by_the_rules_of_the_stack(
    image_share: Command, stack: StackWriter
):
    stack({}, **{"image-shares:deniedAccounts": [SHOP]})

    said = image_share("audit", "--role-arn", role(OTHER), "--format", "json")

    assert said.status == 3
    assert ("RULE", "m-1", OTHER.id) in audited(said)


def test_audit_as_a_role_goes_through_the_stack_that_may_assume_it(
    cloud: Simulator, image_share: Command, stack: StackWriter
):
    nothing = {"Version": "1", "Statement": []}
    cloud.put_policies({OWNER.key: nothing, THIRD.key: {"Version": "1", "Statement": [ALL]}})
    stack({}, name="a")
    third = {"alicloud:accessKey": THIRD.key, "alicloud:secretKey": THIRD.secret}
    stack({}, name="b", **third)

    said = image_share("audit", "--role-arn", role(OTHER), "--service", "ecs", "--format", "json")

    assert ("UNMANAGED", "m-1", OTHER.id) in audited(said)
    assert said.document["not_read"] == []


ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def test_audit_as_a_role_of_an_account_that_only_other_stacks_have_knows_what_they_manage(
    image_share: Command, stack: StackWriter
):
    stack({}, name="dev")
    theirs = {"alicloud:accessKey": OTHER.key, "alicloud:secretKey": OTHER.secret}
    stack({"golden": {"service": "ecs", "image_id": "m-1", "accounts": [SHOP]}}, name="prod", **theirs)

    without = image_share("audit", "--stack", "dev", "--format", "json")
    said = image_share("audit", "--stack", "dev", "--role-arn", role(OTHER), "--format", "json")

    assert [read["caller"] for read in without.document["reads"]] == [OWNER.id]
    assert [read["caller"] for read in said.document["reads"]] == [OWNER.id, OTHER.id]
    assert audited(said) == {("UNMANAGED", "m-0", OWNER.id)}


def test_audit_as_a_role_that_cannot_be_assumed_names_it_in_every_format(image_share: Command):
    said = {
        form: image_share("audit", "--role-arn", NONE_SUCH, *OTHERS, "--format", form)
        for form in ("table", "json", "csv", "html")
    }

    assert {one.status for one in said.values()} == {1}
    assert "! UNMANAGED  ecs cn-hangzhou m-2  " in said["table"].output
    assert f"NOT read: the account of {NONE_SUCH} (the role" in said["table"].output
    assert [one["what"] for one in said["json"].document["not_read"]] == [f"the account of {NONE_SUCH}"]
    last = list(csv.reader(io.StringIO(said["csv"].output)))[-1]
    assert (last[4], last[-1]) == (f"the account of {NONE_SUCH}", "NOT READ")
    assert f"<li><bdi>the account of {NONE_SUCH} (" in said["html"].output
