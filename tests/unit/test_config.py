"""Configuration is read like pulumi-alicloud's: same keys, same variables; and what the settings give."""

import json
from dataclasses import fields

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.environment_variables import ENVIRONMENT
from alicloud_image_share.cloud.other_services import STS
from alicloud_image_share.cloud.settings import Settings, read_settings
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.sharing.model import Limits

SERVICES = ("ecs", "swas")
ECS = services.service("ecs").API
EDS = services.service("eds").API
PAIR = {"alicloud:accessKey": "key", "alicloud:secretKey": "secret"}
TEXTS = {
    "region": "region",
    "profile": "profile",
    "sharedCredentialsFile": "shared_credentials_file",
    "accountId": "account_id",
    "securityToken": "security_token",
}


def read(config=None, environment=None):
    return read_settings((config or {}).get, environment or {}, SERVICES)


@pytest.mark.parametrize(("key", "field"), TEXTS.items())
def test_key_of_text_is_read_as_it_stands(key, field):
    assert getattr(read({f"alicloud:{key}": "värde"}), field) == "värde"


def test_key_pair_is_read_as_it_stands():
    settings = read(PAIR)

    assert (settings.access_key, settings.secret_key, settings.problems) == ("key", "secret", ())


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        (("ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"), "region"),
        (("ALICLOUD_ACCESS_KEY", "ALIBABA_CLOUD_ACCESS_KEY_ID"), "access_key"),
        (("ALICLOUD_SECRET_KEY", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"), "secret_key"),
        (("ALICLOUD_SECURITY_TOKEN", "ALIBABA_CLOUD_SECURITY_TOKEN"), "security_token"),
        (("ALICLOUD_PROFILE", "ALIBABA_CLOUD_PROFILE"), "profile"),
        (("ALICLOUD_SHARED_CREDENTIALS_FILE",), "shared_credentials_file"),
    ],
    ids=str,
)
def test_environment_stands_in_in_its_order(variables, field):
    values = {name: f"from {name}" for name in variables}

    for name in variables:
        assert getattr(read(environment=values), field) == f"from {name}"
        values[name] = ""


@pytest.mark.parametrize("key", [key for key in ENVIRONMENT if key in TEXTS])
def test_configuration_wins_over_the_environment(key):
    environment = dict.fromkeys(ENVIRONMENT[key], "environment")
    settings = read({f"alicloud:{key}": "configuration"}, environment)

    assert getattr(settings, TEXTS[key]) == "configuration"


def test_settings_without_anything_configured_are_the_defaults():
    assert read() == Settings()


@pytest.mark.parametrize("secret", ["access_key", "secret_key", "security_token"])
def test_settings_shown_hide_credentials(secret):
    assert secret in {field.name for field in fields(Settings)}
    assert "canary" not in repr(Settings(**{secret: "canary"}))


def test_endpoint_that_is_not_configured_is_the_region_s():
    assert read().endpoint(ECS, "ap-southeast-1") == "ecs.ap-southeast-1.aliyuncs.com"
    assert read().endpoint(STS, None) == "sts.aliyuncs.com"


@pytest.mark.parametrize("value", ['[{"ecs": "10.0.0.1:8443"}]', '{"ecs": "10.0.0.1:8443"}'])
def test_endpoint_that_is_configured_wins(value):
    assert read({"alicloud:endpoints": value}).endpoint(ECS, "cn-hangzhou") == "10.0.0.1:8443"


def test_endpoint_of_the_environment_stands_in():
    environment = {"ALIBABA_CLOUD_ENDPOINT_ECS": "a.example", "ALIBABA_CLOUD_ENDPOINT_STS": "s.example"}
    settings = read({"alicloud:endpoints": '[{"ecs": "b.example"}]'}, environment)

    assert settings.endpoint(ECS, "cn-hangzhou") == "b.example"
    assert settings.endpoint(STS, None) == "s.example"


def test_endpoint_with_two_keys_takes_either():
    settings = read({"alicloud:endpoints": '[{"gwsecd": "d.example"}]'})

    assert settings.endpoint(EDS, "cn-shanghai") == "d.example"


@pytest.mark.parametrize(
    ("service", "configured", "variable"),
    [
        ("eds", "gwsecd", "ALIBABA_CLOUD_ENDPOINT_ECD"),
        ("eds", "ecd", "GWSECD_ENDPOINT"),
        ("swas", "swas_open", "ALIBABA_CLOUD_ENDPOINT_SWAS"),
        ("swas", "swas", "SWAS_OPEN_ENDPOINT"),
    ],
)
def test_endpoint_that_is_configured_under_one_key_wins_over_a_variable_of_the_other(
    service, configured, variable
):
    settings = read({"alicloud:endpoints": json.dumps([{configured: "c.example"}])}, {variable: "v.example"})

    assert settings.endpoint(services.service(service).API, "cn-hangzhou") == "c.example"


@pytest.mark.parametrize("protocol", ["HTTP", "http"])
@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8080", "localhost", "localhost:80", "LocalHost", "[::1]:8080", "[::1]", "127.9.9.9"],
)
def test_plain_http_to_this_machine_is_accepted(protocol, host):
    config = {"alicloud:protocol": protocol, "alicloud:endpoints": json.dumps([{"ecs": host}])}

    assert read(config).endpoint(ECS, "cn-hangzhou") == host


@pytest.mark.parametrize("host", ["10.0.0.1:8080", "localhost.example", "127.0.0.1.example:80", "0.0.0.0"])
def test_plain_http_to_another_machine_is_refused(host):
    config = {"alicloud:protocol": "HTTP", "alicloud:endpoints": json.dumps([{"ecs": host}])}

    with pytest.raises(
        ConfigurationError, match=r"alicloud:protocol: HTTP is only allowed for a loopback host"
    ):
        read(config).endpoint(ECS, "cn-hangzhou")


def test_plain_http_without_a_configured_endpoint_is_refused():
    with pytest.raises(ConfigurationError, match=r"ecs\.cn-hangzhou\.aliyuncs\.com is not one"):
        read({"alicloud:protocol": "HTTP"}).endpoint(ECS, "cn-hangzhou")


def test_limits_take_the_quota_that_is_configured_for_their_service():
    settings = read({"image-shares:accountsPerImage": '{"ecs": 200}'})

    assert settings.limits("ecs", Limits(10, 10, 50)) == Limits(10, 10, 200)
    assert settings.limits("swas", Limits(10, 10, 10)) == Limits(10, 10, 10)


def test_numbers_are_read_in_their_units():
    settings = read(
        {
            "alicloud:clientReadTimeout": "20000",
            "alicloud:clientConnectTimeout": "3000",
            "alicloud:maxRetryTimeout": "60",
            "image-shares:timeout": "90.5",
            "image-shares:callsPerMinute": '{"swas": 20}',
        }
    )

    assert (settings.read_timeout, settings.connect_timeout) == (20_000, 3_000)
    assert (settings.max_retry_timeout, settings.timeout) == (60, 90.5)
    assert settings.calls_per_minute == (("swas", 20),)
