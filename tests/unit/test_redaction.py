"""What others say of a request is shown without the credentials in it."""

from __future__ import annotations

import pytest

from alicloud_image_share.cloud.credentials import NoCredentialsError
from alicloud_image_share.cloud.profiles import ProfileError
from alicloud_image_share.cloud.redaction import redact
from alicloud_image_share.errors import ConfigurationError, PreconditionFailed, ShareError
from alicloud_image_share.lifecycle.boundary import _format_exception

CANARY = "Canary0fASecret/8W+="


@pytest.mark.parametrize(
    "text",
    [
        f"https://sts.aliyuncs.com/?Action=AssumeRole&Signature={CANARY}&Version=1",
        "https://sts.aliyuncs.com/?SignatureNonce=1&Signature=Canary0fASecret%2F8W%2B%3D",
        f"https://sts.aliyuncs.com/?AccessKeyId=x&SecurityToken={CANARY}",
        f"/?OIDCToken={CANARY}&RoleArn=acs:ram::1:role/x",
        f'{{"AccessKeySecret": "{CANARY}", "Expiration": "x"}}',
        f"{{'SecurityToken': '{CANARY}'}}",
        f'\\"SecurityToken\\":\\"{CANARY}\\"',
        f"x-acs-security-token:{CANARY}",
        f"Authorization: ACS3-HMAC-SHA256-{CANARY}",
        f"Authorization: Bearer {CANARY}",
        f"http://user:{CANARY}@proxy.example:3128".replace("/8W+=", ""),
        "the key LTAI5tCanary0fASecret is not known",
        "the key STS.NUCanary0fASecret is not known",
        f"access_key_secret={CANARY}",
        f"sts_token: {CANARY}",
    ],
)
def test_whatever_has_the_form_of_a_credential_is_hidden(text: str):
    assert redact(text) != text
    assert "Canary0fASecret" not in redact(text)


@pytest.mark.parametrize("form", [CANARY, "Canary0fASecret%2F8W%2B%3D", "Canary0fASecret%252F8W%252B%253D"])
def test_known_secret_is_hidden_in_any_form(form: str):
    assert redact(f"refused: {form}.", [CANARY]) == "refused: …."


@pytest.mark.parametrize(
    "text",
    [
        "The cloud said InvalidAccessKeyId.NotFound (404, request 1-2) to DescribeImages: no such key.",
        "check alicloud:accessKey: the cloud knows no such key, or it is disabled",
        "the role acs:ram::1600000000000002:role/images could not be assumed",
        "https://ecs.aliyuncs.com/?Action=DescribeImages&RegionId=cn-hangzhou",
        "Signature does not match",
    ],
)
def test_words_without_a_credential_stay(text: str):
    assert redact(text) == text


def test_exception_of_any_library_is_formatted_without_a_credential():
    try:
        raise RuntimeError(f"Max retries exceeded with url: /?Action=AssumeRole&Signature={CANARY}")
    except RuntimeError:
        text = _format_exception()

    assert "Max retries exceeded" in text
    assert "Canary0fASecret" not in text


@pytest.mark.parametrize("kind", [NoCredentialsError, PreconditionFailed, ProfileError, ConfigurationError])
def test_expected_failure_is_formatted_without_the_name_of_its_class(kind: type[Exception]):
    try:
        raise kind("no usable profile")
    except ShareError as exc:
        text, words = _format_exception(), str(exc)

    assert text == words
    assert "no usable profile" in text
    assert kind.__name__ not in text
