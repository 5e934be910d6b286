"""The state of a stack as the engine keeps it in a folder of this machine: to start the engine takes 0.2 s.

What is read here is what `pulumi stack export` prints. A file in which anything but the names below stands is
left to the engine: its reader takes `Type` for `type`, and what it takes is what it runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alicloud_image_share.engine.exported_state import UNREADABLE, checked, resources_of
from alicloud_image_share.review.engine_step import SPECIAL
from alicloud_image_share.sharing.strict_json import parse_json

_FOLDER = re.compile(r"file://(/[^?#%\\]*)")
_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_LAYOUT = "version: 1"
"""What `meta.yaml` says where each project has a folder of its own."""
_FORMAT = 3
_LARGEST = 2**28
"""Bytes: the state of 10,000 shares has 50 MB."""
_PASSED_OVER = (".attrs", ".bak")
"""Files that are no stacks. A stack may be there compressed, as `dev.json.gz`, and that one may be newer."""

_FILE = frozenset({"version", "checkpoint"})
_CHECKPOINT = frozenset({"stack", "config", "latest"})
_DEPLOYMENT = frozenset({"manifest", "secrets_providers", "resources", "pending_operations", "metadata"})
_OPERATION = frozenset({"resource", "type"})
_RESOURCE = frozenset(
    {
        *("urn", "type", "id", "custom", "external", "parent", "provider", "inputs", "outputs", "delete"),
        *("protect", "taint", "retainOnDelete", "deletedWith", "replaceWith", "pendingReplacement"),
        *("dependencies", "propertyDependencies", "aliases", "additionalSecretOutputs", "customTimeouts"),
        *("initErrors", "created", "modified", "sourcePosition", "stackTrace", "ignoreChanges", "hideDiff"),
        *("replaceOnChanges", "replacementTrigger", "refreshBeforeUpdate", "viewOf"),
        *("resourceHooks", "importID"),
    }
)
"""The fields of a resource in the engine's sdk/go/common/apitype, of its version 3.250."""


def deployment_in_file(backend: str | None, project: str, stack: str) -> Mapping[str, Any] | None:
    """Return the deployment of a stack, empty where the stack has none; None where only the engine can tell.

    The engine tells of backends elsewhere, of secrets, of stacks without a file, and of all that is unusual.
    """
    try:
        folder = _stacks_of(backend, project)
        if stack not in _names_in(folder):
            return None
        text = _text(folder / f"{stack}.json")
        return None if SPECIAL in text else _deployment(parse_json(text))
    except (OSError, *UNREADABLE):
        return None


def stacks_in_folder(backend: str | None, project: str) -> list[str] | None:
    """Return the stacks of a project that the engine would list; None where only the engine can tell."""
    try:
        return _names_in(_stacks_of(backend, project))
    except (OSError, ValueError):
        return None


def _stacks_of(backend: str | None, project: str) -> Path:
    """Return the folder with the stacks of a project; raise ValueError where only the engine finds that."""
    folder = _FOLDER.fullmatch(backend or "")
    if folder is None or not _NAME.fullmatch(project):
        raise ValueError("no folder of this machine")
    kept = Path(folder[1], ".pulumi")
    if _text(kept / "meta.yaml").strip() != _LAYOUT:
        raise ValueError("another layout")
    return kept / "stacks" / project


def _names_in(folder: Path) -> list[str]:
    files = [file for file in folder.iterdir() if file.suffix not in _PASSED_OVER]
    if not all(file.suffix == ".json" and _NAME.fullmatch(file.stem) for file in files):
        raise ValueError("state in another form")
    return sorted(file.stem for file in files)


def _text(file: Path) -> str:
    """Return the text of a file; raise ValueError for what has no end, or too much in it."""
    if not file.is_file() or file.stat().st_size > _LARGEST:
        raise ValueError("not to be read")
    return file.read_text(encoding="utf-8")


def _deployment(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the deployment of a checkpoint; raise ValueError where a name is not known."""
    _refuse_other_names(document, _FILE)
    if document["version"] != _FORMAT:
        raise ValueError("another format")
    _refuse_other_names(document["checkpoint"], _CHECKPOINT)
    deployment = document["checkpoint"].get("latest") or {}
    _refuse_other_names(deployment, _DEPLOYMENT)
    for operation in deployment.get("pending_operations") or ():
        _refuse_other_names(operation, _OPERATION)
    for resource in resources_of(deployment):
        _refuse_other_names(resource, _RESOURCE)
    return checked(deployment)


def _refuse_other_names(document: Mapping[str, Any], names: frozenset[str]) -> None:
    if not document.keys() <= names:
        raise ValueError("a name that is not known")
