"""What happens to a share in the user's program, before the engine sees it.

Inputs are put into a form that the wire keeps whole, options that would not do what they say are refused, and
two shares of one stack that would fight over an image are refused with both their names.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.runtime import config as configuration
from pulumi.runtime import get_root_resource

from alicloud_image_share.cloud.config_reader import ConfigReader, configured_region
from alicloud_image_share.cloud.environment_variables import ENVIRONMENT
from alicloud_image_share.lifecycle.registration.transformed_options import SECOND_PROCESS
from alicloud_image_share.sharing.accounts import account_map
from alicloud_image_share.sharing.share_types import NATIVE_TYPE

SECRET_OUTPUTS = ("owned_accounts", "foreign_accounts")
_CLAIMED = ("service", "region_id", "image_id", "accounts", "exclusive")
_CREDENTIALS = ("alicloud:accessKey", "alicloud:secretKey", "alicloud:securityToken")
_OIDC = "alicloud:assumeRoleWithOidc"
_REGISTER = "_alicloud_image_share_claims"
_INSTEAD = "region_id names the region, role_arn another owner, timeout, in seconds, a time limit."
_WIRE = (str, float, bool, dict, list, type(None), pulumi.Output)


def options(opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Return the options with what the resource needs: no diff of the pickled provider, secret outputs."""
    # The pickled provider changes with the Python version and says nothing. A native share has none: what is
    # ignored would be missing where a share of that type becomes one of this.
    opts = opts or pulumi.ResourceOptions()
    ignored = [] if _comes_from_native(opts) else ["__provider"]
    merged = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=ignored))
    merged.additional_secret_outputs = list(merged.additional_secret_outputs or ())
    return merged


def _comes_from_native(opts: pulumi.ResourceOptions) -> bool:
    return any(isinstance(each, pulumi.Alias) and each.type_ == NATIVE_TYPE for each in opts.aliases or ())


def refuse_options(name: str, opts: pulumi.ResourceOptions, provider: pulumi.ProviderResource | None) -> None:
    """Raise RunError for options that would do other than they say; `provider` may be a parent's.

    A second process has neither the rules of the stack nor what its other shares ask for.
    """
    if opts.custom_timeouts is not None:
        raise pulumi.RunError(
            f"ImageShare {name}: custom_timeouts do not reach a dynamic provider; of the inputs, {_INSTEAD}"
        )
    for option in ("import_", "id"):
        if getattr(opts, option) is not None:
            raise pulumi.RunError(
                f"ImageShare {name}: {option} does not work for a dynamic resource; leave {option} out: a new"
                " share takes over what is shared already"
            )
    refuse_provider(f"ImageShare {name}", opts)
    for option in SECOND_PROCESS:
        if provider if option == "provider" else getattr(opts, option):
            raise pulumi.RunError(
                f"ImageShare {name}: {option} would start a second provider process, which knows neither the"
                f" rules of the stack nor its other shares; leave {option} out; of the inputs, {_INSTEAD}"
            )


def refuse_provider(what: str, opts: pulumi.ResourceOptions) -> None:
    """Raise RunError for a provider of alicloud that is given to something which it would not reach."""
    if any(getattr(provider, "package", "") == "alicloud" for provider in _providers(opts)):
        raise pulumi.RunError(
            f"{what}: a provider of the package alicloud has no effect on it; configure alicloud:*"
            f" in the stack; of the inputs, {_INSTEAD}"
        )


def default_region() -> str | None:
    """Return the region that the stack, the environment or a profile configures."""
    return configured_region(ConfigReader(configuration.get_config, os.environ))


def inputs(name: str, arguments: Mapping[str, Any], opts: pulumi.ResourceOptions) -> dict[str, Any]:
    """Return the inputs as they are registered; claims the image and its accounts for this share.

    `accounts_secret` is an awaitable where a value is still to come: the SDK awaits it before it registers
    the resource, so that nothing is created before claims are compared and secrets are known.
    """
    props = {key: _wire(value) for key, value in arguments.items() if key != "accounts"}
    props["accounts"] = _accounts(arguments["accounts"])
    parts = [props[key] for key in _CLAIMED]
    if not any(map(_outputs, parts)):
        _claim(name, parts)
        return props
    return {**props, "accounts_secret": _claim_when_known(name, parts, opts)}


def _providers(opts: pulumi.ResourceOptions) -> list[Any]:
    several = opts.providers
    listed = list(several.values()) if isinstance(several, Mapping) else several or []
    return [*(listed if isinstance(listed, list) else [listed]), opts.provider]


