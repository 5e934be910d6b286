"""Which engine a run takes: of PATH, of a folder above, or a downloaded one."""

import os
from importlib.metadata import version
from pathlib import Path

import pytest

from alicloud_image_share.engine.pulumi_cli import EngineError, find_cli


def put_engine(folder: Path, text: str = "echo v3.250.0") -> Path:
    """Put a stand-in for the CLI into a folder, as far as its version goes."""
    folder.mkdir(parents=True)
    program = folder / "pulumi"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return program


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A PATH without an engine, and no way to a download."""
    folder = tmp_path / "path"
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), "/bin", "/usr/bin"]))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    return folder


def test_engine_of_path_comes_first(path, tmp_path):
    put_engine(path)
    put_engine(tmp_path / ".engine" / "bin")

    assert find_cli(tmp_path, pytest.fail).command == "pulumi"


def test_engine_of_a_folder_above_is_found(tmp_path):
    program = put_engine(tmp_path / ".engine" / "bin")

    assert find_cli(tmp_path / "a" / "b", pytest.fail).command == str(program)


def test_engine_that_was_downloaded_is_taken_without_a_word(home, tmp_path):
    program = put_engine(
        home / ".pulumi" / "versions" / version("pulumi") / "bin", f"echo v{version('pulumi')}"
    )

    assert find_cli(tmp_path, pytest.fail).command == str(program)


def test_no_engine_and_no_download_says_what_to_do(tmp_path):
    said: list[str] = []

    with pytest.raises(EngineError, match=r"no pulumi on PATH, .* https://www\.pulumi\.com/docs/"):
        find_cli(tmp_path, said.append)

    assert said[0].startswith("There is no pulumi on PATH: downloading")


def test_engine_that_is_too_old_is_refused(path, tmp_path):
    put_engine(path, "echo v3.0.0")

    with pytest.raises(EngineError, match="Minimum version requirement failed"):
        find_cli(tmp_path, pytest.fail)


def test_engine_that_does_not_run_is_refused(path, tmp_path):
    put_engine(path, "exit 7")

    with pytest.raises(EngineError, match="does not run"):
        find_cli(tmp_path, pytest.fail)
