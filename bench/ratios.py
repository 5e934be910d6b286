"""What must hold: ratios of figures of one run, for machines are shared and noisy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bench.cases import Result
from bench.stand import Figures


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that one run of the bench has measured."""

    results: Sequence[Result]
    bare_seconds: float
    """The calls of a create of 100 images with 20 accounts, by the bare SDK client in four threads."""
    imports: Mapping[str, float]
    """Seconds by what is imported."""
    commands: Mapping[str, float]
    """Seconds of commands that start nothing, and of the import of click."""
    provider: Mapping[str, float]
    """Seconds until a provider process has answered; bare, and with a first check of ours."""
    decisions: Mapping[str, float]
    """Milliseconds of a check and of a diff."""
    runner: Mapping[str, float]
    """Milliseconds of each part of `image-share` beside the engine, for 300 shares."""

    def figures(self, images: int, latency_ms: int, contender: str, operation: str) -> Figures:
        """Return the figures of the last case of this size; raise LookupError where there is none."""
        found = [
            one.figures
            for one in self.results
            if (one.images, one.latency_ms, one.contender, one.operation)
            == (images, latency_ms, contender, operation)
            and one.one_stack
        ]
        if not found:
            raise LookupError(f"{operation} of {images} images by {contender} at {latency_ms} ms")
        return found[-1]

    def seconds(self, images: int, latency_ms: int, contender: str, operation: str) -> float:
        """Return how long it took."""
        return self.figures(images, latency_ms, contender, operation).seconds


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure with the most that it may be."""

    what: str
    value: float
    limit: float
    unit: str = field(default="")

    @property
    def is_held(self) -> bool:
        """Whether it is at most what it may be."""
        return self.value <= self.limit


def bounds(run: Run) -> Iterator[Bound]:
    """Yield everything that must hold."""
    yield from _one_image(run)
    yield from _hundred_images(run)
    yield from _by_command(run, 300)
    yield from _thousand_images(run)
    yield from _processes(run)
    yield from _native(run)


def _native(run: Run) -> Iterator[Bound]:
    """Yield how the native provider compares with the Python one."""
    ours, native = (run.figures(100, 50, name, "create") for name in ("ours", "native"))
    floor = run.seconds(100, 50, "floor", "create")
    ratio = (native.seconds - floor) / (ours.seconds - floor)
    what = "native, 100 shares at 50 ms, 32 at a time: create above the floor, of the Python provider's"
    yield Bound(what, ratio, 0.4)
    slow, together = (run.seconds(24, 0, name, "create") for name in ("ours", "native"))
    ratio = together / slow
    yield Bound("native, 24 creates with slow writes, 32 at a time, of the Python provider's", ratio, 0.4)
    ratio = run.seconds(100, 0, "native", "same") / run.seconds(100, 0, "ours", "same")
    yield Bound("native, 100 shares: up without a change, of the Python provider's", ratio, 1.05)
    ratio = native.provider_bytes / ours.provider_bytes
    yield Bound("native, memory of the process, of the Python provider's", ratio, 1.2)


def _one_image(run: Run) -> Iterator[Bound]:
    ours, theirs = (run.figures(1, 50, name, "create") for name in ("ours", "pattern"))
    yield Bound("50 accounts on one image: writes", ours.writes, 5)
    yield Bound("50 accounts on one image: reads", ours.reads, 3)
    calls = (ours.reads + ours.writes) / (theirs.reads + theirs.writes)
    yield Bound("50 accounts on one image: calls and their latency, of the pattern's", calls, 0.1)
    above = ours.seconds - run.seconds(1, 50, "floor", "create")
    their_above = theirs.seconds - run.seconds(1, 50, "pattern floor", "create")
    yield Bound(
        "50 accounts on one image at 50 ms: time above the floor, of the pattern's", above / their_above, 0.5
    )


def _hundred_images(run: Run) -> Iterator[Bound]:
    for operation, words in (("same", "up without a change"), ("preview", "preview without a change")):
        ratio = run.seconds(100, 0, "ours", operation) / run.seconds(100, 0, "floor", operation)
        yield Bound(f"100 shares: {words}, of the floor", ratio, 1.2)
    sdk = run.imports["SDK"] - run.imports["nothing"]
    above = run.seconds(100, 0, "ours", "create") - run.seconds(100, 0, "floor", "create") - sdk
    ratio = above / run.bare_seconds
    yield Bound("100 shares: create above floor and SDK import, of the bare client's", ratio, 1.5)
    refresh = run.figures(100, 0, "ours", "refresh").reads
    yield Bound("100 shares: reads of a refresh, of shares", refresh / 100, 1.1)


def _by_command(run: Run, images: int) -> Iterator[Bound]:
    for operation, words in (("same", "up"), ("preview", "preview")):
        ratio = run.seconds(images, 0, "ours", operation) / run.seconds(images, 0, "floor", operation)
        yield Bound(f"{images:,} shares: image-share {words} without a change, of the floor", ratio, 1.25)


def _thousand_images(run: Run) -> Iterator[Bound]:
    by_layout = {
        one.one_stack: one.figures
        for one in run.results
        if (one.images, one.contender, one.operation) == (1000, "ours", "create")
    }
    if not by_layout:
        return
    yield from _by_command(run, 1000)
    one_stack, shards = by_layout[True], by_layout[False]
    ratio = shards.seconds / one_stack.seconds
    yield Bound("1,000 shares: create as 10 shards, of one stack", ratio, 0.5)
    reads = run.figures(1000, 0, "ours", "refresh").reads
    yield Bound("1,000 shares: reads of a refresh, of shares", reads / 1000, 1.1)
    growth = one_stack.provider_bytes - run.figures(100, 0, "ours", "create").provider_bytes
    yield Bound("memory of the provider process, for each share more", growth / 900 / 1000, 20, " KB")


def _processes(run: Run) -> Iterator[Bound]:
    for name in ("alicloud_image_share", "ImageShare"):
        ratio = run.imports[name] / run.imports["pulumi"]
        yield Bound(f"import of {name}, of pulumi's", ratio, 1.15)
    for name in sorted(run.commands.keys() - {"click"}):
        yield Bound(f"{name}, of the import of click", run.commands[name] / run.commands["click"], 1.5)
    ratio = run.provider["ours"] / run.provider["bare"]
    yield Bound("provider process until its first answer, of a bare one", ratio, 1.5)
    yield Bound("check and diff of a share that has not changed", sum(run.decisions.values()), 0.3, " ms")


def growth(run: Run, contender: str, operation: str) -> float | None:
    """Return by how much time grows when images double, from the smallest to the largest stack."""
    sizes = sorted(
        {
            one.images
            for one in run.results
            if one.contender == contender
            and one.operation == operation
            and one.latency_ms == 0
            and one.accounts == 20
            and one.one_stack
        }
    )
    if len(sizes) < 2:
        return None
    first, last = sizes[0], sizes[-1]
    ratio = run.seconds(last, 0, contender, operation) / run.seconds(first, 0, contender, operation)
    return float(ratio ** (1 / math.log2(last / first)))
