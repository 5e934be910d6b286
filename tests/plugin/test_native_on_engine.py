"""A share of the native provider on the real engine, from its first preview to its end."""

from __future__ import annotations

import pulumi
import pytest

from tests.plugin.conftest import PARTNER, SHOP, WEB, credentials, live, share

pytestmark = pytest.mark.engine


def test_share_lives_from_preview_to_destroy(native, cloud):
    native.program = share
    previewed = native.preview()
    assert previewed.succeeded, previewed.output
    assert live(cloud) == set()

    made = native.up()
    assert made.succeeded, made.output
    assert live(cloud) == {WEB, SHOP}
    assert native.outputs("web")["ownedAccounts"] == {WEB: "web", SHOP: "shop"}
    assert native.state()["web"]["id"] == "ecs:cn-hangzhou:m-1"

    cloud.clear_calls()
    assert native.up().steps["web"] == "same"
    assert cloud.calls() == []

    native.program = lambda: share(accounts={WEB: "web", PARTNER: "partner"})
    changed = native.preview(diff=True)
    assert changed.details["web"] == {f'accounts["{SHOP}"]': "delete", f'accounts["{PARTNER}"]': "add"}
    assert any("LOSES access" in line or "loses access" in line for line in changed.warnings)
    assert native.up().succeeded
    assert live(cloud) == {WEB, PARTNER}

    assert native.destroy().succeeded
    assert live(cloud) == set()


def test_secret_accounts_stay_secret_in_state_and_in_every_line(native, cloud):
    native.program = lambda: share(accounts=pulumi.Output.secret({WEB: "web", SHOP: "shop"}))
    made = native.up()
    assert made.succeeded, made.output
    native.program = lambda: share(accounts=pulumi.Output.secret({WEB: "web", PARTNER: "partner"}))

    previewed = native.preview(diff=True)
    changed = native.up()

    assert previewed.details["web"] == {"accounts": "update"}
    assert live(cloud) == {WEB, PARTNER}
    for account in (WEB, SHOP, PARTNER):
        assert account not in native.stored_text()
        for result in (made, previewed, changed):
            assert account not in result.output + result.messages


def test_create_that_cannot_be_taken_back_keeps_what_holds_and_the_next_preview_shows_the_rest(native, cloud):
    accounts = {str(1550809237710100 + number): "team" for number in range(15)}
    native.program = lambda: share(accounts=accounts)
    refused = {"service": "ecs", "action": "ModifyImageSharePermission", "kind": "error", "status": 403}
    cloud.put_faults([{**refused, "code": "Forbidden.RAM", "nth": list(range(2, 200))}])

    failed = native.up()
    stuck = live(cloud)
    cloud.put_faults([])
    previewed = native.preview(diff=True)

    assert not failed.succeeded
    assert "Traceback" not in failed.output
    assert len(stuck) == 10
    assert set(native.outputs("web")["accounts"]) == set(native.outputs("web")["ownedAccounts"]) == stuck
    missing = accounts.keys() - stuck
    assert previewed.details["web"] == {f'accounts["{account}"]': "add" for account in missing}
    assert native.up().succeeded
    assert live(cloud) == accounts.keys()


def test_create_that_was_taken_back_keeps_no_state(native, cloud):
    native.program = share
    fault = {"service": "ecs", "action": "ModifyImageSharePermission", "kind": "error", "status": 403}
    cloud.put_faults([{**fault, "code": "Forbidden.RAM", "nth": [1]}])

    failed = native.up()

    assert not failed.succeeded
    assert "Forbidden.RAM" in failed.output
    assert native.state() == {}


def test_drift_is_shown_by_a_refresh_and_repaired_by_the_next_up(native, cloud):
    native.program = share
    assert native.up().succeeded
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1", "accounts": [WEB, PARTNER]}]})

    unrefreshed = native.up()
    refreshed = native.up(refresh=True)

    assert unrefreshed.steps["web"] == "same"
    assert refreshed.succeeded, refreshed.output
    assert live(cloud) == {WEB, SHOP, PARTNER}
    assert native.outputs("web")["foreignAccounts"] == [PARTNER]


def test_rule_of_the_stack_holds_for_a_provider_that_the_program_declares(native, cloud):
    def program(*accounts: str) -> None:
        explicit = pulumi.ProviderResource("image-shares", "other", credentials(cloud))
        share(opts=pulumi.ResourceOptions(provider=explicit), accounts=dict.fromkeys(accounts, "team"))

    native.configure(neverLose=[SHOP])
    native.program = lambda: program(WEB, SHOP)
    made = native.up()
    assert made.succeeded, made.output
    native.program = lambda: program(WEB)

    refused = native.up()

    assert not refused.succeeded
    assert "neverLose" in refused.output
    assert live(cloud) == {WEB, SHOP}


def test_rule_of_a_provider_that_the_program_declares_holds_besides_those_of_the_stack(native, cloud):
    def program(*accounts: str) -> None:
        explicit = pulumi.ProviderResource("image-shares", "other", {**credentials(cloud), "maxRemoved": 1})
        share(opts=pulumi.ResourceOptions(provider=explicit), accounts=dict.fromkeys(accounts, "team"))

    native.configure(neverLose=[SHOP])
    native.program = lambda: program(WEB, SHOP)
    made = native.up()
    assert made.succeeded, made.output
    native.program = lambda: program(PARTNER)

    refused = native.up()

    assert not refused.succeeded
    assert f"image-shares:neverLose: {SHOP}" in refused.output
    assert "image-shares:maxRemoved: 2 accounts" in refused.output
    assert live(cloud) == {WEB, SHOP}


def test_unknown_region_and_field_are_named_in_the_words_of_the_language(native):
    native.program = lambda: share(image_id="m-1", regionId="CN")

    failed = native.preview()

    assert not failed.succeeded
    assert "image_id: there is no such field. Did you mean imageId?" in failed.output
    assert "regionId: 'CN' is not a region id." in failed.output
