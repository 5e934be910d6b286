"""`image-share migrate`: what an export holds becomes shares and commands, and what stays is said."""

from __future__ import annotations

import ast
import io
import json
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from alicloud_image_share.stack_file import Place, StackValues, definitions, value_problems
from tests.migration.export import SECRET, Resource, export, permission, provider, urn
from tests.support.command_line import ImageShareCommand, Said

WEB, SHOP, PARTNER = "1234567890123456", "1550809237710001", "1550809237710009"
GOLDEN = (
    permission("golden-web", "m-golden", WEB),
    permission("golden-shop", "m-golden", SHOP),
    permission("base", "m-base", WEB),
)


@pytest.fixture
def migrate(image_share: ImageShareCommand, tmp_path: Path) -> Any:
    def run(document: dict[str, Any], *options: str) -> Said:
        file = tmp_path / "export.json"
        file.write_text(json.dumps(document))
        return image_share("migrate", file, *options)

    return run


def found(said: Said) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(said.output)
    return document


def test_accounts_of_one_image_become_one_share(migrate):
    said = migrate(export(*GOLDEN), "--format", "json")
    golden, base = found(said)["shares"]

    assert (said.status, said.errors) == (0, "")
    assert golden == {
        "name": "golden",
        "service": "ecs",
        "image_id": "m-golden",
        "region_id": "cn-hangzhou",
        "accounts": {WEB: "golden-web", SHOP: "golden-shop"},
    }
    assert (base["name"], base["accounts"]) == ("base", {WEB: "base"})


def test_export_is_found_among_other_lines(migrate, image_share, tmp_path):
    file = tmp_path / "printed.txt"
    file.write_text(f"+ pulumi stack export\n{json.dumps(export(*GOLDEN), indent=4)}\nDone.\n")

    assert image_share("migrate", file).output == migrate(export(*GOLDEN)).output


def test_yaml_is_a_stack_file_without_problems(migrate):
    said = migrate(export(*GOLDEN))
    config = yaml.safe_load(said.output)["config"]
    values = StackValues(Place(""), Place(""), {}, config["image-shares:shares"])

    assert config["image-shares:preflight"] == "preview"
    assert list(value_problems(values)) == []
    assert [(share.name, share.notes) for share in definitions(values)] == [
        ("golden", {WEB: "golden-web", SHOP: "golden-shop"}),
        ("base", {WEB: "base"}),
    ]


def test_python_is_a_program(migrate):
    said = migrate(export(*GOLDEN), "--format", "python")
    calls = [node.value for node in ast.parse(said.output).body if isinstance(node, ast.Expr)]

    assert [ast.literal_eval(call.args[0]) for call in calls] == ["golden", "base"]


@pytest.mark.parametrize("form", ["yaml", "python"])
def test_fragment_holds_the_commands_between_adopting_and_leaving_the_program(migrate, form: str):
    said = migrate(export(*GOLDEN), "--format", form).output
    commands = migrate(export(*GOLDEN), "--format", "commands").output.splitlines()
    at = [said.index(text) for text in ("# 2. Adopt", *commands, "# 4. Take the old")]

    assert len(commands) == len(GOLDEN)
    assert at == sorted(at)


def test_commands_name_each_old_resource_and_those_that_depend_first(migrate):
    first, second = GOLDEN[0], {**GOLDEN[1], "dependencies": [GOLDEN[0]["urn"]]}
    said = migrate(export(first, second), "--format", "commands")

    assert [shlex.split(line) for line in said.output.splitlines()] == [
        ["pulumi", "state", "delete", "--stack", "old", "--yes", one["urn"]] for one in (second, first)
    ]


def test_name_that_a_shell_would_read_is_quoted(migrate):
    odd = permission("it's $(odd)", "m-1", WEB)

    assert shlex.split(migrate(export(odd), "--format", "commands").output)[-1] == odd["urn"]


def test_protected_resource_is_forced_out_of_state_and_named(migrate):
    document = found(migrate(export({**GOLDEN[2], "protect": True}), "--format", "json"))

    assert "--force" in document["commands"][0]
    assert document["notes"] == [
        "base is protected: --force is there for that, and nothing is deleted in the cloud"
    ]


def test_resource_that_depends_on_an_old_one_is_named(migrate):
    needs = {
        "urn": urn("alicloud:ecs/instance:Instance", "server"),
        "custom": True,
        "id": "i-1",
        "type": "alicloud:ecs/instance:Instance",
        "propertyDependencies": {"imageId": [GOLDEN[2]["urn"]]},
    }
    (note,) = found(migrate(export(GOLDEN[2], needs), "--format", "json"))["notes"]

    assert note.startswith("server depends on base: take that out of the program and run pulumi up")


