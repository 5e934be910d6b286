"""What tests on the real engine need."""

from pathlib import Path

import pytest

from alicloud_image_simulator import Simulator

from .project import Project


@pytest.fixture
def project(cloud: Simulator, engine_environment: dict[str, str], tmp_path: Path) -> Project:
    """A stack named dev, empty, of a project without any file."""
    assert engine_environment
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(cloud, folder)
