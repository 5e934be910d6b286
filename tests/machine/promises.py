"""What a preview must have said before anybody gains or loses access."""

from __future__ import annotations

from alicloud_image_simulator import OWNER
from tests.machine.command import Command
from tests.machine.oracle import NOBODY, Accounts
from tests.machine.program import Known, Program


def hold_check(command: Command, program: Program, listed: Accounts) -> None:
    """Hold a check to naming everybody whom an exclusive share shuts out; `listed` stand in the diff."""
    live = command.world.truth(program.image)
    assert not command.writes()
    if not program.exclusive or live is None or command.caller is not OWNER:
        return
    told = command.named(program.image, "removes") | command.named(program.image, "also")
    skipped = command.lines(program.image, "skipped")
    assert skipped or not command.weather.truthful or live.accounts - program.accounts - listed <= told


def hold_diff(command: Command, known: Known, program: Program, *, changed: bool) -> None:
    """Hold a diff to telling of everybody who leaves the list what becomes of him."""
    assert not command.writes()
    same = (known.listed, known.program.exclusive) == (program.accounts, program.exclusive)
    assert changed or (same and known.owned <= program.accounts)
    leaving = known.listed - program.accounts
    stays = NOBODY if program.exclusive else leaving - known.owned
    if known.program.image == program.image:
        assert command.named(program.image, "loses") == leaving - stays
        assert command.named(program.image, "keeps") == stays


def hold_ends(command: Command, program: Program, listed: Accounts, *, changed: bool) -> None:
    """Hold a check to naming whose access has ended and is taken off, and nobody else."""
    named = command.named(program.image, "ended")
    assert named <= program.ended
    assert not changed or program.ended & listed <= named
