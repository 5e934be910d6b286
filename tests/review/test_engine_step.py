"""The engine's marks of secrets and of unknown values are those of the Pulumi that is installed."""

import pytest
from pulumi.runtime import rpc

from alicloud_image_share.review.engine_step import SPECIAL, UNKNOWN, resource_name, reveal


def test_marks_of_the_engine_are_those_of_pulumi():
    assert (rpc._special_sig_key, rpc.UNKNOWN) == (SPECIAL, UNKNOWN)


@pytest.mark.parametrize("name", ["gold", "decoy::gold", "::", "a::b::c::d"])
def test_name_of_a_resource_is_whole_whatever_it_holds(name):
    assert resource_name(f"urn:pulumi:dev::images::my:index:Parent$pulumi-python:dynamic:X::{name}") == name


def test_secret_that_was_exported_in_clear_is_revealed_at_any_depth():
    secret = {SPECIAL: rpc._special_secret_sig, "plaintext": '{"12345": "web"}'}

    assert reveal({"accounts": secret, "timeout": 5}) == {"accounts": {"12345": "web"}, "timeout": 5}


def test_secret_that_was_exported_encrypted_is_not_revealed():
    with pytest.raises(KeyError):
        reveal({SPECIAL: rpc._special_secret_sig, "ciphertext": "v1:"})
