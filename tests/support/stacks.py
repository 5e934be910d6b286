"""Stacks as the engine keeps them in files: made without the engine, read, and changed."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.support import vault

ENCRYPTION = {"secretsprovider": vault.URL, "encryptedkey": vault.SEALED_KEY}
"""What the file of each stack that is made here says of its secrets."""


def make_stack(state: Path, project: str, stack: str) -> None:
    """Put an empty stack, whose key is in the vault, into a folder that holds state."""
    folder = state / ".pulumi" / "stacks" / project
    folder.mkdir(parents=True, exist_ok=True)
    (state / ".pulumi" / "meta.yaml").write_text("version: 1\n")
    key = {"url": vault.URL, "encryptedkey": vault.SEALED_KEY}
    checkpoint = {
        "stack": f"organization/{project}/{stack}",
        "latest": {
            "manifest": {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""},
            "secrets_providers": {"type": "cloud", "state": key},
            "metadata": {},
        },
    }
    (folder / f"{stack}.json").write_text(json.dumps({"version": 3, "checkpoint": checkpoint}))


def state_file(stack: str = "dev", *, project: str = "images") -> Path:
    """Give the file with the state of a stack, where the engine's environment keeps it."""
    folder = Path(os.environ["PULUMI_BACKEND_URL"].removeprefix("file://"))
    return folder / f".pulumi/stacks/{project}/{stack}.json"


def read_deployment(file: Path) -> dict[str, Any]:
    """Give what a state holds."""
    deployment: dict[str, Any] = json.loads(file.read_text("utf-8"))["checkpoint"]["latest"]
    return deployment


@contextmanager
def changed_deployment(file: Path) -> Iterator[dict[str, Any]]:
    """Give what a state holds, and write what has become of it."""
    document = json.loads(file.read_text("utf-8"))
    yield document["checkpoint"]["latest"]
    file.write_text(json.dumps(document), "utf-8")


def shares_in_state(file: Path) -> dict[str, dict[str, Any]]:
    """Give name → what a state holds of each share."""
    return shares_of(read_deployment(file))


def shares_of(deployment: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give name → what a deployment holds of each share."""
    resources = deployment.get("resources", [])
    shares = (resource for resource in resources if resource["type"].endswith("ImageShare"))
    return {share["urn"].rpartition("::")[2]: share for share in shares}


def encrypted(text: str) -> str:
    """Encrypt a value as a stack file holds it under `secure`."""
    nonce = hashlib.sha256(text.encode()).digest()[:12]  # the same text makes the same file
    sealed = AESGCM(vault.KEY).encrypt(nonce, text.encode(), None)
    return ":".join(("v1", *(base64.b64encode(part).decode() for part in (nonce, sealed))))
