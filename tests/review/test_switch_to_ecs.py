"""The share to the owner's own ECS, as a run has switched it and as state has it."""

from __future__ import annotations

import pytest

from alicloud_image_share.review.engine_step import EngineStep, ResourceState
from alicloud_image_share.review.net_access import without_spared
from alicloud_image_share.review.share_change import change
from alicloud_image_share.review.state_access import access
from alicloud_image_share.sharing.notices import Kind, Notice
from alicloud_image_share.sharing.share_types import SHARE_TYPE

from .scenarios import WEB

IMAGE = "swas:cn-hangzhou:m-simple"
URN = f"urn:pulumi:dev::shares::{SHARE_TYPE}::simple"


def state(share_to_ecs: bool | None) -> ResourceState:
    """Give what state holds of a share of the image."""
    service, region, image_id = IMAGE.split(":")
    values = {"service": service, "region_id": region, "image_id": image_id, "accounts": {WEB: "team web"}}
    switch = {} if share_to_ecs is None else {"share_to_ecs": share_to_ecs}
    return ResourceState(SHARE_TYPE, {**values, **switch}, {**values, **switch, "owned_accounts": {WEB: ""}})


@pytest.mark.parametrize("share_to_ecs", [True, False, None])
def test_state_says_whether_the_image_is_shared_to_ecs(share_to_ecs: bool | None):
    assert access(URN, state(share_to_ecs)).in_ecs is (share_to_ecs is True)


@pytest.mark.parametrize(
    ("notices", "switched"),
    [
        ([Notice(IMAGE, Kind.LEAVES_ECS)], False),
        ([Notice("swas:cn-hangzhou:m-other", Kind.LEAVES_ECS)], None),
        ([], None),
    ],
)
def test_delete_has_switched_ecs_off_where_its_provider_says_so(notices: list[Notice], switched: bool | None):
    deleted = change(EngineStep("delete", URN, state(True)), planned=False)

    assert deleted is not None
    assert deleted.in_ecs is False
    assert without_spared(deleted, notices).in_ecs is switched
