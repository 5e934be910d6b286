"""Every call of the provider against each trick: it ends with a sentence, or does what was asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from alicloud_image_share.errors import ShareError
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.sharing.model import ShareState
from alicloud_image_simulator import OWNER
from tests.hostile import tricks
from tests.hostile.conftest import assert_sentence
from tests.hostile.hostile_server import HostileServer
from tests.owners.conftest import A, B, C, World, keys

IMAGE = "m-1"
SERVICES = ("ecs", "eds", "ens", "swas")
LIVE, ASKED = {A, B}, {B, C}
SECONDS = 3
ROLLBACK = 100
"""Seconds: taking back has a minute of its own, and its last looks."""

PACING = {"ecs": 0, "eds": 0, "ens": 0, "swas": 120}
"""Seconds that no deadline counts: SWAS allows ten calls a minute, and one operation may meet that twice."""

EVERY = {**tricks.FINAL, **tricks.RETRIED}

Operation = Callable[[Lifecycle, dict[str, Any], dict[str, Any]], ShareState | None]
OPERATIONS: dict[str, Operation] = {
    "create": lambda life, _, asked: life.create(asked),
    "read": lambda life, made, _: life.read(made),
    "update": lambda life, made, asked: life.update(made, asked),
    "delete": lambda life, made, _: life.delete(made),
}


def asked_for(service: str, accounts: set[str]) -> dict[str, Any]:
    region = {} if service == "ens" else {"region_id": "cn-hangzhou"}
    more = {"share_to_ecs": True} if service == "swas" else {}
    named = dict.fromkeys(sorted(accounts), "")
    return {"service": service, "image_id": IMAGE, **region, "accounts": named, "timeout": SECONDS, **more}


def put_image(world: World, service: str) -> None:
    region = None if service == "ens" else "cn-hangzhou"
    image = {"service": service, "region_id": region, "image_id": IMAGE, "accounts": sorted(LIVE)}
    image["in_share"] = service == "swas"
    world.cloud.put_state({"images": [image], "behaviour": {"swas_calls_a_minute": "none"}})


def live(world: World) -> set[str]:
    (image,) = world.cloud.state()["images"]
    return set(image["accounts"])


def new_run(world: World, hostile: HostileServer) -> Run:
    hosts = dict.fromkeys(("ecs", "ecd", "ens", "swas", "sts"), hostile.address)
    return world.run(**keys(), endpoints=[hosts])


def made_of(service: str) -> dict[str, Any]:
    outputs = {
        "owned_accounts": dict.fromkeys(sorted(LIVE), ""),
        "foreign_accounts": [],
        "owner_id": OWNER.id,
    }
    return {**asked_for(service, LIVE), **outputs}


def calls_of(world: World, hostile: HostileServer, service: str, operation: str) -> list[str]:
    """Give every call that an operation makes, with an honest cloud."""
    put_image(world, service)
    hostile.play("", lambda *_: None)
    OPERATIONS[operation](Lifecycle(new_run(world, hostile)), made_of(service), asked_for(service, ASKED))
    return sorted(set(hostile.calls))


def cross_section(service: str, operation: str) -> list[str]:
    """Give a quarter of the tricks, another for each operation: every service meets every trick."""
    return list(EVERY)[(list(OPERATIONS).index(operation) + SERVICES.index(service)) % 4 :: 4]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("service", SERVICES)
def test_operation_ends_with_a_sentence_or_with_what_was_asked_whatever_is_answered(
    world: World, hostile: HostileServer, service: str, operation: str
):
    made = calls_of(world, hostile, service, operation)

    assert made
    for call in made:
        for name in cross_section(service, operation):
            put_image(world, service)
            hostile.play(call, EVERY[name])
            # Calls carry the time of day, which the simulator compares with its own.
            world.time.now = started = time.time()
            try:
                result = OPERATIONS[operation](
                    Lifecycle(new_run(world, hostile)), made_of(service), asked_for(service, ASKED)
                )
            except ShareError as error:
                assert_sentence(str(error))
            else:
                assert_done(world, operation, result)
            assert hostile.calls.count(call), (call, name)
            assert world.time.now - started < SECONDS + ROLLBACK + PACING[service], (call, name)


def assert_done(world: World, operation: str, result: ShareState | None) -> None:
    """Fail where an operation says that something is done which is not."""
    if operation == "read":
        assert result is not None
        assert set(result.owned) == LIVE
    elif operation == "delete":
        assert not live(world)
    else:
        assert live(world) >= ASKED
