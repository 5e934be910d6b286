"""Whatever a file or a server gives in place of credentials, it is refused in a sentence."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.credentials import AccessKey
from alicloud_image_share.cloud.profiles import Profile, ProfileError
from alicloud_image_share.cloud.session import Sessions
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.errors import ConfigurationError

NAMES = (
    *("mode", "access_key_id", "access_key_secret", "sts_token", "sts_expiration", "expired_seconds"),
    *("ram_role_name", "ram_role_arn", "source_profile", "name"),
)
MODES = st.sampled_from(["AK", "StsToken", "OAuth", "RsaKeyPair", "ChainableRamRoleArn", "p"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | MODES,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(NAMES), inner),
    max_leaves=4,
)
PROFILE = st.dictionaries(st.sampled_from(NAMES), MODES | ANYTHING).map(
    lambda fields: {**fields, "name": "p"}
)
FILE = (
    ANYTHING
    | st.fixed_dictionaries({"current": ANYTHING, "profiles": ANYTHING | st.lists(PROFILE | ANYTHING)})
).map(json.dumps) | st.text()


def key_or_refusal(file: Path) -> str:
    """Sign in with the profile; give the id of its key, or why there is none."""
    clock = Clock()
    chain = Sessions(Settings(profile="p", shared_credentials_file=str(file)), clock, print).chain
    try:
        return chain.fetch(Deadline.after(clock, 0)).key_id
    except ConfigurationError as error:
        return str(error)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(FILE)
def test_any_file_of_profiles_gives_a_key_or_is_refused_in_a_sentence(tmp_path: Path, content: str):
    file = tmp_path / "config.json"
    file.write_bytes(content.encode(errors="surrogatepass"))

    said = key_or_refusal(file)

    assert said
    assert "\n" not in said.strip()


@pytest.mark.parametrize("depth", [50_000])
@pytest.mark.parametrize("bracket", ["[", '{"profiles":'])
def test_file_of_profiles_that_is_nested_too_deeply_is_refused(tmp_path: Path, bracket: str, depth: int):
    file = tmp_path / "config.json"
    file.write_text(bracket * depth)

    assert "is not in the form of a credentials file" in key_or_refusal(file)


@given(
    st.dictionaries(
        st.sampled_from(["AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"]), ANYTHING
    )
)
def test_any_document_of_a_key_is_a_key_or_raises_what_readers_expect(document: dict[str, Any]):
    with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError, OverflowError):
        assert AccessKey.parse(document).token


PART = {
    "AccessKeyId": "key",
    "AccessKeySecret": "secret",
    "SecurityToken": "token",
    "Expiration": "2027-01-01T00:00:00Z",
}


@pytest.mark.parametrize("name", ["AccessKeyId", "AccessKeySecret", "SecurityToken"])
@pytest.mark.parametrize("text", ["", "two\nlines", "schlüssel", 7, None])
def test_key_with_a_part_that_no_header_can_have_is_none(name: str, text: object):
    with pytest.raises(TypeError, match="a part of the key is not text"):
        AccessKey.parse({**PART, name: text})


@pytest.mark.parametrize(("value", "number"), [(None, 0), (900, 900), (900.0, 900), (" 900 ", 900)])
def test_number_of_a_profile_is_read_in_each_form_that_files_have(value: object, number: int):
    assert Profile("c.json", "dev", {"expired_seconds": value}).number("expired_seconds") == number


@pytest.mark.parametrize("value", [True, -1, 1.5, "soon", "-1", [900]])
def test_number_of_a_profile_that_is_none_is_named(value: object):
    with pytest.raises(ProfileError, match=r"expired_seconds of profile dev of c.json is not a number"):
        Profile("c.json", "dev", {"expired_seconds": value}).number("expired_seconds")
