"""One command of a user on one stack: what the engine calls, each call judged by the oracle."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from alicloud_image_simulator import OTHER, OWNER, Account
from tests.machine.oracle import NOBODY, Accounts, Claim, Image, Verdict, Wish
from tests.machine.providers import Failed, Provider
from tests.machine.story import story
from tests.machine.weather import EVERY_WRITE, Weather
from tests.machine.world import World

T = TypeVar("T")

TIME_ENOUGH = 300
NEVER_SENT = {"IsPublic", "LaunchPermission"}
_ID = re.compile(r"(?<![\w-])[1-9][0-9]{4,19}(?![\w-])")
_FOUR_PARTS = re.compile(r".+\n.+\nNow: .+\nNext: .+\n?")


@dataclass(frozen=True)
class Operation:
    """One call of the engine: on which image, to do what, in how many seconds."""

    name: str
    image: int
    wish: Wish
    timeout: int


@dataclass
class Command:
    """A provider process of one command, and what is known of it from outside."""

    world: World
    provider: Provider
    weather: Weather
    caller: Account = OWNER
    refreshed: bool = False
    """Whether state has just been refreshed, so that nobody can have changed anything since."""
    asked: dict[int, set[str]] = field(default_factory=dict)
    """What every share checked so far asks for, by image."""
    asks_for_ecs: set[int] = field(default_factory=set)
    counted: Counter[str] = field(default_factory=Counter)

    def checked(self, number: int, accounts: Accounts, *, to_ecs: bool | None) -> None:
        """Note what a share of this run asks for."""
        self.asked.setdefault(number, set()).update(accounts)
        if to_ecs:
            self.asks_for_ecs.add(number)

    def lines(self, number: int, kind: str) -> list[str]:
        """Give the sentences of a kind that have been said of an image, by the marker that ends them."""
        image = self.world.resource_id(number)
        end = f" [image-shares:{kind} {image}]"
        lines = [line for line in self.provider.said().splitlines() if line.endswith(end)]
        return [line.removeprefix(f"{image}: ").removesuffix(end) for line in lines]

    def named(self, number: int, kind: str) -> Accounts:
        """Give the accounts of which this has been said of an image."""
        return frozenset(account for line in self.lines(number, kind) for account in _ID.findall(line))

    def writes(self) -> list[Any]:
        """Give the calls so far that change something."""
        return [call for call in self.world.cloud.calls() if call["action"] in EVERY_WRITE]

    def operate(self, operation: Operation, call: Callable[[], T]) -> T:
        """Call the provider and judge how it went; raise Failed where it failed as it may."""
        wish, world = operation.wish, self.world
        before, first = world.truth(operation.image), len(world.cloud.calls())
        world.begin(operation.image, wish.may_leave)
        failure: Failed | None = None
        try:
            result = call()
        except Failed as failed:
            failure = failed
        finally:
            appeared = world.end()
        self.counted["operations that failed" if failure else "operations that succeeded"] += 1
        verdict = self._verdict(operation, before, appeared)
        try:
            self._judge_calls(wish, world.cloud.calls()[first:])
            self._judge(operation, verdict, failure)
        except AssertionError:
            service, words = world.services[operation.image], str(failure or operation.name)
            sys.stdout.write(story(service, verdict, self.weather, world.cloud.calls(), words))
            raise
        if failure:
            raise failure
        return result

    def _verdict(self, operation: Operation, before: Image | None, appeared: Accounts) -> Verdict:
        after = self.world.truth(operation.image)
        if after:
            assert appeared <= after.accounts, "somebody else's share was undone"
            after = replace(after, accounts=after.accounts - appeared)
        return Verdict(operation.wish, before, after, appeared)

    def _judge_calls(self, wish: Wish, calls: list[Any]) -> None:
        assert not any(NEVER_SENT & call["parameters"].keys() for call in calls)
        assert not (wish.idle and calls), "called for nothing"

    def _judge(self, operation: Operation, verdict: Verdict, failure: Failed | None) -> None:
        if failure is None:
            assert self.caller is OWNER or verdict.wish.idle, "succeeded for who may not see the image"
            verdict.succeeded()
            return
        words = str(failure)
        if failure.unexpected:
            # It need not be in four parts, but whoever may have access is named all the same.
            assert self.weather.raises, f"failed by a defect: {words}"
            verdict.failed(words)
            return
        assert _FOUR_PARTS.fullmatch(words), "not an error in four parts"
        assert self.world.resource_id(operation.image) in words
        verdict.failed(words)
        if self.caller is OTHER:
            assert verdict.after == verdict.before
        elif verdict.before is None:
            done = "an image that is gone was not let go"
            assert verdict.wish.adds or not self.weather.passes, done
        else:
            self._judge_reason(operation, verdict, verdict.before, words)

    def _judge_reason(self, operation: Operation, verdict: Verdict, before: Image, words: str) -> None:
        wish, in_time = verdict.wish, operation.timeout >= TIME_ENOUGH
        service = self.world.services[operation.image]
        slow = dict(self.weather.behaviour).get(f"{service}_per_call") == 1
        drifted = wish.drifted(before)
        assert not (drifted and self.refreshed), "outside changes that a refresh has taken over"
        if drifted and self.weather.calm and in_time:
            verdict.drift()
        if self.weather.truthful:
            answered = self._answered_writes()
            unshared = [call for call in answered if call["parameters"].get("Operation") == "UnShare"]
            # Where a call takes one account only, its answer does not say that the others were taken off.
            off = NOBODY if slow else _removed(answered)
            verdict.exactly(words, off, ecs_off=bool(unshared))
        # Where a call takes one account only, the minute for taking back is over before many are.
        if self.weather.passes and not slow:
            assert not Claim.of(words).gained, "not taken back, though nothing stood in the way"
        stopped = wish.stopped(before, verdict.appeared)
        assert drifted or stopped or not self.weather.passes or not in_time, "failed without a reason"

    def _answered_writes(self) -> list[Any]:
        if self.weather.raises or any(fault["kind"] == "drop_after" for fault in self.weather.faults):
            return []
        return [call for call in self.writes() if call["status"] == 200]


def _removed(calls: list[Any]) -> Accounts:
    """Give the accounts that these calls remove, numbered, as a comma list, or all that a call has."""
    values = [
        value
        for call in calls
        for key, value in call["parameters"].items()
        if key.startswith("RemoveAccount") or (call["action"].startswith("Remove") and "Account" in key)
    ]
    return frozenset(account for value in values for account in value.split(","))
