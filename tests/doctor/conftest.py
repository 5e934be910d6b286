"""A cloud that a user's environment is configured for, and the lines that the doctor says of it."""

from __future__ import annotations

import re

import pytest

from alicloud_image_simulator import OWNER, Simulator
from tests.support.command_line import Said


@pytest.fixture
def reachable(
    cloud: Simulator, engine_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    """A cloud that the environment is configured for."""
    assert engine_environment
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    return cloud


def line(said: Said, subject: str) -> str:
    """Give the one line about a subject, without spaces that align."""
    (found,) = [one for one in said.output.splitlines() if f"  {subject} " in one]
    assert not re.search(f"{OWNER.key}|{OWNER.secret}|wrong-", said.output + said.errors)
    return re.sub(" {2,}", "  ", found)
