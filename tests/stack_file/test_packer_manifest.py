"""Images that a stack file takes from the manifest of Packer, as its post-processor `manifest` writes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alicloud_image_share.stack_file import Place, StackValues, definitions, value_problems
from alicloud_image_share.stack_file.project_text import LARGEST
from alicloud_image_share.stack_file.referenced_files import with_referenced_files

EXAMPLE = Path(__file__).parents[2] / "examples/packer"
WEB = "1234567890123456"
HERE = "Pulumi.prod.yaml, image-shares:shares.golden"
LAST, EARLIER = "3d1c6a4e-9a8d-5e3b-0a52-1c3d5e7f9a10", "0c7f2d4e-1b6a-4f7d-93e5-5f2b7c1d9e00"


def build(artifact, name="golden", run=LAST):
    """Give a build as Packer writes it."""
    about = {"builder_type": "alicloud-ecs", "build_time": 1796000000, "files": None, "custom_data": None}
    return {"name": name, **about, "artifact_id": artifact, "packer_run_uuid": run}


def values(folder, **fields):
    share = {"service": "ecs", "accounts": {WEB: "web"}, **fields}
    place = Place("Pulumi.prod.yaml", "image-shares:shares")
    return with_referenced_files(StackValues(place, place, {}, {"golden": share}), folder)


def shares(folder, *builds, **fields):
    (folder / "manifest.json").write_text(json.dumps({"builds": builds, "last_run_uuid": LAST}))
    read = values(folder, **fields)
    assert list(value_problems(read)) == []
    return {share.name: (share.region_id, share.image_id) for share in definitions(read)}


def problems(folder, **fields):
    return [str(problem) for problem in value_problems(values(folder, **fields))]


def test_image_is_the_one_of_the_last_run(tmp_path):
    builds = [build("cn-hangzhou:m-old", run=EARLIER), build("cn-hangzhou:m-new")]

    result = shares(tmp_path, *builds, image_id={"packer": "manifest.json"})

    assert result == {"golden": ("cn-hangzhou", "m-new")}


def test_images_are_a_share_for_each_region_of_the_artifact(tmp_path):
    copied = build("cn-hangzhou:m-bp1,cn-shanghai:m-uf6")

    result = shares(tmp_path, copied, images={"packer": "manifest.json"})

    assert result == {
        "golden-cn-hangzhou": ("cn-hangzhou", "m-bp1"),
        "golden-cn-shanghai": ("cn-shanghai", "m-uf6"),
    }


def test_region_id_chooses_among_the_regions_of_the_artifact(tmp_path):
    copied = build("cn-hangzhou:m-bp1,cn-shanghai:m-uf6")

    result = shares(tmp_path, copied, image_id={"packer": "manifest.json"}, region_id="cn-shanghai")

    assert result == {"golden": ("cn-shanghai", "m-uf6")}


def test_build_chooses_among_the_builds_of_the_run(tmp_path):
    builds = [build("cn-hangzhou:m-web", "web"), build("cn-hangzhou:m-data", "data")]

    result = shares(tmp_path, *builds, image_id={"packer": "manifest.json", "build": "data"})

    assert result == {"golden": ("cn-hangzhou", "m-data")}


def test_builds_for_other_clouds_and_a_build_written_twice_do_not_matter(tmp_path):
    others = [build("us-east-1:ami-0123456789abcdef0", "aws"), build("sha256:0123", "docker"), build("")]
    golden = build("cn-hangzhou:m-new")

    result = shares(tmp_path, *others, golden, golden, image_id={"packer": "manifest.json"})

    assert result == {"golden": ("cn-hangzhou", "m-new")}


@pytest.mark.parametrize(
    ("builds", "fields", "expected"),
    [
        ([], {}, "manifest.json: the last run has built no ECS image"),
        ([build("cn-hangzhou:m-1", run=EARLIER)], {}, "manifest.json: the last run has built no ECS image"),
        (
            [build("cn-hangzhou:m-1", "web"), build("cn-hangzhou:m-2", "data")],
            {},
            "manifest.json: the last run has 2 artifacts (data, web); name one with `build`",
        ),
        (
            [
                build("cn-hangzhou:m-1", "web"),
                build("cn-hangzhou:m-2", "web"),
                build("cn-hangzhou:m-3", "data"),
            ],
            {"image_id": {"packer": "manifest.json", "build": "web"}},
            "manifest.json: the last run has 2 artifacts (data, web); give each build a name",
        ),
        (
            [build("cn-hangzhou:m-1", "web"), build("cn-shanghai:m-2", "web")],
            {},
            "manifest.json: the last run has 2 artifacts (web); give each build a name",
        ),
        (
            [build("cn-hangzhou:m-1,cn-shanghai:m-2,cn-hangzhou:m-3")],
            {"region_id": "cn-hangzhou"},
            "manifest.json: the build has several images of a region, cn-hangzhou:m-1,cn-shanghai:m-2",
        ),
        (
            [build("cn-hangzhou:m-1", "web")],
            {"image_id": {"packer": "manifest.json", "build": "wbe"}},
            "manifest.json: the last run has no build 'wbe'; did you mean web?",
        ),
        (
            [build("cn-hangzhou:m-1,cn-shanghai:m-2")],
            {},
            f"{HERE}.image_id: the build has images in cn-hangzhou, cn-shanghai; write images in place of"
            " image_id, or region_id beside it",
        ),
        (
            [build("cn-hangzhou:m-1")],
            {"region_id": "cn-shanghai"},
            f"{HERE}.image_id: the build has images in cn-hangzhou; correct region_id",
        ),
        (
            [build("cn-hangzhou:m-1")],
            {"service": "eds"},
            f"{HERE}.image_id: Packer builds images of ecs only; name the image by its id",
        ),
        (
            [build("cn-hangzhou:m-1")],
            {"image_id": {"packer": "manifest.json", "bild": "web"}},
            f"{HERE}.image_id.bild: unknown key; a manifest has packer and build",
        ),
    ],
)
def test_manifest_without_the_one_image_that_is_meant_is_a_problem(tmp_path, builds, fields, expected):
    (tmp_path / "manifest.json").write_text(json.dumps({"builds": builds, "last_run_uuid": LAST}))

    (problem,) = problems(tmp_path, **{"image_id": {"packer": "manifest.json"}, **fields})

    assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "manifest.json: not JSON: "),
        ('{"builds": [], "builds": []}', "manifest.json: not JSON: "),
        ("[]", "manifest.json: not a manifest of Packer"),
        ('"text"', "manifest.json: not a manifest of Packer"),
        ('{"builds": null, "last_run_uuid": "a"}', "manifest.json: not a manifest of Packer"),
        ('{"builds": [7], "last_run_uuid": "a"}', "manifest.json: not a manifest of Packer"),
        ('{"builds": [], "last_run_uuid": ""}', "manifest.json: not a manifest of Packer"),
        (
            '{"builds": [{"name": "a", "packer_run_uuid": "a", "artifact_id": 7}], "last_run_uuid": "a"}',
            "manifest.json: not a manifest of Packer",
        ),
        (" " * (LARGEST + 1), f"{HERE}.images.packer: 'manifest.json' has more than 1,000,000 bytes"),
    ],
)
def test_file_that_is_no_manifest_is_a_problem_of_one_line(tmp_path, text, expected):
    (tmp_path / "manifest.json").write_text(text)

    (problem,) = problems(tmp_path, images={"packer": "manifest.json"})

    assert problem.startswith(expected)


@pytest.mark.parametrize("name", ["missing.json", "m-bp1", "../manifest.json", "/etc/hosts", 7, None, {}])
def test_manifest_that_cannot_be_read_is_named_with_its_place(tmp_path, name):
    (tmp_path / "project").mkdir()
    (tmp_path / "manifest.json").write_text('{"of": "somebody else"}')

    (problem,) = problems(tmp_path / "project", image_id={"packer": name})

    assert problem.startswith(f"{HERE}.image_id.packer: ")
    assert "somebody else" not in problem
