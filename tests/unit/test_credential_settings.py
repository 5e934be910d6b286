"""Which credentials are configured, with the keys and variables of pulumi-alicloud."""

from __future__ import annotations

import json

import pytest

from alicloud_image_share.cloud.credential_settings import OidcSettings, RoleSettings
from alicloud_image_share.cloud.settings import Settings, read_settings

ROLE = "acs:ram::1600000000000002:role/images"
PROVIDER = "acs:ram::1600000000000002:oidc-provider/ci"
TOKEN = "canary-of-a-token"
OIDC = {"oidcProviderArn": PROVIDER, "roleArn": ROLE, "oidcToken": TOKEN}
OIDC_VARIABLES = {
    "ALIBABA_CLOUD_ROLE_ARN": ROLE,
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": PROVIDER,
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "/token",
}


def read(environment: dict[str, str] | None = None, /, **config: object) -> Settings:
    texts = {f"alicloud:{key}": v if isinstance(v, str) else json.dumps(v) for key, v in config.items()}
    return read_settings(texts.get, environment or {}, ("ecs",))


@pytest.mark.parametrize("in_list", [False, True], ids=["an object", "a list with one"])
def test_role_to_assume_is_read_with_all_its_fields(in_list: bool):
    role = {
        "roleArn": ROLE,
        "sessionName": "up",
        "policy": "{}",
        "sessionExpiration": 900,
        "externalId": "x",
    }

    settings = read(assumeRole=[role] if in_list else role)

    assert settings.assume_role == RoleSettings(ROLE, "up", 900, "{}", "x")
    assert settings.problems == ()


@pytest.mark.parametrize("value", [[], {}, [{}], {"roleArn": ""}, {"roleArn": None, "sessionExpiration": 0}])
def test_role_without_anything_set_is_none(value: object):
    assert read(assumeRole=value) == Settings()


@pytest.mark.parametrize("variable", ["ALICLOUD_ASSUME_ROLE_ARN", "ALIBABA_CLOUD_ROLE_ARN"])
def test_role_of_the_environment_stands_in(variable: str):
    assert read({variable: ROLE}, assumeRole={}).assume_role == RoleSettings(ROLE)


@pytest.mark.parametrize(
    ("variable", "expected"),
    [("ALICLOUD_ASSUME_ROLE_ARN", RoleSettings(ROLE)), ("ALIBABA_CLOUD_ROLE_ARN", None)],
)
def test_role_of_the_environment_alone_is_assumed_where_its_name_says_so(
    variable: str, expected: RoleSettings | None
):
    assert read({variable: ROLE}).assume_role == expected


def test_role_of_the_configuration_wins_over_the_environment():
    settings = read({"ALICLOUD_ASSUME_ROLE_ARN": f"{ROLE}-2"}, assumeRole={"roleArn": ROLE})

    assert settings.assume_role == RoleSettings(ROLE)


@pytest.mark.parametrize("name", ["ALICLOUD_ASSUME_ROLE_SESSION_NAME", "ALIBABA_CLOUD_ROLE_SESSION_NAME"])
def test_session_of_the_environment_stands_in_for_every_role(name: str):
    settings = read(
        {name: "ci", "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION": "1800"}, assumeRole={"roleArn": ROLE}
    )

    assert settings.assume_role == RoleSettings(ROLE, "ci", 1800)
    assert settings.session_name == "ci"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("text", "it is not a structured value."),
        ('"text"', "it is neither an object nor a list with one object."),
        ([OIDC, OIDC], "it is neither an object nor a list with one object."),
        (
            {"role_arn": ROLE},
            "'role_arn' is not a field here; the fields are roleArn, sessionName, policy, sessionExpiration,"
            " externalId.",
        ),
        ({"roleArn": 5}, "'roleArn' is not text."),
        (
            {"roleArn": "images"},
            "roleArn: 'images' is not the name of a role, acs:ram::<account>:role/<name>.",
        ),
        ({"sessionName": "up"}, "roleArn is missing."),
        (
            {"roleArn": ROLE, "sessionName": "a b"},
            "'a b' is not a session name: 2 to 64 letters, digits, .@_-.",
        ),
        (
            {"roleArn": ROLE, "sessionExpiration": 899},
            "sessionExpiration: 899 is not a number from 900 to 43200.",
        ),
        ({"roleArn": ROLE, "sessionExpiration": "1h"}, "sessionExpiration: '1h' is not a number from 900"),
        ({"roleArn": ROLE, "sessionExpiration": True}, "sessionExpiration: True is not a number from 900"),
        ({"roleArn": ROLE, "sessionExpiration": [1]}, "sessionExpiration: [1] is not a number from 900 to"),
    ],
)
def test_role_with_a_mistake_is_a_problem(value: object, reason: str):
    problems = read(assumeRole=value).problems

    assert problems[0].startswith(f"alicloud:assumeRole: {reason}")


def test_role_with_a_token_is_read_with_all_its_fields():
    more = {"roleSessionName": "ci", "policy": "{}", "sessionExpiration": "1800", "oidcTokenFile": "/t"}

    settings = read(assumeRoleWithOidc=[{**OIDC, **more}])

    assert settings.oidc == OidcSettings(RoleSettings(ROLE, "ci", 1800, "{}"), PROVIDER, TOKEN, "/t")
    assert settings.assume_role is None


