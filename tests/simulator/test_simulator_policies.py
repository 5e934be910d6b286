"""What a key may do."""

import pytest
from alibabacloud_ecs20140526.client import Client
from alibabacloud_ens20171110.client import Client as EnsClient
from alibabacloud_ens20171110.models import DescribeSelfImagesRequest
from calling import Caller, accounts, refusal
from ecs_calls import modify, put

from alicloud_image_simulator import OTHER, OWNER, MalformedDocumentError, Simulator

IMAGE = "acs:ecs:cn-hangzhou:*:image/m-1"


def policy(*statements):
    """A policy of statements (effect, action, resource)."""
    names = ("Effect", "Action", "Resource")
    return {"Version": "1", "Statement": [dict(zip(names, each, strict=True)) for each in statements]}


def may(cloud: Simulator, *statements):
    cloud.put_policies({OWNER.key: policy(*statements)})


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([], False),
        ([("Allow", "*", "*")], True),
        ([("Allow", "ecs:*", "*")], True),
        ([("Allow", ["ecs:Describe*", "ecs:ModifyImageSharePermission"], [IMAGE])], True),
        ([("Allow", "ecs:Describe*", "*")], False),
        ([("Allow", "ecd:*", "*")], False),
        ([("Allow", "ecs:*", "acs:ecs:cn-shanghai:*:image/m-1")], False),
        ([("Allow", "ecs:*", f"acs:ecs:*:{OTHER.id}:image/*")], False),
        ([("Allow", "ecs:*", f"acs:ecs:*:{OWNER.id}:image/*")], True),
        ([("Allow", "*", "*"), ("Deny", "ecs:Modify*", IMAGE)], False),
    ],
)
def test_call_is_carried_out_if_a_statement_allows_it_and_none_denies_it(
    ecs: Client, cloud: Simulator, statements, allowed
):
    put(cloud)
    may(cloud, *statements)

    if allowed:
        modify(ecs, add=["111"])()
    else:
        assert refusal(modify(ecs, add=["111"])) == (403, "Forbidden.RAM")

    assert accounts(cloud) == (["111"] if allowed else [])


def test_key_without_a_policy_may_do_everything(ecs: Client, cloud: Simulator):
    put(cloud)
    cloud.put_policies({OTHER.key: policy()})

    modify(ecs, add=["111"])()

    assert accounts(cloud) == ["111"]


def test_caller_may_always_ask_who_it_is(raw: Caller, cloud: Simulator):
    may(cloud, ("Deny", "*", "*"))

    assert raw().status == 200


def test_call_that_names_no_image_is_about_all_of_them(raw: Caller, cloud: Simulator):
    listing = ("DescribeImages", "2014-05-26")
    may(cloud, ("Allow", "ecs:DescribeImages", "acs:ecs:cn-hangzhou:*:image/m-1"))
    of_one = raw(*listing, query={"RegionId": "cn-hangzhou"})
    may(cloud, ("Allow", "ecs:DescribeImages", "acs:ecs:cn-hangzhou:*:image/*"))
    of_all = raw(*listing, query={"RegionId": "cn-hangzhou"})

    assert (of_one.refusal, of_all.status) == ((403, "Forbidden.RAM"), 200)


@pytest.mark.parametrize(
    ("version", "action", "parameters", "resource"),
    [
        ("2014-05-26", "DescribeImages", {"ImageId": "m-1,m-2"}, ["*:image/m-1", "*:image/m-2"]),
        ("2020-06-01", "ListCustomImages", {"ImageIds": '["m-1", "m-2"]'}, ["*/m-1", "*/m-2"]),
        ("2020-06-01", "ListCustomImages", {}, "acs:swas-open:cn-hangzhou:*:customimage/*"),
        ("2020-09-30", "DescribeImages", {}, "*"),
        ("2017-11-10", "DescribeSelfImages", {}, "*"),
    ],
)
def test_call_needs_every_resource_that_it_is_about(
    raw: Caller, cloud: Simulator, version, action, parameters, resource
):
    query = {"RegionId": "cn-hangzhou", **parameters}
    may(cloud, ("Allow", "*", resource))
    allowed = raw(action, version, query=query)
    less = resource[:1] if isinstance(resource, list) else "acs:*:*:*:image/m-1"
    may(cloud, ("Allow", "*", less))
    refused = raw(action, version, query=query)

    assert (allowed.status, refused.refusal[1] in ("Forbidden.RAM", "NoPermission")) == (200, True)