def test_provider_of_its_own_gives_the_region_and_is_named(migrate):
    beijing = provider("beijing", 2, region="cn-beijing")
    old = permission("base", "m-base", WEB, of=beijing)
    document = found(migrate(export(old, providers=(beijing,)), "--format", "json"))

    assert document["shares"][0]["region_id"] == "cn-beijing"
    assert "base has the provider beijing" in document["notes"][0]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("web-1", "web-2"), "web"),
        ((f"web-{WEB}", f"web-{SHOP}"), "web"),
        ((f"web{WEB}", f"web{SHOP}"), "web"),
        ((f"golden-{SHOP}", f"golden-{PARTNER}"), "golden"),
        ((f"share:{WEB}", f"share:{SHOP}"), "share"),
        (("golden-web-1", "golden-web-10"), "golden-web"),
        (("teamalpha", "teamalpine"), "m-1"),
        (("sharePartner", "shareProduct"), "share"),
        ((WEB, SHOP), "m-1"),
        (("web", "web-2"), "web"),
        (("café-1", "café-2"), "café"),
        (("镜像-1", "镜像-2"), "镜像"),
        (("web[0]", "web[1]"), "web"),
        (("web v1", "web v2"), "web"),
        (("golden-v1", "golden-v10"), "golden"),
        (("alice-golden", "bob-golden"), "golden"),
        ((f"{WEB}-golden", f"{SHOP}-golden"), "golden"),
        (("1-golden", "2-golden"), "golden"),
    ],
)
def test_share_is_named_by_the_words_that_its_resources_have_in_common(migrate, names, expected):
    old = [permission(name, "m-1", account) for name, account in zip(names, (WEB, SHOP), strict=True)]

    (share,) = found(migrate(export(*old), "--format", "json"))["shares"]

    assert share["name"] == expected


def test_share_of_one_account_is_named_without_the_account(migrate):
    (share,) = found(migrate(export(permission(f"web-{WEB}", "m-1", WEB)), "--format", "json"))["shares"]

    assert share["name"] == "web"


def test_same_image_id_in_two_regions_is_two_shares(migrate):
    beijing = provider("beijing", 2, region="cn-beijing")
    old = [permission("web-1", "m-1", WEB), permission("web-2", "m-1", WEB, of=beijing)]
    document = found(
        migrate(export(*old, providers=(beijing,)), "--format", "json", "--region", "cn-hangzhou")
    )

    assert [(one["name"], one["region_id"]) for one in document["shares"]] == [
        ("web-1", "cn-hangzhou"),
        ("web-2", "cn-beijing"),
    ]


def test_two_images_whose_resources_begin_alike_get_names_of_their_own(migrate):
    old = [
        permission(f"web-{n}", f"m-{n % 2}", account) for n, account in enumerate((WEB, SHOP, PARTNER, SHOP))
    ]
    names = [one["name"] for one in found(migrate(export(*old), "--format", "json"))["shares"]]

    assert names == ["web", "m-1-cn-hangzhou"]


def test_region_is_asked_for_where_the_provider_names_none(migrate):
    plain = provider()
    old = permission("base", "m-base", WEB, of=plain)
    without = migrate(export(old, providers=(plain,)))
    given = migrate(export(old, providers=(plain,)), "--region", "cn-beijing", "--format", "json")

    assert (without.status, without.output) == (1, "")
    assert without.errors == "not moved: base: its provider names no region: give --region\n"
    assert found(given)["shares"][0]["region_id"] == "cn-beijing"


@pytest.mark.parametrize(
    ("old", "why"),
    [
        ({**GOLDEN[2], "delete": True}, "base is still to be deleted: run pulumi up"),
        (permission("base", "m-base", {**SECRET, "ciphertext": "v1:x"}), "base has a secret id: export with"),
        (
            permission("base", "m-base", "someone"),
            "base is shared with 'someone', which is not an account id",
        ),
    ],
)
def test_resource_that_cannot_be_moved_is_named_and_the_others_are_moved(migrate, old: Resource, why: str):
    said = migrate(export(GOLDEN[0], old), "--format", "json")

    assert said.status == 1
    assert said.errors.startswith(f"not moved: {why}")
    assert [one["name"] for one in found(said)["shares"]] == ["golden-web"]
    assert len(found(said)["commands"]) == 1


def test_secret_that_was_exported_in_clear_is_read(migrate):
    old = permission("base", "m-base", {**SECRET, "plaintext": json.dumps(WEB)})

    assert found(migrate(export(old), "--format", "json"))["shares"][0]["accounts"] == {WEB: "base"}


def test_resource_that_is_only_read_stays(migrate):
    said = migrate(export({**GOLDEN[2], "external": True}))

    assert (said.status, said.output) == (0, "")
    assert said.errors == "this stack has no alicloud:ecs:ImageSharePermission\n"


def test_export_is_read_from_the_input(image_share: ImageShareCommand, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(export(*GOLDEN))))

    assert len(image_share("migrate", "-", "--format", "commands").output.splitlines()) == len(GOLDEN)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"deployment": []}', '{"deployment": {"resources": [1]}}'])
def test_text_that_is_no_export_is_refused(image_share: ImageShareCommand, tmp_path: Path, text: str):
    (tmp_path / "x").write_text(text)
    said = image_share("migrate", tmp_path / "x")

    assert said.status == 1
    assert said.errors == "error: This is not what `pulumi stack export` prints.\n"
