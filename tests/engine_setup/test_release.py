"""The official release cannot hold `make setup` up, whatever its installer does."""

from pathlib import Path

import pytest

from tests.engine_setup.conftest import ReleaseSite
from tools.engine.build import pinned_version
from tools.engine.process import UnavailableError
from tools.engine.release import download


def test_download_installer_that_hangs_is_ended_at_the_time_limit(
    release_site: ReleaseSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    release_site.script = "sleep 600"
    for name, value in release_site.environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(UnavailableError, match=r"^not done within 2 seconds$"):
        download(pinned_version(), tmp_path / "engine", seconds=2)