@pytest.mark.parametrize(
    ("reading", "expected"),
    [("NoPermission", (400, "NoPermission")), ("Forbidden.RAM", (403, "Forbidden.RAM"))],
)
def test_ens_refuses_in_the_way_that_is_chosen(ens: EnsClient, cloud: Simulator, reading, expected):
    cloud.put_state({"behaviour": {"ens_denied_code": reading}})
    may(cloud)

    assert refusal(lambda: ens.describe_self_images(DescribeSelfImagesRequest())) == expected


@pytest.mark.parametrize(
    ("version", "action", "name"),
    [
        ("2020-09-30", "DescribeImages", "ecd:DescribeImages"),
        ("2020-06-01", "ListCustomImages", "swas-open:ListCustomImages"),
    ],
)
def test_service_has_its_own_word_before_its_actions(raw: Caller, cloud: Simulator, version, action, name):
    may(cloud, ("Allow", name, "*"))
    allowed = raw(action, version, query={"RegionId": "cn-hangzhou"})
    may(cloud, ("Allow", "ecs:*", "*"))
    refused = raw(action, version, query={"RegionId": "cn-hangzhou"})

    assert (allowed.status, refused.refusal) == (200, (403, "Forbidden.RAM"))


def test_policies_stay_when_a_state_is_put_and_go_when_others_are(ecs: Client, cloud: Simulator):
    may(cloud)
    put(cloud)
    refused = refusal(modify(ecs, add=["111"]))
    cloud.put_policies({})
    modify(ecs, add=["111"])()

    assert (refused, accounts(cloud)) == ((403, "Forbidden.RAM"), ["111"])


def test_refusal_comes_before_faults_and_is_logged(ecs: Client, cloud: Simulator):
    put(cloud)
    may(cloud)
    cloud.put_faults([{"kind": "drop_before", "every": 1}])

    assert refusal(modify(ecs, add=["111"])) == (403, "Forbidden.RAM")
    assert (cloud.calls()[-1]["code"], cloud.calls()[-1]["account"]) == ("Forbidden.RAM", OWNER.id)


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], "policies is"),
        ({"KEY": {}}, "policies has the unknown field 'KEY'"),
        ({OWNER.key: {"Statement": []}}, f"policies.{OWNER.key}.Version is missing"),
        ({OWNER.key: {"Version": "1"}}, f"policies.{OWNER.key}.Statement is missing"),
        (
            {OWNER.key: policy(("Maybe", "*", "*"))},
            f"policies.{OWNER.key}.Statement[0].Effect must be one of",
        ),
        ({OWNER.key: policy(("Allow", [1], "*"))}, f"policies.{OWNER.key}.Statement[0].Action[0] is not"),
        ({OWNER.key: policy(("Allow", "", "*"))}, f"policies.{OWNER.key}.Statement[0].Action is empty"),
    ],
)
def test_malformed_policies_are_refused_with_their_place(cloud: Simulator, document, place):
    with pytest.raises(MalformedDocumentError) as refused:
        cloud.put_policies(document)

    assert str(refused.value).startswith(place)


def test_policies_are_put_over_http(raw: Caller):
    reply = raw.control("PUT", "policies", {OWNER.key: policy()})

    assert (reply.status, raw("DescribeImages", "2014-05-26").refusal) == (204, (403, "Forbidden.RAM"))
