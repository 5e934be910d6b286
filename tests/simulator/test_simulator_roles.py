"""Who acts as a role, for how long, and where temporary keys come from."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

import pytest
from alibabacloud_ecs20140526 import models
from alibabacloud_ecs20140526.client import Client
from calling import Caller, Reply, config

from alicloud_image_simulator import OTHER, OWNER, Account, MalformedDocumentError, Simulator

ROLE = f"acs:ram::{OTHER.id}:role/images"
PROVIDER = f"acs:ram::{OTHER.id}:oidc-provider/ci"
WANTED = {"RoleArn": ROLE, "RoleSessionName": "tests"}
WITH_TOKEN = {**WANTED, "OIDCProviderArn": PROVIDER, "OIDCToken": "a-token"}
KEYS = "/latest/meta-data/ram/security-credentials/"


@dataclass
class Shift:
    """A clock that is ahead of the real one."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.seconds


@pytest.fixture
def shift() -> Shift:
    return Shift()


@pytest.fixture
def cloud(shift: Shift) -> Iterator[Simulator]:
    with Simulator(clock=shift) as simulator:
        yield simulator


def assumed(raw: Caller, **parameters: str) -> dict[str, str]:
    """Assume a role; give the key."""
    reply = raw("AssumeRole", form={**WANTED, **parameters})
    assert reply.status == 200, reply.body
    return reply.document["Credentials"]


def unsigned(raw: Caller, parameters: Mapping[str, str]) -> Reply:
    headers = {"x-acs-action": "AssumeRoleWithOIDC", "x-acs-version": "2015-04-01"}
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return raw.send("POST", f"/?{query}", headers)


def as_session(raw: Caller, key: Mapping[str, str], token: str | None = None, **options) -> Reply:
    """Call as a session does: signed with its key, with its token among the signed headers."""
    caller = Caller(raw.port, Account("1", key["AccessKeyId"], key["AccessKeySecret"]))
    return caller(signed={"x-acs-security-token": token or key["SecurityToken"]}, **options)


def test_key_of_an_assumed_role_calls_for_the_account_of_the_role(raw: Caller, cloud: Simulator):
    identity = as_session(raw, assumed(raw)).document

    assert identity["AccountId"] == OTHER.id
    assert identity["IdentityType"] == "AssumedRoleUser"
    assert identity["Arn"] == f"acs:ram::{OTHER.id}:assumed-role/images/tests"
    assert [call["account"] for call in cloud.calls()] == [OWNER.id, OTHER.id]


def test_sdk_signs_with_the_key_of_an_assumed_role(raw: Caller, cloud: Simulator):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1", "owner_id": OTHER.id}]})
    key = assumed(raw)
    given = config(cloud, Account("1", key["AccessKeyId"], key["AccessKeySecret"]))
    given.security_token = key["SecurityToken"]

    found = Client(given).describe_images(models.DescribeImagesRequest(region_id="cn-hangzhou"))

    assert [image.image_id for image in found.body.images.image] == ["m-1"]


def test_role_may_be_assumed_by_a_session(raw: Caller):
    first = assumed(raw)
    own = {"RoleArn": f"acs:ram::{OWNER.id}:role/back", "RoleSessionName": "back"}

    second = as_session(raw, first, action="AssumeRole", form=own).document["Credentials"]

    assert as_session(raw, second).document["AccountId"] == OWNER.id


