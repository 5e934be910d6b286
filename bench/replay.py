"""The calls of a create, sent once more by the bare SDK client: what they cost without this project."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from bench.programs import Size
from bench.stand import LIMIT, stand

TIMES = 3


def bare_seconds(size: Size) -> float:
    """Return how long the bare client takes for the calls that a create of this project makes."""
    with stand() as each:
        each.put_images(size, 0)
        each.write_stack_file("dev")
        each.operate("dev", "create", "ours", size)
        file = each.folder / "chains.json"
        file.write_text(json.dumps(_chains(each.cloud.calls())))
        command = [sys.executable, "-m", "bench.bare_client", each.cloud.address, str(file)]
        seconds = []
        for _ in range(TIMES):
            each.put_images(size, 0)
            done = subprocess.run(  # noqa: S603 - a command of this folder
                command, env=each.environment, check=True, capture_output=True, text=True, timeout=LIMIT
            )
            seconds.append(float(json.loads(done.stdout)["seconds"]))
    return min(seconds)


def _chains(calls: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """Return the calls of each image, in their order: those of one image follow each other."""
    chains = defaultdict(list)
    for call in calls:
        parameters = call["parameters"]
        chains[parameters["ImageId"]].append((call["action"], parameters))
    return list(chains.values())
