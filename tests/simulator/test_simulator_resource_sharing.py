"""The calls of Resource Sharing, by the official SDK."""

import pytest
from calling import config, refusal

from alicloud_image_simulator import OTHER, OWNER, Simulator

pytest.importorskip("alibabacloud_resourcesharing20200110")
from alibabacloud_resourcesharing20200110.client import Client
from alibabacloud_resourcesharing20200110.models import (
    ListResourceShareAssociationsRequest,
    ListResourceSharesRequest,
    ListSharedResourcesRequest,
    ListSharedTargetsRequest,
)
from test_simulator_models import missing

SHARE = {
    "share_id": "rs-1",
    "name": "golden",
    "images": ["m-1", "m-2"],
    "targets": [OTHER.id, "fd-1", "rd-1"],
    "pending_targets": ["1999999999999999"],
    "external_targets": ["1999999999999999"],
}


@pytest.fixture
def owner(cloud: Simulator) -> Client:
    cloud.put_state({"resource_shares": [SHARE]})
    return Client(config(cloud, OWNER))


@pytest.fixture
def other(cloud: Simulator) -> Client:
    return Client(config(cloud, OTHER))


def test_every_field_of_the_typed_answers_is_served(owner: Client):
    own = {"resource_owner": "Self"}
    answers = [
        owner.list_resource_shares(ListResourceSharesRequest(**own)),
        owner.list_shared_resources(ListSharedResourcesRequest(**own)),
        owner.list_shared_targets(ListSharedTargetsRequest(**own)),
        owner.list_resource_share_associations(
            ListResourceShareAssociationsRequest(association_type="Target")
        ),
        owner.list_resource_share_associations(
            ListResourceShareAssociationsRequest(association_type="Resource")
        ),
    ]

    left_out = {
        *("next_token", "resource_status", "resource_status_message"),  # of a last page, and of one's own
        *("target_property", "resource_property"),  # of services
        *("external", "resource_arn"),  # of the other kind of association
    }
    assert set().union(*(missing(answer.body) for answer in answers)) <= left_out


def test_owner_sees_the_images_and_the_principals_of_a_share(owner: Client):
    own = {"resource_owner": "Self"}
    (share,) = owner.list_resource_shares(ListResourceSharesRequest(**own)).body.resource_shares
    resources = owner.list_shared_resources(ListSharedResourcesRequest(**own)).body.shared_resources
    targets = owner.list_shared_targets(ListSharedTargetsRequest(**own)).body.shared_targets

    assert (share.resource_share_name, share.allow_external_targets) == ("golden", False)
    assert [(entry.resource_id, entry.resource_type) for entry in resources] == [
        ("m-1", "Image"),
        ("m-2", "Image"),
    ]
    assert resources[0].resource_arn == f"acs:ecs:cn-hangzhou:{OWNER.id}:image/m-1"
    assert [target.target_id for target in targets] == [OTHER.id, "fd-1", "rd-1"]


def test_principal_sees_who_shares_with_it(owner: Client, other: Client):
    assert owner
    theirs = {"resource_owner": "OtherAccounts"}
    (share,) = other.list_resource_shares(ListResourceSharesRequest(**theirs)).body.resource_shares
    resources = other.list_shared_resources(ListSharedResourcesRequest(**theirs)).body.shared_resources
    (target,) = other.list_shared_targets(ListSharedTargetsRequest(**theirs)).body.shared_targets

    assert (share.resource_share_owner, target.target_id) == (OWNER.id, OWNER.id)
    assert {entry.resource_status for entry in resources} == {"Available"}
    assert (
        other.list_resource_shares(ListResourceSharesRequest(resource_owner="Self")).body.resource_shares
        == []
    )


def test_associations_have_those_that_have_not_accepted(owner: Client):
    request = ListResourceShareAssociationsRequest(
        association_type="Target", association_status="Associating"
    )
    (entry,) = owner.list_resource_share_associations(request).body.resource_share_associations

    assert (entry.entity_id, entry.entity_type, entry.external) == ("1999999999999999", "Account", True)


def test_filters_and_pages_are_those_of_the_page(owner: Client):
    def resources(**wanted) -> list[str]:
        request = ListSharedResourcesRequest(resource_owner="Self", **wanted)
        return [entry.resource_id for entry in owner.list_shared_resources(request).body.shared_resources]

    assert resources(resource_ids=["m-2"]) == ["m-2"]
    assert resources(resource_type="VSwitch") == []
    assert resources(target="fd-1") == ["m-1", "m-2"]
    assert resources(resource_share_ids=["rs-2"]) == []
    first = owner.list_shared_resources(ListSharedResourcesRequest(resource_owner="Self", max_results=1)).body
    assert [entry.resource_id for entry in first.shared_resources] == ["m-1"]
    assert resources(max_results=1, next_token=first.next_token) == ["m-2"]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (ListSharedResourcesRequest(), (400, "MissingParameter")),
        (ListSharedResourcesRequest(resource_owner="Me"), (400, "InvalidParameter")),
        (ListSharedResourcesRequest(resource_owner="Self", max_results=101), (400, "InvalidParameter")),
        (ListSharedResourcesRequest(resource_owner="Self", next_token="x"), (400, "InvalidParameter")),
        (
            ListSharedResourcesRequest(resource_owner="Self", resource_share_ids=list("123456")),
            (400, "InvalidParameter"),
        ),
    ],
)
def test_request_that_the_page_refuses_is_refused(owner: Client, request_, expected):
    assert refusal(lambda: owner.list_shared_resources(request_)) == expected


def test_key_whose_policy_does_not_allow_it_is_refused(owner: Client, cloud: Simulator):
    allowed = {"Effect": "Allow", "Action": "resourcesharing:ListResourceShares", "Resource": "*"}
    cloud.put_policies({OWNER.key: {"Version": "1", "Statement": [allowed]}})

    assert owner.list_resource_shares(ListResourceSharesRequest(resource_owner="Self")).body.resource_shares
    refused = refusal(lambda: owner.list_shared_targets(ListSharedTargetsRequest(resource_owner="Self")))
    assert refused == (403, "NoPermission")


def test_state_with_resource_shares_can_be_put_again(owner: Client, cloud: Simulator):
    assert owner
    state = cloud.state()
    cloud.put_state(state)

    assert cloud.state() == state
