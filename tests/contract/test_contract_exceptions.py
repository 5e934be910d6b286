"""An exception of whatever kind, at whatever call: nobody is left with access that a failed run gave."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import requests
from alibabacloud_credentials.exceptions import CredentialException
from requests.adapters import HTTPAdapter
from Tea.exceptions import RetryError
from urllib3.exceptions import ProtocolError

from tests.contract.stage import FOREIGN, Deployment, SetUp, Stage, accounts

KEPT = accounts(3, first=901)
Make = Callable[[], Exception]
KINDS: dict[str, Make] = {
    "defect": lambda: RuntimeError("a defect"),
    "lookup": lambda: KeyError("Accounts"),
    "attribute": lambda: AttributeError("'NoneType' object has no attribute 'get'"),
    "recursion": lambda: RecursionError("maximum recursion depth exceeded"),
    "memory": MemoryError,
    "assertion": AssertionError,
    "unicode": lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    "operating system": lambda: OSError("No space left on device"),
    "certificate": lambda: ssl.SSLCertVerificationError("certificate verify failed"),
    "requests": lambda: requests.exceptions.ChunkedEncodingError("cut"),
    "urllib3": lambda: ProtocolError("cut"),
    "credentials": lambda: CredentialException("error refreshing credentials"),
    "Tea": lambda: RetryError("retry"),
    "stop of an iteration": lambda: StopIteration("nothing left"),
}


@dataclass
class Calls:
    """Counts what is sent, and lets calls end in an exception."""

    ends: Callable[[int], bool] = lambda _: False
    make: Make = MemoryError
    after: bool = False
    number: int = 0
    ended: int = 0
    """How many calls have ended in an exception."""

    def break_at(self, ends: Callable[[int], bool], make: Make, *, after: bool = False) -> None:
        """Let every call whose number, counted from now, is meant end in an exception."""
        self.ends, self.make, self.after, self.number = ends, make, after, 0


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    """What leaves for the network: the library's own door, so that nothing of ours is replaced."""
    calls, send = Calls(), HTTPAdapter.send

    def break_some(adapter: HTTPAdapter, request: requests.PreparedRequest, **more: object) -> object:
        calls.number += 1
        ends = calls.ends(calls.number)
        calls.ended += ends
        if ends and not calls.after:
            raise calls.make()
        response = send(adapter, request, **more)
        if ends:
            raise calls.make()
        return response

    monkeypatch.setattr(HTTPAdapter, "send", break_some)
    yield calls
    calls.ends = lambda _: False


def outcome(command: Callable[[], object]) -> str | None:
    """Run a command, and give the text of its failure, None where it succeeded."""
    try:
        command()
    except Exception as failure:  # noqa: BLE001 - whatever it is, what is live is what counts
        return str(failure)
    return None


def updated(stage: Stage) -> Deployment:
    """A share of which one account is about to leave, beside accounts that are about to come."""
    stage.put_image([FOREIGN])
    deployment = stage.deployment()
    deployment.up(KEPT)
    return deployment


@pytest.mark.parametrize("after", [False, True], ids=["before it is sent", "after it was carried out"])
@pytest.mark.parametrize("number", range(1, 9))
def test_create_with_an_exception_at_a_call_leaves_nobody_added(
    plain: Stage, sent: Calls, number: int, after: bool
):
    plain.put_image([FOREIGN])
    sent.break_at(lambda call: call == number, KINDS["defect"], after=after)

    failure = outcome(lambda: plain.deployment().up(accounts(25)))

    assert plain.live() == ({FOREIGN, *accounts(25)} if failure is None else {FOREIGN})


@pytest.mark.parametrize("after", [False, True], ids=["before it is sent", "after it was carried out"])
@pytest.mark.parametrize("kind", KINDS)
def test_exception_of_every_kind_at_the_second_write_leaves_nobody_added(
    plain: Stage, sent: Calls, kind: str, after: bool
):
    plain.put_image([FOREIGN])
    sent.break_at(lambda call: call == 4, KINDS[kind], after=after)

    failure = outcome(lambda: plain.deployment().up(accounts(25)))

    assert sent.ended == 1
    assert plain.live() == ({FOREIGN, *accounts(25)} if failure is None else {FOREIGN})


