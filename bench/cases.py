"""What is measured: sizes, latencies, contenders and operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench.operate import OPERATIONS
from bench.programs import Size
from bench.stand import Figures, Stand, stand

Say = Callable[[str], None]
"""Hears what is being measured."""

ALL = ("ours", "floor", "pattern", "pattern floor")
OURS = ("ours", "floor")
EDGES = ("ours", "native", "floor")
"""Our two providers, and the floor."""
STACK = "dev"


@dataclass(frozen=True, slots=True)
class Case:
    """One size at one latency."""

    size: Size
    latency_ms: int
    contenders: Sequence[str] = ALL
    operations: Sequence[str] = OPERATIONS
    times: int = 1
    """How often the whole is done; what took least counts, for whatever disturbs only adds time."""
    checkpoints: bool = True
    """Whether the engine writes state at every step; of 2,000 resources that hides all else."""
    slow_writes_ms: int = 0
    """How much longer a call that writes takes than one that reads."""
    parallel: int | None = None
    """How many operations the engine makes at a time."""

    def __str__(self) -> str:
        """Return its title."""
        images = "1 image" if self.size.images == 1 else f"{self.size.images:,} images"
        title = f"{images} \N{MULTIPLICATION SIGN} {self.size.accounts} accounts, {self.latency_ms} ms"
        title += "" if self.checkpoints else ", state written once"
        title += f", writes {self.slow_writes_ms} ms" if self.slow_writes_ms else ""
        title += f", --parallel {self.parallel}" if self.parallel else ""
        return title if self.times == 1 else f"{title}, best of {self.times}"


@dataclass(frozen=True, slots=True)
class Result:
    """What one operation of one contender took."""

    case: str
    images: int
    accounts: int
    latency_ms: int
    contender: str
    operation: str
    figures: Figures
    one_stack: bool = True
    """Whether it is of one stack whose state is written at every step, as figures are compared."""


QUICK = (
    Case(Size(1, 50), 50),
    Case(Size(1, 50), 50, operations=("create",), times=7),
    Case(Size(10, 20), 0),
    Case(Size(100, 20), 50, EDGES, parallel=32),
    Case(Size(100, 20), 0, OURS),
    Case(Size(100, 20), 0, EDGES, operations=("create", "same", "preview"), times=3),
    Case(Size(24, 1), 0, ("ours", "native"), operations=("create",), slow_writes_ms=1500, parallel=32),
)
MORE = (
    Case(Size(1, 50), 0),
    Case(Size(100, 20), 0, checkpoints=False),
    Case(Size(100, 20), 50, operations=("create",), checkpoints=False),
)


def measured(case: Case, say: Say) -> Iterator[Result]:
    """Yield what each contender took for each operation; contenders take turns, for machines are noisy."""
    found: dict[tuple[str, str], list[Figures]] = {}
    for number in range(case.times):
        say(f"{case} ({number + 1} of {case.times})" if case.times > 1 else str(case))
        with ExitStack() as open_stands:
            stands = {name: open_stands.enter_context(stand()) for name in case.contenders}
            for each in stands.values():
                _prepare(each, case)
            for operation in case.operations:
                for contender, each in stands.items():
                    figures = each.operate(STACK, operation, contender, case.size, case.parallel)
                    found.setdefault((contender, operation), []).append(figures)
    for (contender, operation), several in found.items():
        size = case.size
        yield Result(
            case=str(case),
            images=size.images,
            accounts=size.accounts,
            latency_ms=case.latency_ms,
            contender=contender,
            operation=operation,
            figures=min(several, key=lambda figures: figures.seconds),
            one_stack=case.checkpoints,
        )


def _prepare(each: Stand, case: Case) -> None:
    each.put_images(case.size, case.latency_ms, case.slow_writes_ms)
    each.write_stack_file(STACK)
    if not case.checkpoints:
        each.environment.update(PULUMI_EXPERIMENTAL="true", PULUMI_SKIP_CHECKPOINTS="true")
