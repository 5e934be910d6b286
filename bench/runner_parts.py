"""What `image-share` does beside the engine: how long its stack file, events, rules and tables take."""

from __future__ import annotations

import io
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pulumi.automation.events import EngineEvent
from rich.console import Console

from alicloud_image_share.cloud.outside_rules import NO_OUTSIDE_RULES
from alicloud_image_share.commands.init import write_project
from alicloud_image_share.engine.complete_review import complete_review
from alicloud_image_share.engine.console import print_lines
from alicloud_image_share.engine.events import EventLog
from alicloud_image_share.engine.operation import Operation
from alicloud_image_share.engine.report import Report, plan_lines
from alicloud_image_share.engine.result_line import result_line
from alicloud_image_share.engine.stack_run import StackResult
from alicloud_image_share.sharing.share_types import SHARE_TYPE
from alicloud_image_share.stack_file.project import find_project
from bench.programs import Size
from bench.shards import write_stack_file

STACK = "bench"
RULES = {"image-shares:maxRemoved": 50, "image-shares:neverLose": '["1234567890123456"]'}
T = TypeVar("T")


def part_milliseconds(size: Size) -> Mapping[str, float]:
    """Return how long each part of a preview takes, where every share changes and where none does."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "images"
        write_project(project)
        write_stack_file(project / f"Pulumi.{STACK}.yaml", size)
        parts = {"stack file": _milliseconds(partial(_read_stack_file, project))[0]}
    for changed, words in ((False, "of unchanged shares"), (True, "of changed shares")):
        texts = [json.dumps(event) for event in _events(size, changed=changed)]
        parts[f"events {words}"], log = _milliseconds(partial(_taken, texts))
        result = _result(log)
        parts[f"rules {words}"], _ = _milliseconds(partial(_reviewed, result))
        parts[f"tables {words}"], _ = _milliseconds(partial(_printed, result))
    return parts


def _milliseconds(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    done = work()
    return (time.perf_counter() - began) * 1000, done


def _read_stack_file(folder: Path) -> None:
    project = find_project(folder)
    if list(project.text_problems(STACK)) or not project.declared(STACK):
        raise RuntimeError("the stack file of the bench is not read")


def _events(size: Size, *, changed: bool) -> Iterator[Mapping[str, Any]]:
    """Yield what the engine reports of a preview: for every share that it begins, and what comes of it."""
    before, after = (_state(size.account_ids(changed=later)) for later in (False, changed))
    for image in size.image_ids():
        urn = f"urn:pulumi:{STACK}::images::{SHARE_TYPE}::{image}"
        states = {
            name: {"urn": urn, "id": f"ecs:cn-hangzhou:{image}", **_of_image(state, image)}
            for name, state in (("old", before), ("new", after))
        }
        metadata = {"op": "update" if changed else "same", "urn": urn, "type": SHARE_TYPE, **states}
        yield {"resourcePreEvent": {"metadata": metadata}}
        yield {"resOutputsEvent": {"metadata": metadata}}


def _state(accounts: list[str]) -> Mapping[str, Any]:
    return {"service": "ecs", "region_id": "cn-hangzhou", "accounts": dict.fromkeys(accounts, "")}


def _of_image(state: Mapping[str, Any], image: str) -> Mapping[str, Any]:
    inputs = {**state, "image_id": image}
    return {
        "inputs": inputs,
        "outputs": {**inputs, "owned_accounts": state["accounts"], "foreign_accounts": []},
    }


def _taken(texts: list[str]) -> EventLog:
    log = EventLog(Report(Console(file=io.StringIO())), planned=True)
    for text in texts:
        log.take(EngineEvent.from_json(json.loads(text)))
    log.end()
    if log.unread or not (log.changes or log.unchanged):
        raise RuntimeError("the events of the bench are not read")
    return log


def _result(log: EventLog) -> StackResult:
    facts = log.facts(STACK, None)
    changes = tuple(log.changes)
    return StackResult(
        STACK, Operation.PREVIEW, False, None, changes=changes, unchanged=log.unchanged, facts=facts
    )


def _reviewed(result: StackResult) -> None:
    if result.facts is None:
        raise RuntimeError("the preview of the bench has no facts")
    review = complete_review(replace(result.facts, config=RULES), (), NO_OUTSIDE_RULES, {}, None)
    if len(review.images) != len(result.changes):
        raise RuntimeError("the changes of the bench are not reviewed")


def _printed(result: StackResult) -> None:
    print_lines([*plan_lines(result), result_line(result)], Console(file=io.StringIO()))
