"""The state machine: what a user, other people and the weather may do to shares, in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from alicloud_image_simulator import OTHER, OWNER, Account, Reading, Simulator
from tests.machine import drawn
from tests.machine.command import Command
from tests.machine.drawn import Edit, Means
from tests.machine.program import Program
from tests.machine.providers import Failed, InProcess, NativeInProcess, OverGrpc, Processes, Provider
from tests.machine.stack import Stack
from tests.machine.weather import Weather, faults_of
from tests.machine.world import STRANGERS, Event, World, pool
from tests.support.clock import Time
from tests.wire.tables import facts

STACKS = 2


@dataclass
class Stage:
    """What all examples of a test process share: starting it takes longer than a step."""

    cloud: Simulator
    time: Time
    processes: Processes
    counted: Counter[str]


class ImageSharing(RuleBasedStateMachine):
    """Two stacks that share images of all services, with a cloud in which anything goes wrong."""

    stage: ClassVar[Stage]

    @initialize(services=drawn.SERVICES, behaviour=drawn.behaviours())
    def begin(self, services: list[str], behaviour: dict[str, Reading]) -> None:
        self.world = World(self.stage.cloud, self.stage.time)
        self.world.reset(services, behaviour)
        self.behaviour = tuple(behaviour.items())
        self.stacks = [Stack(self.world, pool(number)) for number in range(STACKS)]

    @rule(event=drawn.EVENTS)
    def outside(self, event: Event) -> None:
        """Somebody else changes an image."""
        self.world.happens(event)

    @rule(days=drawn.DAYS)
    def days_pass(self, days: int) -> None:
        """Access of some ends, and nobody has run anything yet."""
        self.world.days += days
        self.stage.counted["days"] += days

    @rule(
        which=drawn.WHICH,
        edit=drawn.EDITS,
        replacing=drawn.RARELY,
        between=st.none() | drawn.EVENTS,
        faults=drawn.FAULTS,
        means=drawn.MEANS,
    )
    def up(
        self,
        which: int,
        edit: Edit,
        replacing: bool,
        between: Event | None,
        faults: list[dict[str, Any]],
        means: Means,
    ) -> None:
        """Change the program, and run it."""
        stack = self.stacks[which]
        stack.program = self._edited(stack, edit)
        self._run(stack, faults, means, lambda c: stack.up(c, replacing=replacing, between=between))

    @rule(which=drawn.WHICH, faults=drawn.FAULTS, means=drawn.MEANS)
    def up_again(self, which: int, faults: list[dict[str, Any]], means: Means) -> None:
        """Run the program once more."""
        stack = self.stacks[which]
        if stack.program:
            self._run(stack, faults, means, stack.up)

    @rule(which=drawn.WHICH, destroys=drawn.RARELY, faults=drawn.FAULTS, means=drawn.MEANS)
    def refresh_or_destroy(
        self,
        which: int,
        destroys: bool,
        faults: list[dict[str, Any]],
        means: Means,
    ) -> None:
        """Look what is live, or give everything up."""
        stack = self.stacks[which]
        if stack.share:
            self._run(stack, faults, means, stack.destroy if destroys else stack.refresh)

    # -- how a step is run ----------------------------------------------------------------------------

    def _run(
        self, stack: Stack, faults: list[dict[str, Any]], means: Means, run: Callable[[Command], None]
    ) -> None:
        """Run one command, and hold it to converging if it fails."""
        cloud, counted = self.stage.cloud, self.stage.counted
        service = self.world.services[stack.program.image] if stack.program else self.world.services[0]
        raises = means.raises_at > 0 and not means.over_grpc
        most = dict(self.behaviour).get(f"{service}_per_call")
        takes_fewer = isinstance(most, int) and most < facts(service).add_per_call
        weather = Weather(faults_of(service, faults, takes_fewer=takes_fewer), self.behaviour, raises)
        self.world.settle(one_clock=not means.over_grpc)
        cloud.put_faults(list(weather.faults))
        counted["steps"] += 1
        counted["steps over gRPC"] += means.over_grpc
        counted["steps of the native provider"] += means.native and not means.over_grpc
        try:
            run(self._command(weather, means))
        except Failed:
            counted["steps that failed"] += 1
            self._count_calls()
            self._converges(stack, run)
        else:
            self._count_calls()
        finally:
            self.stage.time.on_sleep = lambda: None
            cloud.put_faults([])

    def _count_calls(self) -> None:
        calls = self.stage.cloud.calls()
        self.stage.counted["calls"] += len(calls)
        self.stage.counted["calls refused or cut"] += sum(call["status"] != 200 for call in calls)

    def _converges(self, stack: Stack, run: Callable[[Command], None]) -> None:
        """Hold the same command without faults to doing what it is to do, after a refresh where one is due.

        It is one of many ways on: afterwards everything is put back as it was.
        """
        state, saved = self.stage.cloud.state(), stack.saved()
        self.stage.cloud.put_faults([])
        try:
            self._calmly(run)
        except Failed:
            self._calmly(stack.refresh)
            try:
                self._calmly(run, refreshed=True)
            except Failed:
                # The oracle knows: the image is gone, or takes no more.
                how = "had to stay failed"
            else:
                how = "converged after a refresh"
        else:
            how = "converged when run again"
        self.stage.counted[f"failed steps that {how}"] += 1
        self.stage.cloud.put_state(state)
        stack.restore(saved)

    def _calmly(self, run: Callable[[Command], None], *, refreshed: bool = False) -> None:
        self.world.settle()
        command = self._command(Weather((), self.behaviour), Means())
        command.refreshed = refreshed
        run(command)

    def _command(self, weather: Weather, means: Means) -> Command:
        caller = OTHER if means.as_other else OWNER
        return Command(self.world, self._provider(caller, means), weather, caller, counted=self.stage.counted)

    def _provider(self, caller: Account, means: Means) -> Provider:
        if means.over_grpc:
            return OverGrpc(self.stage.processes, self.stage.cloud, caller, self.world.wall())
        sleeps = iter(range(1, 100_000))

        def on_sleep() -> None:
            if next(sleeps) == means.appears_at:
                self.world.appears(STRANGERS[-1])

        self.stage.time.on_sleep = on_sleep
        provider = NativeInProcess if means.native else InProcess
        return provider(
            self.stage.cloud,
            self.stage.time,
            caller,
            means.raises_at,
            raises_after=means.raises_after,
            wall=self.world.wall,
        )

    def _edited(self, stack: Stack, edit: Edit) -> Program:
        old = stack.program or Program(0)
        image = old.image if edit.image is None else edit.image % len(self.world.services)
        new = Program(
            image=image,
            accounts=(old.accounts | {stack.pool[n] for n in edit.add})
            - {stack.pool[n] for n in edit.remove},
            exclusive=old.exclusive if edit.exclusive is None else edit.exclusive,
            to_ecs=old.to_ecs if edit.to_ecs == "as it is" else edit.to_ecs,
            note=old.note if edit.note is None else edit.note,
            timeout=edit.timeout,
            last_days=old.last_days,
        )
        last = None if edit.last_day is None else self.world.day(self.world.days + edit.last_day)
        new = new.with_last_days(frozenset(stack.pool[n] for n in edit.ending), last)
        if stack is not self.stacks[0]:
            # Two stacks that switch one image on and off undo each other, as two of any tool.
            new = replace(new, to_ecs=None)
        return new.valid(self.world.services[image], stack.pool[0])
