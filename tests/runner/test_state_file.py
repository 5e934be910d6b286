"""State is read from its file where the engine would export the same, and left to the engine elsewhere."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.engine.exported_state import deployment_of
from alicloud_image_share.engine.pulumi_cli import PulumiCli
from alicloud_image_share.engine.stack_list import list_stacks
from alicloud_image_share.engine.state_file import deployment_in_file, stacks_in_folder
from alicloud_image_share.review.engine_step import SPECIAL
from alicloud_image_share.stack_file.project import find_project
from tests.support.cloud_state import put_images
from tests.support.stack_files import golden
from tests.support.stacks import make_stack

RECORDED = Path(__file__).parents[1] / "state/next.json"
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A folder where the engine keeps the state of one stack, with a share in it."""
    make_stack(tmp_path / "state", "images", "dev")
    document = json.loads(file_of(tmp_path / "state").read_text())
    document["checkpoint"]["latest"] = json.loads(RECORDED.read_text())
    file_of(tmp_path / "state").write_text(json.dumps(document))
    return tmp_path / "state"


def file_of(state: Path, end: str = "") -> Path:
    return state / f".pulumi/stacks/images/dev.json{end}"


def read(state: Path) -> Any:
    return deployment_in_file(state.as_uri(), "images", "dev")


def objects(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give one object of each kind that the engine reads into fields."""
    deployment = document["checkpoint"]["latest"]
    yield from (document, document["checkpoint"], deployment)
    operation = {"type": "updating", "resource": dict(deployment["resources"][-1])}
    deployment["pending_operations"] = [operation]
    yield from (deployment["resources"][-1], operation, operation["resource"])


def test_state_in_its_file_is_read(state: Path):
    expected = json.loads(file_of(state).read_text())["checkpoint"]["latest"]

    assert read(state) == expected
    assert expected["resources"]


def test_state_of_a_stack_that_was_only_made_is_empty(tmp_path: Path):
    make_stack(tmp_path, "images", "dev")

    assert not read(tmp_path).get("resources")


@pytest.mark.engine
@pytest.mark.usefixtures("owner")
def test_state_in_its_file_is_what_the_engine_exports(cloud, engine_environment: dict[str, str], project):
    put_images(cloud, "m-1")
    project.write(golden({"1550809237710001": "team shop"}))
    assert project.run("up", "--yes").status == 0
    url = engine_environment["PULUMI_BACKEND_URL"]

    make_stack(Path(url.removeprefix("file://")), "images", "prod")
    cli = PulumiCli()
    exported = cli.run(["stack", "export", "--stack", "dev"], str(project.folder), {}).stdout
    listed = list_stacks(find_project(project.folder), cli, {})

    assert deployment_in_file(url, "images", "dev") == deployment_of(exported)
    assert stacks_in_folder(url, "images") == sorted(stack.name for stack in listed) == ["dev", "prod"]


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("name", ["Type", "INPUTS", "re\u017fource", "somethingNew"])
def test_name_that_is_not_known_leaves_the_state_to_the_engine(state: Path, number: int, name: str):
    document = json.loads(file_of(state).read_text())
    list(objects(document))[number][name] = {}

    file_of(state).write_text(json.dumps(document))

    assert read(state) is None


def test_operation_that_has_not_ended_is_read(state: Path):
    document = json.loads(file_of(state).read_text())
    *_, operation, _ = objects(document)

    file_of(state).write_text(json.dumps(document))

    assert read(state)["pending_operations"] == [operation]


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(version=4),
        lambda document: document.update(version="3"),
        lambda document: document.update(checkpoint=[]),
        lambda document: document["checkpoint"].update(latest=[1]),
        lambda document: document["checkpoint"]["latest"].update(resources="none"),
        lambda document: document["checkpoint"]["latest"]["resources"][-1].update(inputs=5),
        lambda document: document["checkpoint"]["latest"]["resources"][-1].pop("type"),
        lambda document: document["checkpoint"]["latest"]["resources"][-1]["outputs"].update(
            accounts={SPECIAL: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:"}
        ),
    ],
)
def test_state_in_another_form_or_with_secrets_is_left_to_the_engine(state: Path, change: Change):
    document = json.loads(file_of(state).read_text())
    change(document)

    file_of(state).write_text(json.dumps(document))

    assert read(state) is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff{}", b'{"version": 3, "version": 3, "checkpoint": {}}', b"[3]", b"null"]
)
def test_file_that_is_no_state_is_left_to_the_engine(state: Path, content: bytes):
    file_of(state).write_bytes(content)

    assert read(state) is None


@pytest.mark.parametrize("name", ["meta.yaml", "stacks/images/dev.json"])
def test_pipe_in_place_of_a_file_is_left_to_the_engine(state: Path, name: str):
    (state / ".pulumi" / name).unlink()
    os.mkfifo(state / ".pulumi" / name)

    assert read(state) is None


def test_file_that_is_too_large_is_left_to_the_engine(state: Path):
    os.truncate(file_of(state), 2**28 + 1)

    assert read(state) is None


@pytest.mark.parametrize("end", [".gz", ".zst"])
def test_state_that_is_there_compressed_too_is_left_to_the_engine(state: Path, end: str):
    file_of(state, end).write_bytes(b"")

    assert read(state) is None
    assert stacks_in_folder(state.as_uri(), "images") is None


def test_copy_of_a_state_is_no_stack(state: Path):
    for end in (".bak", ".attrs"):
        file_of(state, end).write_bytes(b"")

    assert stacks_in_folder(state.as_uri(), "images") == ["dev"]


@pytest.mark.parametrize("layout", [None, "version: 0\n", "version: 2\n", "version: 1\nother: 1\n"])
def test_another_layout_is_left_to_the_engine(state: Path, layout: str | None):
    (state / ".pulumi/meta.yaml").unlink()
    if layout:
        (state / ".pulumi/meta.yaml").write_text(layout)

    assert read(state) is None


@pytest.mark.parametrize(
    "backend",
    [None, "", "https://api.pulumi.com", "s3://bucket", "file://~", "file://.", "{}?no_tmp_dir=false"],
)
def test_backend_that_is_no_folder_by_its_whole_path_is_left_to_the_engine(state: Path, backend: str | None):
    assert deployment_in_file(backend and backend.format(state.as_uri()), "images", "dev") is None


@pytest.mark.parametrize("names", [("images", "acme/images/dev"), ("images", "prod"), ("../images", "dev")])
def test_stack_without_a_file_of_its_name_is_left_to_the_engine(state: Path, names: tuple[str, str]):
    assert deployment_in_file(state.as_uri(), *names) is None
