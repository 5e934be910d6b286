"""HMAC-SHA1 in the parameters, as aliyun-python-sdk-core, alibaba-cloud-sdk-go and pop-core sign."""

import time
from urllib.parse import urlencode

import pytest
from alibabacloud_credentials.utils import parameter_helper
from calling import Caller, OlderCaller, accounts, older_signature, stamp

from alicloud_image_simulator import OTHER, OWNER, Account, Simulator

IMAGE = {"RegionId": "cn-hangzhou", "ImageId": "m-1"}
SHARE = ("ModifyImageSharePermission", "2014-05-26")


@pytest.fixture
def older(raw: Caller) -> OlderCaller:
    return OlderCaller(raw)


def test_signature_of_the_documented_request_is_the_documented_one():
    parameters = {
        "AccessKeyId": "testid",
        "Action": "DescribeRegions",
        "Format": "XML",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
        "SignatureVersion": "1.0",
        "Timestamp": "2016-02-23T12:46:24Z",
        "Version": "2014-05-26",
    }

    assert older_signature("testsecret", "GET", parameters) == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_query_signed_by_either_method_is_accepted(older: OlderCaller, method: str):
    assert older(method=method).document["AccountId"] == OWNER.id


def test_caller_is_the_account_whose_key_signed(cloud: Simulator):
    assert OlderCaller(Caller(cloud.port, OTHER))().document["AccountId"] == OTHER.id


def test_parameters_of_a_form_are_signed_too(older: OlderCaller, cloud: Simulator):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1"}]})

    reply = older(*SHARE, method="POST", form={**IMAGE, "AddAccount.1": "111"})

    assert (reply.status, accounts(cloud)) == (200, ["111"])


@pytest.mark.parametrize(
    ("action", "version", "query"),
    [
        ("DescribeImages", "2014-05-26", {"RegionId": "cn-hangzhou"}),
        ("DescribeImages", "2020-09-30", {"RegionId": "cn-hangzhou"}),
        ("DescribeSelfImages", "2017-11-10", {}),
        ("ListCustomImages", "2020-06-01", {"RegionId": "cn-hangzhou"}),
    ],
)
def test_every_service_accepts_it(older: OlderCaller, action: str, version: str, query: dict):
    assert older(action, version, query=query).status == 200


def test_region_that_older_sdks_send_with_every_call_is_accepted(older: OlderCaller):
    assert older("DescribeSelfImages", "2017-11-10", query={"RegionId": "cn-hangzhou"}).status == 200


def test_awkward_characters_are_signed_as_every_sdk_signs_them(older: OlderCaller):
    query = {"RegionId": "cn-hangzhou", "ImageName": "a b+c*d~e/f&g=h%i é 镜像"}

    assert older("DescribeImages", "2014-05-26", query=query).status == 200


def test_signature_of_the_credentials_library_is_accepted(raw: Caller):
    query = {
        "Action": "GetCallerIdentity",
        "Format": "JSON",
        "Version": "2015-04-01",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "Timestamp": parameter_helper.get_iso_8061_date(),
        "SignatureNonce": parameter_helper.get_uuid(),
        "AccessKeyId": OWNER.key,
    }
    text = parameter_helper.compose_string_to_sign("GET", query)
    signature = parameter_helper.sign_string(text, f"{OWNER.secret}&")

    url = parameter_helper.compose_url("host", {**query, "Signature": signature}, "http")

    assert raw.send("GET", url.removeprefix("http://host"), {}).document["AccountId"] == OWNER.id


def test_log_of_calls_shows_the_parameters_of_the_call_alone(older: OlderCaller, cloud: Simulator):
    older("DescribeImages", "2014-05-26", query={"RegionId": "cn-hangzhou"})

    (call,) = cloud.calls()
    assert (call["service"], call["action"], call["status"]) == ("ecs", "DescribeImages", 200)
    assert call["parameters"] == {"RegionId": "cn-hangzhou"}


def test_write_with_the_same_client_token_is_answered_but_not_repeated(older: OlderCaller, cloud: Simulator):
    cloud.put_state({"images": [{"service": "swas", "image_id": "m-1"}]})
    query = {**IMAGE, "Account.1": "111", "ClientToken": "once"}
    older("AddCustomImageShareAccount", "2020-06-01", query=query)

    assert older("AddCustomImageShareAccount", "2020-06-01", query=query).status == 200


def test_action_of_a_header_that_nobody_signed_does_not_count(older: OlderCaller):
    headers = {"x-acs-action": "DescribeImages", "x-acs-version": "2014-05-26"}

    assert older(headers=headers).document["AccountId"] == OWNER.id


def test_session_signs_with_its_token(older: OlderCaller, raw: Caller):
    role = {"RoleArn": f"acs:ram::{OTHER.id}:role/images", "RoleSessionName": "test"}
    key = older("AssumeRole", query=role).document["Credentials"]
    session = Account(OTHER.id, key["AccessKeyId"], key["AccessKeySecret"])
    caller = OlderCaller(Caller(raw.port, session))

    accepted = caller(signed={"SecurityToken": key["SecurityToken"]})
    without = caller()

    assert accepted.document["AccountId"] == OTHER.id
    assert without.refusal == (404, "InvalidAccessKeyId.NotFound")


def test_signature_by_another_secret_is_refused(cloud: Simulator):
    caller = Caller(cloud.port, Account(OWNER.id, OWNER.key, "another-secret"))

    assert OlderCaller(caller)().refusal == (400, "SignatureDoesNotMatch")


