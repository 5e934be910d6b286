"""What tests of killed, interrupted and concurrent runs need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alicloud_image_share.commands.init import write_project
from alicloud_image_simulator import Simulator
from tests.crash.stack import IMAGE_ID, Stack
from tests.support.stacks import make_stack


@pytest.fixture
def project_folder(
    cloud: Simulator, engine_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Path:
    """A project as `image-share init` writes it; its runs reach the simulator as the owner of the images."""
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    write_project(tmp_path / "images")
    make_stack(Path(engine_environment["HOME"], "state"), "images", "dev")
    return tmp_path / "images"


@pytest.fixture
def put_image(cloud: Simulator) -> Callable[..., None]:
    """Put the image of a service, shared with some."""

    def put(service: str = "ecs", accounts: tuple[str, ...] = ()) -> None:
        image = {"service": service, "image_id": IMAGE_ID, "accounts": list(accounts), "quota": 500}
        cloud.put_state({"images": [image], "behaviour": {"swas_calls_a_minute": "none"}})

    return put


@pytest.fixture
def stack(project_folder: Path, put_image: Callable[..., None]) -> Stack:
    """The stack dev, empty, and the ECS image that it is to share, shared with nobody."""
    put_image()
    return Stack(project_folder)
