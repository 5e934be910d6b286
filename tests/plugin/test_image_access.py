"""getImageAccess tells who has access to an image, and writes nothing."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi.runtime.proto import provider_pb2

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.services import ecs
from alicloud_image_share.errors import ShareError
from alicloud_image_share.plugin.image_access import FUNCTION
from alicloud_image_share.plugin.servicer import ImageSharesServicer
from alicloud_image_share.plugin.values import document
from alicloud_image_simulator import OTHER, OWNER
from tests.contract.conftest import set_up, shared_simulator, shared_time  # noqa: F401 - fixtures
from tests.contract.stage import Stage, accounts
from tests.plugin.conftest import SHOP, WEB


def answer(stage: Stage, **arguments: Any) -> dict[str, Any]:
    servicer = ImageSharesServicer()
    servicer._run = stage.run()
    request = provider_pb2.InvokeRequest(tok=FUNCTION)
    request.args.update({"service": stage.service, "imageId": "m-1", **arguments})
    invoke: Any = ImageSharesServicer.Invoke
    return document(getattr(invoke.__wrapped__(servicer, request, None), "return"))


@pytest.mark.parametrize("service", services.names())
def test_image_access_names_the_owner_and_everybody_who_has_access(service, set_up):  # noqa: F811
    stage = set_up(service, {})
    stage.put_image(accounts(12) if service != "swas" else accounts(9))

    told = answer(stage)

    assert told["accounts"] == sorted(stage.live())
    assert (told["ownerId"], told["everyone"]) == (OWNER.id, False)
    assert stage.writes() == []


def test_image_access_to_an_image_of_another_account_is_an_error_that_names_both(set_up):  # noqa: F811
    stage = set_up("ecs", {})
    stage.put_image(owner_id=OTHER.id)

    with pytest.raises(ShareError, match="reading ecs:cn-hangzhou:m-1"):
        answer(stage)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"service": "oss"}, "service: 'oss' is none of"),
        ({"service": None}, "service: it is required"),
        ({"imageId": None}, "imageId: it is required"),
        ({"imageId": ""}, "imageId: '' is not an image id"),
        ({"imageId": "m-1\nx"}, "is not an image id"),
        ({"imageId": 5}, "imageId: 5.0 is not text"),
        ({"regionId": {"a": "b"}}, "regionId: {'a': 'b'} is not text"),
        ({"regionId": "cn hangzhou"}, "regionId: 'cn hangzhou' is not a region id"),
        ({"roleArn": "admin"}, "roleArn: 'admin' is not the name of a role"),
        ({"service": "ens", "regionId": "cn-hangzhou"}, "ens images have no region"),
    ],
)
def test_image_access_with_a_wrong_argument_says_which(set_up, arguments, words):  # noqa: F811
    stage = set_up("ecs", {})

    with pytest.raises(ShareError, match=words):
        answer(stage, **arguments)


def test_image_access_without_any_argument_is_refused_in_a_sentence():
    request = provider_pb2.InvokeRequest(tok=FUNCTION)
    invoke: Any = ImageSharesServicer.Invoke
    servicer = ImageSharesServicer()
    servicer._run = None  # type: ignore[assignment]

    with pytest.raises(ShareError, match="service: it is required"):
        invoke.__wrapped__(servicer, request, None)


def test_image_access_to_a_public_image_without_share_groups_tells_that_everyone_has_it(
    set_up,  # noqa: F811
    monkeypatch,
):
    stage = set_up("ecs", {})
    stage.put_image([WEB], is_public=True)
    parse, no_groups = ecs.parse_accounts, {"ShareGroup": []}
    monkeypatch.setattr(ecs, "parse_accounts", lambda told: parse({**told, "ShareGroups": no_groups}))

    assert answer(stage)["everyone"] is True


@pytest.mark.engine
def test_program_asks_who_has_access(native, cloud):
    cloud.put_state({"images": [{"service": "ecs", "image_id": "m-1", "accounts": [WEB, SHOP]}]})
    told = []

    def program() -> None:
        image = {"service": "ecs", "imageId": "m-1"}
        told.append(pulumi.runtime.invoke(FUNCTION, image).value)

    native.program = program
    previewed = native.preview()

    assert previewed.succeeded, previewed.output
    assert [set(each["accounts"]) for each in told] == [{WEB, SHOP}]
