"""What only the engine knows of a stack: its configuration decrypted, and the shares that its state holds."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from pulumi.automation import CommandError, LocalWorkspace, StackNotFoundError

from alicloud_image_share.engine.console import console
from alicloud_image_share.engine.environment import backend, engine_environment
from alicloud_image_share.engine.exported_state import StateRefused, deployment_of, read_with
from alicloud_image_share.engine.interrupted import InterruptedShare, interrupted_shares
from alicloud_image_share.engine.pulumi_cli import PulumiCli, find_cli
from alicloud_image_share.engine.stack_list import list_stacks
from alicloud_image_share.engine.state_file import deployment_in_file, stacks_in_folder
from alicloud_image_share.engine.state_provider import foreign_providers
from alicloud_image_share.errors import ShareError
from alicloud_image_share.lifecycle.owned_in_state import Owned
from alicloud_image_share.lifecycle.state import inputs_of, share_state
from alicloud_image_share.review.engine_step import (
    SHARE_TYPES,
    SPECIAL,
    resource_name,
    reveal,
    share_properties,
)
from alicloud_image_share.sharing.accounts import plain_notes
from alicloud_image_share.stack_file import ListedAccount, ShareDefinition
from alicloud_image_share.stack_file.project import Project, ProjectError

T = TypeVar("T")

Configured = tuple[Mapping[str, str], frozenset[str]]
"""Every value as the text that a program is given, and which keys are secret."""


_OF_PROGRAMS = ("accounts_secret", "retain_on_delete")
"""Inputs that no stack file has."""


_NOT_OURS = (
    "its state holds a provider of {} that is not the one of this program, and the engine would run it with"
    " the keys of the cloud. Nothing was run. Find out who can write this state, and put back an earlier one:"
    " `pulumi stack history`, `pulumi stack import`."
)


@dataclass(frozen=True, slots=True)
class StateShare:
    """A share that the state of a stack holds."""

    definition: ShareDefinition
    secret: bool = False


def configuration(project: Project, stack: str) -> Configured:
    """Return the configuration of a stack; raise ShareError where the engine does not give it."""
    # A program of one's own is run with pulumi, and so with its login and no choices of ours.
    ours = project.runs_the_stack_program()
    variables = engine_environment(project, os.environ).variables if ours else {}
    workspace = _workspace(project, variables)
    values = _read_or_explain(
        lambda: workspace.get_all_config(stack), f"the configuration of {stack} is encrypted"
    )
    texts = {key: value.value for key, value in values.items()}
    return texts, frozenset(key for key, value in values.items() if value.secret)


def stacks_with_state(project: Project, variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the stacks of a project that may have state, sorted; raise ShareError."""
    names = stacks_in_folder(*_place(project, variables))
    if names is not None:
        return tuple(names)
    cli = find_cli(project.folder, console(stderr=True).print)
    stacks = _read_or_explain(
        lambda: list_stacks(project, cli, variables), "the stacks of the project are looked for"
    )
    return tuple(sorted(stack.name.rsplit("/", 1)[-1] for stack in stacks if stack.resource_count != 0))


def shares_in_state(
    project: Project, stack: str, variables: Mapping[str, str] = MappingProxyType({})
) -> tuple[StateShare, ...]:
    """Return the shares that the state of a stack holds; raise ShareError where it is not to be had."""
    variables = {"PULUMI_SKIP_UPDATE_CHECK": "true", **variables}
    deployment = _read_state(project, stack, variables, None)
    return read_with(lambda: tuple(shares_of(deployment.get("resources") or ())))


def interrupted_in_state(
    project: Project, stack: str, variables: Mapping[str, str], cli: PulumiCli | None = None
) -> tuple[InterruptedShare, ...]:
    """Return who may have access because a run of a stack was interrupted: nobody where it has no state.

    `variables` are what a run of the engine gets besides its environment; without `cli` it is looked for.
    Raises ShareError where state cannot be read.
    """
    deployment = read_deployment(project, stack, variables, cli)
    return read_with(lambda: interrupted_shares(deployment))