def test_role_with_a_token_is_found_in_the_environment_alone():
    settings = read(OIDC_VARIABLES)

    assert settings.oidc == OidcSettings(RoleSettings(ROLE), PROVIDER, None, "/token")
    assert settings.assume_role is None


def test_role_with_a_token_takes_from_the_environment_what_it_does_not_say():
    settings = read(OIDC_VARIABLES, assumeRoleWithOidc={"roleArn": f"{ROLE}-2"})

    assert settings.oidc == OidcSettings(RoleSettings(f"{ROLE}-2"), PROVIDER, None, "/token")


def test_variables_of_assume_role_do_not_count_for_a_role_with_a_token():
    of_assume_role = {
        "ALICLOUD_ASSUME_ROLE_SESSION_NAME": "top",
        "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION": "1800",
    }

    assert read(of_assume_role, assumeRoleWithOidc=OIDC).oidc == OidcSettings(
        RoleSettings(ROLE), PROVIDER, TOKEN
    )
    named = read({**of_assume_role, "ALIBABA_CLOUD_ROLE_SESSION_NAME": "ci"}, assumeRoleWithOidc=OIDC).oidc
    assert named is not None
    assert named.role == RoleSettings(ROLE, "ci")


@pytest.mark.parametrize("value", [{}, [{}], {"roleArn": ""}])
@pytest.mark.parametrize("missing", [*OIDC_VARIABLES, None])
def test_role_with_a_token_that_is_asked_for_and_not_complete_is_a_problem(
    value: object, missing: str | None
):
    variables = {name: text for name, text in OIDC_VARIABLES.items() if missing not in (name, None)}

    problems = read(variables, assumeRoleWithOidc=value).problems

    assert problems
    assert all(problem.startswith("alicloud:assumeRoleWithOidc: ") for problem in problems)


def test_role_can_be_assumed_on_top_of_one_with_a_token():
    settings = read({**OIDC_VARIABLES, "ALICLOUD_ASSUME_ROLE_ARN": f"{ROLE}-2"})

    assert settings.oidc is not None
    assert settings.assume_role == RoleSettings(f"{ROLE}-2")


@pytest.mark.parametrize("missing", OIDC_VARIABLES)
def test_variables_of_a_role_with_a_token_that_are_not_complete_are_left_alone(missing: str):
    variables = {name: value for name, value in OIDC_VARIABLES.items() if name != missing}

    assert read(variables).oidc is None


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"roleArn": ROLE, "oidcToken": TOKEN}, "oidcProviderArn is missing."),
        ({"roleArn": ROLE, "oidcProviderArn": PROVIDER}, "oidcToken or oidcTokenFile is missing."),
        ({"oidcToken": TOKEN, "oidcProviderArn": PROVIDER}, "roleArn is missing."),
        ({**OIDC, "oidcToken": [TOKEN]}, "'oidcToken' is not text."),
        (f"{{{TOKEN}", "it is not a structured value."),
        (json.dumps(TOKEN), "it is neither an object nor a list with one object."),
    ],
)
def test_role_with_a_token_and_a_mistake_is_a_problem_that_does_not_show_the_token(
    value: object, reason: str
):
    problems = read(assumeRoleWithOidc=value).problems

    assert problems[0] == f"alicloud:assumeRoleWithOidc: {reason}"
    assert TOKEN not in str(problems)


def test_settings_shown_hide_the_token_and_the_address_of_credentials():
    settings = read(assumeRoleWithOidc=OIDC, credentialsUri=f"http://127.0.0.1/?{TOKEN}")

    assert settings.problems == ()
    assert settings.oidc is not None
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize("variable", ["ALICLOUD_CREDENTIALS_URI", "ALIBABA_CLOUD_CREDENTIALS_URI"])
@pytest.mark.parametrize("uri", ["http://127.0.0.1:80/x?y=z", "https://host.example", "http://[::1]:8080/"])
def test_address_of_credentials_is_read_as_it_stands(variable: str, uri: str):
    assert read({variable: uri}).credentials_uri == uri


@pytest.mark.parametrize(
    "uri", ["file:///canary", "127.0.0.1/canary", "http://", "http://a:canary@b/", "http://a/ canary"]
)
def test_address_of_credentials_that_is_none_is_a_problem_that_does_not_show_it(uri: str):
    (problem,) = read(credentialsUri=uri).problems

    assert problem == "alicloud:credentialsUri: it is not an address that begins with http or https."


@pytest.mark.parametrize("name", ["a/b", "a b", "x" * 65, "../latest", "\uff41"])
def test_role_of_the_instance_that_is_none_is_a_problem(name: str):
    settings = read({"ALICLOUD_ECS_ROLE_NAME": name})

    assert settings.ecs_role_name is None
    assert settings.problems[0].startswith("alicloud:ecsRoleName: ")


@pytest.mark.parametrize("host", ["10.0.0.1", "metadata.example", "127.0.0.1/x", "127.0.0.1@host"])
def test_metadata_is_not_asked_for_at_another_machine(host: str):
    settings = read({"ALICLOUD_METADATA_HOST": host})

    assert settings.metadata_host == "100.100.100.200"
    assert settings.problems == (f"ALICLOUD_METADATA_HOST: {host!r} is not a loopback host.",)
