"""The official release is taken by its recorded sum alone, and cannot hold `make setup` up."""

import re
from pathlib import Path

import pytest

from tests.engine_setup.conftest import ReleaseSite
from tests.engine_setup.machine import write_sums
from tools.engine.build import pinned_version
from tools.engine.process import UnavailableError
from tools.engine.release import RECORDED_SUMS, archive_name, download


def test_download_from_a_site_that_hangs_is_ended_at_the_time_limit(
    release_site: ReleaseSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in release_site.environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(UnavailableError, match=r"^not done within 2 seconds$"):
        download(pinned_version(), tmp_path / "engine", write_sums(tmp_path / "sums", b""), seconds=2)


def test_download_of_a_version_without_a_recorded_sum_is_refused_before_the_site_is_called(
    release_site: ReleaseSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in release_site.environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(UnavailableError, match=rf"^no sum is recorded for {archive_name('3.0.0')}$"):
        download("3.0.0", tmp_path / "engine", RECORDED_SUMS)

    assert not release_site.paths


def test_recorded_sums_are_of_the_pinned_version() -> None:
    for line in RECORDED_SUMS.read_text().splitlines():
        assert re.fullmatch(rf"[0-9a-f]{{64}}  pulumi-v{re.escape(pinned_version())}-\w+-\w+\.tar\.gz", line)


def test_sources_of_the_engine_have_recorded_sums() -> None:
    folder = RECORDED_SUMS.parent
    sources = re.findall(r"^\t(\S+) (v\S+)", (folder / "go.mod").read_text(), re.MULTILINE)
    recorded = {tuple(line.split()[:2]) for line in (folder / "go.sum").read_text().splitlines()}

    assert len(sources) > 100
    for module, version in sources:
        assert recorded & {(module, version), (module, f"{version}/go.mod")}, module
    for module in ("github.com/pulumi/pulumi/pkg/v3", "github.com/pulumi/pulumi/sdk/v3"):
        assert (module, f"v{pinned_version()}") in recorded
