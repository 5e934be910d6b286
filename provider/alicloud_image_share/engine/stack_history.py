"""What a stack was when a review was made of it: where its state is kept, its updates, and what it owns."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from pulumi.automation import CommandError, StackNotFoundError

from alicloud_image_share.engine.environment import backend
from alicloud_image_share.engine.exported_state import read_with
from alicloud_image_share.engine.pulumi_cli import PulumiCli
from alicloud_image_share.engine.stack_reading import read_deployment
from alicloud_image_share.review.binding import UPDATES, Binding, Update
from alicloud_image_share.review.engine_step import SHARE_TYPES, SPECIAL, resource_name, share_properties
from alicloud_image_share.sharing.strict_json import parse_json
from alicloud_image_share.stack_file.project import Project, ProjectError

_NO_CHANGES = {"same", "read", "refresh"}
_OF_A_PROGRAM = ("update", "destroy")
_OF_ADDRESS = ("endpoint", "storage_account")
"""Parameters of a backend's address that name a place; others say how it is reached, or are secret."""


@dataclass(frozen=True, slots=True)
class PresentStack:
    """What a stack is now."""

    binding: Binding
    """What a review that is made now is bound to, but for the organization of the stack."""
    updates: Sequence[Update]
    """Its last updates, newest first."""
    deployment: Mapping[str, Any]
    """Its state as the engine exports it, empty where it has none."""


def present_stack(
    project: Project, stack: str, variables: Mapping[str, str], cli: PulumiCli, *, updates: int = UPDATES
) -> PresentStack:
    """Return what a stack is now, with as many of its last updates; raise ShareError where it is not read."""
    last = _last_updates(project, stack, variables, cli, updates)
    deployment = read_deployment(project, stack, variables, cli)
    url = backend(project, {**os.environ, **variables}) or ""
    name = str(project.settings.get("name", ""))
    shares = read_with(lambda: owned_digests(deployment))
    bound = Binding(name, stack, backend_name(url, project.folder), last[0].mark if last else "", shares)
    return PresentStack(bound, last, deployment)


def backend_name(url: str, folder: Path) -> str:
    """Return the address of a backend without user, password and parameters that name no place.

    A relative path is one from `folder`, where the engine runs: each project has another one.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        path = folder / os.path.expanduser(f"{parts.netloc}{parts.path}")
        return f"file://{os.path.abspath(path)}"
    host = parts.netloc.rpartition("@")[2].lower()
    named = [(key, value) for key, value in parse_qsl(parts.query) if key in _OF_ADDRESS]
    query = f"?{urlencode(sorted(named))}" if named else ""
    return f"{parts.scheme}://{f'{host}{parts.path}'.rstrip('/')}{query}"


def _last_updates(
    project: Project, stack: str, variables: Mapping[str, str], cli: PulumiCli, number: int
) -> list[Update]:
    """Return the last updates and destroys of a stack, newest first; none of a stack without state."""
    page = ["--json", "--full-dates", "--page-size", str(number), "--page", "1"]
    try:
        history = cli.run(["stack", "history", "--stack", stack, *page], str(project.folder), variables)
        return [_update(entry) for entry in parse_json(history.stdout) or ()]
    except StackNotFoundError:
        return []
    except CommandError as error:
        raise ProjectError(
            f"The history of stack {stack} cannot be read, and so not whether an approval is used up: {error}"
        ) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProjectError(
            f"The history of stack {stack} is not what the engine prints: {type(error).__name__}"
        ) from error


def _update(entry: Mapping[str, Any]) -> Update:
    changes = entry.get("resourceChanges") or {}
    # Backends other than Pulumi Cloud count no versions.
    parts = (entry.get("version"), entry["kind"], entry["startTime"], entry.get("endTime"))
    return Update(
        mark=" ".join(str(part) for part in parts if part),
        at=str(entry["startTime"]),
        succeeded=entry.get("result") == "succeeded",
        changes=entry["kind"] != "refresh" and any(changes[key] for key in changes.keys() - _NO_CHANGES),
        runs_program=entry["kind"] in _OF_A_PROGRAM,
    )


def owned_digests(deployment: Mapping[str, Any]) -> dict[str, str]:
    """Return each share with a digest of what it owns, or of when it changed where that is secret."""
    return dict(_digests(deployment.get("resources") or ()))


def _digests(resources: Any) -> Iterator[tuple[str, str]]:
    for resource in resources:
        if resource["type"] in SHARE_TYPES and not resource.get("delete"):
            outputs = share_properties(resource["type"], resource.get("outputs") or {})
            owned = outputs.get("owned_accounts", outputs.get("accounts"))
            text = json.dumps([resource.get("id"), resource.get("created"), owned], sort_keys=True)
            if SPECIAL in text:
                text = json.dumps([resource.get("id"), resource.get("created"), resource.get("modified")])
            yield resource_name(resource["urn"]), hashlib.sha256(text.encode()).hexdigest()[:32]
