"""The loop where something happens that no simulator does: a defect of ours, a server that repeats itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.image import CloudImage
from alicloud_image_share.cloud.request import Request
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.errors import InconsistentPages, Refused
from alicloud_image_share.lifecycle.converge import Converger
from alicloud_image_share.lifecycle.engine_link import Engine
from alicloud_image_share.lifecycle.rollback import Rollback
from alicloud_image_share.lifecycle.run import Guard, Run
from alicloud_image_share.sharing.failures import AccountNaming
from alicloud_image_share.sharing.model import Access, Batch, Image, ImageKey
from alicloud_image_share.sharing.plan import Intent
from tests.support.clock import Time

KEY = ImageKey("ecs", "cn-hangzhou", "m-1")
OWNER = "1600000000000001"
FIRST = "1550000000000000"
ASKED = frozenset(str(int(FIRST) + n) for n in range(12))


def clock(time: Time) -> Clock:
    return Clock(lambda: time.now, time.sleep)


@dataclass
class InMemory:
    """An image whose second change meets a defect of the provider."""

    accounts: set[str] = field(default_factory=set)
    changes: int = 0

    service = services.service("ecs")

    def tell(self, words: str) -> None:
        raise AssertionError(words)

    def describe(self, _deadline: Deadline) -> Image:
        return Image(owner_id=OWNER)

    def access(self, _deadline: Deadline, _described: Image | None = None) -> Access:
        return Access(frozenset(self.accounts))

    def change(self, batch: Batch, _deadline: Deadline, wanted: Callable[[], bool] = lambda: True) -> None:
        self.changes += 1
        if self.changes == 2:
            raise ZeroDivisionError("a defect")
        assert wanted()
        self.accounts |= set(batch.add)
        self.accounts -= set(batch.remove)


def test_defect_in_the_middle_of_writing_takes_back_what_was_added_and_is_shown():
    time, image = Time(0.0), InMemory({"999999"})
    run = Run(read_settings(lambda _: None, {}, services.names()), Engine(None), clock(time))
    converger = Converger(
        image=image,  # type: ignore[arg-type]
        ledger=run.ledger(KEY),
        guard=Guard(run),
        session=run.session(),
        limits=services.service("ecs").LIMITS,
        names=AccountNaming(KEY),
        deadline=Deadline.after(clock(time), 300),
    )

    with pytest.raises(RuntimeError, match="the 10 accounts that this run added are taken back") as failure:
        converger.run(Intent(wanted=ASKED), describe=True)

    assert image.accounts == {"999999"}
    assert isinstance(failure.value.__cause__, ZeroDivisionError)


@dataclass
class Refusing(InMemory):
    """An image that shows nobody, and refuses every change."""

    code: str = ""

    def change(self, _batch: Batch, _deadline: Deadline, wanted: Callable[[], bool] = lambda: True) -> None:
        assert wanted()
        raise Refused("ModifyImageSharePermission", "words", code=self.code, status=400)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("Forbidden.RAM", f"{FIRST} may have access that should not: the rollback failed"),
        ("InvalidAccount.NotFound", "the 1 account that this run added is taken back; 0 have access"),
        ("Something.New", "the 1 account that this run added is taken back; 0 have access"),
    ],
)
def test_account_that_no_read_shows_is_taken_back_unless_the_refusal_is_about_the_caller(
    code: str, words: str
):
    time = Time(0.0)
    rollback = Rollback(
        image=Refusing(code=code),  # type: ignore[arg-type]
        deadline=Deadline.after(clock(time), 60),
        limits=services.service("ecs").LIMITS,
        names=AccountNaming(KEY),
        ram_prefix="ecs",
        before=frozenset(),
        sent=frozenset({FIRST}),
        accepted=frozenset({FIRST}),
        unanswered=frozenset(),
    )

    assert rollback.carry_out().startswith(words)


@dataclass
class Repeating:
    """A server that gives the first page whichever is asked for."""

    calls: int = 0

    def read(self, request: Request, parse: Callable[[Mapping[str, Any]], Any]) -> Any:
        assert request.call.action == "DescribeImageSharePermission"
        self.calls += 1
        accounts = [{"AliyunId": str(10_000 + n)} for n in range(100)]
        return parse({"TotalCount": 150, "Accounts": {"Account": accounts}})


def test_list_whose_pages_never_fit_together_is_given_up_when_the_time_is_up():
    time, server = Time(0.0), Repeating()
    image = CloudImage(
        client=server,  # type: ignore[arg-type]
        service=services.service("ecs"),
        key=KEY,
        tell=lambda _: None,
        before_write=lambda: None,
    )

    with pytest.raises(InconsistentPages, match="its pages list 100 accounts and count 150"):
        image.access(Deadline.after(clock(time), 60))

    assert 4 <= server.calls < 200
    assert time.now <= 60
