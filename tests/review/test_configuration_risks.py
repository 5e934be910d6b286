"""A change of rules, or of where and as whom the cloud is called, is a risk that is approved along."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from alicloud_image_share.commands.review import exit_status
from alicloud_image_share.review.approval import read_approval, to_json
from alicloud_image_share.review.configuration import configuration_change
from alicloud_image_share.review.configuration_risks import with_configuration
from alicloud_image_share.review.engine_step import SECRET_TEXT, EngineStep, ResourceState
from alicloud_image_share.review.markdown import to_markdown
from alicloud_image_share.review.model import Level, Review
from alicloud_image_share.review.page import to_html
from alicloud_image_share.review.terminal import to_terminal

A, B = "1234567890123456", "1550809237710001"
TYPE = "pulumi:providers:pulumi-python"
CANARY = "CANARY-4f1c"
M_1, M_2 = ["ecs:cn-hangzhou:m-1"], ["ecs:cn-hangzhou:m-2"]


def found(before: dict[str, object] | None, after: dict[str, object]) -> Review:
    """Give the review of a run whose configuration changes, and nothing else."""

    def state(values: dict[str, object]) -> ResourceState:
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}
        return ResourceState(TYPE, {"version": "1", **texts})

    step = EngineStep(
        "update",
        f"urn:pulumi:dev::images::{TYPE}::default",
        None if before is None else state(before),
        state(after),
    )
    return with_configuration(Review("dev"), configuration_change([step]), {}, {})


LOOSENED = {
    "deniedAccounts": ([A, B], [A], f"{B} may be listed"),
    "neverLose": ([A, B], [B], f"{A} may lose access"),
    "maxRemoved": (1, 5, "5 accounts of an image may lose access in one run, and not 1"),
    "allowedAccounts": ([A], [A, B], f"{B} may be listed"),
    "exclusiveAllowed": (M_1, [*M_1, *M_2], f"shares of {M_2[0]} may be exclusive"),
    "allowRemoval": (M_1, [*M_1, *M_2], f"no rule holds for losing access to {M_2[0]}"),
    "maxUntil": (30, 90, "access may last 90 days, and not 30 at most"),
    "endUnattended": (None, True, "access that has ended may be taken off without a review"),
    "accountsPerImage": (None, {"ecs": 500}, "500 accounts may have access for ecs, and not 50"),
    "callsPerMinute": (None, {"swas": 99}, "99 calls go out a minute for swas, and not 10"),
    "preflight": ("preview", None, "a preview reads no image before it changes"),
}
"""Rule → before, after, and what the risk says of them."""


def of(key: str, value: object) -> dict[str, object]:
    return {} if value is None else {f"image-shares:{key}": value}


@pytest.mark.parametrize("key", LOOSENED)
def test_rule_that_is_loosened_is_a_risk_in_every_format(key):
    before, after, words = LOOSENED[key]
    review = found(of(key, before), of(key, after))
    (risk,) = review.risks

    assert risk.level is Level.LOOSENED_RULE
    assert risk.text == f"image-shares:{key} is loosened: {words}"
    for form in (lambda value: to_terminal(value).plain, to_markdown, to_html, to_json):
        assert f"{key} is loosened" in form(review)


@pytest.mark.parametrize(
    ("after", "words"),
    [(True, "every share may be exclusive"), (M_1, f"shares of {M_1[0]} may be exclusive")],
)
def test_exclusive_shares_that_are_allowed_now_are_a_risk(after, words):
    (risk,) = found(of("exclusiveAllowed", False), of("exclusiveAllowed", after)).risks

    assert risk.text == f"image-shares:exclusiveAllowed is loosened: {words}"


@pytest.mark.parametrize("key", LOOSENED)
def test_rule_that_stays_is_no_risk_where_something_else_changes(key):
    rule = of(key, LOOSENED[key][1])
    before, after = ({**rule, "alicloud:region": region} for region in ("cn-hangzhou", "cn-shanghai"))

    assert [risk.level for risk in found(before, after).risks] == [Level.CALLED_OTHERWISE]


@pytest.mark.parametrize("key", LOOSENED)
def test_rule_that_is_tightened_is_no_risk(key):
    before, after, _ = LOOSENED[key]

    assert found(of(key, after), of(key, before)).risks == ()


@pytest.mark.parametrize(
    "key", ["deniedAccounts", "neverLose", "maxRemoved", "allowedAccounts", "exclusiveAllowed"]
)
def test_rule_that_is_dropped_is_loosened(key):
    (risk,) = found(of(key, LOOSENED[key][0]), {}).risks

    assert risk.level is Level.LOOSENED_RULE


@pytest.mark.parametrize(
    ("key", "before", "after", "words"),
    [
        ("endpoints", None, [{"sts": "sts.cn-shanghai.aliyuncs.com"}], "sts.cn-shanghai.aliyuncs.com"),
        ("protocol", None, "HTTP", "none → HTTP"),
        ("credentialsUri", None, f"https://keys.example.com/{CANARY}", "an address of keys.example.com"),
        (
            "assumeRole",
            {"roleArn": "acs:ram::1:role/a"},
            {"roleArn": "acs:ram::1:role/b"},
            "acs:ram::1:role/b",
        ),
        (
            "assumeRoleWithOidc",
            None,
            {"roleArn": "acs:ram::1:role/b", "oidcToken": CANARY},
            "acs:ram::1:role/b",
        ),
        ("ecsRoleName", "a", "b", "a → b"),
        ("profile", "a", "b", "a → b"),
        ("sharedCredentialsFile", "a", "b", "a → b"),
        ("region", "cn-hangzhou", "cn-shanghai", "cn-hangzhou → cn-shanghai"),
        ("accountId", "1", "2", "1 → 2"),
        ("accessKey", CANARY, f"{CANARY}-2", "(hidden) → (hidden)"),
        ("skipRegionValidation", None, "true", "none → true"),
    ],
)
def test_another_way_to_the_cloud_is_a_risk_and_shows_no_secret(key, before, after, words):
    old = {} if before is None else {f"alicloud:{key}": before}
    (risk,) = found(old, {f"alicloud:{key}": after}).risks

    assert risk.level is Level.CALLED_OTHERWISE
    assert words in risk.text
    assert CANARY not in to_json(found(old, {f"alicloud:{key}": after}))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("http://127.0.0.1:8080/reader", "http://127.0.0.1:8080/owner"),
        ("http://127.0.0.1:8080/keys?for=reader", "http://127.0.0.1:8080/keys?for=owner"),
        ("http://127.0.0.1:8080/keys", "http://127.0.0.1:8081/keys"),
        ("http://reader@127.0.0.1/keys", "http://owner@127.0.0.1/keys"),
    ],
    ids=["path", "parameter", "port", "user"],
)
def test_credentials_address_of_the_same_host_is_named_with_what_tells_the_two_apart(before, after):
    key = "alicloud:credentialsUri"
    (risk,) = found({key: before}, {key: after}).risks
    (change,) = found({key: before}, {key: after}).settings

    assert risk.level is Level.CALLED_OTHERWISE
    assert change.before != change.after
    assert change.before in risk.text
    assert change.after in risk.text
    assert found({key: before}, {key: f"{after}2"}).settings != (change,)


@pytest.mark.parametrize("key", ["maxRetryTimeout", "clientReadTimeout", "secretKey", "securityToken"])
def test_what_says_neither_where_nor_who_is_no_risk(key):
    assert found({}, {f"alicloud:{key}": "30"}).risks == ()


@pytest.mark.parametrize(
    "host",
    [
        "sts.evil.example.com",
        "ecs.aliyuncs.com.evil.example",
        "aliyuncs.com",
        "evilaliyuncs.com",
        "10.0.0.1:80",
        "bucket.oss-cn-hangzhou.aliyuncs.com",
        "bucket.img-cn-hangzhou.aliyuncs.com",
        "1234567890123456.cn-hangzhou.fc.aliyuncs.com",
        "nlb-1.cn-hangzhou.nlb.aliyuncs.com",
    ],
)
def test_endpoint_outside_of_the_cloud_always_has_a_line(host):
    settings = {"alicloud:endpoints": [{"sts": host}]}
    (risk,) = found(settings, settings).risks
    file = with_configuration(Review("dev"), None, {"alicloud:endpoints": [{"sts": host}]}, {})
    variable = with_configuration(Review("dev"), None, {}, {"ALIBABA_CLOUD_ENDPOINT_STS": host})

    assert f"sts is called at {host}, which is no host of the cloud" in risk.text
    assert [risk.text] == [each.text for each in file.risks] == [each.text for each in variable.risks]


@pytest.mark.parametrize(
    "host",
    [
        "ecs-vpc.cn-hangzhou.aliyuncs.com",
        "ECS.ALIYUNCS.COM:443",
        "ecs.vpc-proxy.aliyuncs.com",
        "ecs.mx-central-1.aliyuncs.com",
        "127.0.0.1:4000",
        "localhost",
    ],
)
def test_endpoint_of_the_cloud_or_of_this_machine_has_no_line(host):
    settings = {"alicloud:endpoints": [{"ecs": host}]}

    assert found(settings, settings).risks == ()


@pytest.mark.parametrize("key", ["endpoints", "protocol", "assumeRole", "credentialsUri", "region"])
def test_secret_value_that_may_lead_elsewhere_is_named_as_not_checked(key):
    settings = {f"alicloud:{key}": SECRET_TEXT}
    expected = (f"alicloud:{key}: it is secret, so where or as whom the cloud is called is not shown",)

    assert found(None, settings).not_checked == found(settings, settings).not_checked == expected


def test_keys_of_the_cloud_are_secret_as_they_should_be():
    keys = {f"alicloud:{key}": SECRET_TEXT for key in ("accessKey", "secretKey", "securityToken")}

    assert found(keys, keys).not_checked == ()


def test_rules_that_become_secret_are_a_risk():
    (risk,) = found(of("neverLose", [A]), of("neverLose", SECRET_TEXT)).risks

    assert risk.text == "image-shares:neverLose is loosened: it is secret now"


def test_first_up_of_a_stack_loosens_nothing():
    assert found(None, of("maxRemoved", 5)).risks == ()


@pytest.mark.parametrize(
    ("key", "approved", "other"),
    [
        ("alicloud:assumeRole", {"roleArn": "acs:ram::1:role/a"}, {"roleArn": "acs:ram::1:role/b"}),
        ("alicloud:endpoints", {"ecs": "ecs.aliyuncs.com"}, {"ecs": "ecs.cn-hangzhou.aliyuncs.com"}),
        ("alicloud:region", "cn-hangzhou", "cn-shanghai"),
        ("alicloud:profile", "a", "b"),
        ("alicloud:accessKey", "one", "two"),
        ("image-shares:deniedAccounts", [A], []),
        ("image-shares:maxRemoved", 1, None),
        ("image-shares:accountsPerImage", None, {"ecs": 500}),
    ],
)
def test_approval_of_the_first_up_holds_for_its_configuration_alone(key, approved, other):
    reviewed, later = (found(None, {} if value is None else {key: value}) for value in (approved, other))
    approval = read_approval(to_json(reviewed))

    assert approval.differences(reviewed) == ()
    (line,) = approval.differences(later)
    assert line.startswith(("not approved: " + key, "approved, and no longer so: " + key))


def test_configuration_that_changes_is_part_of_what_is_approved():
    review = found(of("maxRemoved", 1), of("maxRemoved", 5))
    approval = read_approval(to_json(review))

    assert approval.differences(review) == ()
    assert approval.differences(Review("dev")) == ()
    assert read_approval(to_json(replace(review, settings=()))).differences(review) == (
        "not approved: image-shares:maxRemoved: 1 → 5",
    )


def test_another_access_key_than_the_approved_one_is_another_condition():
    key = "alicloud:accessKey"
    approved, other = (found({key: "one"}, {key: after}) for after in ("two", "three"))

    assert approved.conditions != other.conditions
    assert read_approval(to_json(approved)).differences(other) != ()


def test_long_lists_that_differ_behind_what_is_shown_are_two_conditions():
    many = [str(1_550_000_000_000_000 + number) for number in range(100)]
    one, other = (
        found(of("neverLose", [*many, A]), of("neverLose", [*many, end])) for end in (B, B[:-1] + "2")
    )

    assert one.conditions != other.conditions


@pytest.mark.parametrize(("fail_on", "status"), [(["rule"], 3), (["risk"], 3), (["loss"], 0), ([], 2)])
def test_loosened_rule_is_seen_by_what_fails_on_rules_or_risks(fail_on, status):
    assert exit_status(found(of("maxRemoved", 1), {}), fail_on) == status
