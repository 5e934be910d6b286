"""A sign-in of CloudSSO against each trick, over TLS: a key that works, or one sentence without a secret."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path

import pytest

from alicloud_image_share.cloud import external_credentials
from alicloud_image_share.errors import ConfigurationError
from tests.hostile import tricks
from tests.hostile.conftest import assert_sentence
from tests.hostile.hostile_server import Exchange
from tests.owners.test_profiles import DOCUMENT, cloud_sso, key
from tests.support.servers import authority, read_request, server

SECONDS = 1.0
LONGEST = 8.0
"""Seconds that one sign-in may take beside its own, on a busy machine."""
ANSWER = json.dumps({"CloudCredential": DOCUMENT}).encode()


@pytest.mark.parametrize("name", [*tricks.FINAL, *tricks.RETRIED, *tricks.SLOW])
def test_sign_in_gives_a_key_or_a_sentence_whatever_is_answered(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    context, file = authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(file))
    monkeypatch.setattr(external_credentials, "LOGIN_SECONDS", SECONDS)
    trick = {**tricks.FINAL, **tricks.RETRIED, **tricks.SLOW}[name]

    def play(connection: socket.socket) -> None:
        head, _, body = read_request(connection).partition(b"\r\n\r\n")
        trick(connection, Exchange(head.decode(), body, 200, ANSWER))

    with server(play, context, reads_request=False) as port:
        began = time.monotonic()
        try:
            given = key(tmp_path, **cloud_sso(port))
        except ConfigurationError as error:
            assert_sentence(str(error))
        else:
            assert given == "given"

    assert time.monotonic() - began < LONGEST
