"""Any sequence of commands of two stacks and of the console, against a model that is four sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alicloud_image_share.cloud import services
from alicloud_image_share.errors import NotConverged
from alicloud_image_simulator import OWNER, Simulator
from tests.contract.stage import Deployment, Stage, accounts, policy
from tests.support.clock import Time
from tests.wire.tables import facts

few = st.sets(st.sampled_from(accounts(8)), max_size=6)
some = st.sets(st.sampled_from(accounts(8)), min_size=1, max_size=6)
stacks = st.sampled_from(["one", "two"])
commands = st.one_of(
    st.tuples(st.just("up"), stacks, some),
    st.tuples(st.sampled_from(["refresh", "destroy"]), stacks, st.just(set())),
    st.tuples(st.sampled_from(["share", "unshare"]), st.just("console"), few),
)


@dataclass
class Stack:
    """What a stack ought to hold: the accounts that it shows, and those that it owns."""

    deployment: Deployment
    shown: set[str] = field(default_factory=set)
    owned: set[str] = field(default_factory=set)
    exists: bool = False

    def up(self, live: set[str], asked: set[str]) -> set[str]:
        """Run up, and give who ought to have access after it."""
        leaving = (self.shown & self.owned) - asked
        drifted = self.exists and asked != self.shown and not self.shown & asked <= live
        if drifted:
            with pytest.raises(NotConverged):
                self.deployment.up(sorted(asked))
            return live - leaving
        self.deployment.up(sorted(asked))
        unchanged = self.exists and asked == self.shown
        self.shown, self.owned, self.exists = asked, asked, True
        return live if unchanged else (live | asked) - leaving

    def refresh(self, live: set[str]) -> set[str]:
        """Run refresh, which changes nobody's access."""
        if self.exists:
            self.deployment.refresh()
            self.shown = self.owned & live
        return live

    def destroy(self, live: set[str]) -> set[str]:
        """Run destroy, and give who ought to have access after it."""
        if not self.exists:
            return live
        self.deployment.destroy()
        owned, self.shown, self.owned, self.exists = self.owned, set(), set(), False
        return live - owned


@pytest.mark.parametrize("service", services.names())
@settings(max_examples=25, deadline=None)
@given(script=st.lists(commands, min_size=3, max_size=12))
def test_any_sequence_of_commands_gives_and_takes_what_the_model_says(
    shared_simulator: Simulator, shared_time: Time, service: str, script: list[tuple[str, str, set[str]]]
):
    stage = Stage(service, facts(service), shared_simulator, shared_time, printed=str)
    shared_time.now = Time().now
    shared_simulator.put_state({"behaviour": {"swas_calls_a_minute": "none"}})
    shared_simulator.put_faults([])
    shared_simulator.put_policies({OWNER.key: policy(stage)})
    stage.put_image()
    by_name = {name: Stack(stage.deployment()) for name in ("one", "two")}
    live: set[str] = set()

    for command, stack, asked in script:
        if command == "share":
            stage.share_outside(*asked)
            live = live | asked
        elif command == "unshare":
            stage.unshare_outside(*asked)
            live = live - asked
        else:
            run = getattr(by_name[stack], command)
            live = (partial(run, live, asked) if command == "up" else partial(run, live))()

        assert stage.live() == live
        for each in by_name.values():
            assert set(each.deployment.outputs.get("owned_accounts", {})) == each.owned
            assert set(each.deployment.outputs.get("accounts", {})) == each.shown
