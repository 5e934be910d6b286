"""Answers that drip end in time; a field of another kind is not taken for what it is not."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from alicloud_image_share.cloud.answers import read_answer
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.external_credentials import from_metadata, from_uri
from alicloud_image_share.cloud.network import Answer, Network, NetworkError, TimeLimits
from alicloud_image_share.cloud.request import Reads, Request
from alicloud_image_share.errors import ConfigurationError, UnreadableResponse
from alicloud_image_share.inventory.live import LiveImage, ReadFailure, ServiceRegion
from alicloud_image_share.inventory.reading import AccountReader
from alicloud_image_simulator import OWNER
from tests.contract.stage import Time
from tests.hostile import tricks
from tests.hostile.conftest import assert_sentence
from tests.hostile.hostile_server import HostileServer
from tests.hostile.test_hostile_provider import LIVE, SERVICES, new_run, put_image
from tests.owners.conftest import World


@pytest.mark.parametrize("trick", tricks.SLOW)
def test_answer_that_drips_ends_when_the_time_is_up(hostile: HostileServer, trick: str):
    hostile.play("GET /", tricks.SLOW[trick])
    clock = Clock()
    address = f"http://{hostile.address}/"
    started = time.monotonic()

    with pytest.raises(NetworkError):
        Network(clock).send("GET", address, {}, TimeLimits(1, 1, 0.3))
    with pytest.raises(ConfigurationError):
        from_uri(Network(clock), address)(Deadline.after(clock, 0.3))
    hostile.play("GET /latest/meta-data/ram/security-credentials/", tricks.SLOW[trick])
    fetch = from_metadata(Network(clock), hostile.address, None, needs_token=False)
    with pytest.raises(ConfigurationError):
        fetch(Deadline.after(clock, 0.3))

    # Three answers, and on a busy machine some more.
    assert time.monotonic() - started < 5


@dataclass(frozen=True)
class Answers:
    """A connection whose answers are there already."""

    by_call: Mapping[str, bytes]

    def read(self, request: Request, parse: Callable[[Mapping[str, Any]], Any]) -> Any:
        answer = Answer(200, {}, self.by_call[request.call.action])
        try:
            return parse(read_answer(answer, request.call, "host.example", str))
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise UnreadableResponse(request.call.action, str(error)) from error


def read(reads: Reads, region: ServiceRegion) -> list[LiveImage | ReadFailure]:
    time = Time()
    reader = AccountReader(reads, OWNER.id, Clock(lambda: time.now, time.sleep), lambda _: None)
    images = reader.images(region)
    if isinstance(images, ReadFailure):
        return [images]
    return [reader.with_accounts(region, listed) for listed in images]


def says_nothing(service: str, place: tricks.Place, value: str) -> bool:
    """Tell whether a list is left out that no number counts: that of the accounts of a desktop image."""
    return service == "eds" and place == ("AliUids",) and value in ("null", "[]")


@pytest.mark.parametrize("service", SERVICES)
def test_field_of_another_kind_is_never_taken_for_an_account_or_for_nobody(
    world: World, hostile: HostileServer, service: str
):
    put_image(world, service)
    region = ServiceRegion(service, "" if service == "ens" else "cn-hangzhou")
    read(new_run(world, hostile).session().read_only(), region)
    answers = {exchange.call: exchange.answer for exchange in hostile.exchanges}
    assert len(answers) > 1
    for call, answer in answers.items():
        for place, value, spoiled in tricks.spoiled(answer):
            for result in read(Answers({**answers, call: spoiled}), region):
                failure = result if isinstance(result, ReadFailure) else result.not_read
                if failure:
                    assert_sentence(str(failure))
                else:
                    assert result.ids == LIVE or says_nothing(service, place, value), (place, value)
                    assert_sentence(f"{result.key} {result.name} {result.accounts}")
