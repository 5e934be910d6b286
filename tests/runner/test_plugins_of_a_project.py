"""A project names no program that the engine would start in place of the provider."""

from __future__ import annotations

import json

import pytest

from alicloud_image_share.engine.environment import refuse_plugins
from alicloud_image_share.stack_file.project import ProjectError, find_project
from tests.support.cloud_state import put_images
from tests.support.stack_files import golden

SETTINGS = {
    "plugins": {"providers": [{"name": "pulumi-python", "path": "./other"}]},
    "packages": {"pulumi-python": "./other"},
}


@pytest.mark.engine
@pytest.mark.usefixtures("engine_environment", "owner")
@pytest.mark.parametrize("key", SETTINGS)
@pytest.mark.parametrize("command", ["preview", "review", "up"])
def test_program_that_a_project_names_as_a_plugin_is_not_started(key, command, cloud, project, tmp_path):
    put_images(cloud, "m-1")
    project.write(golden({"1550809237710001": ""}))
    mark = tmp_path / "started"
    program = project.folder / "other" / "pulumi-resource-pulumi-python"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    file = project.folder / "Pulumi.yaml"
    file.write_text(f"{file.read_text()}\n{key}: {json.dumps(SETTINGS[key])}\n")

    run = project.run(command, *(["--yes"] if command == "up" else []))

    assert (run.status, mark.exists()) == (1, False)
    assert f"Pulumi.yaml: {key}: the engine could start a program from there" in run.errors


@pytest.mark.parametrize("key", ["plugins", "packages", "Plugins"])
def test_key_for_plugins_is_refused_whatever_it_names(key, tmp_path):
    (tmp_path / "Pulumi.json").write_text(json.dumps({"name": "images", "runtime": "python", key: {}}))

    with pytest.raises(ProjectError, match=f"{key}: the engine could start"):
        refuse_plugins(find_project(tmp_path))