@pytest.mark.parametrize(("ask", "good_for"), [({}, 3600), ({"DurationSeconds": "900"}, 900)])
def test_key_expires_by_the_clock_of_the_simulator(raw: Caller, shift: Shift, ask: dict, good_for: int):
    # The date of a request may be fifteen minutes old.
    shift.seconds = -700
    key = assumed(raw, **ask)
    expires = datetime.strptime(key["Expiration"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)

    assert expires.timestamp() == pytest.approx(time.time() - 700 + good_for, abs=5)
    assert as_session(raw, key).status == 200
    shift.seconds = 250
    late = as_session(raw, key)
    assert late.status == 200 if good_for == 3600 else late.refusal == (400, "InvalidSecurityToken.Expired")


def test_token_of_another_session_is_refused(raw: Caller):
    one, other = assumed(raw), assumed(raw)

    refused = as_session(raw, one, token=other["SecurityToken"])

    assert refused.refusal == (400, "InvalidSecurityToken.MismatchWithAccessKey")


def test_key_of_a_session_without_its_token_is_not_known(raw: Caller):
    key = assumed(raw)
    caller = Caller(raw.port, Account("1", key["AccessKeyId"], key["AccessKeySecret"]))

    assert caller().refusal == (404, "InvalidAccessKeyId.NotFound")


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"RoleArn": ""}, (400, "MissingParameter")),
        ({"RoleSessionName": ""}, (400, "MissingParameter")),
        ({"RoleArn": "images"}, (400, "InvalidParameter.RoleArn")),
        ({"RoleArn": "acs:ram::1999999999999999:role/images"}, (404, "EntityNotExist.Role")),
        ({"RoleSessionName": "a name"}, (400, "InvalidParameter.RoleSessionName")),
        ({"DurationSeconds": "899"}, (400, "InvalidParameter.DurationSeconds")),
        ({"DurationSeconds": "43201"}, (400, "InvalidParameter.DurationSeconds")),
        ({"DurationSeconds": "soon"}, (400, "InvalidParameter.DurationSeconds")),
        ({"Policy": "{"}, (400, "InvalidParameter.PolicyGrammar")),
        ({"Policy": "{}"}, (400, "InvalidParameter.PolicyGrammar")),
    ],
)
def test_role_is_not_assumed_with_a_parameter_that_is_wrong(raw: Caller, parameters: dict, refusal: tuple):
    assert raw("AssumeRole", form={**WANTED, **parameters}).refusal == refusal


def policy(action: str, resource: str) -> dict:
    return {"Version": "1", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}


@pytest.mark.parametrize(
    ("allowed", "status"),
    [(("ecs:*", "*"), 403), (("sts:AssumeRole", ROLE), 200), (("sts:AssumeRole", f"{ROLE}-2"), 403)],
)
def test_role_is_assumed_if_the_policy_of_the_key_allows_it(
    raw: Caller, cloud: Simulator, allowed: tuple, status: int
):
    cloud.put_policies({OWNER.key: policy(*allowed)})

    reply = raw("AssumeRole", form=WANTED)

    assert reply.status == status
    assert status == 200 or reply.document["Code"] == "NoPermission"


def test_policy_of_a_session_is_the_most_that_it_may_do(raw: Caller):
    key = assumed(raw, Policy=json.dumps(policy("ecd:*", "*")))
    listing = {"action": "DescribeImages", "query": {"RegionId": "cn-hangzhou"}}

    assert as_session(raw, key, version="2014-05-26", **listing).refusal == (403, "Forbidden.RAM")
    assert as_session(raw, key, version="2020-09-30", **listing).status == 200


# -- what a role may do, and who may assume it ---------------------------------------------------------------

OWNERS, OTHERS = f"acs:ram::{OWNER.id}:root", f"acs:ram::{OTHER.id}:root"
MIDDLE = f"acs:ram::{OTHER.id}:role/middle"


def trust(*principals: str, effect: str = "Allow", external_id: str | None = None) -> dict:
    """A statement of a trust policy."""
    statement = {"Effect": effect, "Action": "sts:AssumeRole", "Principal": {"RAM": list(principals)}}
    condition = {"Condition": {"StringEquals": {"sts:ExternalId": external_id}}}
    return {**statement, **condition} if external_id else statement


def trusting(*statements: dict) -> dict:
    return {"trust": {"Version": "1", "Statement": list(statements)}}


