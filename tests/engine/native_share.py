"""A share of the native provider, declared as ImageShare is, and what its provider is configured with."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import pulumi

from alicloud_image_share.cloud import services
from alicloud_image_share.sharing.accounts import account_map
from alicloud_image_share.sharing.field_names import CAMEL, camel_names
from alicloud_image_share.sharing.model import OUTPUTS
from alicloud_image_share.sharing.share_types import NATIVE_TYPE
from alicloud_image_simulator import OWNER, Account, Simulator


def native_share(
    name: str, *, accounts: Collection[str], opts: pulumi.ResourceOptions | None = None, **fields: Any
) -> pulumi.CustomResource:
    outputs = {CAMEL[output]: None for output in OUTPUTS}
    inputs = camel_names({**fields, "accounts": account_map(accounts)})
    return pulumi.CustomResource(NATIVE_TYPE, name, {**outputs, **inputs}, opts)


def native_configuration(cloud: Simulator, owner: Account = OWNER) -> dict[str, str]:
    """Give the settings below image-shares: that call the simulator as an owner."""
    hosts = dict.fromkeys(services.endpoint_keys(), cloud.address)
    return {
        "region": "cn-hangzhou",
        "accessKey": owner.key,
        "secretKey": owner.secret,
        "protocol": "HTTP",
        "endpoints": json.dumps(hosts),
    }
