"""The text that tells a provider what its run may do."""

import json
import stat
from pathlib import Path

import pytest

from alicloud_image_share.engine.agreed_run import agreed_variables
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.lifecycle.approval import allowance_of
from alicloud_image_share.sharing.allowance import (
    HIDDEN,
    KEY_VARIABLE,
    VARIABLE,
    Allowance,
    ImageAllowance,
    has_approval_key,
    read_allowance,
)

WEB = "1234567890123456"
ALLOWED = Allowance(
    (("ecs:cn-hangzhou:m-1", ImageAllowance(frozenset({WEB}), digests=frozenset({"ab"}))),),
    (("alicloud:region", "cn-hangzhou"), ("alicloud:secretKey", HIDDEN)),
)


def test_file_of_an_allowance_is_for_its_owner_alone_and_goes_with_the_run():
    with agreed_variables(ALLOWED) as variables:
        path = Path(variables[VARIABLE])
        modes = [stat.S_IMODE(found.stat().st_mode) for found in (path, path.parent)]
        kept = read_allowance(path.read_text())

    assert modes == [0o600, 0o700]
    assert kept == ALLOWED
    assert not path.parent.exists()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", json.dumps({"images": [], "configuration": None}), "[" * 9000]
)
def test_text_that_is_no_allowance_is_refused(text):
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        read_allowance(text)


@pytest.mark.parametrize("key", ["fifteen letters", " short and wide ", "a\n" + "\n" * 20])
def test_key_below_16_characters_is_refused_without_being_quoted(key):
    with pytest.raises(ConfigurationError) as refusal:
        has_approval_key({KEY_VARIABLE: key})

    assert str(refusal.value) == (
        "IMAGE_SHARES_APPROVAL_KEY has fewer than 16 characters: set a long random text, the same"
        " for the review and for up."
    )


@pytest.mark.parametrize(("key", "known"), [("sixteen letters!", True), ("", False), (None, False)])
def test_key_of_16_characters_is_taken_and_none_is_none(key, known):
    assert has_approval_key({} if key is None else {KEY_VARIABLE: key}) is known


@pytest.fixture
def held(tmp_path):
    """The environment of a run that is limited."""
    file = tmp_path / "allowance.json"
    file.write_text(ALLOWED.to_text())
    return {VARIABLE: str(file)}


def test_run_that_nobody_limits_may_do_everything():
    assert allowance_of({}, {"alicloud:region": "cn-shanghai"}) is None


def test_configuration_that_was_compared_is_no_problem_and_a_secret_is_not_compared(held):
    present = {"alicloud:region": "cn-hangzhou", "alicloud:secretKey": "CANARY", "other:key": "1"}

    assert allowance_of(held, present) == ALLOWED


@pytest.mark.parametrize(
    ("present", "key"),
    [
        ({"alicloud:region": "cn-shanghai"}, "alicloud:region"),
        ({}, "alicloud:region"),
        ({"alicloud:region": "cn-hangzhou", "alicloud:endpoints": "[]"}, "alicloud:endpoints"),
        ({"alicloud:region": "cn-hangzhou", "image-shares:allowRemoval": "[]"}, "image-shares:allowRemoval"),
    ],
)
def test_configuration_that_changed_since_allows_nothing_and_names_the_key(held, present, key):
    found = allowance_of(held, present)

    assert found.images == ()
    assert found.problem.startswith(f"{key}: the configuration has changed since it was compared")


@pytest.mark.parametrize("content", [None, "", "{}", "\udc80"])
def test_allowance_that_cannot_be_read_allows_nothing(tmp_path, content):
    file = tmp_path / "allowance.json"
    if content is not None:
        file.write_bytes(content.encode("utf-8", "surrogatepass"))
    found = allowance_of({VARIABLE: str(file)}, {})

    assert found.images == ()
    assert "cannot be read" in found.problem
