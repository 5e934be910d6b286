"""Shares made by Resource Sharing are read by every report, and no report says none where they were not."""

from __future__ import annotations

import csv
import io
import json

import pytest

from alicloud_image_simulator import OTHER, OWNER, Simulator
from tests.support.stack_files import share

from .conftest import Command, StackWriter
from .world import image, put

WEB, SHOP = "1234567890123456", "1550809237710001"
READS = ("ListSharedResources", "ListResourceShares", "ListSharedTargets", "ListResourceShareAssociations")
OUTSIDER = "1999999999999999"


def resource_share(**fields) -> dict:
    return {"share_id": "rs-1", "name": "golden", "images": ["m-1"], "targets": [SHOP], **fields}


def put_with(cloud: Simulator, *shares: dict, images: tuple[dict, ...] = ()) -> None:
    put(cloud, *(images or (image(),)))
    cloud.put_state({**cloud.state(), "resource_shares": list(shares)})


def actions(cloud: Simulator) -> list[str]:
    return [call["action"] for call in cloud.calls() if call["service"] == "resourcesharing"]


def refuse(cloud: Simulator, action: str, code: str = "NoPermission") -> None:
    fault = {"service": "resourcesharing", "action": action, "every": 1, "kind": "error"}
    cloud.put_faults([{**fault, "code": code, "status": 403}])


def test_who_names_the_image_that_a_resource_share_gives_an_account(cloud, image_share: Command):
    put_with(cloud, resource_share())

    said = image_share("who", SHOP, "--service", "ecs")

    assert said.status == 2
    lines = said.output.splitlines()
    assert lines[0].startswith(f"{SHOP}: can use 1 image")
    assert "by Resource Share golden with the account" in lines[1]


@pytest.mark.parametrize(
    ("target", "words"),
    [("fd-1", "folder fd-1"), ("rd-1", "whole directory rd-1"), ("r-1", "whole directory r-1")],
)
def test_who_says_that_an_account_may_use_what_a_folder_can_use(cloud, image_share: Command, target, words):
    put_with(cloud, resource_share(targets=[target]))

    said = image_share("who", SHOP, "--service", "ecs")

    assert said.status == 2
    assert said.output.startswith(
        f"{SHOP}: can use 1 image if it belongs to the folder or directory that has access"
    )
    assert f"by Resource Share golden with {words}, if it belongs there" in said.output


def test_who_does_not_name_what_is_shared_with_other_accounts_alone(cloud, image_share: Command):
    put_with(cloud, resource_share(targets=[WEB]), resource_share(share_id="rs-2", images=["vsw-1"]))

    said = image_share("who", SHOP, "--service", "ecs")

    assert said.status == 0
    assert said.output.startswith(f"{SHOP}: can use none of the images; no other service than ecs")


def test_owner_is_not_named_as_a_member_of_the_folder_that_it_shares_with(cloud, image_share: Command):
    put_with(cloud, resource_share(targets=["fd-1"]))

    said = image_share("who", OWNER.id, "--service", "ecs")

    assert said.status == 0
    assert said.output.startswith(f"{OWNER.id}: can use none of the images")


def test_who_as_json_has_the_resource_shares_of_each_use(cloud, image_share: Command):
    put_with(cloud, resource_share(targets=[SHOP, "fd-1"], allow_external_targets=True))

    (shop, web) = json.loads(image_share("who", SHOP, WEB, "--service", "ecs", "--format", "json").output)[
        "uses"
    ]

    label = "by Resource Share golden, outsiders allowed"
    assert (shop["account"], shop["certain"], shop["resource_shares"]) == (
        WEB,
        False,
        [f"{label} with folder fd-1, if it belongs there"],
    )
    assert (web["account"], web["certain"], web["resource_shares"]) == (
        SHOP,
        True,
        [f"{label} with the account"],
    )


def test_audit_has_a_row_for_each_resource_share(cloud, image_share: Command, stack: StackWriter):
    put_with(
        cloud,
        resource_share(targets=["fd-1", SHOP], allow_external_targets=True, external_targets=[SHOP]),
        resource_share(share_id="rs-2", name="all", targets=["rd-1"]),
        images=(image(accounts=[WEB]),),
    )
    stack({"golden": share(accounts={WEB: "team web"})})

    said = image_share("audit", "--service", "ecs")

    assert said.status == 2
    rows = [line for line in said.output.splitlines() if line.startswith("! VIA_RESOURCE_SHARE")]
    assert [" ".join(row.split()) for row in rows] == [
        "! VIA_RESOURCE_SHARE ecs cn-hangzhou m-1 by Resource Share golden, outsiders allowed;"
        f" {SHOP} account, outside of the directory, fd-1 folder stack dev",
        "! VIA_RESOURCE_SHARE ecs cn-hangzhou m-1 by Resource Share all; rd-1 whole directory stack dev",
    ]


