"""The JSON Schema of stack files and the checks are given the same good and bad files."""

from __future__ import annotations

import json

import pytest

from alicloud_image_share.commands.main import main
from alicloud_image_share.stack_file import (
    KEYS,
    Place,
    StackValues,
    key_problems,
    stack_file_schema,
    value_problems,
)
from alicloud_image_share.stack_file.fields import FIELDS

WEB = "1234567890123456"
GOOD = {"service": "ecs", "image_id": "m-1", "accounts": [WEB]}
GROUPS = {"web": {WEB: "team web"}}

RIGHT = {
    "list": {"golden": GOOD},
    "map": {"golden": {**GOOD, "accounts": {WEB: "team web", "1550809237710001": None}}},
    "number": {"golden": {**GOOD, "accounts": [int(WEB)]}},
    "groups": {"golden": {"service": "eds", "image_id": "m-1", "groups": ["web"]}},
    "exclusive": {"golden": {"service": "ecs", "image_id": "m-1", "exclusive": True}},
    "images": {"base": {"service": "ecs", "images": {"cn-hangzhou": "m-1"}, "accounts": [WEB]}},
    "rotation": {"web": {"service": "ecs", "family": "f", "keep": 2, "regions": ["cn-a"], "accounts": [WEB]}},
    "swas": {"s": {"service": "swas", "image_id": "m-1", "share_to_ecs": None, "accounts": [WEB]}},
    "timeout": {"golden": {**GOOD, "timeout": 1.5, "role_arn": f"acs:ram::{WEB}:role/r"}},
    "nothing": {},
}
WRONG = {
    "field": {"golden": {**GOOD, "regoin_id": "cn-hangzhou"}},
    "service": {"golden": {**GOOD, "service": "rds"}},
    "no service": {"golden": {"image_id": "m-1", "accounts": [WEB]}},
    "no image": {"golden": {"service": "ecs", "accounts": [WEB]}},
    "image": {"golden": {**GOOD, "image_id": 5}},
    "blank": {"golden": {**GOOD, "image_id": " "}},
    "id": {"golden": {**GOOD, "accounts": ["0123"]}},
    "user": {"golden": {**GOOD, "accounts": {"user@1": ""}}},
    "note": {"golden": {**GOOD, "accounts": {WEB: 7}}},
    "text": {"golden": {**GOOD, "accounts": WEB}},
    "flag": {"golden": {**GOOD, "exclusive": "yes"}},
    "no groups": {"golden": {**GOOD, "groups": []}},
    "group twice": {"golden": {**GOOD, "groups": ["web", "web"]}},
    "keep": {"golden": {"service": "ecs", "family": "f", "keep": 0, "accounts": [WEB]}},
    "timeout": {"golden": {**GOOD, "timeout": 0}},
    "short timeout": {"golden": {**GOOD, "timeout": 0.5}},
    "long timeout": {"golden": {**GOOD, "timeout": 86_401}},
    "image with a blank": {"golden": {**GOOD, "image_id": "m 1"}},
    "region": {"golden": {**GOOD, "region_id": "Hangzhou"}},
    "image of a region": {"base": {"service": "ecs", "images": {"cn-hangzhou": "m 1"}, "accounts": [WEB]}},
    "region of images": {"base": {"service": "ecs", "images": {"Hangzhou": "m-1"}, "accounts": [WEB]}},
    "list": [GOOD],
    "share": {"golden": "m-1"},
}


@pytest.fixture(scope="module")
def validator():
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft7Validator.check_schema(stack_file_schema())
    return jsonschema.Draft7Validator(stack_file_schema())


def document(shares, **settings):
    return {"config": {"image-shares:groups": GROUPS, "image-shares:shares": shares, **settings}}


def checked(shares):
    return list(value_problems(StackValues(Place("f"), Place("f"), GROUPS, shares)))


@pytest.mark.parametrize("name", RIGHT)
def test_right_file_is_taken_by_checks_and_schema(name, validator):
    assert checked(RIGHT[name]) == []
    assert [error.message for error in validator.iter_errors(document(RIGHT[name]))] == []


@pytest.mark.parametrize("name", WRONG)
def test_wrong_file_is_refused_by_checks_and_schema(name, validator):
    assert checked(WRONG[name]) != []
    assert not validator.is_valid(document(WRONG[name]))


@pytest.mark.parametrize("key", ["image-shares:share", "alicloud:regoin"])
def test_unknown_key_is_refused_by_checks_and_schema(key, validator):
    assert list(key_problems([key], "f", "web")) != []
    assert not validator.is_valid(document({}, **{key: "x"}))


def test_secret_and_foreign_values_are_taken(validator):
    settings = {"alicloud:secretKey": {"secure": "v1:x"}, "other:key": [1], "alicloud:region": "cn-hangzhou"}
    secret = {**document({"secure": "v1:x"}, **settings), "encryptionsalt": "v1:y"}

    assert validator.is_valid(secret)
    assert validator.is_valid(None)


def test_schema_describes_every_key_and_every_field():
    keys = stack_file_schema()["properties"]["config"]["properties"]
    shares = keys["image-shares:shares"]["anyOf"][0]["additionalProperties"]["properties"]

    assert set(keys) == {f"image-shares:{name}" for name in KEYS}
    assert set(shares) == set(FIELDS)
    assert all(value["description"] for value in (*keys.values(), *shares.values()))


def test_schema_is_printed_as_json_and_written_where_it_is_wanted(capsys, tmp_path):
    assert main(["schema"]) == 0
    printed = capsys.readouterr().out
    assert main(["schema", "--output", str(tmp_path / "schema.json")]) == 0

    assert json.loads(printed) == json.loads((tmp_path / "schema.json").read_text())
