"""The engine is asked for its version once in a process."""

from __future__ import annotations

import os
from pathlib import Path

from alicloud_image_share.engine.pulumi_cli import PulumiCli


def engine(folder: Path, version: str) -> Path:
    """Write an engine that counts how often it is started."""
    program = folder / "bin" / "pulumi"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f'#!/bin/sh\necho started >> "{folder}/starts"\necho {version}\n')
    program.chmod(0o755)
    return program


def test_version_of_an_engine_is_asked_for_once(tmp_path: Path):
    engine(tmp_path, "v3.250.0")

    versions = [str(PulumiCli(tmp_path).version) for _ in range(3)]

    assert versions == ["3.250.0"] * 3
    assert (tmp_path / "starts").read_text().split() == ["started"]


def test_version_of_an_engine_that_has_changed_is_asked_for_again(tmp_path: Path):
    engine(tmp_path, "v3.250.0")
    PulumiCli(tmp_path)
    os.utime(engine(tmp_path, "v3.251.0"), (1, 1))

    assert str(PulumiCli(tmp_path).version) == "3.251.0"
