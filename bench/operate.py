"""One operation on one stack, in a process of its own: python -m bench.operate --help."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pulumi import automation
from pulumi.automation._stack import StackInitMode  # LeanStack takes it

from alicloud_image_share.engine.pulumi_cli import PulumiCli
from alicloud_image_share.engine.workspace import LeanStack, Workspace
from bench.programs import PROGRAMS, Size

OPERATIONS = ("create", "same", "preview", "refresh", "change", "destroy")


def main() -> None:
    """Carry it out."""
    parser = argparse.ArgumentParser(prog="bench.operate")
    parser.add_argument("folder", type=Path)
    parser.add_argument("stack")
    parser.add_argument("operation", choices=OPERATIONS)
    parser.add_argument("contender", choices=PROGRAMS)
    parser.add_argument("images", type=int)
    parser.add_argument("accounts", type=int)
    parser.add_argument("first", type=int)
    parser.add_argument("parallel", type=lambda text: int(text) if text else None)
    parser.add_argument(
        "--listens", action="store_true", help="follow the engine's events, as image-share does"
    )
    given = parser.parse_args()
    size = Size(given.images, given.accounts, given.first)
    # A destroy and a refresh come after the change, a preview before it.
    changed = given.operation in ("change", "destroy")
    program = partial(PROGRAMS[given.contender], size, changed=changed)
    creates = given.operation == "create"
    stack = _stack(given.folder, given.stack, program, creates=creates)
    events: list[automation.EngineEvent] = []
    operations: dict[str, Callable[..., Any]] = {
        "preview": stack.preview,
        "refresh": partial(stack.refresh, run_program=True),
        "destroy": stack.destroy,
    }
    on_event = events.append if given.listens else None
    operations.get(given.operation, stack.up)(color="never", parallel=given.parallel, on_event=on_event)


def _stack(folder: Path, name: str, program: automation.PulumiFn, *, creates: bool) -> LeanStack:
    workspace = Workspace(
        work_dir=str(folder),
        project_settings=automation.ProjectSettings(name="bench", runtime="python"),
        program=program,
        pulumi_command=PulumiCli(),
    )
    return LeanStack(name, workspace, StackInitMode.CREATE if creates else StackInitMode.SELECT)


if __name__ == "__main__":
    main()