@pytest.mark.parametrize(
    ("statements", "status"),
    [
        ([trust(OWNERS)], 200),
        ([trust(OTHERS, OWNERS)], 200),
        ([trust(OTHERS)], 403),
        ([trust(f"acs:ram::{OWNER.id}:user/ci")], 403),
        ([], 403),
        ([trust(OWNERS), trust(OWNERS, effect="Deny")], 403),
    ],
)
def test_role_is_assumed_by_callers_that_its_trust_policy_names(
    raw: Caller, cloud: Simulator, statements: list, status: int
):
    cloud.put_roles({ROLE: trusting(*statements)})

    reply = raw("AssumeRole", form=WANTED)

    assert reply.status == status
    assert status == 200 or reply.document["Code"] == "NoPermission"


@pytest.mark.parametrize(
    ("given", "status"), [({}, 403), ({"ExternalId": "no"}, 403), ({"ExternalId": "yes"}, 200)]
)
def test_role_is_assumed_with_the_external_id_that_its_trust_policy_asks_for(
    raw: Caller, cloud: Simulator, given: dict, status: int
):
    cloud.put_roles({ROLE: trusting(trust(OWNERS, external_id="yes"))})

    assert raw("AssumeRole", form={**WANTED, **given}).status == status


@pytest.mark.parametrize(
    ("principal", "status"), [(MIDDLE, 200), (OTHERS, 200), (OWNERS, 403), (f"{MIDDLE}-2", 403)]
)
def test_session_is_trusted_as_its_role_and_as_the_account_of_that(
    raw: Caller, cloud: Simulator, principal: str, status: int
):
    cloud.put_roles({ROLE: trusting(trust(principal))})

    reply = as_session(raw, assumed(raw, RoleArn=MIDDLE), action="AssumeRole", form=WANTED)

    assert reply.status == status


@pytest.mark.parametrize(
    ("of_role", "of_session", "status"), [("ecs:*", "*", 200), ("ecd:*", "*", 403), ("ecs:*", "ecd:*", 403)]
)
def test_session_may_do_what_both_its_role_and_its_own_policy_allow(
    raw: Caller, cloud: Simulator, of_role: str, of_session: str, status: int
):
    cloud.put_roles({ROLE: {"policy": policy(of_role, "*")}})
    key = assumed(raw, Policy=json.dumps(policy(of_session, "*")))
    listing = {"action": "DescribeImages", "version": "2014-05-26", "query": {"RegionId": "cn-hangzhou"}}

    assert as_session(raw, key, **listing).status == status


def test_policy_of_a_role_holds_for_the_roles_that_it_assumes(raw: Caller, cloud: Simulator):
    key = assumed(raw, RoleArn=MIDDLE)
    cloud.put_roles({MIDDLE: {"policy": policy("sts:AssumeRole", ROLE)}})
    another = {**WANTED, "RoleArn": f"{ROLE}-2"}

    assert as_session(raw, key, action="AssumeRole", form=WANTED).status == 200
    assert as_session(raw, key, action="AssumeRole", form=another).refusal == (403, "NoPermission")


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "roles is not an object"),
        ({"images": {}}, "roles.images is not acs:ram::<account>:role/<name>"),
        ({ROLE: {"policies": {}}}, f"roles.{ROLE} has the unknown field 'policies'"),
        ({ROLE: {"policy": {"Version": "1"}}}, f"roles.{ROLE}.policy.Statement is missing"),
        ({ROLE: {"trust": {"Version": "1"}}}, f"roles.{ROLE}.trust.Statement is missing"),
        ({ROLE: trusting({"Effect": "Allow"})}, f"roles.{ROLE}.trust.Statement[0].Action is missing"),
        (
            {ROLE: trusting({**trust(), "Principal": {"Service": []}})},
            f"roles.{ROLE}.trust.Statement[0].Principal has the unknown field 'Service'",
        ),
        (
            {ROLE: trusting({**trust(), "Condition": {"StringLike": {}}})},
            f"roles.{ROLE}.trust.Statement[0].Condition has the unknown field 'StringLike'",
        ),
    ],
)
def test_malformed_roles_are_refused_with_their_place(cloud: Simulator, document: object, place: str):
    with pytest.raises(MalformedDocumentError) as refused:
        cloud.put_roles(document)

    assert str(refused.value).startswith(place)


