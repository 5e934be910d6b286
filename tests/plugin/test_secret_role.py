"""A role that a program marks as secret stays so: in state, and in what is printed."""

from __future__ import annotations

import pulumi
import pytest

from alicloud_image_simulator import OWNER
from tests.plugin.conftest import SHOP, WEB, live, share

ROLE = f"acs:ram::{OWNER.id}:role/hidden"


def declare(*accounts: str) -> None:
    share(roleArn=pulumi.Output.secret(ROLE), accounts=dict.fromkeys(accounts, "team"))


@pytest.mark.engine
def test_secret_role_stays_secret_in_state_and_in_every_line(native, cloud):
    native.program = lambda: declare(WEB)
    made = native.up()
    assert made.succeeded, made.output
    native.program = lambda: declare(WEB, SHOP)

    previewed, changed, refreshed = native.preview(diff=True), native.up(), native.refresh()

    assert live(cloud) == {WEB, SHOP}
    assert "role/hidden" not in native.stored_text()
    for result in (made, previewed, changed, refreshed):
        assert result.succeeded, result.output
        assert "role/hidden" not in result.output + result.messages
    assert native.destroy().succeeded
    assert live(cloud) == set()


@pytest.mark.engine
def test_secret_role_of_a_share_that_is_kept_in_part_stays_secret(native, cloud):
    accounts = [str(1550809237710100 + number) for number in range(15)]
    native.program = lambda: declare(*accounts)
    refused = {"service": "ecs", "action": "ModifyImageSharePermission", "kind": "error", "status": 403}
    cloud.put_faults([{**refused, "code": "Forbidden.RAM", "nth": list(range(2, 200))}])

    failed = native.up()

    assert not failed.succeeded
    assert len(native.outputs("web")["accounts"]) == 10
    assert "role/hidden" not in native.stored_text()
