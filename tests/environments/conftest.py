"""An empty machine, and four accounts of the cloud."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator
from tests.environments.estate import CENTRAL, OWNERS, every_image
from tests.environments.machine import Machine


@pytest.fixture
def four_accounts() -> Iterator[Simulator]:
    """A cloud where three accounts own the images, and a fourth may do nothing but assume roles."""
    with Simulator((CENTRAL, *OWNERS.values())) as cloud:
        assumes = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
        cloud.put_policies({CENTRAL.key: {"Version": "1", "Statement": [assumes]}})
        cloud.put_state({"images": every_image()})
        yield cloud


@pytest.fixture
def machine(
    four_accounts: Simulator,
    engine_environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Machine:
    """An empty folder, with the key of the central account in the environment, and no region."""
    assert engine_environment
    for name, value in four_accounts.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ALICLOUD_REGION")
    # A state of 240 shares takes the engine longer to write than all else; tests of kills have it written.
    monkeypatch.setenv("PULUMI_EXPERIMENTAL", "true")
    monkeypatch.setenv("PULUMI_SKIP_CHECKPOINTS", "true")
    folder = tmp_path / "images"
    folder.mkdir()
    return Machine(folder)