def test_signature_by_another_secret_under_the_other_reading_is_answered_with_what_was_signed(
    cloud: Simulator,
):
    cloud.put_state({"behaviour": {"signature_words": "quoting"}})
    caller = Caller(cloud.port, Account(OWNER.id, OWNER.key, "another-secret"))

    message = OlderCaller(caller)().document["Message"]

    assert f"server string to sign is:GET&%2F&AccessKeyId%3D{OWNER.key}%26" in message


@pytest.mark.parametrize("signature", ["", "abc", "é"])
def test_signature_that_is_none_is_refused(older: OlderCaller, signature: str):
    assert older(tampered={"Signature": signature}).refusal[0] == 400


@pytest.mark.parametrize("tampered", [{"Action": "AssumeRole"}, {"ImageId": "m-2"}])
def test_parameter_changed_after_signing_is_refused(older: OlderCaller, tampered: dict):
    assert older(query={"ImageId": "m-1"}, tampered=tampered).refusal == (400, "SignatureDoesNotMatch")


def test_key_that_nobody_has_is_refused(older: OlderCaller):
    assert older(signed={"AccessKeyId": "none"}).refusal == (404, "InvalidAccessKeyId.NotFound")


@pytest.mark.parametrize("seconds", [-15 * 60 - 5, 15 * 60 + 5])
def test_time_stamp_more_than_fifteen_minutes_off_is_refused(older: OlderCaller, seconds: int):
    assert older(signed={"Timestamp": stamp(seconds)}).refusal == (400, "InvalidTimeStamp.Expired")


def test_time_stamp_that_is_none_is_refused(older: OlderCaller):
    assert older(signed={"Timestamp": "yesterday"}).refusal == (400, "InvalidTimeStamp.Format")


def test_nonce_used_twice_is_refused_by_whichever_signature(older: OlderCaller, raw: Caller):
    raw(signed={"x-acs-signature-nonce": "once"})

    assert older(signed={"SignatureNonce": "once"}).refusal == (400, "SignatureNonceUsed")


@pytest.mark.parametrize(
    "name", ["AccessKeyId", "SignatureMethod", "SignatureNonce", "SignatureVersion", "Timestamp"]
)
def test_parameter_of_the_signature_that_is_missing_is_named(older: OlderCaller, name: str):
    reply = older(signed={name: None})

    assert reply.refusal == (400, "MissingParameter")
    assert f'"{name}"' in reply.document["Message"]


@pytest.mark.parametrize(
    "signed",
    [
        {"SignatureMethod": "HMAC-SHA256"},
        {"SignatureMethod": "SHA256withRSA", "SignatureType": "PRIVATEKEY"},
        {"SignatureVersion": "2.0"},
        {"SignatureType": "BEARERTOKEN"},
    ],
)
def test_signature_of_another_algorithm_is_refused_with_its_name_and_those_that_work(
    older: OlderCaller, signed: dict
):
    reply = older(signed=signed)

    assert reply.refusal == (400, "IncompleteSignature")
    assert next(iter(signed.values())) in reply.document["Message"]
    assert {"ACS3-HMAC-SHA256", "HMAC-SHA1"} <= set(reply.document["Message"].replace(",", " ").split())


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("ACS3-HMAC-SM3 Credential=a,SignedHeaders=host,Signature=ab", "ACS3-HMAC-SM3"),
        ("ACS3-RSA-SHA256 Credential=a,SignedHeaders=host,Signature=ab", "ACS3-RSA-SHA256"),
        ("acs key:c2lnbmF0dXJl", "algorithm acs"),
        ("Bearer token", "algorithm Bearer"),
    ],
)
def test_header_of_another_algorithm_is_refused_with_its_name_and_those_that_work(
    raw: Caller, header: str, named: str
):
    message = raw(tampered={"authorization": header}).document["Message"]

    assert named in message
    assert "ACS3-HMAC-SHA256" in message
    assert "HMAC-SHA1" in message


@pytest.mark.parametrize("header", ["c2VjcmV0LWtleQ==", "Bearer c2VjcmV0LWtleQ=="])
def test_refusal_of_a_header_repeats_no_secret_of_it(raw: Caller, header: str):
    assert "c2VjcmV0LWtleQ" not in raw(tampered={"authorization": header}).document["Message"]


def test_answer_in_another_form_than_json_is_refused(older: OlderCaller):
    reply = older(signed={"Format": "XML"})

    assert reply.refusal == (400, "InvalidParameter")
    assert "Format" in reply.document["Message"]


def test_answer_is_json_where_no_form_is_named(older: OlderCaller):
    assert older(signed={"Format": None}).document["AccountId"] == OWNER.id


def test_date_of_a_client_whose_clock_is_late_is_refused():
    with Simulator(clock=lambda: time.time() + 16 * 60) as cloud:
        assert OlderCaller(Caller(cloud.port, OWNER))().refusal == (400, "InvalidTimeStamp.Expired")


def test_oidc_token_is_exchanged_by_a_request_that_names_its_action_in_the_query(raw: Caller):
    query = {
        "Action": "AssumeRoleWithOIDC",
        "Format": "JSON",
        "Version": "2015-04-01",
        "Timestamp": stamp(),
        "SignatureNonce": "unsigned",
        "RoleArn": f"acs:ram::{OWNER.id}:role/images",
        "OIDCProviderArn": f"acs:ram::{OWNER.id}:oidc-provider/cluster",
        "OIDCToken": "token",
        "RoleSessionName": "test",
    }

    reply = raw.send("POST", f"/?{urlencode(query)}", {})

    assert reply.document["Credentials"]["SecurityToken"]
