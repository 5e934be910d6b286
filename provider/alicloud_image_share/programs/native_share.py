"""Shares of the native provider, as the config-driven program declares them."""

from __future__ import annotations

import pulumi
from pulumi.runtime import config as configuration
from pulumi.runtime import get_root_resource

from alicloud_image_share.cloud.alicloud_keys import CONFIG_KEYS, OUR_KEYS, configured_key
from alicloud_image_share.sharing.field_names import CAMEL, camel_names
from alicloud_image_share.sharing.model import DEFAULTS, OUTPUTS
from alicloud_image_share.sharing.share_types import NATIVE_TYPE, SHARE_TYPE, STACK_PROVIDER
from alicloud_image_share.stack_file import ShareDefinition

FROM_DYNAMIC = pulumi.Alias(type_=SHARE_TYPE)
FROM_NATIVE = pulumi.Alias(type_=NATIVE_TYPE)
"""What the engine finds a share by that was of the other provider: it stays as it is, without a write."""

_PACKAGE = NATIVE_TYPE.partition(":")[0]
_REGISTER = "_alicloud_image_share_provider"
_OF_THE_ENGINE = ("version", "pluginDownloadURL")
"""Keys of pulumi-alicloud that would choose another plugin in place of the one of this package."""


def declare_native(definition: ShareDefinition, *, secret: bool) -> None:
    """Declare one share of the native provider; `secret` hides its accounts."""
    entry = {**definition.entry, "accounts": definition.notes}
    seconds = entry.pop("timeout", None)
    if secret:
        entry["accounts"] = pulumi.Output.secret(definition.notes)
    options = pulumi.ResourceOptions(aliases=[FROM_DYNAMIC], provider=_provider())
    if seconds not in (None, DEFAULTS["timeout"]):
        limit = f"{seconds}s"
        options.custom_timeouts = pulumi.CustomTimeouts(create=limit, update=limit, delete=limit)
    outputs = {CAMEL[name]: None for name in OUTPUTS}
    pulumi.CustomResource(NATIVE_TYPE, definition.name, {**outputs, **camel_names(entry)}, options)


def _provider() -> pulumi.ProviderResource:
    """Return the provider of the running stack, with its configuration as inputs.

    The engine gives a provider of its own accord the keys of one namespace only.
    """
    root = get_root_resource()
    known = vars(root) if root is not None else {}
    if _REGISTER not in known:
        known[_REGISTER] = pulumi.ProviderResource(_PACKAGE, STACK_PROVIDER, _inputs())
    provider: pulumi.ProviderResource = known[_REGISTER]
    return provider


def _inputs() -> dict[str, pulumi.Input[str]]:
    names = [name for name in (*sorted(CONFIG_KEYS), *OUR_KEYS) if name not in _OF_THE_ENGINE]
    keys = {name: configured_key(name) for name in names}
    texts = {name: configuration.get_config(key) for name, key in keys.items()}
    return {
        name: pulumi.Output.secret(text) if configuration.is_config_secret(keys[name]) else text
        for name, text in texts.items()
        if text is not None
    }
