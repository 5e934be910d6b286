"""Lists whose pages never end: each page brings somebody new, and none is the last one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.image import CloudImage, ReadableImage
from alicloud_image_share.cloud.request import Request
from alicloud_image_share.cloud.retry import MOST_PAGES
from alicloud_image_share.errors import ResponseLost, UnreadableResponse
from alicloud_image_share.inventory import revocation
from alicloud_image_share.inventory.live import LiveAccount, LiveImage, ReadFailure, ServiceRegion
from alicloud_image_share.inventory.reading import SECONDS, AccountReader
from alicloud_image_share.lifecycle import rollback
from alicloud_image_share.sharing.failures import AccountNaming
from alicloud_image_share.sharing.model import ImageKey

WEB, STRANGER = "1234567890123456", "1550809237710001"
IMAGE = ImageKey("ecs", "cn-hangzhou", "m-1")


def _endless(action: str, calls: int, total: int) -> dict[str, Any]:
    """Give a page of each service's answers that brings somebody new."""
    account, image = str(1_550_000_000_000_000 + calls), f"m-{calls}"
    numbers = {"TotalCount": total, "PageNumber": calls, "PageSize": 1}
    if action == "DescribeImageSharePermission":
        return {**numbers, "Accounts": {"Account": [{"AliyunId": account}]}}
    return {**numbers, "NextToken": str(calls), "Images": [{"ImageId": image, "ImageType": "CUSTOM"}]}


@dataclass
class Endless:
    """A service that answers each call after some seconds."""

    seconds: float
    growing: bool = False
    calls: int = 0
    now: float = field(default=0.0)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def read(self, request: Request, parse: Callable[[Mapping[str, Any]], Any]) -> Any:
        self.calls += 1
        self.now += self.seconds
        total = 900_000 + (self.calls if self.growing else 0)
        return parse(_endless(request.call.action, self.calls, total))

    def write(self, _request: Request) -> str:
        self.now += self.seconds
        return "a-request"


def _accounts(server: Endless) -> None:
    image = ReadableImage(
        client=server,
        service=services.service("ecs"),
        key=IMAGE,
        tell=lambda _: None,
    )
    image.access(Deadline.after(server.clock, 60))


def _images(server: Endless) -> ReadFailure:
    reader = AccountReader(server, "1600000000000001", server.clock, lambda _: None)
    failure = reader.images(ServiceRegion("eds", "cn-hangzhou"))
    assert isinstance(failure, ReadFailure)
    return failure


@pytest.mark.parametrize("growing", [False, True], ids=["same_total", "growing_total"])
def test_list_without_an_end_is_given_up_when_the_time_is_up(growing: bool):
    server = Endless(seconds=1.0, growing=growing)

    with pytest.raises(ResponseLost):
        _accounts(server)

    assert server.now <= 61


def test_list_without_an_end_is_given_up_after_the_most_pages():
    server = Endless(seconds=0.0)

    with pytest.raises(UnreadableResponse, match=f"ECS gave {MOST_PAGES} pages without the last one"):
        _accounts(server)

    assert server.calls == MOST_PAGES


@pytest.mark.parametrize("seconds", [0.0, 1.0], ids=["fast", "slow"])
def test_region_whose_images_never_end_is_not_read_and_names_its_service(seconds: float):
    server = Endless(seconds)

    failure = _images(server)

    assert failure.what == "eds cn-hangzhou"
    assert "pages without the last one" in failure.reason
    assert server.now <= SECONDS + 1
    assert server.calls <= MOST_PAGES


@pytest.mark.parametrize("seconds", [0.0, 1.0], ids=["fast", "slow"])
def test_revoke_of_an_image_whose_accounts_never_end_says_that_the_account_is_left(seconds: float):
    server = Endless(seconds)
    image = LiveImage(IMAGE, owner="1600000000000001", accounts=(LiveAccount(WEB),))

    (result,) = revocation.Revocation(lambda _: server, server.clock, lambda _: None).carry_out(
        [image], frozenset({WEB}), lambda _: None
    )

    assert result.left
    assert "pages without the last one" in result.reason
    assert server.now <= revocation.SECONDS + 1


@pytest.mark.parametrize("seconds", [0.0, 1.0], ids=["fast", "slow"])
def test_rollback_on_an_image_whose_accounts_never_end_says_who_may_have_access(seconds: float):
    server = Endless(seconds)
    service = services.service("ecs")
    held = rollback.Rollback(
        image=CloudImage(
            client=server, service=service, key=IMAGE, tell=lambda _: None, before_write=lambda: None
        ),
        deadline=Deadline.after(server.clock, rollback.SECONDS),
        limits=service.LIMITS,
        names=AccountNaming(IMAGE),
        ram_prefix="ecs",
        before=frozenset({STRANGER}),
        sent=frozenset({WEB}),
        accepted=frozenset({WEB}),
        unanswered=frozenset(),
    ).carry_out()

    assert held.startswith(f"{WEB} may have access that should not: ")
    assert server.now <= rollback.SECONDS + rollback.GLANCE