def _wire(value: Any) -> Any:
    """Return a value that the SDK can serialise without loss; check names it where it makes no sense."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    value = _arriving(value)
    return value if isinstance(value, _WIRE) else repr(value)


def _arriving(value: Any) -> Any:
    """Return an Output for an awaitable: the one form in which what is still to come is looked at here."""
    return pulumi.Output.from_input(value) if inspect.isawaitable(value) else value


def _accounts(accounts: Any) -> Any:
    """Return the accounts as a map id → note, or as an Output of one."""
    accounts = _arriving(accounts)
    if isinstance(accounts, pulumi.Output):
        return accounts.apply(_plain_accounts)
    if isinstance(accounts, Mapping):
        return _plain_accounts({key: _noted(note) for key, note in accounts.items()})
    if not isinstance(accounts, Iterable) or isinstance(accounts, str | bytes):
        return _wire(accounts)
    items = [_arriving(item) for item in accounts]
    known = [item for item in items if not isinstance(item, pulumi.Output)]
    if len(known) == len(items) or not isinstance(account_map(known), dict):
        # A list with unknown ids is unknown as a whole in a preview: so the others are checked here.
        return _plain_accounts(known)
    return pulumi.Output.all(*items).apply(_plain_accounts)


def _plain_accounts(accounts: Any) -> Any:
    plain = account_map(accounts)
    if isinstance(plain, dict):
        return {key: _wire(note) for key, note in plain.items()}
    return [_wire(item) for item in plain] if isinstance(plain, list) else _wire(plain)


def _noted(note: Any) -> Any:
    note = _arriving(note)
    if isinstance(note, pulumi.Output):
        return note.apply(lambda value: "" if value is None else value)
    return note


def _outputs(part: Any) -> list[pulumi.Output[Any]]:
    parts = part.values() if isinstance(part, dict) else (part,)
    return [item for item in parts if isinstance(item, pulumi.Output)]


async def _claim_when_known(name: str, parts: list[Any], opts: pulumi.ResourceOptions) -> bool | None:
    """Claim the image as soon as all parts are known; return True where the accounts are secret.

    What a preview does not know yet is compared in `up`. The SDK reads the names of secret outputs after it
    awaited all inputs, this one among them.
    """
    values = [
        await part.future() if isinstance(part, pulumi.Output) and await part.is_known() else part
        for part in parts
    ]
    if not any(isinstance(value, pulumi.Output) for value in values):
        _claim(name, values)
    secret = [await output.is_secret() for output in _outputs(parts[_CLAIMED.index("accounts")])]
    if any(secret) and opts.additional_secret_outputs is not None:
        opts.additional_secret_outputs.extend(SECRET_OUTPUTS)
    return any(secret) or None


@dataclass(slots=True)
class _Claims:
    """Which share of a stack claims what; kept on the stack's root resource, as long as the program runs."""

    default_region: str | None
    accounts: dict[tuple[Any, ...], str] = field(default_factory=dict)
    shares: dict[tuple[Any, ...], list[tuple[str, bool]]] = field(default_factory=dict)

    def claim(self, name: str, image: tuple[Any, ...], accounts: Any, *, exclusive: bool) -> None:
        """Claim an image and its accounts; raise RunError where another share has done so."""
        for other, other_exclusive in self.shares.get(image, ()):
            if exclusive or other_exclusive:
                raise pulumi.RunError(
                    f"ImageShare {other} and ImageShare {name} name the same image {image[-1]}, and"
                    f" {name if exclusive else other} is exclusive: put all accounts into one share."
                )
        for account in accounts if isinstance(accounts, dict) else ():
            other = self.accounts.setdefault((*image, account), name)
            if other != name:
                raise pulumi.RunError(
                    f"ImageShare {other} and ImageShare {name} both name the image {image[-1]} and the"
                    " same account: take it off one of them."
                )
        self.shares.setdefault(image, []).append((name, exclusive))


def _claim(name: str, values: list[Any]) -> None:
    root = get_root_resource()
    if root is None:
        return
    service, region, image, accounts, exclusive = values
    if _REGISTER not in vars(root):
        _warn_about_plain_credentials()
        _warn_about_role_of_environment()
        # Once for all shares: it may stand in a file.
        vars(root)[_REGISTER] = _Claims(default_region())
    claims: _Claims = vars(root)[_REGISTER]
    image_key = (service, region or claims.default_region, image)
    claims.claim(name, image_key, accounts, exclusive=exclusive is True)


def _warn_about_plain_credentials() -> None:
    """Warn where a credential is configured in plain text: state would hold it so, too."""
    for key in _CREDENTIALS:
        if configuration.get_config(key) and not configuration.is_config_secret(key):
            _warn_about_plain(key, key)
    # The whole object counts as secret where a part of it is.
    if 'oidcToken"' in (configuration.get_config(_OIDC) or "") and not configuration.is_config_secret(_OIDC):
        _warn_about_plain(f"{_OIDC}.oidcToken", f"--path {_OIDC}.oidcToken")


def _warn_about_role_of_environment() -> None:
    """Say that a role is assumed which pulumi-alicloud, configured the same, would not assume."""
    variable = ENVIRONMENT["assumeRole"][0]
    if os.environ.get(variable) and not configuration.get_config("alicloud:assumeRole"):
        pulumi.log.warn(
            f"{variable} is set: image shares assume this role, and pulumi-alicloud does not unless"
            " alicloud:assumeRole is configured, if only as {}"
        )


def _warn_about_plain(name: str, path: str) -> None:
    pulumi.log.warn(
        f"{name} is in plain text in the stack file and in state; set it again with"
        f" `pulumi config set --secret {path}`"
    )
