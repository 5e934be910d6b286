"""A stack of one share, as the engine keeps and drives it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from alicloud_image_simulator import OWNER
from tests.machine.command import Command, Operation
from tests.machine.oracle import NOBODY, Accounts, Image, Wish
from tests.machine.program import Known, Program, to_create, to_read
from tests.machine.promises import hold_check, hold_diff, hold_ends
from tests.machine.world import Event, World

Properties = dict[str, Any]
REMOVES = "removes"


@dataclass
class Kept:
    """One resource in state, and what the oracle knows of it."""

    inputs: Properties
    outputs: Properties
    known: Known

    def operation(self, name: str, wish: Wish) -> Operation:
        """Give an operation on the image in state."""
        return Operation(name, self.known.program.image, wish, self.known.program.timeout)


@dataclass
class Stack:
    """What state holds: the share, and those that a replacement has not deleted yet."""

    world: World
    pool: tuple[str, ...]
    """The accounts that its programs ask for."""
    program: Program | None = None
    share: Kept | None = None
    pending: list[Kept] = field(default_factory=list)

    def saved(self) -> tuple[Kept | None, list[Kept]]:
        """Give a copy of the state."""
        return deepcopy((self.share, self.pending))

    def restore(self, saved: tuple[Kept | None, list[Kept]]) -> None:
        """Go back to a copy."""
        self.share, self.pending = saved

    # -- commands -------------------------------------------------------------------------------------

    def up(self, command: Command, *, replacing: bool = False, between: Event | None = None) -> None:
        """Create, update or replace the share; `between` happens after the preview."""
        assert self.program
        program, old = self.program.of(self.world.today), self.share
        inputs = self._check(command, program, old.inputs if old else {})
        changes, replaces = self._diff(command, program, inputs)
        if replaces or (replacing and changes):
            inputs = self._check(command, program, {})
        if between:
            self.world.happens(between)
        if old is None:
            self._create(command, program, inputs)
        elif replaces or (replacing and changes):
            self._replace(command, old, program, inputs)
        elif changes:
            self._update(command, old, program, inputs)
        else:
            assert program.exclusive or not self.world.cloud.calls(), "called, though nothing has changed"
        self._delete_pending(command)
        live = self.world.truth(program.image)
        assert old or (live and program.accounts <= live.accounts)
        if live and old and old.known.program.image == program.image:
            leaving = old.known.owned & old.known.listed & program.ended
            command.counted["accounts whose access ended"] += len(leaving)
            kept = leaving & live.accounts
            assert kept <= self.world.appeared, f"{set(kept)} keep access that has ended"

    def refresh(self, command: Command) -> None:
        """Take over what is live."""
        if self.share is None:
            return
        share, number = self.share, self.share.known.program.image
        operation = share.operation("read", to_read())
        found = command.operate(operation, lambda: command.provider.read(share.outputs))
        assert not command.writes()
        live = self.world.truth(number)
        assert (live is None) == (found is None)
        if live is None or found is None:
            self.share = None
            return
        # Who appeared in the middle of it may have come before or after the read.
        shown = {*found[1]["accounts"], *found[1]["foreign_accounts"]}
        known = share.known.refreshed(live.accounts - (self.world.appeared - shown), in_ecs=live.in_ecs)
        self.share = self._kept(found[0], found[1], known, live)

    def destroy(self, command: Command) -> None:
        """Delete everything that state holds."""
        self._delete_pending(command)
        if self.share:
            self._delete(command, self.share)
            self.share = None

    # -- what they are made of ------------------------------------------------------------------------

    def _check(self, command: Command, program: Program, olds: Properties) -> Properties:
        number = program.image
        given = program.inputs(self.world.services[number], self.world.image_id(number))
        news = {key: value for key, value in given.items() if value is not None}
        inputs = command.provider.check(olds, news)
        command.checked(number, program.accounts, to_ecs=program.to_ecs)
        in_diff = olds and self.share and self.share.known.program.image == number
        listed_before = frozenset(olds.get("accounts", ()))
        hold_ends(command, program, listed_before, changed=olds != inputs)
        hold_check(command, program, self.share.known.listed if self.share and in_diff else NOBODY)
        return inputs

    def _diff(self, command: Command, program: Program, inputs: Properties) -> tuple[bool, bool]:
        """Give whether anything has changed, and whether that takes a new resource."""
        if self.share is None:
            return True, False
        differs, replaces = command.provider.diff(self.share.outputs, inputs)
        changed = self.share.inputs != inputs if differs is None else differs
        hold_diff(command, self.share.known, program, changed=changed)
        return changed, bool(replaces)

    def _create(self, command: Command, program: Program, inputs: Properties) -> None:
        wish = to_create(program, command.named(program.image, REMOVES))
        operation = Operation("create", program.image, wish, program.timeout)
        outputs = command.operate(operation, lambda: command.provider.create(inputs))
        self._keep(inputs, outputs, program)

    def _replace(self, command: Command, old: Kept, program: Program, inputs: Properties) -> None:
        named = command.named(program.image, REMOVES)
        if old.known.program.image != program.image:
            wish = to_create(program, named)
        else:
            wish = old.known.to_replace(program, named)
        operation = Operation("replacing create", program.image, wish, program.timeout)
        outputs = command.operate(operation, lambda: command.provider.create(inputs))
        self.pending.append(old)
        same_image = old.known.program.image == program.image
        leaving = old.known.owned & old.known.listed if same_image else NOBODY
        self._keep(inputs, outputs, program, leaving=leaving)

    def _update(self, command: Command, old: Kept, program: Program, inputs: Properties) -> None:
        wish = old.known.to_update(program, command.named(program.image, REMOVES))
        operation = Operation("update", program.image, wish, program.timeout)
        outputs = command.operate(operation, lambda: command.provider.update(old.outputs, inputs))
        # Without a call nothing new is known of others.
        self._keep(inputs, outputs, program, looked=not wish.idle)

    def _delete_pending(self, command: Command) -> None:
        while self.pending:
            self._delete(command, self.pending[0])
            del self.pending[0]

    def _delete(self, command: Command, share: Kept) -> None:
        number = share.known.program.image
        reserved = frozenset(command.asked.get(number, ()))
        wish = share.known.to_delete(reserved, ecs_reserved=number in command.asks_for_ecs)
        command.operate(share.operation("delete", wish), lambda: command.provider.delete(share.outputs))

    def _keep(
        self,
        inputs: Properties,
        outputs: Properties,
        program: Program,
        *,
        looked: bool = True,
        leaving: Accounts = NOBODY,
    ) -> None:
        """Take over what an operation has left; `leaving` are those whom the run takes off later."""
        live = self.world.truth(program.image) if looked else None
        if live:
            live = replace(live, accounts=live.accounts - (leaving - program.accounts))
        notes = {account: program.note_of(account) or "(no note)" for account in program.accounts}
        assert outputs["owned_accounts"] == notes
        self.share = self._kept(inputs, outputs, Known.after(program), live)

    def _kept(self, inputs: Properties, outputs: Properties, known: Known, live: Image | None) -> Kept:
        """Hold what state takes over to what the oracle knows."""
        assert frozenset(inputs["accounts"]) == known.listed
        assert frozenset(outputs["accounts"]) == known.listed
        assert frozenset(outputs["owned_accounts"]) == known.owned
        assert inputs.get("share_to_ecs") == known.to_ecs
        assert outputs["owner_id"] == OWNER.id
        foreign, appeared = outputs.get("foreign_accounts", []), self.world.appeared
        assert foreign == sorted(foreign)
        if live:
            # Whoever appeared after the last read is not known yet.
            assert set(foreign) | appeared == (live.accounts - known.owned) | appeared
        return Kept(inputs, outputs, known)
