"""The command `image-share policy`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from alicloud_image_share.cloud.credential_settings import ASSUME_ROLE, RoleSettings
from alicloud_image_share.cloud.ram_names import NO_PRINCIPAL, principal
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.commands.files import write
from alicloud_image_share.commands.options import (
    folder_option,
    region_option,
    role_option,
    service_option,
    stack_option,
)
from alicloud_image_share.commands.policy_needs import PolicyOptions, of_stack
from alicloud_image_share.commands.ram_policies import LARGEST, Grants, ram_policy
from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.stack_configuration import StackConfiguration, read_stack
from alicloud_image_share.engine.standard_streams import say
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.stack_file.project import find_project

HIDDEN = "…"
_WHO = "an account id or acs:ram::<account>:user/<name>"


def _principal(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    caller = None if value is None else principal(value)
    if caller is None and value is not None:
        raise click.BadParameter(f"{show(value)} {NO_PRINCIPAL}")
    return caller


@click.command(
    epilog="\b\nExample: image-share policy --service ecs --image ecs:cn-hangzhou:m-bp1golden0000000001"
)
@service_option("A service to allow. May be repeated.")
@region_option("Only images of this region; `all` adds the list of regions, which audits read.")
@click.option(
    "--image",
    "images",
    multiple=True,
    metavar="ID",
    help="Only this image: ecs:cn-hangzhou:m-... or ens:m-...; with one --service: m-.... May be repeated.",
)
@role_option("A role that the caller assumes, and that gets these permissions.")
@stack_option("Take services and images from the file of this stack, not from the options above.")
@click.option(
    "--caller",
    metavar="WHO",
    callback=_principal,
    help=f"Who assumes the roles: {_WHO} (default: everybody in alicloud:accountId).",
)
@folder_option()
@click.option("--read-only", is_flag=True, help="Allow only reads: for reviews, refreshes and audits.")
def policy(
    *, stack: str | None, caller: str | None, folder: Path, read_only: bool, **named: tuple[str, ...]
) -> ExitStatus:
    """Print the smallest sufficient RAM policy.

    With roles it prints the caller's policy and, for each role, its policy and its trust policy (who may
    assume it).

    A service without an --image is allowed on all its images. A share that leaves the stack file needs its
    image in the policy until up has unshared it.
    """
    options = PolicyOptions(**named)
    if stack and options:
        raise click.UsageError("--stack names services, regions, images and roles itself")
    if stack:
        configuration = read_stack(find_project(folder), stack)
        settings = configuration.settings(os.environ)
        grants = _shown(of_stack(configuration, settings), configuration)
        caller = caller or _configured(settings)
    else:
        grants = options.grants()
    if caller and not grants.has_roles:
        raise click.UsageError("--caller says who assumes roles, and there are none: give --role-arn")
    whole, policies = _documents(grants, caller, read_only=read_only)
    write(json.dumps(whole, indent=2) + "\n")
    _warn(grants, policies, read_only=read_only)
    return ExitStatus.NOTHING


def _configured(settings: Settings) -> str | None:
    """Return who assumes the roles of shares, as far as it is configured.

    With alicloud:assumeRole, alicloud:accountId is the account of that role, and not of whoever assumes it.
    """
    account = None if settings.assume_role else settings.account_id
    return principal(account) if account else None


def _shown(grants: Grants, configuration: StackConfiguration) -> Grants:
    """Return it without the external id, where that is kept secret."""
    role = grants.configured
    if role is None or role.external_id is None or ASSUME_ROLE not in configuration.secret:
        return grants
    say(f"{ASSUME_ROLE} is secret: put its externalId in place of {HIDDEN}", errors=True)
    return replace(grants, configured=replace(role, external_id=HIDDEN))


def _documents(
    grants: Grants, caller: str | None, *, read_only: bool
) -> tuple[dict[str, Any], Mapping[str, dict[str, Any]]]:
    """Return what is printed, and the policies in it, each with what they are said to be of."""
    if not grants.has_roles:
        alone = ram_policy(grants.needs[None], read_only=read_only)
        return alone, {"": alone}
    whole = grants.documents(caller or _unknown(grants.configured), read_only=read_only)
    of_roles = {f"{role}: ": documents["policy"] for role, documents in whole["roles"].items()}
    return whole, {"the caller: ": whole["caller"], **of_roles}


def _unknown(role: RoleSettings | None) -> NoReturn:
    assumed = f"{role.arn}, the role of {ASSUME_ROLE}," if role else "the roles"
    raise click.UsageError(f"who assumes {assumed} is not known: give --caller, {_WHO}")


def _warn(grants: Grants, policies: Mapping[str, dict[str, Any]], *, read_only: bool) -> None:
    """Say what the policies cannot be held to, and which of them RAM does not take."""
    every = [need for needs in grants.needs.values() for need in needs]
    for service in dict.fromkeys(need.service for need in every if need.is_wider(read_only=read_only)):
        say(f"{service}: RAM cannot hold every action of it to single images", errors=True)
    for whose, document in policies.items():
        if len(json.dumps(document, separators=(",", ":"))) > LARGEST:
            words = f"{whose}RAM takes {LARGEST} characters a policy: name fewer images, or a service alone"
            say(words, errors=True)
