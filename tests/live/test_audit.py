"""Every verdict of an audit, in every format."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections import Counter

import pytest

from alicloud_image_share.inventory.audit_result import Verdict
from alicloud_image_share.inventory.documents import COLUMNS
from alicloud_image_simulator import OTHER, OWNER
from tests.support.stack_files import share

from .conftest import Command, StackWriter
from .world import REGIONS, image, put

WEB, SHOP, OUTSIDER = "1234567890123456", "1550809237710001", "1999999999999999"


def audited(image_share: Command, *options: str):
    """Every verdict but OK: with the image, and the accounts with whether they are missing."""
    said = image_share("audit", "--format", "json", *options)
    return said.status, [
        (one["verdict"], one["image"], [(each["account"], each["missing"]) for each in one["accounts"]])
        for one in said.document["findings"]
        if one["verdict"] != "OK"
    ]


def test_audit_of_what_is_as_the_stack_says_has_nothing_to_say(
    cloud, image_share: Command, stack: StackWriter
):
    put(cloud, image(accounts=[WEB, SHOP]), image("ens", "m-2"))
    stack({"golden": share(groups=["web"], accounts=[SHOP])}, {"web": {WEB: "team web"}})

    said = image_share("audit")

    assert said.status == 0
    assert "✓ OK 1 image is as its stack says" in said.output


def counts_of_every_format(image_share: Command, path) -> list[dict[str, int]]:
    """Give how many images there are of each verdict, as the terminal, a file, JSON, CSV and the page say."""
    terminal = image_share("audit").output
    image_share("audit", "--output", str(path))
    page = image_share("audit", "--format", "html").output
    rows = list(csv.DictReader(io.StringIO(image_share("audit", "--format", "csv").output)))
    order = list(Verdict.__members__)
    worst: dict[str, str] = {}
    for row in rows:
        verdict = row["verdict"].partition(" (")[0]
        worst[row["image"]] = min(worst.get(row["image"], verdict), verdict, key=order.index)
    of_rows = dict(Counter(sorted(worst.values(), key=order.index)))
    titles = [
        next(line.removeprefix("images: ") for line in text.splitlines() if line.startswith("images: "))
        for text in (terminal, path.read_text())
    ]
    titles += re.findall("<h1>(.*)</h1>", page)
    of_titles = [{name: int(count) for count, name in re.findall(r"(\d+) (\w+)", title)} for title in titles]
    return [image_share("audit", "--format", "json").document["images"], of_rows, *of_titles]


def test_images_are_counted_once_and_alike_in_every_format(
    cloud, image_share: Command, stack: StackWriter, tmp_path
):
    mixed = image(accounts=[SHOP, OUTSIDER])
    put(cloud, mixed, image("ecs", "m-2", accounts=[WEB]), image("ens", "m-3", accounts=[OUTSIDER]))
    shares = {"mixed": share([WEB, SHOP]), "whole": share([WEB], "m-2")}
    stack(shares, **{"image-shares:deniedAccounts": [OUTSIDER]})

    counts = counts_of_every_format(image_share, tmp_path / "audit.txt")

    assert counts == [{"RULE": 2, "OK": 1}] * 5


def test_image_that_lacks_one_of_two_accounts_is_one_that_has_drifted(
    cloud, image_share: Command, stack: StackWriter, tmp_path
):
    put(cloud, image(accounts=[SHOP]))
    stack({"mixed": share([WEB, SHOP])})

    assert counts_of_every_format(image_share, tmp_path / "audit.txt") == [{"DRIFTED": 1}] * 5


def test_owner_of_an_image_on_its_own_list_is_not_missing(cloud, image_share: Command, stack: StackWriter):
    put(cloud, image(accounts=[WEB]))
    stack({"golden": share(accounts=[WEB, OWNER.id])}, **{"image-shares:skipOwner": True})

    assert audited(image_share) == (0, [])


def test_audit_of_an_image_open_to_everyone_names_the_accounts_that_keep_it_when_it_is_not(
    cloud, image_share: Command, stack: StackWriter
):
    put(cloud, image(accounts=[WEB, SHOP], is_public=True), image(image_id="m-2", is_public=True))
    stack({"golden": share(accounts=[WEB])})

    status, findings = audited(image_share)

    assert status == 2
    assert findings == [
        ("EVERYONE", "m-1", [("everyone", False)]),
        ("EVERYONE", "m-2", [("everyone", False)]),
        ("UNMANAGED", "m-1", [(SHOP, False)]),
    ]
    read = {call["parameters"].get("ImageId") for call in cloud.calls() if "Permission" in call["action"]}
    assert {"m-1", "m-2"} <= read


def test_accounts_of_an_image_open_to_everyone_that_cannot_be_read_are_named_as_not_read(
    cloud, image_share: Command
):
    put(cloud, image(accounts=[SHOP], is_public=True))
    fault = {"service": "ecs", "action": "DescribeImageSharePermission", "kind": "error", "every": 1}
    cloud.put_faults([{**fault, "code": "Forbidden.RAM", "status": 403}])

    said = image_share("audit", "--service", "ecs")

    assert said.status == 1
    assert "NOT read: ecs cn-hangzhou m-1" in said.output


@pytest.mark.parametrize("page", [1, 2], ids=["first page", "half way"])
def test_image_open_to_everyone_is_that_though_its_accounts_cannot_be_read(
    cloud, image_share: Command, stack: StackWriter, page: int
):
    many = [str(1_550_000_000_000_000 + n) for n in range(150)]
    put(cloud, image(accounts=many, is_public=True, name="base"))
    stack({"base": share(accounts=[WEB])})
    fault = {"service": "ecs", "action": "DescribeImageSharePermission", "kind": "error"}
    broken = {**fault, "code": "Forbidden.RAM", "status": 403}

    def said(*command: str):
        cloud.put_faults([broken | {"nth": [page]}])
        return image_share(*command, "--service", "ecs")

    audit, who, revoke = said("audit"), said("who", OUTSIDER), said("revoke", OUTSIDER, "--yes")
    short, export = said("audit", "--format", "short"), said("export")

    assert [result.status for result in (audit, who, short, export)] == [1] * 4
    assert "! EVERYONE" in audit.output
    assert "missing" not in audit.output
    assert "NOT read: ecs cn-hangzhou m-1 (Forbidden.RAM)" in audit.output
    assert who.output.startswith(f"{OUTSIDER}: can use at least 1 image;")
    assert "open to everyone" in who.output
    assert (revoke.status, "everyone can use this image, so it is left" in revoke.output) == (3, True)
    assert "1 EVERYONE" in short.output
    assert "# ecs:cn-hangzhou:m-1: everyone can use this image\n" in export.output
    assert "shares: {}" in export.output


@pytest.mark.parametrize(
    ("live", "fields", "expected"),
    [
        ([SHOP], {"accounts": [WEB, SHOP]}, ("DRIFTED", [(WEB, True)])),
        ([WEB, SHOP], {"accounts": [WEB], "exclusive": True}, ("DRIFTED", [(SHOP, False)])),
        ([SHOP], {"accounts": [WEB], "exclusive": True}, ("DRIFTED", [(WEB, True), (SHOP, False)])),
        ([WEB, SHOP], {"accounts": [WEB]}, ("UNMANAGED", [(SHOP, False)])),
    ],
    ids=["missing", "extra", "missing and extra", "unmanaged"],
)
def test_audit_of_an_image_that_is_not_what_its_stack_says_names_the_accounts(
    cloud, image_share: Command, stack: StackWriter, live, fields, expected
):
    put(cloud, image(accounts=live))
    stack({"golden": share(**fields)})

    verdict, accounts = expected
    assert audited(image_share) == (2, [(verdict, "m-1", accounts)])


def test_audit_of_an_image_in_no_stack_calls_it_unmanaged(cloud, image_share: Command):
    put(cloud, image(accounts=[WEB]))

    assert audited(image_share) == (2, [("UNMANAGED", "m-1", [(WEB, False)])])


def test_audit_of_an_image_that_is_not_there_calls_it_gone(cloud, image_share: Command, stack: StackWriter):
    put(cloud)
    stack({"golden": share(region_id=REGIONS[1], accounts=[WEB])})

    assert audited(image_share) == (2, [("GONE", "m-1", [(WEB, True)])])


def test_audit_calls_nothing_gone_in_a_region_that_it_did_not_read(
    cloud, image_share: Command, stack: StackWriter
):
    put(cloud)
    stack({"golden": share(accounts=[WEB])})
    cloud.put_faults(
        [{"service": "ecs", "kind": "error", "code": "Forbidden.RAM", "status": 403, "every": 1}]
    )

    assert audited(image_share) == (1, [])
    assert audited(image_share, "--region", REGIONS[1]) == (1, [])
    assert audited(image_share, "--service", "ens") == (0, [])


def test_audit_of_an_image_open_to_everyone_says_so(cloud, image_share: Command, stack: StackWriter):
    put(cloud, image(accounts=[WEB], is_public=True))
    stack({"golden": share(accounts=[WEB])})

    assert audited(image_share) == (2, [("EVERYONE", "m-1", [("everyone", False)])])


@pytest.mark.parametrize(
    "rule", [{"image-shares:deniedAccounts": [OUTSIDER]}, {"image-shares:allowedAccounts": [WEB]}]
)
@pytest.mark.parametrize("listed", [[WEB], [WEB, OUTSIDER]], ids=["unmanaged", "listed"])
def test_audit_of_an_account_that_a_rule_refuses_ends_with_three(
    cloud, image_share: Command, stack: StackWriter, rule, listed
):
    put(cloud, image(accounts=[WEB, OUTSIDER]))
    stack({"golden": share(accounts=listed)}, **rule)

    assert audited(image_share) == (3, [("RULE", "m-1", [(OUTSIDER, False)])])


def test_audit_of_a_switch_that_somebody_turned_says_so(cloud, image_share: Command, stack: StackWriter):
    put(cloud, image("swas", accounts=[WEB], in_share=False))
    stack({"shop": share(service="swas", accounts=[WEB], share_to_ecs=True)})

    said = image_share("audit")

    assert said.status == 2
    assert (
        "✗ DRIFTED  swas cn-hangzhou m-1  the share to the owner's own ECS is off  stack dev" in said.output
    )


def test_audit_of_some_stacks_knows_what_the_others_manage(cloud, image_share: Command, stack: StackWriter):
    put(cloud, image(accounts=[WEB]), image(image_id="m-2", accounts=[]))
    stack({"golden": share(accounts=[WEB])}, name="dev")
    stack({"other": share(image="m-2", accounts=[WEB])}, name="prod")

    assert audited(image_share, "--stack", "d*") == (0, [])
    assert audited(image_share, "--stack", "prod") == (2, [("DRIFTED", "m-2", [(WEB, True)])])


def test_audit_of_stacks_of_two_accounts_reads_both(cloud, image_share: Command, stack: StackWriter):
    put(cloud, image(accounts=[WEB]), image("ecs", "m-2", owner_id=OTHER.id, accounts=[WEB]))
    stack({"golden": share(accounts=[WEB])}, name="dev")
    other = {"alicloud:accessKey": OTHER.key, "alicloud:secretKey": OTHER.secret}
    stack({"other": share(image="m-2", accounts=[WEB, SHOP])}, name="prod", **other)

    assert audited(image_share) == (2, [("DRIFTED", "m-2", [(SHOP, True)])])
    assert [read["caller"] for read in image_share("audit", "--format", "json").document["reads"]] == [
        OWNER.id,
        OTHER.id,
    ]


def test_audit_of_a_stack_whose_file_is_wrong_names_it(cloud, image_share: Command, stack: StackWriter):
    put(cloud)
    stack({"golden": {"servce": "ecs"}})

    said = image_share("audit")

    assert said.status == 1
    assert (
        "NOT read: stack dev (Pulumi.dev.yaml, image-shares:shares.golden.servce: unknown key" in said.output
    )


def test_audit_of_a_stack_that_is_not_there_is_an_error(image_share: Command, stack: StackWriter):
    stack({})

    said = image_share("audit", "--stack", "prod*")

    assert (said.status, said.errors) == (1, "error: no stack matches prod*; known are dev.\n")


def test_audit_table_has_a_line_an_image_worst_first(cloud, image_share: Command, stack: StackWriter):
    others = [str(1_777_000_000_000_000 + n) for n in range(4)]
    put(cloud, image(accounts=[SHOP]), image("eds", "m-2", REGIONS[1], accounts=others))
    stack({"golden": share(accounts={WEB: "team web", SHOP: ""})})

    said = image_share("audit", "--region", REGIONS[0], "--region", REGIONS[1])

    lines = said.output.splitlines()
    assert lines[0].startswith(
        "Included: shares made by Resource Sharing. Which accounts belong to a folder or a "
    )
    assert lines[1:3] == [
        f"✗ DRIFTED    ecs cn-hangzhou m-1  missing {WEB} team web  stack dev",
        f"! UNMANAGED  eds cn-shanghai m-2  {others[0]}, +3               no stack",
    ]
    assert lines[-1].startswith(f"read 4 services \N{MULTIPLICATION SIGN} 2 regions as {OWNER.id} at 2")
    assert "\x1b" not in said.output


def test_audit_as_csv_has_an_account_a_row(cloud, image_share: Command, stack: StackWriter):
    put(cloud, image(accounts=[SHOP]))
    stack({"golden": share(accounts={WEB: "=team, web", SHOP: "shop"})})

    rows = list(csv.reader(io.StringIO(image_share("audit", "--format", "csv").output)))

    assert tuple(rows[0]) == COLUMNS
    image_cells = [OWNER.id, "ecs", "cn-hangzhou", "m-1"]
    assert [row[1:] for row in rows[1:]] == [
        [*image_cells, WEB, "'=team, web", "", "dev", "DRIFTED (missing)"],
        [*image_cells, SHOP, "shop", "2026-01-01T00:00:00Z", "dev", "OK"],
    ]


def test_audit_as_a_page_escapes_what_comes_from_outside(
    cloud, image_share: Command, stack: StackWriter, folder
):
    put(cloud, image(name="<script>alert(1)</script>", accounts=[SHOP]))
    stack({"golden": share(accounts={SHOP: "<b>\x1b[31m"})})

    status = image_share("audit", "--format", "html", "--output", str(folder / "audit.html")).status

    page = (folder / "audit.html").read_text()
    assert status == 0
    assert page.count("<script") == 1, "only the page's own"
    assert "<script>alert" not in page
    assert "<b>\x1b" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert SHOP in page


@pytest.fixture
def secret_stack(engine_environment, stack: StackWriter, folder):
    """A stack whose shares are encrypted: as the engine alone can do it."""
    stack({})
    shares = {"golden": share(accounts={WEB: "do not show", SHOP: "do not show"})}

    def pulumi(*arguments: str):
        subprocess.run(["pulumi", *arguments], cwd=folder, env=engine_environment, check=True, timeout=60)

    pulumi("stack", "init", "dev")
    pulumi("config", "set", "--secret", "image-shares:shares", json.dumps(shares), "--stack", "dev")


@pytest.mark.engine
@pytest.mark.usefixtures("secret_stack")
def test_reports_on_a_stack_with_secret_accounts_print_no_note_and_no_missing_id(cloud, image_share: Command):
    put(cloud, image(accounts=[SHOP]))

    said = [image_share("audit", "--format", form) for form in ("table", "json", "csv", "html")]
    who = image_share("who", SHOP)
    exported = image_share("export", "--stack", "dev")

    assert [one.status for one in said] == [2, 2, 2, 2]
    assert "✗ DRIFTED  ecs cn-hangzhou m-1  missing 1 secret  stack dev" in said[0].output
    assert "stack dev" in who.output
    assert SHOP in exported.output
    for one in (*said, who, exported):
        assert WEB not in one.output
        assert "do not show" not in one.output


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment")
def test_stack_that_the_engine_cannot_decrypt_is_named(cloud, image_share: Command, stack: StackWriter):
    put(cloud, image(accounts=[SHOP]))
    stack({"golden": {"secure": "AAABAOVFh5GvCHg="}})

    audit, who = image_share("audit"), image_share("who", SHOP)

    assert (audit.status, who.status) == (1, 2)
    assert "NOT read: stack dev (the configuration of dev is encrypted, and the engine said: " in audit.output
    assert "NOT read: stack dev (" in who.output


def test_share_with_a_role_is_audited_against_the_images_of_the_account_of_the_role(
    cloud, image_share: Command, stack: StackWriter
):
    theirs = image(image_id="m-theirs", accounts=[SHOP], owner_id=OTHER.id)
    put(cloud, image(image_id="m-mine", accounts=[SHOP]), theirs)
    share = {"service": "ecs", "accounts": {SHOP: ""}}
    role = f"acs:ram::{OTHER.id}:role/images"
    stack(
        {
            "mine": {**share, "image_id": "m-mine"},
            "theirs": {**share, "image_id": "m-theirs", "role_arn": role},
        }
    )

    clean = image_share("audit", "--service", "ecs")
    put(cloud, image(image_id="m-mine", accounts=[SHOP]), {**theirs, "accounts": []})
    drifted = image_share("audit", "--service", "ecs")

    assert (clean.status, drifted.status) == (0, 2)
    assert f"missing {SHOP}" in drifted.output
    assert OTHER.id in drifted.output
