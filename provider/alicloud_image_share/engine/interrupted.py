"""Who may have access because a run was interrupted: the engine keeps what it had begun in state.

An operation is pending from before it begins until its end is recorded, and holds the inputs that it was to
carry out. The next run of the engine drops a pending update, and keeps a pending create for ever: so what
state owns counts as settled, and of an update the run that finds it is the last one that can name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.lifecycle.state import share, share_state
from alicloud_image_share.review.engine_step import SHARE_TYPES, resource_name, reveal, share_properties
from alicloud_image_share.sharing.accounts import plain_notes
from alicloud_image_share.sharing.model import ImageKey, ShareState

GIVING = {"creating": "create", "updating": "update"}
"""The kinds of operations that give access, as state names them, and in words."""


@dataclass(frozen=True, slots=True)
class InterruptedShare:
    """An operation on a share that was begun, and of which no end is recorded."""

    name: str
    operation: str
    """`create` or `update`."""
    key: ImageKey
    accounts: Mapping[str, str] | None = None
    """Account → note: who may have been given access and is owned by no share; None if it is encrypted."""
    to_ecs: bool = False
    """Whether a SWAS image may have been shared with the owner's own ECS."""
    secret: bool = False
    """Whether the accounts must not be printed."""

    def __str__(self) -> str:
        """Return a sentence on who may have access, and on what shows it."""
        return (
            f"{self.key}: an interrupted {self.operation} of {self.name} may have given access to"
            f" {', '.join(self._receivers())}; `image-share audit` and `up --refresh` read who has it"
        )

    def _receivers(self) -> Iterator[str]:
        if self.accounts is None:
            yield "accounts that are secret"
        elif self.accounts and self.secret:
            yield f"{len(self.accounts)} accounts that are secret"
        else:
            yield from sorted(self.accounts)
        if self.to_ecs:
            yield "the owner's own ECS"


def interrupted_shares(deployment: Mapping[str, Any]) -> tuple[InterruptedShare, ...]:
    """Return the operations of a deployment, as the engine exports it, that may have given access.

    Raises KeyError, TypeError, ValueError or AttributeError where it is no deployment of the engine.
    """
    states = list(_states(deployment.get("resources") or ()))
    operations = deployment.get("pending_operations") or ()
    return tuple(
        interrupted
        for operation in operations
        if operation["type"] in GIVING and operation["resource"]["type"] in SHARE_TYPES
        for interrupted in _interrupted(GIVING[operation["type"]], operation["resource"], states)
    )


def _states(resources: Iterable[Mapping[str, Any]]) -> Iterator[ShareState]:
    for resource in resources:
        # What is encrypted counts as owned by nobody: rather name one account too many.
        with suppress(KeyError):
            if resource["type"] in SHARE_TYPES and not resource.get("delete"):
                yield share_state(_revealed(resource["type"], resource["outputs"]))


def _interrupted(
    operation: str, resource: Mapping[str, Any], states: Iterable[ShareState]
) -> Iterator[InterruptedShare]:
    inputs = resource["inputs"]
    revealed = _revealed(resource["type"], inputs)
    encrypted = "accounts" not in revealed
    wanted = share({"accounts": {}, **revealed})
    of_image = [state for state in states if state.share.image == wanted.image]
    owned = {account for state in of_image for account in state.owned}
    notes = plain_notes(wanted.accounts)
    accounts = {account: note for account, note in notes.items() if account not in owned}
    to_ecs = wanted.share_to_ecs is True and not any(state.share.share_to_ecs for state in of_image)
    if accounts or encrypted or to_ecs:
        yield InterruptedShare(
            resource_name(resource["urn"]),
            operation,
            wanted.image,
            None if encrypted else accounts,
            to_ecs,
            wanted.accounts_secret or inputs.get("accounts") != revealed.get("accounts"),
        )


def _revealed(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties in clear, without those that are encrypted."""
    revealed = {}
    for key, value in share_properties(kind, properties).items():
        with suppress(KeyError):
            revealed[key] = reveal(value)
    return revealed
