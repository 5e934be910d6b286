"""A parameter that the page of an action does not have: a misspelt list is not taken for an empty one."""

import inspect
import re
from importlib import import_module

import pytest
from calling import Caller, accounts

from alicloud_image_simulator import Simulator
from alicloud_image_simulator.services import every_service

IMAGE = {"RegionId": "cn-hangzhou", "ImageId": "m-1"}
VERSIONS = {"ecs": "2014-05-26", "eds": "2020-09-30", "ens": "2017-11-10", "swas": "2020-06-01"}
WRITES = {
    "ecs": "ModifyImageSharePermission",
    "eds": "ModifyImagePermission",
    "ens": "ModifyImageSharePermission",
    "swas": "AddCustomImageShareAccount",
}
MODELS = {
    "ecs": "alibabacloud_ecs20140526",
    "eds": "alibabacloud_ecd20200930",
    "ens": "alibabacloud_ens20171110",
    "swas": "alibabacloud_swas_open20200601",
}
MISSPELT = [
    *(
        (service, name)
        for service in ("ecs", "eds")
        for name in ("AddAccount", "AddAccounts.1", "AddAccount.0", "AddAccount.01", "AddAccount.x")
    ),
    *(
        (service, name)
        for service in ("ecs", "eds")
        for name in ("AddAccount.1.Id", "addAccount.1", "RemoveAccount", "RemoveAccounts.1", "Account.1")
    ),
    *(("ens", name) for name in ("AddAccount", "AddAccounts.1", "AddAccount.1", "RemoveAccount")),
    *(("swas", name) for name in ("Account", "Accounts.1", "Account.0", "AddAccount.1")),
]


def put(cloud: Simulator, service: str, **behaviour: str) -> None:
    """Put one image that is shared with an account already."""
    image = {"service": service, "image_id": "m-1", "accounts": ["999"]}
    cloud.put_state({"images": [image], "behaviour": behaviour})


def valid(service: str) -> dict[str, str]:
    """A list that the action has, beside the one that is misspelt."""
    name = {"ens": "AddAccounts", "swas": "Account.1"}.get(service, "AddAccount.1")
    return {**IMAGE, name: "222"}


@pytest.mark.parametrize("value", ["111", '["111", "222"]', ""])
@pytest.mark.parametrize(("service", "name"), MISSPELT)
def test_misspelt_list_is_refused_and_named(
    raw: Caller, cloud: Simulator, service: str, name: str, value: str
):
    put(cloud, service)

    reply = raw(WRITES[service], VERSIONS[service], query={**valid(service), name: value})

    assert reply.refusal == (400, "UnknownParameter")
    assert f'no parameter "{name}"' in reply.document["Message"]
    assert accounts(cloud) == ["999"]


@pytest.mark.parametrize(("service", "name"), MISSPELT)
def test_misspelt_list_is_ignored_under_the_silent_reading(
    raw: Caller, cloud: Simulator, service: str, name: str
):
    put(cloud, service, unknown_parameters="ignored")

    reply = raw(WRITES[service], VERSIONS[service], query={**valid(service), name: "111"})

    assert (reply.status, accounts(cloud)) == (200, ["999", "222"])


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("AddAccount", "AddAccount.N"),
        ("AddAccount.0", "AddAccount.N"),
        ("AddAccounts.1", "AddAccount.N"),
        ("DryRum", "DryRun"),
    ],
)
def test_refusal_says_what_may_be_meant(raw: Caller, cloud: Simulator, name: str, meant: str):
    put(cloud, "ecs")

    message = raw(WRITES["ecs"], VERSIONS["ecs"], query={**IMAGE, name: "111"}).document["Message"]

    assert message.endswith(f"Did you mean {meant}?")


@pytest.mark.parametrize(
    ("action", "version"),
    [("DescribeImages", "2014-05-26"), ("ListRegions", "2020-06-01"), ("DescribeSelfImages", "2017-11-10")],
)
def test_reading_call_refuses_an_unknown_parameter_too(raw: Caller, action: str, version: str):
    query = {"RegionId": "cn-hangzhou", "Nothing": "1"}

    assert raw(action, version, query=query).refusal == (400, "UnknownParameter")


@pytest.mark.parametrize("name", ["RegionId", "SourceIp", "SecureTransport"])
def test_parameter_that_clients_send_with_every_call_is_accepted(raw: Caller, name: str):
    assert raw("DescribeSelfImages", "2017-11-10", query={name: "true"}).status == 200


def test_session_is_not_started_with_an_unknown_parameter(raw: Caller):
    query = {"RoleArn": "acs:ram::1600000000000001:role/a", "RoleSessionName": "test", "Duration": "900"}

    assert raw("AssumeRole", query=query).refusal == (400, "UnknownParameter")


@pytest.mark.parametrize("over_ten", ["first_ten", "ignored"])
@pytest.mark.parametrize("service", ["ecs", "eds"])
def test_number_over_ten_alone_is_ignored(raw: Caller, cloud: Simulator, service: str, over_ten: str):
    put(cloud, service, over_ten=over_ten)

    reply = raw(WRITES[service], VERSIONS[service], query={**IMAGE, "AddAccount.11": "111"})

    assert (reply.status, accounts(cloud)) == (200, ["999"])


@pytest.mark.parametrize(("over_ten", "taken"), [("first_ten", ["222"]), ("ignored", [])])
def test_number_over_ten_is_over_ten_however_few_there_are(
    raw: Caller, cloud: Simulator, over_ten: str, taken: list[str]
):
    put(cloud, "ecs", over_ten=over_ten)
    query = {**IMAGE, "AddAccount.2": "222", "AddAccount.11": "111"}

    raw(WRITES["ecs"], VERSIONS["ecs"], query=query)

    assert accounts(cloud) == ["999", *taken]


@pytest.mark.parametrize("service", VERSIONS)
def test_every_parameter_of_the_official_sdk_is_known(service: str):
    served = next(each for each in every_service() if each.name == service)
    models = import_module(f"{MODELS[service]}.models")

    for action in served.actions:
        source = inspect.getsource(getattr(models, f"{action}Request"))
        names = set(re.findall(r"result\['(\w+)'\]", source))
        page = served.parameters[action]
        known = {name.partition(".")[0] for name in (*page.required, *page.optional)}
        assert known == names


def test_page_of_every_action_on_images_is_known():
    for service in every_service():
        if service.has_images:
            assert service.parameters.keys() == service.actions.keys()


def test_caller_identity_with_a_parameter_is_refused_and_names_it(raw: Caller, cloud: Simulator):
    refused = raw(query={"AccountId": "111"})
    cloud.put_state({"behaviour": {"unknown_parameters": "ignored"}})

    assert refused.refusal == (400, "UnknownParameter")
    assert raw(query={"AccountId": "111"}).status == 200
