import asyncio
import hashlib
import time

import pytest
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.models import Config
from calling import Caller, config, refusal, stamp

from alicloud_image_simulator import OTHER, OWNER, Account, Simulator
from alicloud_image_simulator.signature import SignedRequest


def test_signature_of_the_documented_request_is_the_documented_one():
    nothing = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": nothing,
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    query = (
        ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"),
        ("RegionId", "cn-shanghai"),
    )

    signature = SignedRequest("POST", "/", query, headers, b"").signature("YourAccessKeySecret", headers)

    assert signature == "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"


def test_signature_of_the_sdk_with_awkward_characters_is_accepted(ecs: Client, cloud: Simulator):
    name = "a b+c*d~e/f&g=h%i é 镜像"
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1", "name": name}]})

    found = ecs.describe_images(models.DescribeImagesRequest(region_id="cn-hangzhou", image_name=name))

    assert [image.image_name for image in found.body.images.image] == [name]


async def _describe(client: Client, name: str) -> int:
    request = models.DescribeImagesRequest(region_id="cn-hangzhou", image_name=name)
    return (await client.describe_images_async(request)).body.total_count


def test_signature_of_the_asynchronous_sdk_is_accepted(ecs: Client):
    assert asyncio.run(_describe(ecs, "a b+c*d~e/f")) == 0


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_query_signed_by_either_method_is_accepted(raw: Caller, method: str):
    assert raw(method=method, query={"SourceIp": "x y"}).status == 200


def test_form_beside_a_query_is_merged_with_it(raw: Caller, cloud: Simulator):
    raw(query={"One": "1"}, form={"Two": "2"})

    assert cloud.calls()[0]["parameters"] == {"One": "1", "Two": "2"}


def test_signature_by_another_secret_is_refused(cloud: Simulator):
    caller = Caller(cloud.port, Account(OWNER.id, OWNER.key, "another-secret"))

    assert caller().refusal == (400, "SignatureDoesNotMatch")


def test_signature_by_another_secret_under_the_other_reading_is_403(cloud: Simulator):
    cloud.put_state({"behaviour": {"signature_status": 403}})

    assert Caller(cloud.port, Account(OWNER.id, OWNER.key, "other")).__call__().refusal[0] == 403


def test_signature_by_another_secret_under_the_other_reading_is_answered_with_the_request(cloud: Simulator):
    cloud.put_state({"behaviour": {"signature_words": "quoting"}})

    reply = Caller(cloud.port, Account(OWNER.id, OWNER.key, "wrong"))()

    assert "server CanonicalRequest is [POST\n/\n" in reply.document["Message"]
    assert "\nx-acs-action:GetCallerIdentity\n" in reply.document["Message"]


def test_query_changed_after_signing_is_refused(raw: Caller):
    reply = raw(query={"ImageId": "m-1"}, sent_query={"ImageId": "m-2"})

    assert reply.refusal == (400, "SignatureDoesNotMatch")


def test_header_changed_after_signing_is_refused(raw: Caller):
    assert raw(tampered={"x-acs-signature-nonce": "another"}).refusal == (400, "SignatureDoesNotMatch")


def test_body_that_is_not_the_hashed_one_is_refused(raw: Caller):
    other = hashlib.sha256(b"something else").hexdigest()

    assert raw(form={"A": "1"}, signed={"x-acs-content-sha256": other}).refusal == (
        400,
        "SignatureDoesNotMatch",
    )


def test_key_that_nobody_has_is_refused(cloud: Simulator):
    client = Client(
        Config(access_key_id="none", access_key_secret="x", endpoint=cloud.address, protocol="http")
    )

    request = models.DescribeImagesRequest(region_id="cn-hangzhou")

    assert refusal(lambda: client.describe_images(request)) == (404, "InvalidAccessKeyId.NotFound")


def test_key_that_nobody_has_under_the_other_reading_is_400(cloud: Simulator):
    cloud.put_state({"behaviour": {"unknown_key_status": 400}})

    assert Caller(cloud.port, Account(OWNER.id, "none", "x"))().refusal == (
        400,
        "InvalidAccessKeyId.NotFound",
    )


@pytest.mark.parametrize("header", ["", "Basic abc", "ACS3-HMAC-SHA256 Credential=a", None])
def test_authorization_of_another_form_is_refused(raw: Caller, header: str | None):
    assert raw(tampered={"authorization": header}).refusal == (400, "IncompleteSignature")


@pytest.mark.parametrize("name", ["host", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"])
def test_header_that_must_be_signed_and_is_not_is_refused(raw: Caller, name: str):
    assert raw(signed={name: None}).refusal == (400, "IncompleteSignature")


@pytest.mark.parametrize("name", ["x-acs-date", "x-acs-signature-nonce"])
def test_header_that_is_signed_but_not_sent_is_refused(raw: Caller, name: str):
    assert raw(tampered={name: None}).refusal == (400, "MissingParameter")


@pytest.mark.parametrize("seconds", [-15 * 60 - 5, 15 * 60 + 5])
def test_date_more_than_fifteen_minutes_off_is_refused(raw: Caller, seconds: int):
    assert raw(signed={"x-acs-date": stamp(seconds)}).refusal == (400, "InvalidTimeStamp.Expired")


@pytest.mark.parametrize("seconds", [-14 * 60, 14 * 60])
def test_date_within_fifteen_minutes_is_accepted(raw: Caller, seconds: int):
    assert raw(signed={"x-acs-date": stamp(seconds)}).status == 200


def test_date_that_is_none_is_refused(raw: Caller):
    assert raw(signed={"x-acs-date": "yesterday"}).refusal == (400, "InvalidTimeStamp.Format")


def test_date_of_a_client_whose_clock_is_late_is_refused():
    with Simulator(clock=lambda: time.time() + 16 * 60) as cloud:
        client = Client(config(cloud, OWNER))
        request = models.DescribeImagesRequest(region_id="cn-hangzhou")

        assert refusal(lambda: client.describe_images(request)) == (400, "InvalidTimeStamp.Expired")


def test_nonce_used_twice_is_refused(raw: Caller):
    raw(signed={"x-acs-signature-nonce": "once"})

    assert raw(signed={"x-acs-signature-nonce": "once"}).refusal == (400, "SignatureNonceUsed")


def test_nonce_of_a_refused_request_may_be_used(raw: Caller, cloud: Simulator):
    Caller(cloud.port, Account(OWNER.id, OWNER.key, "wrong"))(signed={"x-acs-signature-nonce": "once"})

    assert raw(signed={"x-acs-signature-nonce": "once"}).status == 200


def test_nonce_of_long_ago_may_be_used_again():
    now = [time.time()]
    with Simulator(clock=lambda: now[0]) as cloud:
        caller = Caller(cloud.port, OWNER)
        caller(signed={"x-acs-signature-nonce": "once"})
        now[0] += 31 * 60

        reply = caller(signed={"x-acs-signature-nonce": "once", "x-acs-date": stamp(31 * 60)})

        assert reply.status == 200


def test_caller_is_the_account_whose_key_signed(cloud: Simulator):
    assert Caller(cloud.port, OTHER)().document["AccountId"] == OTHER.id


def test_secret_of_an_account_is_not_in_its_text():
    assert OWNER.secret not in repr(OWNER)
