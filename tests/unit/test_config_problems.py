"""Configuration that is malformed is a problem for check to report, and never raises."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_image_share.cloud.environment_variables import ENVIRONMENT
from alicloud_image_share.cloud.settings import read_settings

SERVICES = ("ecs", "swas")
KEYS = [
    *(f"alicloud:{key}" for key in ENVIRONMENT),
    *("alicloud:accountId", "alicloud:assumeRoleWithOidc", "alicloud:endpoints", "alicloud:maxRetryTimeout"),
    *("alicloud:clientReadTimeout", "alicloud:clientConnectTimeout"),
    *("image-shares:accountsPerImage", "image-shares:callsPerMinute", "image-shares:timeout"),
    "image-shares:probe",
]
NUMBERS = [key for key in KEYS if "imeout" in key]
MAPS = ["image-shares:accountsPerImage", "image-shares:callsPerMinute"]
PAIR = {"alicloud:accessKey": "key", "alicloud:secretKey": "secret"}


def read(config=None, environment=None):
    return read_settings((config or {}).get, environment or {}, SERVICES)


@given(
    st.dictionaries(
        st.sampled_from(KEYS),
        st.text()
        | st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["ecs", "swas", "x"]), inner),
            max_leaves=5,
        ).map(json.dumps),
    ),
    st.dictionaries(
        st.sampled_from(sorted({name for names in ENVIRONMENT.values() for name in names}))
        | st.text().map("ALIBABA_CLOUD_ENDPOINT_{}".format),
        st.text(),
    ),
)
def test_any_configuration_is_read_without_raising(config, environment):
    settings = read(config, environment)

    hash(settings)
    assert all(isinstance(problem, str) for problem in settings.problems)


@pytest.mark.parametrize("key", [*MAPS, "alicloud:endpoints"])
def test_structured_value_that_is_nested_too_deeply_is_a_problem(key):
    (problem,) = read({key: "[" * 200_000}).problems

    assert problem.startswith(f"{key}: '[[[")
    assert len(problem) < 200


@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize("value", ["", "soon", "-1", "nan", "inf", "1e400", "10s", "{}"])
def test_number_that_is_none_is_a_problem(key, value):
    (problem,) = read({key: value}).problems

    assert problem == f"{key}: {value!r} is not a positive number."


def test_share_timeout_of_zero_is_a_problem():
    (problem,) = read({"image-shares:timeout": "0"}).problems

    assert problem == "image-shares:timeout: '0' is not a positive number."


@pytest.mark.parametrize("key", [key for key in NUMBERS if key.startswith("alicloud:")])
@pytest.mark.parametrize("zero", ["0", "0.0"])
def test_timeout_of_zero_in_a_key_of_pulumi_alicloud_leaves_it_unset(key, zero):
    assert read({key: zero}) == read()


@pytest.mark.parametrize("key", MAPS)
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("50", "it maps a service to a number."),
        ("[]", "it maps a service to a number."),
        ("ecs", "'ecs' is not a structured value."),
        ('{"ecs": ', "'{\"ecs\": ' is not a structured value."),
        ('{"rds": 5}', "'rds' is not a service with a limit; those are ecs, swas."),
        ('{"ecs": 0}', "0 of ecs is not a number above 0."),
        ('{"ecs": "5"}', "'5' of ecs is not a number above 0."),
        ('{"ecs": 1.5}', "1.5 of ecs is not a number above 0."),
        ('{"ecs": true}', "True of ecs is not a number above 0."),
    ],
)
def test_map_of_numbers_with_a_mistake_is_a_problem(key, value, reason):
    assert read({key: value}).problems == (f"{key}: {reason}",)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("host", "'host' is not a structured value."),
        ("7", "'7' is not a list of maps from a service to a host."),
        ('"host"', "'\"host\"' is not a list of maps from a service to a host."),
        ('["host"]', "'[\"host\"]' is not a list of maps from a service to a host."),
        ('[{"ecs": 7}]', "7 of ecs is not a host name, with or without a port."),
        ('[{"ecs": "https://host"}]', "'https://host' of ecs is not a host name, with or without a port."),
        ('[{"ecs": "host/path"}]', "'host/path' of ecs is not a host name, with or without a port."),
        ('[{"ecs": "127.0.0.1:80@host"}]', "'127.0.0.1:80@host' of ecs is not a host name, with"),
        ('[{"ecs": "a host"}]', "'a host' of ecs is not a host name, with or without a port."),
    ],
)
def test_endpoints_with_a_mistake_are_a_problem(value, reason):
    (problem,) = read({"alicloud:endpoints": value}).problems

    assert problem.startswith(f"alicloud:endpoints: {reason}")


@pytest.mark.parametrize("value", ["yes", "1", "{}"])
def test_flag_that_is_none_is_a_problem(value):
    settings = read({"image-shares:probe": value})

    assert settings.problems == (f"image-shares:probe: {value!r} is neither true nor false.",)


@pytest.mark.parametrize(("value", "probe"), [("true", True), ("True", True), ("false", False), ("", True)])
def test_flag_is_read_in_any_case(value, probe):
    assert read({"image-shares:probe": value}).probe is probe


@pytest.mark.parametrize("value", ["FTP", "https://", "HTTP "])
def test_protocol_that_is_none_is_a_problem(value):
    settings = read({"alicloud:protocol": value})

    assert settings.problems == (f"alicloud:protocol: {value!r} is neither HTTPS nor HTTP.",)
    assert settings.protocol == "HTTPS"


@pytest.mark.parametrize("key", PAIR)
def test_half_a_key_pair_is_a_problem_that_does_not_show_it(key):
    (problem,) = read({key: "canary"}).problems

    assert problem.startswith("alicloud:accessKey and alicloud:secretKey: one is set without the other")
    assert "canary" not in problem


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        (
            "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "ALIBABA_CLOUD_ACCESS_KEY_ID of the environment is set; set alicloud:secretKey or"
            " ALICLOUD_SECRET_KEY too.",
        ),
        (
            "ALICLOUD_SECRET_KEY",
            "ALICLOUD_SECRET_KEY of the environment is set; set alicloud:accessKey or"
            " ALICLOUD_ACCESS_KEY too.",
        ),
    ],
)
def test_half_a_key_pair_is_named_with_its_variable_and_the_other_half(variable, words):
    (problem,) = read({}, {variable: "canary"}).problems

    assert problem.endswith(words)