def test_roles_are_put_over_http_and_go_when_others_are(raw: Caller):
    reply = raw.control("PUT", "roles", {ROLE: trusting()})
    refused = raw("AssumeRole", form=WANTED)
    raw.control("PUT", "roles", {})

    assert (reply.status, refused.status, raw("AssumeRole", form=WANTED).status) == (204, 403, 200)


# -- by the token of an identity provider --------------------------------------------------------------


def test_role_is_assumed_with_a_token_and_without_a_signature(raw: Caller, cloud: Simulator):
    key = unsigned(raw, WITH_TOKEN).document["Credentials"]

    assert as_session(raw, key).document["AccountId"] == OTHER.id
    assert cloud.calls()[0]["account"] is None


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"OIDCToken": ""}, (400, "MissingParameter")),
        ({"OIDCProviderArn": "ci"}, (400, "InvalidParameter.OIDCProviderArn")),
        ({"OIDCProviderArn": f"acs:ram::{OWNER.id}:oidc-provider/ci"}, (404, "EntityNotExist.OIDCProvider")),
        ({"RoleArn": "images"}, (400, "InvalidParameter.RoleArn")),
    ],
)
def test_role_is_not_assumed_with_a_token_and_a_parameter_that_is_wrong(
    raw: Caller, parameters: dict, refusal: tuple
):
    assert unsigned(raw, {**WITH_TOKEN, **parameters}).refusal == refusal


def test_call_without_a_signature_is_refused_by_every_other_action(raw: Caller):
    headers = {"x-acs-action": "AssumeRole", "x-acs-version": "2015-04-01"}

    assert raw.send("POST", "/?RoleArn=x", headers).refusal == (400, "IncompleteSignature")


# -- by HTTP ---------------------------------------------------------------------------------------------


def metadata_token(raw: Caller, seconds: str = "300") -> str:
    headers = {"X-aliyun-ecs-metadata-token-ttl-seconds": seconds}
    reply = raw.send("PUT", "/latest/api/token", headers)
    assert reply.status == 200
    return reply.body.decode()


@pytest.mark.parametrize("with_token", [True, False])
def test_metadata_gives_a_key_of_the_first_account(raw: Caller, with_token: bool):
    headers = {"X-aliyun-ecs-metadata-token": metadata_token(raw)} if with_token else {}

    key = raw.send("GET", f"{KEYS}images", headers).document

    assert key["Code"] == "Success"
    assert as_session(raw, key).document["Arn"].startswith(f"acs:ram::{OWNER.id}:assumed-role/images/")


def test_metadata_token_that_is_not_good_is_refused(raw: Caller, shift: Shift):
    token = metadata_token(raw)
    shift.seconds = 301

    for bad in (token, "another"):
        assert raw.send("GET", f"{KEYS}images", {"X-aliyun-ecs-metadata-token": bad}).status == 403


@pytest.mark.parametrize("seconds", ["0", "21601", "soon", ""])
def test_metadata_token_for_no_possible_time_is_refused(raw: Caller, seconds: str):
    headers = {"X-aliyun-ecs-metadata-token-ttl-seconds": seconds}

    assert raw.send("PUT", "/latest/api/token", headers).status == 400


def test_address_of_credentials_gives_a_key_for_the_time_asked(raw: Caller, shift: Shift):
    key = raw.send("GET", "/_credentials?seconds=60", {}).document

    assert as_session(raw, key).document["AccountId"] == OWNER.id
    shift.seconds = 61
    assert as_session(raw, key).refusal == (400, "InvalidSecurityToken.Expired")
