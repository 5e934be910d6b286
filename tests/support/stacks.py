"""Stacks as the engine makes them, made by writing its files: for tests that are not about a new stack."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ITERATIONS = 1_000_000
_SALT = bytes(range(8))
_KNOWN = "pulumi"
"""What the engine encrypts into a salt, to know a wrong passphrase by."""


def make_stack(state: Path, project: str, stack: str) -> None:
    """Put an empty stack, whose passphrase is empty, into a folder that holds state."""
    folder = state / ".pulumi" / "stacks" / project
    folder.mkdir(parents=True, exist_ok=True)
    (state / ".pulumi" / "meta.yaml").write_text("version: 1\n")
    checkpoint = {
        "stack": f"organization/{project}/{stack}",
        "latest": {
            "manifest": {"time": "2026-01-01T00:00:00Z", "magic": "", "version": ""},
            "secrets_providers": {"type": "passphrase", "state": {"salt": salt()}},
            "metadata": {},
        },
    }
    (folder / f"{stack}.json").write_text(json.dumps({"version": 3, "checkpoint": checkpoint}))


@cache
def salt() -> str:
    """Give the value of `encryptionsalt` in the stack file of every stack that is made here."""
    return f"v1:{base64.b64encode(_SALT).decode()}:{encrypted(_KNOWN)}"


def encrypted(text: str) -> str:
    """Encrypt a value as a stack file holds it under `secure`."""
    nonce = os.urandom(12)
    sealed = AESGCM(_key()).encrypt(nonce, text.encode(), None)
    return ":".join(("v1", *(base64.b64encode(part).decode() for part in (nonce, sealed))))


@cache
def _key() -> bytes:
    return hashlib.pbkdf2_hmac("sha256", b"", _SALT, _ITERATIONS, 32)
