"""Configuration of real machines: variables of other tools, mistyped keys, addresses of STS."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.alicloud_keys import (
    CONFIG_KEYS,
    OUR_KEYS,
    REGIONS,
    not_of_project,
    region_meant,
)
from alicloud_image_share.cloud.credentials import seconds_since_epoch
from alicloud_image_share.cloud.other_services import RESOURCE_SHARING, STS
from alicloud_image_share.cloud.settings import Settings, read_settings
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.stack_file.keys import KEYS

ECS = services.service("ecs").API


def read(environment: dict[str, str] | None = None, /, **config: Any) -> Settings:
    texts = {f"alicloud:{key}": v if isinstance(v, str) else json.dumps(v) for key, v in config.items()}
    return read_settings(texts.get, environment or {}, services.names(), texts)


@pytest.mark.parametrize(
    ("variables", "field", "value"),
    [
        ({"ALIBABACLOUD_ACCESS_KEY_ID": "k", "ALIBABACLOUD_ACCESS_KEY_SECRET": "s"}, "access_key", "k"),
        ({"ALIBABACLOUD_ACCESS_KEY_ID": "k", "ALIBABACLOUD_ACCESS_KEY_SECRET": "s"}, "secret_key", "s"),
        ({"ALIBABACLOUD_SECURITY_TOKEN": "t"}, "security_token", "t"),
        ({"ALIBABA_CLOUD_ECS_METADATA": "images"}, "ecs_role_name", "images"),
        ({"ALIBABA_CLOUD_CREDENTIALS_FILE": "/f"}, "shared_credentials_file", "/f"),
        ({"ALICLOUD_ACCOUNT_ID": "1600000000000001"}, "account_id", "1600000000000001"),
        ({"ALIBABA_CLOUD_ACCOUNT_ID": "1600000000000001"}, "account_id", "1600000000000001"),
        ({"CLIENT_READ_TIMEOUT": "70000"}, "read_timeout", 70_000),
        ({"CLIENT_CONNECT_TIMEOUT": "7000"}, "connect_timeout", 7_000),
        ({"MAX_RETRY_TIMEOUT": "60"}, "max_retry_timeout", 60),
        ({"MAX_RETRY_TIMEOUT": "0"}, "max_retry_timeout", None),
        ({"ALICLOUD_SOURCE_IP": "10.0.0.1"}, "global_parameters", (("SourceIp", "10.0.0.1"),)),
        ({"ALIBABA_CLOUD_SECURITY_TRANSPORT": "true"}, "global_parameters", (("SecureTransport", "true"),)),
        ({"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"}, "skips_profiles", True),
        ({"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "TRUE"}, "skips_metadata", True),
    ],
)
def test_variable_of_other_tools_is_read_as_they_read_it(
    variables: dict[str, str], field: str, value: object
):
    settings = read(variables)

    assert getattr(settings, field) == value
    assert settings.problems == ()


@pytest.mark.parametrize("name", ["ECS", "STS", "ECD", "GWSECD", "ENS", "SWAS", "SWAS_OPEN"])
@pytest.mark.parametrize("form", ["ALIBABA_CLOUD_ENDPOINT_{}", "{}_ENDPOINT"])
def test_endpoint_of_a_product_is_read_from_either_variable(name: str, form: str):
    assert dict(read({form.format(name): "host.example"}).endpoints) == {name.lower(): "host.example"}


@pytest.mark.parametrize("blank", ["\n", "\r\n", " ", "\t"])
def test_blanks_around_a_key_are_no_part_of_it(blank: str):
    settings = read({"ALICLOUD_ACCESS_KEY": f"key{blank}", "ALICLOUD_SECRET_KEY": f"{blank}secret{blank}"})

    assert (settings.access_key, settings.secret_key, settings.problems) == ("key", "secret", ())


@pytest.mark.parametrize("character", ["\n", "\x00", "\x7f", "é", "\u200b"])
@pytest.mark.parametrize("key", ["accessKey", "secretKey", "securityToken"])
def test_key_with_a_character_that_no_key_has_is_refused_at_once_and_not_shown(key: str, character: str):
    config = {"accessKey": "key", "secretKey": "secret", key: f"can{character}ary"}

    (problem,) = read(**config).problems

    assert problem == f"alicloud:{key}: it holds a character that no credential has."


# -- where STS is called -------------------------------------------------------------------------------------

VPC = {"ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED": "true"}
STS_REGION = {"ALIBABA_CLOUD_STS_REGION": "cn-shanghai"}


@pytest.mark.parametrize(
    ("variables", "config", "host"),
    [
        ({}, {}, "sts.aliyuncs.com"),
        (VPC, {}, "sts.aliyuncs.com"),
        ({}, {"region": "cn-hangzhou"}, "sts.cn-hangzhou.aliyuncs.com"),
        (STS_REGION, {}, "sts.cn-shanghai.aliyuncs.com"),
        (STS_REGION, {"region": "cn-hangzhou"}, "sts.cn-shanghai.aliyuncs.com"),
        ({**VPC, **STS_REGION}, {}, "sts-vpc.cn-shanghai.aliyuncs.com"),
        (VPC, {"region": "cn-hangzhou"}, "sts-vpc.cn-hangzhou.aliyuncs.com"),
        ({**VPC, **STS_REGION}, {"endpoints": {"sts": "sts.example"}}, "sts.example"),
        ({**VPC, "ALIBABA_CLOUD_ENDPOINT_STS": "sts.example"}, {}, "sts.example"),
        ({"STS_ENDPOINT": "sts.example"}, {"region": "cn-hangzhou"}, "sts.example"),
    ],
)
def test_sts_is_called_where_configuration_and_variables_say(
    variables: dict[str, str], config: dict[str, Any], host: str
):
    assert read(variables, **config).endpoint(STS, None) == host


@pytest.mark.parametrize("skips", [{}, {"skipRegionValidation": "true"}])
@pytest.mark.parametrize("vpc", [{}, VPC])
@pytest.mark.parametrize(
    "region",
    [
        "host.example/",
        "host.example#",
        "host.example?",
        "x@host.example",
        "host.example:80",
        "host.example\\",
        "é",
    ],
)
def test_region_that_would_lead_to_another_host_is_refused_whoever_names_it(
    region: str, vpc: dict[str, str], skips: dict[str, str]
):
    (problem,) = read(vpc, region=region, **skips).problems
    asked = [
        (read(vpc, region=region, **skips), STS, None),
        (read({**vpc, "ALIBABA_CLOUD_STS_REGION": region}, **skips), STS, None),
        (replace(read(vpc, **skips), sts_region=region), STS, None),
        *[(read(vpc, **skips), services.service(name).API, region) for name in ("ecs", "eds", "swas")],
        (read(vpc, **skips), RESOURCE_SHARING, region),
    ]

    assert problem == f"alicloud:region: {region!r} is no region."
    for settings, api, of_call in asked:
        with pytest.raises(ConfigurationError, match="is no region"):
            settings.endpoint(api, of_call)


def test_region_of_sts_that_is_mistyped_is_refused_with_the_one_that_was_meant():
    with pytest.raises(ConfigurationError, match=r"^the region of STS: 'cn-hangzou' is no region\. Did you"):
        read({"ALIBABA_CLOUD_STS_REGION": "cn-hangzou"}).endpoint(STS, None)


# -- names that were not meant --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("regoin", "region"),
        ("accesskey", "accessKey"),
        ("asumeRole", "assumeRole"),
        ("access_key", "accessKey"),
    ],
)
def test_key_that_pulumi_alicloud_does_not_know_is_refused_with_what_was_meant(key: str, meant: str):
    (problem,) = read(**{key: "x"}).problems

    assert problem == f"alicloud:{key}: pulumi-alicloud has no such key. Did you mean {meant}?"


def test_keys_that_pulumi_alicloud_knows_are_accepted():
    assert [
        problem for problem in read(**dict.fromkeys(CONFIG_KEYS, "")).problems if "no such key" in problem
    ] == []


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("deniedAcounts", "deniedAccounts"),
        ("neverlose", "neverLose"),
        ("maxRemove", "maxRemoved"),
        ("allowed_accounts", "allowedAccounts"),
        ("pre-flight", "preflight"),
    ],
)
def test_key_of_ours_that_is_mistyped_in_any_program_is_refused_with_what_was_meant(key: str, meant: str):
    texts = {f"image-shares:{key}": "[]"}

    (problem,) = read_settings(texts.get, {}, services.names(), texts).problems

    assert problem == f"image-shares:{key}: there is no such key. Did you mean {meant}?"


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("aliyun:region", "alicloud:region"),
        ("alibabacloud:accessKey", "alicloud:accessKey"),
        ("imageshares:neverLose", "image-shares:neverLose"),
        ("image-share:deniedAccounts", "image-shares:deniedAccounts"),
    ],
)
def test_namespace_that_stands_for_ours_is_refused_in_any_program(key: str, meant: str):
    (problem,) = read_settings({key: "x"}.get, {}, services.names(), [key]).problems

    assert problem == f"{key}: nothing reads the namespace {key.partition(':')[0]}. Did you mean {meant}?"


@pytest.mark.parametrize(
    ("key", "project"),
    [
        ("aliyun:region", "aliyun"),
        ("hcloud:region", "web"),
        ("aliyun:greeting", "web"),
        ("aws:region", "web"),
    ],
)
def test_key_of_a_project_or_of_another_package_is_left_alone(key: str, project: str):
    keys = not_of_project([key], project)

    assert read_settings({key: "x"}.get, {}, services.names(), keys).problems == ()


def test_keys_that_a_stack_file_knows_are_those_that_every_program_has_and_three_more():
    assert {*OUR_KEYS, "groups", "provider", "shares"} == set(KEYS)


@pytest.mark.parametrize("key", ["groups", "shares", "instanceType", "vpcCidr"])
def test_key_that_a_project_called_image_shares_may_have_is_left_alone(key: str):
    texts = {f"image-shares:{key}": "{}"}

    assert read_settings(texts.get, {}, services.names(), texts).problems == ()


def test_keys_of_others_are_left_alone():
    texts = {"aws:regoin": "x", "project:alicloud": "x", "alicloud": "x"}

    assert read_settings(texts.get, {}, services.names(), texts).problems == ()


def test_endpoint_of_no_product_is_refused_with_what_was_meant():
    (problem,) = read(endpoints=[{"esc": "host.example"}]).problems

    assert problem == "alicloud:endpoints: 'esc' is no endpoint. Did you mean ecs?"


def test_endpoints_of_products_that_are_not_called_here_are_accepted():
    assert read(endpoints=[{"vpc": "host.example", "ess": "host.example", "eds_user": ""}]).problems == ()


@pytest.mark.parametrize("key", ["assumeRole", "assumeRoleWithOidc"])
def test_field_of_a_role_that_is_mistyped_is_refused_with_what_was_meant(key: str):
    problems = read(**{key: {"roleARN": "acs:ram::1600000000000002:role/images"}}).problems

    assert "Did you mean roleArn?" in problems[0]


@pytest.mark.parametrize(
    ("region", "meant"),
    [
        ("cn-hangzou", "cn-hangzhou"),
        ("cn_shanghai", "cn-shanghai"),
        ("CN-HANGZHOU", "cn-hangzhou"),
        ("ap-southest-1", "ap-southeast-1"),
        ("cn-hangzhou-1", "cn-hangzhou"),
    ],
)
def test_region_that_is_mistyped_is_refused_with_the_one_that_was_meant(region: str, meant: str):
    (problem,) = read({"ALICLOUD_REGION": region}).problems

    assert problem.startswith(f"alicloud:region: {region!r} is no region. Did you mean {meant}?")


@pytest.mark.parametrize("region", [*sorted(REGIONS), "ap-southeast-9", "us-west-2", "mx-central-1"])
def test_region_that_is_known_or_may_be_new_is_accepted(region: str):
    assert region_meant(region) is None


@pytest.mark.parametrize("value", ["true", "True", "1"])
def test_region_is_not_compared_where_validation_is_skipped(value: str):
    assert read(region="cn-hangzou", skipRegionValidation=value).problems == ()


# -- when keys expire ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2030-01-01T00:00:00Z",
        "2030-01-01T00:00:00.5Z",
        "2030-01-01T00:00:00.123456789Z",
        "2030-01-01T08:00:00+08:00",
        "2030-01-01T08:00:00.000+0800",
        "2030-01-01 00:00:00",
        "2029-12-31T19:00:00-05:00",
        "2030-01-01T08:00:00+08",
        "2030-01-01T08:00 +08:00",
        "2030-01-01t00:00:00z",
        "2030-01-01T00:00Z",
    ],
)
def test_expiration_is_read_with_a_fraction_or_an_offset(text: str):
    assert seconds_since_epoch(text) == 1_893_456_000


@pytest.mark.parametrize("text", ["", "soon", "2030-01-01", "2030-13-01T00:00:00Z", "1893456000"])
def test_expiration_that_is_no_time_is_a_value_error(text: str):
    with pytest.raises(ValueError, match="time"):
        seconds_since_epoch(text)
