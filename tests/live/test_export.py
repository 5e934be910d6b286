"""What is exported is what is shared, in a form that can be run."""

from __future__ import annotations

import pytest
import yaml

from alicloud_image_share.stack_file import Place, StackValues, value_problems
from tests.support.stack_files import share

from .conftest import Command, StackWriter
from .world import REGIONS, image, put

WEB, SHOP = "1234567890123456", "1550809237710001"
HOSTILE = 'a"b\'c\n  key: {x}\r# \x1b[31m\u2028 ${y} "]), evil('


def exported(image_share: Command, *options: str):
    said = image_share("export", *options)
    assert said.status == 0, said.errors
    return yaml.safe_load(said.output)["config"]["image-shares:shares"]


def test_export_has_the_shared_images_only(cloud, image_share: Command):
    put(
        cloud,
        image(name="golden web", accounts=[WEB]),
        image(image_id="m-2"),
        image("ens", "m-3", accounts=[WEB]),
    )

    assert exported(image_share) == {
        "golden-web": {"service": "ecs", "image_id": "m-1", "region_id": REGIONS[0], "accounts": {WEB: ""}},
        "m-3": {"service": "ens", "image_id": "m-3", "accounts": {WEB: ""}},
    }


def test_export_gives_images_of_one_name_names_of_their_own(cloud, image_share: Command):
    same = {"name": "base", "accounts": [WEB]}
    put(
        cloud,
        image("ecs", "m-1", REGIONS[0], **same),
        image("ecs", "m-2", REGIONS[1], **same),
        image("ecs", "m-3", REGIONS[1], **same),
        image("ecs", "m-4", REGIONS[0], name="base-m-2", accounts=[WEB]),
        image("ecs", "m-5", REGIONS[0], name="…", accounts=[WEB]),
    )

    shares = exported(image_share, "--region", "all")

    assert {name: share["image_id"] for name, share in shares.items()} == {
        "base-cn-hangzhou": "m-1",
        "base-m-2": "m-4",
        "base-m-2-2": "m-2",
        "base-m-3": "m-3",
        "m-5": "m-5",
    }


def test_export_keeps_the_names_and_notes_of_the_given_stack(cloud, image_share: Command, stack: StackWriter):
    put(cloud, image(name="other", accounts=[WEB, SHOP]))
    mine = {"service": "ecs", "image_id": "m-1", "groups": ["web"], "accounts": {SHOP: HOSTILE}}
    stack({"golden": mine}, {"web": {WEB: "team web"}})

    shares = exported(image_share, "--stack", "dev")

    assert list(shares) == ["golden"]
    assert shares["golden"]["accounts"] == {WEB: "team web", SHOP: HOSTILE}


def test_stack_with_its_organization_and_project_is_that_of_its_file(
    cloud, image_share: Command, stack: StackWriter
):
    put(cloud, image(accounts=[WEB], name="base"))
    stack({"golden": share(accounts={WEB: "team web"})})

    export = image_share("export", "--stack", "acme/images/dev")
    audit = image_share("audit", "--stack", "acme/images/d*")

    assert "golden:" in export.output
    assert "team web" in export.output
    assert (audit.status, "OK 1 image is as its stack says" in audit.output) == (0, True)


def test_export_of_swas_keeps_the_share_to_ecs(cloud, image_share: Command):
    put(cloud, image("swas", "m-1", accounts=[WEB], in_share=True), image("swas", "m-2", in_share=True))

    shares = exported(image_share)

    assert shares["m-1"]["share_to_ecs"] is True
    assert shares["m-2"] == {
        "service": "swas",
        "image_id": "m-2",
        "region_id": REGIONS[0],
        "share_to_ecs": True,
    }


def test_export_of_an_image_open_to_everyone_says_so_in_a_comment(cloud, image_share: Command):
    put(cloud, image(accounts=[WEB], is_public=True), image(image_id="m-2", is_public=True))

    output = image_share("export").output

    assert "    # ecs:cn-hangzhou:m-1: everyone can use this image\n    m-1:\n" in output
    assert "# ecs:cn-hangzhou:m-2: everyone can use this image, and nobody is listed" in output
    assert list(yaml.safe_load(output)["config"]["image-shares:shares"]) == ["m-1"]


def test_export_has_no_problem_that_the_stack_program_would_find(cloud, image_share: Command):
    put(cloud, *(image(s, f"m-{s}", name=HOSTILE, accounts=[WEB]) for s in ("ecs", "eds", "ens", "swas")))

    shares = exported(image_share)

    place = Place("Pulumi.dev.yaml")
    assert list(value_problems(StackValues(place, place, {}, shares))) == []
    assert len(shares) == 4


def test_export_of_nothing_is_a_stack_that_shares_nothing(cloud, image_share: Command):
    assert exported(image_share) == {}
    assert "ListCustomImages" in {call["action"] for call in cloud.calls()}


def test_export_of_named_images_names_those_that_are_not_shared(cloud, image_share: Command):
    put(cloud, image(accounts=[WEB]), image(image_id="m-2"))

    said = image_share("export", "--image", "m-1", "--image", "m-2")

    assert said.status == 1
    assert said.errors == "error: m-2 is not among the shared images that were read\n"
    assert list(yaml.safe_load(said.output)["config"]["image-shares:shares"]) == ["m-1"]


def test_export_of_named_images_and_of_all_is_refused(image_share: Command):
    assert image_share("export", "--image", "m-1", "--all").status == 1


@pytest.mark.parametrize("name", ["golden", HOSTILE])
def test_export_as_a_program_declares_the_shares(
    cloud, image_share: Command, stack: StackWriter, name, monkeypatch: pytest.MonkeyPatch
):
    put(cloud, image(name=name, accounts=[WEB, SHOP]), image("swas", "m-2", in_share=True))
    stack({"mine": {"service": "ecs", "image_id": "m-1", "accounts": {SHOP: HOSTILE}}})

    said = image_share("export", "--stack", "dev", "--format", "python")

    declared = []
    monkeypatch.setattr(
        "alicloud_image_share.ImageShare", lambda *given, **fields: declared.append((given, fields))
    )
    exec(compile(said.output, "exported", "exec"), {})
    assert declared == [
        (
            ("mine",),
            {
                "service": "ecs",
                "image_id": "m-1",
                "region_id": REGIONS[0],
                "accounts": {WEB: "", SHOP: HOSTILE},
            },
        ),
        (
            ("m-2",),
            {
                "service": "swas",
                "image_id": "m-2",
                "region_id": REGIONS[0],
                "share_to_ecs": True,
                "accounts": {},
            },
        ),
    ]


def test_export_goes_into_a_file(cloud, image_share: Command, folder):
    put(cloud, image(accounts=[WEB]))

    said = image_share("export", "--output", str(folder / "out.yaml"))

    assert (said.status, said.output) == (0, "")
    assert "image-shares:preflight: preview" in (folder / "out.yaml").read_text()
