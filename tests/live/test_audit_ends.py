"""What an audit says of access that has ended and is still there, and of access that ends soon."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timezone

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.end_settings import TIME_VARIABLE
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.inventory.audit import findings
from alicloud_image_share.inventory.audit_result import Verdict
from alicloud_image_share.inventory.declared import Declared, DeclaredStack, ManagedShare
from alicloud_image_share.inventory.live import AccountInventory, LiveAccount, LiveImage
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.stack_file import ListedAccount, ShareDefinition
from alicloud_image_simulator import OWNER
from tests.support.stack_files import share

from .conftest import Command, StackWriter
from .world import image, put

WEB, SHOP, PARTNER = "1234567890123456", "1550809237710001", "1550809237710009"
ACCOUNTS = {WEB: "team web", PARTNER: {"note": "partner", "until": "2027-03-31"}}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TIME_VARIABLE, "2027-04-01T00:00:00Z")


def test_access_that_has_ended_and_is_still_there_has_a_verdict_and_the_status_of_a_difference(
    cloud, image_share: Command, stack: StackWriter
):
    put(cloud, image(accounts=[WEB, PARTNER]))
    stack({"golden": share(accounts=ACCOUNTS)})

    said = image_share("audit")
    document = image_share("audit", "--format", "json").document
    rows = list(csv.DictReader(io.StringIO(image_share("audit", "--format", "csv").output)))
    page = image_share("audit", "--format", "html").output

    assert said.status == 2
    assert f"✗ ENDED  ecs cn-hangzhou m-1  {PARTNER} partner [until 2027-03-31]  stack dev" in said.output
    assert "images: 1 ENDED" in said.output
    assert [one["account"] for one in document["findings"][0]["accounts"]] == [PARTNER]
    assert [row["account"] for row in rows if row["verdict"] == "ENDED"] == [PARTNER]
    assert "ENDED" in page
    assert "ENDED" in image_share("audit", "--format", "short").output


@pytest.mark.parametrize("form", ["yaml", "python"])
def test_export_says_of_access_that_has_ended_that_no_run_adopts_it(
    cloud, image_share: Command, stack: StackWriter, form: str
):
    put(cloud, image(accounts=[WEB, PARTNER]))
    stack({"golden": share(accounts=ACCOUNTS)})

    said = image_share("export", "--stack", "dev", "--format", form)

    line = f"# ecs:cn-hangzhou:m-1: the next up does not adopt {PARTNER} partner [ended 2027-03-31]"
    assert (said.status, said.output.count(line), said.output.count("does not adopt")) == (0, 1, 1)


def test_access_that_has_ended_and_is_gone_is_as_the_stack_says(
    cloud, image_share: Command, stack: StackWriter
):
    put(cloud, image(accounts=[WEB]))
    stack({"golden": share(accounts=ACCOUNTS)})

    said = image_share("audit")

    assert (said.status, "✓ OK 1 image" in said.output) == (0, True)


def test_access_that_has_not_ended_is_missing_where_it_is_not_there(
    cloud, image_share: Command, stack: StackWriter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(TIME_VARIABLE, "2027-03-31T23:59:59Z")
    put(cloud, image(accounts=[WEB]))
    stack({"golden": share(accounts=ACCOUNTS)})

    said = image_share("audit")

    assert said.status == 2
    assert f"missing {PARTNER}" in said.output


def test_account_whose_other_share_has_no_end_has_its_access_rightly(
    cloud, image_share: Command, stack: StackWriter
):
    put(cloud, image(accounts=[WEB, PARTNER]))
    stack({"golden": share(accounts=ACCOUNTS)})
    stack({"other": share(accounts=[PARTNER])}, name="prod")

    said = image_share("audit")

    assert (said.status, "✓ OK 1 image" in said.output) == (0, True), said.output


@pytest.mark.parametrize(("time", "named"), [("2027-03-20T00:00:00Z", True), ("2027-03-01T00:00:00Z", False)])
def test_access_that_ends_soon_is_named_once_and_is_no_difference(
    cloud, image_share: Command, stack: StackWriter, monkeypatch: pytest.MonkeyPatch, time: str, named: bool
):
    monkeypatch.setenv(TIME_VARIABLE, time)
    put(cloud, image(accounts=[WEB, PARTNER]), image(image_id="m-2", accounts=[WEB, PARTNER]))
    stack({"golden": share(accounts=ACCOUNTS), "more": share(ACCOUNTS, "m-2")})

    said = image_share("audit")
    line = f'2 images: the access of {PARTNER} "partner [until 2027-03-31]" ends soon'

    assert said.status == 0
    assert said.output.count(line) == named
    assert image_share("audit", "--format", "json").document.get("ends", []) == [line] * named


def test_short_audit_names_whose_access_ends_soon_beside_many_differences(
    cloud, image_share: Command, stack: StackWriter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(TIME_VARIABLE, "2027-03-20T00:00:00Z")
    put(cloud, *(image(image_id=f"m-{n}", accounts=[WEB, SHOP, PARTNER]) for n in range(1, 9)))
    stack({"golden": share(accounts=ACCOUNTS)})

    lines = image_share("audit", "--format", "short").output.splitlines()

    assert len(lines) == 5
    assert lines[-1] == f'! access ends soon: {PARTNER} "partner [until 2027-03-31]"'


def test_days_before_the_end_are_those_of_the_stack(
    cloud, image_share: Command, stack: StackWriter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(TIME_VARIABLE, "2027-03-01T00:00:00Z")
    put(cloud, image(accounts=[WEB, PARTNER]))
    stack({"golden": share(accounts=ACCOUNTS)}, **{"image-shares:warnBeforeEnd": 60})

    assert "ends soon" in image_share("audit").output


def test_account_that_is_revoked_after_its_end_is_not_given_back_by_a_stack(
    cloud, image_share: Command, stack: StackWriter
):
    put(cloud, image(accounts=[WEB, PARTNER]))
    stack({"golden": share(accounts=ACCOUNTS)})

    of_partner = image_share("revoke", PARTNER, "--yes")
    of_web = image_share("revoke", WEB, "--yes")

    assert "golden" not in of_partner.output.rpartition("is off")[2]
    assert "golden" in of_web.output.rpartition("is off")[2]


LONG = {WEB: {"note": "team web", "until": "2027-06-01"}, SHOP: "shop", PARTNER: {"until": "2027-07-15"}}
BREACH = "no end within 90 days, which image-shares:maxUntil requires"


@pytest.mark.parametrize("form", ["table", "json", "csv", "html", "short"])
def test_access_without_an_end_that_the_stack_requires_breaks_a_rule_in_every_format(
    cloud, image_share: Command, stack: StackWriter, form: str
):
    put(cloud, image(accounts=[WEB, SHOP]))
    stack({"golden": share(accounts=LONG)}, **{"image-shares:maxUntil": 90})

    said = image_share("audit", "--format", form)

    assert said.status == 3
    assert "RULE" in said.output
    assert SHOP in said.output
    assert PARTNER in said.output
    assert BREACH in said.output or form == "csv"


def test_access_without_a_required_end_is_in_one_row_and_what_has_one_is_right(
    cloud, image_share: Command, stack: StackWriter
):
    put(cloud, image(accounts=[WEB, SHOP]))
    stack({"golden": share(accounts=LONG)}, **{"image-shares:maxUntil": 90})

    rows = list(csv.DictReader(io.StringIO(image_share("audit", "--format", "csv").output)))

    assert sorted((row["account"], row["verdict"]) for row in rows) == [
        (WEB, "OK"),
        (SHOP, "RULE"),
        (PARTNER, "DRIFTED (missing)"),
        (PARTNER, "RULE"),
    ]
    table = image_share("audit").output
    assert (
        f"✗ RULE     ecs cn-hangzhou m-1  {BREACH}; listed, without access: {PARTNER} [until 2027-07-15];"
        f" {SHOP} shop" in table
    )


def test_required_end_of_one_stack_says_nothing_of_the_lists_of_others_and_of_who_is_on_no_list(
    cloud, image_share: Command, stack: StackWriter
):
    put(cloud, image(accounts=[WEB]), image(image_id="m-2", accounts=[SHOP]), image(image_id="m-3"))
    stack({"golden": share({}, "m-3", exclusive=True)}, **{"image-shares:maxUntil": 90})
    stack({"golden": share([WEB])}, name="prod")

    said = image_share("audit")

    assert said.status == 2
    assert "RULE" not in said.output
    assert "UNMANAGED" in said.output


def test_access_that_has_ended_breaks_no_rule_on_ends(cloud, image_share: Command, stack: StackWriter):
    put(cloud, image(accounts=[PARTNER]))
    stack({"golden": share({PARTNER: ACCOUNTS[PARTNER]})}, **{"image-shares:maxUntil": 0})

    assert image_share("audit").status == 2


def test_secret_accounts_without_a_required_end_are_counted_where_they_have_no_access():
    key = ImageKey("ecs", "cn-hangzhou", "m-1")
    definition = ShareDefinition("golden", "ecs", "m-1", accounts=(ListedAccount(WEB), ListedAccount(SHOP)))
    secret = ManagedShare("dev", definition, key, secret=True)
    settings = read_settings({"image-shares:maxUntil": "90"}.get, {}, services.names())
    account = AccountInventory(OWNER.id, "", (), (LiveImage(key, OWNER.id, accounts=(LiveAccount(WEB),)),))

    found = findings(
        account,
        Declared((DeclaredStack("dev", settings, (secret,)),)),
        now=datetime(2027, 4, 1, tzinfo=timezone.utc),
    )

    (rule,) = [finding for finding in found if finding.verdict is Verdict.RULE]
    assert ([one.id for one in rule.accounts], rule.hidden) == ([WEB], 1)
