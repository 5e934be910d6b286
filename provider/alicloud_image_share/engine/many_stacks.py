"""One command on several stacks, a process each: a failed one stops no other, and decides the exit status."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import IO, Protocol

from alicloud_image_share.engine.environment import safe_path
from alicloud_image_share.engine.verdict import VARIABLE, read_verdict

COMMAND = (sys.executable, "-m", "alicloud_image_share")
STACK = "{stack}"
"""Stands in an argument for the name of the stack: each has a file of its own."""


@dataclass(frozen=True, slots=True)
class StackRunResult:
    """What came of the command on one stack."""

    stack: str
    status: int | None
    """None where it was not started, because the whole run was interrupted."""
    output: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    verdict: str = ""
    """The line that says it all."""


class Watcher(Protocol):
    """Follows the progress of the stacks; called from several threads."""

    def stack_started(self, stack: str) -> None:
        """Hear that the command runs on a stack."""

    def stack_message(self, stack: str, line: str) -> None:
        """Hear a line of it."""

    def stack_ended(self, result: StackRunResult) -> None:
        """Hear that it has ended; from the thread that waits for all."""


@dataclass(slots=True)
class ManyStacks:
    """Runs one command line for each stack, so many at a time."""

    arguments: Sequence[str]
    """As they were given, with the pattern; the name of a stack is put behind, where it counts."""
    jobs: int
    watcher: Watcher
    environment: Mapping[str, str]
    _running: set[subprocess.Popen[str]] = field(default_factory=set, init=False)
    _interrupted: bool = field(default=False, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def run(self, stacks: Sequence[str]) -> tuple[StackRunResult, ...]:
        """Run it on all of them; return what came of each, in the order given."""
        results = {}
        with ThreadPoolExecutor(max_workers=self.jobs) as pool:
            for future in as_completed([pool.submit(self._run_stack, stack) for stack in stacks]):
                result = future.result()
                results[result.stack] = result
                self.watcher.stack_ended(result)
        return tuple(results[stack] for stack in stacks)

    def interrupt(self) -> None:
        """Have every stack finish what is in flight, and begin no other; a second time, stop at once."""
        with self._lock:
            self._interrupted = True
            for process in self._running:
                process.send_signal(signal.SIGINT)

    def _run_stack(self, stack: str) -> StackRunResult:
        with tempfile.TemporaryFile() as verdicts:
            with self._lock:
                if self._interrupted:
                    return StackRunResult(stack, None)
                process = self._start(stack, verdicts.fileno())
                self._running.add(process)
            self.watcher.stack_started(stack)
            with ThreadPoolExecutor(max_workers=2) as readers:
                output, errors = (
                    readers.submit(_lines, stream, lambda line: self.watcher.stack_message(stack, line))
                    for stream in (process.stdout, process.stderr)
                )
                status = process.wait()
            with self._lock:
                self._running.discard(process)
            # A command that did not come to its end has said why in its last words.
            verdict = read_verdict(verdicts) or next(reversed(errors.result()), "")
        return StackRunResult(stack, status, output.result(), errors.result(), verdict)

    def _start(self, stack: str, descriptor: int) -> subprocess.Popen[str]:
        arguments = [argument.replace(STACK, stack) for argument in self.arguments]
        # In a session of its own: Ctrl-C reaches it through `interrupt` only, and so exactly once.
        return subprocess.Popen(  # noqa: S603 - this program, with the arguments that it was given
            [*COMMAND, *arguments, "--stack", stack],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={
                **self.environment,
                **safe_path(self.environment),
                "PYTHONIOENCODING": "utf-8",
                VARIABLE: str(descriptor),
            },
            pass_fds=(descriptor,),
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )


def _lines(stream: IO[str] | None, on_line: Callable[[str], None]) -> tuple[str, ...]:
    lines = []
    for line in stream or ():
        lines.append(line.rstrip("\n"))
        on_line(lines[-1])
    return tuple(lines)
