"""A cloud that can be hostile: the simulator, with a server before it that plays tricks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from alicloud_image_simulator import OWNER
from tests.hostile.hostile_server import HostileServer, hostile_server
from tests.owners.conftest import World, world

__all__ = ["hostile", "world"]

LONGEST = 3000
"""Characters of one message."""
_SECRETS = re.compile(rf"canary|{OWNER.secret}|{OWNER.key}|Signature=[0-9a-f]", re.IGNORECASE)


@pytest.fixture
def hostile(world: World) -> Iterator[HostileServer]:
    with hostile_server(world.cloud.address) as server:
        yield server


def assert_sentence(words: str) -> None:
    """Fail unless words can be shown to anybody: short, printable, without a traceback and a secret."""
    assert words.strip()
    assert len(words) < LONGEST, words[:500]
    assert "Traceback" not in words
    assert all(character.isprintable() or character == "\n" for character in words), repr(words)
    assert not _SECRETS.search(words), words
