"""Ten thousand bad inputs over gRPC, serialised as the engine does: each is named, none calls the cloud.

INPUTS says how many are tried over all services and fields.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from alicloud_image_share.cloud import services
from alicloud_image_share.sharing.model import FIELDS
from alicloud_image_simulator import Simulator
from tests.lifecycle.bad_values import ANYTHING, TEXT, bad_values
from tests.lifecycle.provider_process import Properties, ProviderProcess

NUMBER = int(os.environ.get("INPUTS", "10000"))
A_TEST = NUMBER // (len(services.names()) * (len(FIELDS) + 1))
LONGEST = 400
"""Characters of the longest reason: one value is shown, and cut."""

MANY = settings(
    max_examples=A_TEST,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
NO_FIELDS = TEXT.filter(lambda name: name not in FIELDS)


def good_inputs(service: str) -> Properties:
    """Inputs with nothing wrong."""
    region = {"region_id": "cn-hangzhou"} if services.service(service).API.regional else {}
    return {"service": service, "image_id": "m-1", "accounts": {"1550809237710001": "web"}, **region}


@dataclass
class Checker:
    """Checks inputs that have something wrong, and counts them."""

    process: ProviderProcess
    counted: int = 0

    def reasons(self, news: Properties, olds: Properties) -> list[str]:
        """Give the reasons of the failures, once each is a printable line of no great length."""
        given_news = {key: value for key, value in news.items() if value is not None}
        reasons = self.process.reasons(given_news, olds)
        self.process.given.clear()
        self.counted += 1
        assert reasons
        for reason in reasons:
            assert reason.isprintable()
            assert len(reason) < LONGEST
        return reasons


@pytest.fixture
def checker(
    up: ProviderProcess, cloud: Simulator, record_property: Callable[[str, object], None]
) -> Iterator[Checker]:
    checker = Checker(up)
    yield checker
    record_property("bad inputs", {"refused": checker.counted})
    assert checker.counted >= A_TEST
    assert cloud.calls() == []


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("service", services.names())
def test_check_of_a_bad_value_gives_a_reason_that_begins_with_the_field(
    checker: Checker, service: str, field: str
):
    good = good_inputs(service)

    @MANY
    @given(value=bad_values(service)[field], updates=st.booleans())
    def check(value: object, updates: bool):
        reasons = checker.reasons({**good, field: value}, good if updates else {})

        assert reasons[0].startswith(f"{field}: ")

    check()


@pytest.mark.parametrize("service", services.names())
def test_check_of_what_is_no_field_gives_a_reason_that_begins_with_its_name(checker: Checker, service: str):
    @MANY
    @given(field=NO_FIELDS, value=ANYTHING)
    def check(field: str, value: object):
        (reason,) = checker.reasons({**good_inputs(service), field: value}, {})

        shown = field if field.isidentifier() and len(field) <= 60 else f"{repr(field)[:59]}"
        assert reason.startswith(shown)
        assert reason.endswith(": there is no such field.")

    check()


@pytest.mark.parametrize("service", services.names())
def test_check_of_bad_secret_accounts_shows_none_of_them(checker: Checker, service: str):
    @MANY
    @given(accounts=bad_values(service)["accounts"])
    def check(accounts: object):
        secret = {**good_inputs(service), "accounts": accounts, "accounts_secret": True}

        reasons = checker.reasons(secret, {})

        listed = accounts if isinstance(accounts, list | dict) else [accounts]
        texts = [item for item in listed if isinstance(item, str) and len(item) > 3]
        # A text may be a part of the sentence's own words; a value is shown by its repr, an id as it is.
        forms = [item if item.isdigit() else repr(item) for item in texts]
        assert reasons[0].startswith("accounts: ")
        assert not [form for form in forms if any(form in reason for reason in reasons)]

    check()