@pytest.mark.parametrize(
    ("kind", "first"), [*((kind, 4) for kind in KINDS), *(("defect", first) for first in (2, 3, 5, 6))]
)
def test_exceptions_from_a_call_on_name_everybody_who_may_have_access(
    plain: Stage, sent: Calls, kind: str, first: int
):
    plain.put_image([FOREIGN])
    sent.break_at(lambda call: call >= first, KINDS[kind], after=True)

    failure = outcome(lambda: plain.deployment().up(accounts(25), timeout=60))

    gained = plain.live() - {FOREIGN}
    assert failure is not None
    assert all(account in failure for account in gained)


@pytest.mark.parametrize("after", [False, True], ids=["before it is sent", "after it was carried out"])
@pytest.mark.parametrize("number", range(1, 9))
def test_update_with_an_exception_at_a_call_leaves_nobody_added(
    plain: Stage, sent: Calls, number: int, after: bool
):
    deployment = updated(plain)
    sent.break_at(lambda call: call == number, KINDS["credentials"], after=after)

    failure = outcome(lambda: deployment.up([*KEPT[1:], *accounts(15)]))

    if failure is None:
        assert plain.live() == {FOREIGN, *KEPT[1:], *accounts(15)}
    else:
        assert {FOREIGN, *KEPT[1:]} <= plain.live() <= {FOREIGN, *KEPT}


@pytest.mark.parametrize("after", [False, True], ids=["before it is sent", "after it was carried out"])
@pytest.mark.parametrize("number", range(1, 6))
def test_delete_after_one_with_an_exception_at_a_call_leaves_nobody(
    plain: Stage, sent: Calls, number: int, after: bool
):
    deployment = updated(plain)
    deployment.up(accounts(12))
    sent.break_at(lambda call: call == number, KINDS["defect"], after=after)
    outcome(deployment.destroy)
    sent.break_at(lambda _: False, MemoryError)

    if deployment.outputs:
        deployment.destroy()

    assert plain.live() == {FOREIGN}


@pytest.mark.parametrize("number", range(1, 5))
def test_refresh_with_an_exception_at_a_call_keeps_the_share(plain: Stage, sent: Calls, number: int):
    deployment = updated(plain)
    kept = dict(deployment.outputs)
    sent.break_at(lambda call: call == number, KINDS["defect"])

    outcome(deployment.refresh)

    assert deployment.outputs == kept
    assert plain.writes()
    assert plain.live() == {FOREIGN, *KEPT}


def test_switch_after_an_exception_is_what_it_was(set_up: SetUp, sent: Calls):
    stage = set_up("swas", {})
    writes = [0]

    def ends(_: int) -> bool:
        writes[0] += stage.facts.switch in [call["action"] for call in stage.cloud.calls()]
        return writes[0] == 1

    sent.break_at(ends, KINDS["defect"], after=True)

    failure = outcome(lambda: stage.deployment().up(accounts(3), share_to_ecs=True))

    if failure is None:
        assert stage.image()["in_share"] is True
    else:
        assert (stage.image()["in_share"], stage.live()) == (False, set())


@pytest.mark.parametrize("kind", KINDS)
def test_taking_back_that_ends_in_an_exception_once_leaves_nobody_unnamed(
    plain: Stage, sent: Calls, kind: str
):
    plain.put_image([FOREIGN])
    plain.fail(plain.facts.add, "error", nth=(2,), code="Forbidden.RAM", status=403)
    removals = [0]

    def ends(_: int) -> bool:
        removing = [batch for batch in plain.sent_to_remove() if batch]
        removals[0] += bool(removing)
        return removals[0] == 1

    sent.break_at(ends, KINDS[kind], after=True)

    failure = outcome(lambda: plain.deployment().up(accounts(12)))

    gained = plain.live() - {FOREIGN}
    assert failure is not None
    assert removals[0] > 0
    assert all(account in failure for account in gained)


@pytest.mark.parametrize("after", [False, True], ids=["before it is sent", "after it was carried out"])
@pytest.mark.parametrize("number", [3, 4, 5, 7])
def test_no_reading_lets_an_exception_leave_anybody(stage: Stage, sent: Calls, number: int, after: bool):
    deployment = updated(stage)
    sent.break_at(lambda call: call == number, KINDS["defect"], after=after)

    failure = outcome(lambda: deployment.up([*KEPT[1:], *accounts(25)]))

    if failure is None:
        assert stage.live() == {FOREIGN, *KEPT[1:], *accounts(25)}
    else:
        assert {FOREIGN, *KEPT[1:]} <= stage.live() <= {FOREIGN, *KEPT}
