"""The command in a project, as in tests/runner."""

from tests.runner.conftest import image_share, owner, project

__all__ = ["image_share", "owner", "project"]
