"""`image-share validate`: every mistake of stack files, without engine, network or environment."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest
import yaml

from alicloud_image_share.cloud.end_settings import TIME_VARIABLE
from alicloud_image_share.commands.main import main

WEB, SHOP = "1234567890123456", "1550809237710001"
GOOD = {"service": "ecs", "image_id": "m-1", "accounts": {WEB: "team web"}}


@pytest.fixture
def folder(tmp_path, capsys):
    """A project whose stack file holds no mistake."""
    assert main(["init", str(tmp_path / "images")]) == 0
    capsys.readouterr()
    write(tmp_path / "images", {"golden": GOOD})
    return tmp_path / "images"


def write(folder, shares, **settings):
    config = {"alicloud:region": "cn-hangzhou", "image-shares:shares": shares, **settings}
    (folder / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}))


@pytest.fixture
def validate(folder, capsys):
    def run(*arguments):
        status = main(["validate", *map(str, arguments or ("-C", folder))])
        return SimpleNamespace(status=status, **capsys.readouterr()._asdict())

    return run


def test_new_project_has_no_mistake(tmp_path, capsys):
    main(["init", str(tmp_path / "new")])
    capsys.readouterr()

    assert main(["validate", "-C", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out == "1 stack file checked: no mistakes\n"


@pytest.mark.parametrize(
    ("shares", "settings", "words"),
    [
        (
            {"golden": {**GOOD, "sevrice": "ecs"}},
            {},
            "shares.golden.sevrice: unknown key; did you mean service?",
        ),
        ({"golden": GOOD}, {"alicloud:regoin": "cn-hangzhou"}, "alicloud:regoin: unknown key; did you mean"),
        ({"golden": GOOD}, {"alicloud:region": "cn-hangzou"}, "Did you mean cn-hangzhou?"),
        ({"golden": GOOD}, {"alicloud:endpoints": {"esc": "ecs.example.com"}}, "'esc' is no endpoint"),
        ({"golden": GOOD}, {"image-shares:maxRemoved": "many"}, "image-shares:maxRemoved"),
        *(
            ({"golden": GOOD}, {f"image-shares:{key}": None}, f"image-shares:{key}: '' is n")
            for key in ("allowedAccounts", "neverLose", "maxUntil", "exclusiveAllowed", "accountsPerImage")
        ),
        ({"golden": {**GOOD, "groups": ["none"]}}, {}, "there is no group none"),
    ],
)
def test_mistake_is_named_with_its_place_and_is_an_error(shares, settings, words, folder, validate):
    write(folder, shares, **settings)
    said = validate()

    assert said.status == 1
    assert words in said.err
    (line,) = said.err.splitlines()
    assert line.startswith("Pulumi.dev.yaml, ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"\xff", "not UTF-8"),
        (b"config:\n  a:b: 1\n  a:b: 2\n", "line 3, column 3"),
        (b"- 1\n", "not a map of settings"),
        (b"config: [\n", "Pulumi.dev.yaml"),
        (b"confg: {}\n", "did you mean config?"),
    ],
)
def test_file_that_cannot_be_read_is_an_error_that_names_it(text, words, folder, validate):
    (folder / "Pulumi.dev.yaml").write_bytes(text)
    said = validate()

    assert said.status == 1
    assert words in said.err
    assert said.err.startswith("Pulumi.dev.yaml")


@pytest.mark.parametrize("other", [{}, {"alicloud:secretKey": {"secure": "v1:a:b"}}], ids=["none", "secret"])
def test_access_key_whose_secret_a_file_does_not_show_is_no_mistake(other, folder, validate):
    write(folder, {"golden": GOOD}, **{"alicloud:accessKey": "LTAI5tExample", **other})

    assert validate().status == 0


def test_account_that_a_rule_does_not_allow_has_the_status_of_a_broken_rule(folder, validate):
    write(folder, {"golden": GOOD}, **{"image-shares:deniedAccounts": [WEB]})
    said = validate()

    assert said.status == 3
    assert "Pulumi.dev.yaml, image-shares:shares.golden: " in said.err
    assert "image-shares:deniedAccounts" in said.err


def test_secret_shares_are_named_as_not_checked_and_are_no_success(folder, validate):
    write(folder, {"secure": "v1:abc"})
    said = validate()

    assert said.status == 1
    assert said.err == "not checked: Pulumi.dev.yaml, image-shares:shares: the value is secret\n"


@pytest.mark.parametrize("rule", ["allowedAccounts", "deniedAccounts", "exclusiveAllowed", "maxUntil"])
def test_secret_rule_on_lists_is_named_as_not_checked_and_is_no_success(rule, folder, validate):
    write(folder, {"golden": GOOD}, **{f"image-shares:{rule}": {"secure": "v1:abc"}})
    said = validate()

    assert said.status == 1
    assert said.err == f"not checked: Pulumi.dev.yaml, image-shares:{rule}: the value is secret\n"


def test_named_files_are_checked_alone_as_a_commit_hook_names_them(folder, validate):
    (folder / "Pulumi.bad.yaml").write_text("config: []\n")

    assert validate(folder / "Pulumi.dev.yaml").status == 0
    assert validate(folder / "Pulumi.bad.yaml").status == 1
    assert validate(folder / "Pulumi.yaml").status == 1


def test_file_of_another_kind_is_an_error(folder, validate):
    said = validate(folder / "requirements.txt")

    assert said.status == 1
    assert "is neither a stack file" in said.err


def test_validate_imports_neither_pulumi_nor_the_sdk(folder):
    code = (
        "import sys; from alicloud_image_share.commands.main import main;"
        "status = main(['validate', '-C', sys.argv[1]]);"
        "sys.exit(status or any(name in sys.modules for name in ('pulumi', 'alibabacloud_tea_openapi')))"
    )

    assert subprocess.run([sys.executable, "-c", code, folder], check=False, timeout=60).returncode == 0


ENDED = {"note": "partner", "until": "2027-03-31"}
TODAY = "2027-05-01T00:00:00Z"


def test_accounts_whose_access_has_ended_are_named_once_where_they_stand_and_are_no_mistake(
    folder, validate, monkeypatch
):
    monkeypatch.setenv(TIME_VARIABLE, TODAY)
    share = {**GOOD, "groups": ["partners"]}
    groups = {"partners": {SHOP: ENDED, "1550809237710002": {"until": "2027-05-01"}}}
    own = {**GOOD, "accounts": {WEB: ENDED}}
    shares = {"golden": share, "more": {**share, "image_id": "m-2"}, "own": {**own, "image_id": "m-3"}}
    write(folder, shares, **{"image-shares:groups": groups})

    said = validate()

    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines() == [
        f'Pulumi.dev.yaml, image-shares:groups.partners: the access of {SHOP} "partner [until 2027-03-31]"'
        " has ended; take it off the list, or set a later end",
        f'Pulumi.dev.yaml, image-shares:shares.own: the access of {WEB} "partner [until 2027-03-31]"'
        " has ended; take it off the list, or set a later end",
        "1 stack file checked: no mistakes",
    ]


def test_account_that_another_list_gives_a_later_end_has_not_ended(folder, validate, monkeypatch):
    monkeypatch.setenv(TIME_VARIABLE, TODAY)
    groups = {"partners": {WEB: ENDED}, "teams": {WEB: "team web"}}
    share = {"service": "ecs", "image_id": "m-1", "groups": ["partners", "teams"]}
    write(folder, {"golden": share}, **{"image-shares:groups": groups})

    assert validate().out == "1 stack file checked: no mistakes\n"


def test_accounts_of_a_folder_are_named_as_not_read_where_a_share_uses_them(folder, validate):
    groups = {"web": {"folder": "fd-1"}, "unused": {"folder": "fd-2"}}
    share = {**GOOD, "groups": ["web"]}
    shares = {"golden": share, "more": {**share, "image_id": "m-2"}}
    write(folder, shares, **{"image-shares:groups": groups})

    said = validate()

    assert said.status == 0
    assert said.err == (
        "not read: Pulumi.dev.yaml, image-shares:groups.web: only the resource directory knows the accounts"
        " of folder fd-1, and no call is made off line; `image-share preview` reads them\n"
    )
    assert said.out == "1 stack file checked: no mistakes in what was read\n"


@pytest.mark.parametrize(
    "rule", [{"deniedAccounts": [SHOP]}, {"allowedAccounts": [WEB]}, {"maxUntil": 99999}]
)
def test_folder_that_cannot_be_held_to_a_rule_is_named_as_not_checked_and_is_no_success(
    rule, folder, validate
):
    rules = {f"image-shares:{name}": value for name, value in rule.items()}
    share = {**GOOD, "accounts": {WEB: {"until": "2099-01-01"}}, "groups": ["web"]}
    write(folder, {"golden": share}, **{"image-shares:groups": {"web": {"folder": "fd-1"}}}, **rules)

    said = validate()

    assert said.status == 1
    assert (
        "not checked: Pulumi.dev.yaml, image-shares:groups: whether the rules of the stack allow" in said.err
    )
    assert "no mistakes" not in said.out


def test_accounts_beside_those_of_a_folder_are_held_to_the_rules(folder, validate):
    groups = {"web": {"folder": "fd-1"}}
    rules = {"image-shares:groups": groups, "image-shares:deniedAccounts": [WEB]}
    write(folder, {"golden": {**GOOD, "groups": ["web"]}}, **rules)

    said = validate()

    assert said.status == 1
    assert "image-shares:deniedAccounts" in said.err
    assert "not read: " in said.err


def test_accounts_of_a_rotation_are_held_to_the_rules_and_to_their_ends(folder, validate, monkeypatch):
    monkeypatch.setenv(TIME_VARIABLE, TODAY)
    share = {"service": "ecs", "family": "web", "keep": 1, "accounts": {WEB: "team web", SHOP: ENDED}}
    write(folder, {"golden": share}, **{"image-shares:deniedAccounts": [WEB]})

    said = validate()

    assert said.status == 3
    assert f"accounts: {WEB}" in said.err
    assert f"the access of {SHOP}" in said.out


ROTATION = {"service": "ecs", "family": "web", "keep": 1, "regions": ["cn-hangzou"], "accounts": {WEB: ""}}


@pytest.mark.parametrize("share", [{**GOOD, "region_id": "cn-hangzou"}, ROTATION], ids=["image", "rotation"])
def test_mistyped_region_of_a_share_is_named_with_the_one_that_was_meant(folder, validate, share):
    write(folder, {"golden": share})

    said = validate()

    assert said.status == 1
    assert (
        "Pulumi.dev.yaml, golden: region_id: 'cn-hangzou' is no region. Did you mean cn-hangzhou?" in said.err
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"alicloud:skipRegionValidation": "true"},
        {"alicloud:endpoints": {"ecs": "ecs.cn-hangzou.aliyuncs.com"}},
    ],
)
def test_region_that_a_run_takes_as_it_is_written_is_no_mistake(folder, validate, settings):
    write(folder, {"golden": {**GOOD, "region_id": "cn-hangzou"}}, **settings)

    assert validate().status == 0
