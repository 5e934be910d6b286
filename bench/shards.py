"""The same shares as one stack and as shards side by side: by `image-share`, and of the floor."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import yaml

from alicloud_image_share.commands.init import write_project
from bench.cases import Result, Say
from bench.programs import Size
from bench.stand import Figures, Stand, stand

JOBS = 5
COMMANDS: Mapping[str, Sequence[str]] = {
    "create": ("up", "--yes"),
    "same": ("up", "--yes"),
    "preview": ("preview",),
    "refresh": ("refresh",),
    "change": ("up", "--yes"),
    "destroy": ("destroy", "--yes"),
}


def _sharded(size: Size, shards: int) -> tuple[Size, ...]:
    images = size.images // shards
    return tuple(replace(size, images=images, first=images * number) for number in range(shards))


def measured(size: Size, layouts: Sequence[int], operations: Sequence[str], say: Say) -> Iterator[Result]:
    """Yield what each operation takes as so many stacks, by `image-share` and of the floor."""
    for number in layouts:
        parts = _sharded(size, number)
        layout = "one stack" if number == 1 else f"{number} shards"
        title = (
            f"{size.images:,} images \N{MULTIPLICATION SIGN} {size.accounts} accounts, {layout}, image-share"
        )
        say(title)
        with stand() as ours, stand() as floor:
            for each in (ours, floor):
                each.put_images(size, 0)
            write_project(ours.project / "images")
            files = [ours.project / "images" / f"Pulumi.shard-{stack}.yaml" for stack in range(number)]
            for stack, (file, part) in enumerate(zip(files, parts, strict=True)):
                write_stack_file(file, part)
                floor.write_stack_file(f"shard-{stack}")
            for operation in operations:
                if operation == "change":
                    for file, part in zip(files, parts, strict=True):
                        _change_stack_file(file, part)
                for contender, figures in (
                    ("ours", _ours(ours, operation, number)),
                    ("floor", _floor(floor, operation, parts)),
                ):
                    yield Result(
                        title, size.images, size.accounts, 0, contender, operation, figures, number == 1
                    )


def write_stack_file(file: Path, part: Size) -> None:
    """Write a stack file of so many shares of one group."""
    shares = {image: {"service": "ecs", "image_id": image, "groups": ["all"]} for image in part.image_ids()}
    config = {"image-shares:groups": _groups(part, changed=False), "image-shares:shares": shares}
    file.write_text(yaml.safe_dump({"config": config}))


def _change_stack_file(file: Path, part: Size) -> None:
    document = yaml.safe_load(file.read_text())
    document["config"]["image-shares:groups"] = _groups(part, changed=True)
    file.write_text(yaml.safe_dump(document))


def _groups(part: Size, *, changed: bool) -> dict[str, dict[str, str]]:
    return {"all": dict.fromkeys(part.account_ids(changed=changed), "")}


def _ours(ours: Stand, operation: str, shards: int) -> Figures:
    which = ("--stack", "shard-0") if shards == 1 else ("--stack", "shard-*", "--jobs", str(JOBS))
    folder = ("--cwd", str(ours.project / "images"))
    return ours.measured(
        [sys.executable, "-m", "alicloud_image_share", *COMMANDS[operation], *which, *folder]
    )


def _floor(floor: Stand, operation: str, parts: Sequence[Size]) -> Figures:
    def one(number: int) -> Figures:
        # The command has to follow the engine's events, to say what changed.
        return floor.operate(f"shard-{number}", operation, "floor", parts[number], listens=True)

    began = time.perf_counter()
    with ThreadPoolExecutor(JOBS) as pool:
        each = list(pool.map(one, range(len(parts))))
    return replace(each[-1], seconds=time.perf_counter() - began)
