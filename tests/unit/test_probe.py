"""The search for the account at fault."""

from __future__ import annotations

from math import ceil, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_image_share.errors import Refused, ResponseLost, Throttled
from alicloud_image_share.lifecycle.fault_search import FaultSearchResult, find_refused_account


class Service:
    """Refuses every call that carries an account at fault."""

    def __init__(self, *at_fault: str, error: Exception | None = None) -> None:
        self.at_fault = set(at_fault)
        self.error = error
        self.sent: list[tuple[str, ...]] = []

    def send(self, accounts: tuple[str, ...]) -> None:
        self.sent.append(accounts)
        if self.error:
            raise self.error
        if self.at_fault & set(accounts):
            raise Refused("Modify", "refused")


@given(st.integers(1, 40), st.data())
def test_search_finds_the_one_at_fault_in_few_calls(number: int, data: st.DataObject):
    accounts = tuple(str(n) for n in range(number))
    service = Service(data.draw(st.sampled_from(accounts)))

    found = find_refused_account(service.send, accounts, None)

    assert set(found.suspected) == service.at_fault
    assert found.refused_alone
    assert found.others_accepted == (number > 1)
    assert len(service.sent) <= ceil(log2(number)) + 1


@given(st.integers(1, 40), st.data())
def test_search_among_several_at_fault_finds_one_of_them(number: int, data: st.DataObject):
    accounts = tuple(str(n) for n in range(number))
    service = Service(*data.draw(st.sets(st.sampled_from(accounts), min_size=1)))

    found = find_refused_account(service.send, accounts, None)

    assert len(found.suspected) == 1
    assert set(found.suspected) <= service.at_fault


def test_search_where_everybody_is_accepted_suspects_nobody():
    found = find_refused_account(Service().send, ("1", "2", "3"), None)

    assert found == FaultSearchResult((), refused_alone=False, others_accepted=True)


def test_search_where_everybody_is_refused_has_seen_nobody_accepted():
    accounts = tuple(str(n) for n in range(10))

    found = find_refused_account(Service(*accounts).send, accounts, None)

    assert found == FaultSearchResult(accounts[:1], refused_alone=True, others_accepted=False)


def test_search_with_few_calls_gives_who_is_left():
    service = Service("9")

    found = find_refused_account(service.send, tuple(str(n) for n in range(10)), 2)

    assert "9" in found.suspected
    assert len(service.sent) == 2


@pytest.mark.parametrize("error", [Throttled("Modify", "later"), ResponseLost("Modify", "nothing")])
def test_search_ends_where_another_error_comes(error: Exception):
    service = Service(error=error)

    assert find_refused_account(service.send, ("1", "2", "3"), None) == FaultSearchResult(("1", "2", "3"))
    assert len(service.sent) == 1