def test_audit_as_csv_has_a_row_for_each_principal(cloud, image_share: Command):
    put_with(cloud, resource_share(targets=["fd-1", SHOP]))

    rows = list(csv.reader(io.StringIO(image_share("audit", "--format", "csv").output)))

    assert [(row[5], row[6], row[9]) for row in rows[1:]] == [
        (SHOP, "account by Resource Share golden", "VIA_RESOURCE_SHARE"),
        ("fd-1", "folder by Resource Share golden", "VIA_RESOURCE_SHARE"),
    ]


@pytest.mark.parametrize("form", ["json", "html", "short"])
def test_audit_in_every_format_names_the_resource_share(cloud, image_share: Command, form):
    put_with(cloud, resource_share(targets=["fd-1"]))

    output = image_share("audit", "--format", form).output

    assert "by Resource Share golden" in output
    assert "fd-1" in output


def test_audit_names_an_account_of_a_resource_share_that_the_rules_refuse(
    cloud, image_share: Command, stack: StackWriter
):
    put_with(cloud, resource_share(targets=[OUTSIDER, SHOP]), images=(image(accounts=[WEB]),))
    stack({"golden": share(accounts={WEB: ""})}, **{"image-shares:deniedAccounts": [OUTSIDER]})

    said = image_share("audit", "--service", "ecs")

    assert said.status == 3
    (row,) = [line for line in said.output.splitlines() if line.startswith("✗ RULE")]
    assert f"by Resource Share golden; {OUTSIDER} account" in row


def test_principal_that_has_not_accepted_yet_is_named_as_such(cloud, image_share: Command):
    put_with(cloud, resource_share(targets=[], pending_targets=[OUTSIDER], external_targets=[OUTSIDER]))

    said = image_share("audit", "--service", "ecs")

    assert f"{OUTSIDER} account, outside of the directory, to be accepted" in said.output


def test_account_that_has_not_accepted_yet_can_use_the_image_as_soon_as_it_does(cloud, image_share: Command):
    invited = resource_share(targets=["fd-1"], pending_targets=[OUTSIDER], external_targets=[OUTSIDER])
    put_with(cloud, invited, images=(image(), image(image_id="m-2", accounts=[OUTSIDER])))

    said = image_share("who", OUTSIDER)
    (of_share,) = [
        use
        for use in image_share("who", OUTSIDER, "--format", "json").document["uses"]
        if use["resource_shares"]
    ]

    assert said.status == 2
    first = said.output.splitlines()[0]
    assert first == (f"{OUTSIDER}: can use 1 image, and 1 image as soon as it accepts the resource share")
    assert of_share["certain"] is False


@pytest.mark.parametrize("fields", [{"status": "Deleted"}, {"targets": []}, {"images": []}])
def test_resource_share_that_shares_nothing_is_no_finding(cloud, image_share: Command, fields):
    put_with(cloud, resource_share(**fields))

    assert image_share("audit", "--service", "ecs").status == 0
    assert set(READS) & set(actions(cloud))


def test_export_has_a_comment_for_what_no_stack_file_can_say(cloud, image_share: Command):
    put_with(cloud, resource_share(targets=["fd-1"]), images=(image(accounts=[WEB]),))

    said = image_share("export", "--service", "ecs")

    assert said.status == 0
    assert (
        "    # ecs:cn-hangzhou:m-1: by Resource Share golden: folder fd-1; no share here can declare that"
        in (said.output.splitlines())
    )


def test_revoke_says_that_access_by_a_resource_share_is_left(cloud, image_share: Command):
    put_with(cloud, resource_share(), images=(image(accounts=[SHOP]),))

    said = image_share("revoke", SHOP, "--service", "ecs", "--yes")

    assert said.status == 3
    assert "0 off, 1 left" in said.output
    assert "so it is left: take it off in the console of Resource Sharing" in said.output
    assert cloud.state()["images"][0]["accounts"] == []


