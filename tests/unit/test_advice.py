"""What to do next follows from the code of an error, and from nothing else."""

from __future__ import annotations

import pytest

from alicloud_image_share.errors import Refused, ResponseLost, Throttled
from alicloud_image_share.sharing.failures import CATALOGUE, remedy_for


def refusal(code: str) -> Refused:
    return Refused("ModifyImageSharePermission", "words", code=code, status=400)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("AssumeRoleError", "AliyunECSShareEncryptImageDefaultRole"),
        ("OperationDeined.EncryptedSnapshot", "not encrypted"),
        ("QuotaExceed.ShareImageUser", "accountsPerImage"),
        ("InvalidAccount.Forbbiden", "owner"),
        ("InvalidAccount.Forbidden", "owner"),
        ("InvalidAccount.NotFound", "account id"),
        ("InvalidImageId.BidMismatch", "sites"),
        ("InvalidAccessKeyId.NotFound", "alicloud:accessKey"),
        ("SignatureDoesNotMatch", "alicloud:secretKey"),
        ("InvalidTimeStamp.Expired", "clock"),
        ("NoPermission", "ecs:ModifyImageSharePermission"),
        ("Forbidden.RAM", "ecs:ModifyImageSharePermission"),
        ("Forbidden", "ecs:ModifyImageSharePermission"),
    ],
)
def test_advice_on_a_code_says_what_to_do_about_it(code: str, word: str):
    assert word in remedy_for(refusal(code), "ecs").next_step


def test_advice_on_an_unknown_code_leaves_open_what_it_is_about():
    assert remedy_for(refusal("Something.New"), "ecs").about_account is None


@pytest.mark.parametrize(
    "code", ["NoPermission", "Forbidden.RAM", "SignatureDoesNotMatch", "AssumeRoleError"]
)
def test_advice_on_a_code_of_the_caller_suspects_no_account(code: str):
    assert remedy_for(refusal(code), "ecs").about_account is False


@pytest.mark.parametrize("error", [Throttled("A", "w", code="Throttling.User"), ResponseLost("A", "w")])
def test_advice_on_what_passes_is_to_run_again(error: Throttled | ResponseLost):
    assert "run up again later" in remedy_for(error, "ecs").next_step


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_sentence_of_the_catalogue_goes_on_after_next(code: str):
    sentence = CATALOGUE[code].next_step

    assert sentence[0].islower()
    assert not sentence.endswith(".")
