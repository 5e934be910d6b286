"""Stacks as the engine makes them, made by writing its files: for tests that are not about a new stack."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

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


def encrypted(text: str) -> str:
    """Encrypt a value as a stack file holds it under `secure`."""
    nonce = hashlib.sha256(text.encode()).digest()[:12]  # the same text makes the same file
    sealed = AESGCM(vault.KEY).encrypt(nonce, text.encode(), None)
    return ":".join(("v1", *(base64.b64encode(part).decode() for part in (nonce, sealed))))
