"""Shares read back from the state of a stack say what their program said."""

from __future__ import annotations

from typing import Any

from alicloud_image_share.engine.stack_reading import shares_of
from alicloud_image_share.stack_file import ListedAccount, ShareDefinition

ROLE = "acs:ram::1600000000000001:role/images"
OUTPUTS = {"service": "ecs", "image_id": "m-1", "region_id": "cn-hangzhou", "accounts": {"12345": "web"}}


def resource(**outputs: Any) -> dict[str, Any]:
    return {
        "type": "pulumi-python:dynamic/alicloud:ImageShare",
        "urn": "urn:pulumi:dev::images::pulumi-python:dynamic/alicloud:ImageShare::golden",
        "outputs": {**OUTPUTS, "owned_accounts": {"12345": "web"}, **outputs},
    }


def test_share_in_state_with_every_field_is_read_back_with_every_field():
    fields = {"exclusive": True, "share_to_ecs": True, "role_arn": ROLE, "timeout": 900}

    (share,) = shares_of([resource(**fields)])

    listed = (ListedAccount("12345", "web"),)
    assert share.definition == ShareDefinition(
        "golden", "ecs", "m-1", "cn-hangzhou", accounts=listed, **fields
    )


def test_share_in_state_without_optional_fields_is_read_back_with_their_defaults():
    (share,) = shares_of([resource()])

    listed = (ListedAccount("12345", "web"),)
    assert share.definition == ShareDefinition("golden", "ecs", "m-1", "cn-hangzhou", accounts=listed)


def test_share_in_state_with_secret_accounts_is_read_back_as_secret():
    mark = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    hidden = {**mark, "plaintext": '{"12345":"web"}'}

    (share,) = shares_of([resource(accounts=hidden, owned_accounts=hidden, accounts_secret=True)])

    assert share.secret
    assert share.definition.accounts == (ListedAccount("12345", "web"),)