def read_deployment(
    project: Project, stack: str, variables: Mapping[str, str], cli: PulumiCli | None
) -> Mapping[str, Any]:
    """Return the state of a stack as the engine exports it, empty where there is none; raise ShareError."""
    try:
        return _read_state(project, stack, variables, cli)
    except ProjectError as error:
        if isinstance(error.__cause__, StackNotFoundError):
            return {}
        raise


def _read_state(
    project: Project, stack: str, variables: Mapping[str, str], cli: PulumiCli | None
) -> Mapping[str, Any]:
    cli = cli or find_cli(project.folder, console(stderr=True).print)

    def export(*options: str) -> str:
        words = ["stack", "export", *options, "--stack", stack]
        return _read_or_explain(
            lambda: cli.run(words, str(project.folder), variables), "its state is read"
        ).stdout

    deployment = deployment_in_file(*_place(project, variables), stack)
    if deployment is None:
        exported = export()
        if SPECIAL in exported:
            # Only where there are secrets: to decrypt them takes the engine as long as all else here.
            exported = export("--show-secrets")
        deployment = deployment_of(exported)
    if project.runs_the_stack_program():
        others = sorted(set(foreign_providers(deployment)))
        if others:
            raise StateRefused(_NOT_OURS.format(", ".join(others)))
    return deployment


def _place(project: Project, variables: Mapping[str, str]) -> tuple[str | None, str]:
    """Return where state is kept, and under which name of a project."""
    return backend(project, {**os.environ, **variables}), str(project.settings.get("name", ""))


def _workspace(
    project: Project, variables: Mapping[str, str], cli: PulumiCli | None = None
) -> LocalWorkspace:
    cli = cli or find_cli(project.folder, console(stderr=True).print)
    return LocalWorkspace(work_dir=str(project.folder), env_vars=dict(variables), pulumi_command=cli)


def _read_or_explain(ask: Callable[[], T], why: str) -> T:
    try:
        return ask()
    except CommandError as error:
        message = " ".join(str(error).rpartition(" stderr: ")[2].split())
        raise ProjectError(f"{why}, and the engine said: {message}") from error
    except ShareError as error:
        raise ProjectError(f"{why}: {error}") from error


def shares_of(resources: Iterable[Mapping[str, Any]]) -> Iterator[StateShare]:
    """Return the shares among the resources of a state, with every field that an input has."""
    for resource in resources:
        if resource["type"] in SHARE_TYPES and not resource.get("delete"):
            secret = SPECIAL in json.dumps(resource["outputs"])
            outputs = share_properties(resource["type"], resource["outputs"])
            state = share_state({key: reveal(value) for key, value in outputs.items()})
            notes = plain_notes(state.owned)
            listed = (ListedAccount(account, note) for account, note in sorted(notes.items()))
            fields = {key: value for key, value in inputs_of(state).items() if key not in _OF_PROGRAMS}
            fields |= {"name": resource_name(resource["urn"]), "accounts": tuple(listed)}
            yield StateShare(ShareDefinition(**fields), secret)


def owned_by_shares(deployment: Mapping[str, Any]) -> Owned:
    """Return which accounts the shares of a deployment own and still list; none of them is foreign.

    Secret accounts stay where they are, and a share that is retained may leave its accounts to nobody.
    """
    owned: dict[str, frozenset[str]] = {}
    for resource in deployment.get("resources") or ():
        outputs = resource.get("outputs") or {}
        hides = resource.get("retainOnDelete") or SPECIAL in json.dumps(outputs)
        if resource["type"] in SHARE_TYPES and not hides:
            state = share_state(share_properties(resource["type"], outputs))
            image, accounts = str(state.share.image), state.share.account_ids & set(state.owned)
            owned[image] = owned.get(image, frozenset()) | accounts
    return owned
