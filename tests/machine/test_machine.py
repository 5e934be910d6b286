"""A share never lies, whatever goes wrong: random images, programs, outside changes and faults.

STEPS says how many steps are run in all, SEED where to begin. A step is one command of a user: what the
engine calls for it, through the SDK and over the simulator's port. A part that has failed is run again with
`-k "[its number]"` and the same STEPS and SEED; SHRINK=1 then looks for a small case, which takes minutes.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.machine import ImageSharing, Stage

STEPS = int(os.environ.get("STEPS", "500"))
SEED = int(os.environ.get("SEED", "0"))
STEPS_OF_A_PART = 250
EXAMPLES = 5

SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    stateful_step_count=20,
    phases=tuple(Phase) if os.environ.get("SHRINK") else (Phase.generate,),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("part", range(-(-STEPS // STEPS_OF_A_PART)))
def test_share_is_what_it_says_whatever_goes_wrong(
    part: int, machine_stage: Stage, record_property: Callable[[str, object], None]
):
    counted = machine_stage.counted
    counted.clear()
    examples = 0
    while counted["steps"] < STEPS_OF_A_PART:
        machine = type("Machine", (ImageSharing,), {"stage": machine_stage})
        seeded = hypothesis.seed((SEED << 32) + (part << 16) + examples)(machine)
        run_state_machine_as_test(seeded, settings=SETTINGS)
        examples += EXAMPLES

    record_property("state machine", dict(counted))
    # A tenth over all parts; one part may draw fewer.
    assert counted["steps over gRPC"] >= counted["steps"] / 20
