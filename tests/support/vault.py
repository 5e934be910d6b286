"""The answer of a HashiCorp Vault to the engine, which asks it to decrypt the key of a stack.

A passphrase would cost each command of the engine 0.17 s of processor time.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.servers import answering, server

URL = "hashivault://stacks"
SEALED_KEY = base64.b64encode(b"vault:v1:key").decode()
KEY = bytes(range(32))
"""The key that encrypts the secrets of every stack which the tests make."""

_ANSWER = json.dumps({"data": {"plaintext": base64.b64encode(KEY).decode()}}).encode()


@contextmanager
def vault() -> Iterator[dict[str, str]]:
    """Serve the key; give the variables that lead the engine to it."""
    with server(answering(b"200 OK", _ANSWER)) as port:
        yield {"VAULT_SERVER_URL": f"http://127.0.0.1:{port}", "VAULT_SERVER_TOKEN": "token"}