@pytest.mark.parametrize("action", READS)
@pytest.mark.parametrize("command", [("who", WEB), ("audit",), ("export",)])
def test_resource_sharing_that_may_not_be_read_is_not_read_and_no_none(
    cloud, image_share: Command, command, action
):
    put_with(cloud, resource_share())
    refuse(cloud, action)

    said = image_share(*command, "--service", "ecs")

    assert said.status == 1
    text = said.output + said.errors
    assert "ecs cn-hangzhou shares made by Resource Sharing (NoPermission)" in text
    assert "leave them out with --no-resource-sharing" in text
    assert "can use none" not in text
    assert "no image is shared" not in text


def test_resource_share_of_an_image_whose_accounts_cannot_be_read_is_named(cloud, image_share: Command):
    put_with(cloud, resource_share(), images=(image(accounts=[WEB]),))
    fault = {"service": "ecs", "action": "DescribeImageSharePermission", "kind": "error", "every": 1}
    cloud.put_faults([{**fault, "code": "Forbidden.RAM", "status": 403}])

    audit, who = (image_share(*command, "--service", "ecs") for command in (("audit",), ("who", SHOP)))

    assert (audit.status, who.status) == (1, 1)
    assert "! VIA_RESOURCE_SHARE" in audit.output
    assert "by Resource Share golden" in who.output


def test_option_leaves_resource_sharing_out_and_the_report_says_so(cloud, image_share: Command):
    put_with(cloud, resource_share())
    refuse(cloud, "ListSharedResources")

    said = image_share("who", WEB, "--no-resource-sharing")

    assert said.status == 0
    assert said.output.splitlines()[0] == (
        f"{WEB}: can use none of the images; shares made by Resource Sharing were left out"
    )
    assert "Not included: shares made by Resource Sharing, which were not looked at." in said.output
    assert actions(cloud) == []


def test_stack_leaves_resource_sharing_out(cloud, image_share: Command, stack: StackWriter):
    put_with(cloud, resource_share(), images=(image(accounts=[WEB]),))
    stack({"golden": share(accounts={WEB: ""})}, **{"image-shares:resourceSharing": False})

    said = image_share("audit")

    assert said.status == 0
    assert "Shares made by Resource Sharing were left out." in said.output
    assert actions(cloud) == []


def test_one_call_a_region_with_images_tells_that_nothing_is_shared_apart(cloud, image_share: Command):
    away = image("ecs", "m-2", "cn-shanghai")
    desktop = image("eds", "m-3", "cn-beijing")
    put_with(cloud, images=(image(), away, desktop))

    assert image_share("who", WEB).status == 0
    assert actions(cloud) == ["ListSharedResources"] * 2


def test_every_page_of_every_list_is_read(cloud, image_share: Command):
    many = [
        resource_share(share_id=f"rs-{n}", name=f"share-{n}", targets=[str(1_777_000_000_000_000 + n)])
        for n in range(250)
    ]
    put_with(cloud, *many)

    said = image_share("audit", "--service", "ecs")

    assert said.output.count("VIA_RESOURCE_SHARE  ecs") == 250
    assert [actions(cloud).count(action) for action in READS] == [3, 3, 3, 3]


def test_share_of_another_region_and_of_another_owner_do_not_count(cloud, image_share: Command):
    put_with(
        cloud,
        resource_share(region_id="cn-shanghai"),
        resource_share(share_id="rs-2", owner_id=OTHER.id),
    )

    said = image_share("who", SHOP, "--service", "ecs")

    assert said.status == 0
    assert said.output.startswith(f"{SHOP}: can use none of the images")


@pytest.mark.parametrize("kind", ["throttle", "drop_after", "truncate"])
def test_passing_fault_of_a_list_is_tried_again(cloud, image_share: Command, kind):
    put_with(cloud, resource_share())
    cloud.put_faults(
        [{"service": "resourcesharing", "action": action, "nth": [1], "kind": kind} for action in READS]
    )

    assert image_share("who", SHOP, "--service", "ecs").status == 2


@pytest.mark.parametrize("command", [("audit",), ("who", SHOP), ("export",), ("revoke", SHOP, "--yes")])
def test_resource_sharing_without_an_endpoint_is_named_and_stops_nothing_else(
    cloud, image_share: Command, monkeypatch, command: tuple[str, ...]
):
    put(cloud, image(accounts=[SHOP]))
    monkeypatch.delenv("ALIBABA_CLOUD_ENDPOINT_RESSHARING", raising=False)
    monkeypatch.delenv("ALIBABA_CLOUD_ENDPOINT_RESOURCESHARING", raising=False)

    said = image_share(*command)

    assert said.status == 1
    assert "m-1" in said.output
    assert "NOT read: ecs cn-hangzhou shares made by Resource Sharing" in said.output
    assert "set a loopback host for ressharing in alicloud:endpoints" in said.output
