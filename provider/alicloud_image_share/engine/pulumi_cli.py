"""The Pulumi CLI that carries out a run: which one it is, and how to stop it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sysconfig
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Protocol

from pulumi.automation import CommandResult, InvalidVersionError, OnOutput, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from alicloud_image_share.errors import ShareError
from alicloud_image_share.sharing.share_types import NATIVE_PLUGIN

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What interrupts a run: Ctrl-C, a job that is ended, a terminal that is closed."""


class Interruptible(Protocol):
    """What finishes what is in flight when it is interrupted once, and stops when it is again."""

    def interrupt(self) -> None:
        """Ask once for an orderly end, a second time for an end at once; returns without waiting."""


@contextmanager
def forwarded_to(running: Interruptible, say: Callable[[str], None]) -> Iterator[None]:
    """Let the engine, and not this process, be interrupted while the block runs. Only for the main thread."""

    def forward(_number: int, _frame: FrameType | None) -> None:
        running.interrupt()
        with suppress(OSError):  # the terminal may be gone
            say("finishing what is in flight; interrupt again to stop at once")

    previous = {number: signal.signal(number, forward) for number in SIGNALS}
    if previous[signal.SIGHUP] is signal.SIG_IGN:
        # Under nohup a terminal that is closed is no matter of the run.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


STOPPING = ((1.0, signal.SIGINT), (20.0, signal.SIGKILL))
"""Seconds after the second interruption, and what is sent then to an engine that still runs."""

_PASSWORD = re.compile(r"(?<=://)([^\s/:@]*):[^\s/]*@")
"""The user and password of a URL: an engine that cannot reach its backend names it as it was given."""

_OPTION = re.compile(r"PULUMI_OPTION_(?!PARALLEL$)\w+")
"""Variables that give the engine an option, such as --target: a report would leave out shares."""

INSTALLATION_PAGE = "https://www.pulumi.com/docs/iac/download-install/"


def withheld_options(environment: Iterable[str]) -> list[str]:
    """Return the variables that would give the engine options which this program decides itself, sorted."""
    return sorted(filter(_OPTION.fullmatch, environment))


class EngineError(ShareError):
    """There is no engine to run with, or it was stopped; the text says what to do."""


class EngineKilled(EngineError):  # noqa: N818 - a sentence about the run, like the errors of the provider
    """The engine was ended from outside, in the middle of a run."""


class PulumiCli(PulumiCommand):
    """The CLI, in a session of its own: Ctrl-C reaches it through `interrupt` only, and so exactly once."""

    def __init__(self, root: Path | None = None) -> None:
        self.command = str(root / "bin" / "pulumi") if root else "pulumi"
        try:
            self.version = _version_of(shutil.which(self.command) or self.command, root)
        except (OSError, subprocess.CalledProcessError) as error:
            raise EngineError(f"The Pulumi engine of {root or 'PATH'} does not run: {error}.") from error
        except InvalidVersionError as error:
            raise EngineError(f"{error} {INSTALLATION_PAGE} says how.") from error
        self._running: set[subprocess.Popen[str]] = set()
        self._interruptions = 0

    @property
    def interruptions(self) -> int:
        """How often it was interrupted."""
        return self._interruptions

    def interrupt(self) -> None:
        """Have every run finish what is in flight and begin nothing else; a second time, stop at once."""
        self._interruptions += 1
        self._signal(signal.SIGINT)
        if self._interruptions == 2:
            # Two signals that are pending together reach a process as one, which it takes for the first.
            for seconds, number in STOPPING:
                timer = threading.Timer(seconds, self._signal, [number])
                timer.daemon = True
                timer.start()

    def kill(self) -> None:
        """End every run at once, whatever it is doing: only for one that writes nothing."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        for process in tuple(self._running):
            process.send_signal(number)

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """Run one command.

        Raise CommandError when it fails, EngineKilled when it is killed, EngineError when it must not start.
        Errors show no password of a URL.
        """
        if self._interruptions:
            raise EngineError("interrupted; nothing else was started")
        process = subprocess.Popen(  # noqa: S603 - the CLI that was found, with the Automation API's arguments
            [self.command, "--non-interactive", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=self._environment(additional_env),
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            # State that is kept for the user is the user's alone; a backend may be shared by a group.
            umask=0o077 if "PULUMI_BACKEND_URL" in additional_env else -1,
        )
        self._running.add(process)
        try:
            result = _result(process, on_output, on_error)
        finally:
            self._running.discard(process)
        if result.code < 0 and not self._interruptions:
            raise EngineKilled(f"was killed (signal {-result.code})")
        if result.code:
            raise create_command_error(result)
        return result

    def _environment(self, additional: Mapping[str, str]) -> dict[str, str]:
        environment = {**os.environ, **additional, "PULUMI_AUTOMATION_API": "true"}
        for name in withheld_options(environment):
            del environment[name]
        # The plugins that came with the CLI lie beside it, and the native provider among our own scripts.
        folders = [os.path.dirname(self.command)] if os.path.isabs(self.command) else []
        scripts = sysconfig.get_path("scripts")
        if os.path.isfile(os.path.join(scripts, NATIVE_PLUGIN)):
            folders.append(scripts)
        environment["PATH"] = os.pathsep.join([*folders, environment.get("PATH", "")])
        return environment


@lru_cache(maxsize=8)
def _read_version(_program: str, root: Path | None, _size: int, _changed: int) -> VersionInfo | None:
    return PulumiCommand(root=str(root) if root else None).version


def _version_of(program: str, root: Path | None) -> VersionInfo | None:
    """Return the version of an engine; a process asks the same file once, for asking takes 0.2 s."""
    file = Path(program).stat()
    return _read_version(program, root, file.st_size, file.st_mtime_ns)


def find_cli(folder: Path, say: Callable[[str], None]) -> PulumiCli:
    """Return the CLI of PATH, of `.engine` in the folder or above it, or a downloaded one."""
    return _at_hand(folder) or _downloaded(say)


def installed_cli(folder: Path) -> PulumiCli | None:
    """Return what find_cli would, without a download: None where there is no CLI yet."""
    return _at_hand(folder) or (PulumiCli(_root()) if _has_cli(_root()) else None)


def _at_hand(folder: Path) -> PulumiCli | None:
    if shutil.which("pulumi"):
        return PulumiCli()
    for candidate in (folder, *folder.parents):
        if _has_cli(candidate / ".engine"):
            return PulumiCli(candidate / ".engine")
    return None


def _root() -> Path:
    # The folder of the Automation API, so that programs share the download.
    return Path.home() / ".pulumi" / "versions" / version("pulumi")


def _has_cli(root: Path) -> bool:
    return (root / "bin" / "pulumi").is_file()


def _downloaded(say: Callable[[str], None]) -> PulumiCli:
    root = _root()
    if not _has_cli(root):
        say(f"There is no pulumi on PATH: downloading its engine, about 150 MB, into {root}.")
    try:
        PulumiCommand.install(root=str(root))
    except (OSError, subprocess.CalledProcessError) as error:
        raise EngineError(
            f"There is no Pulumi engine: no pulumi on PATH, no .engine folder here or above,"
            f" and the download failed ({error}). {INSTALLATION_PAGE} says how to install it."
        ) from error
    return PulumiCli(root)


def _result(
    process: subprocess.Popen[str], on_output: OnOutput | None, on_error: OnOutput | None
) -> CommandResult:
    # An error of a callback stops the reading and is raised, so nothing that should be seen is lost.
    with ThreadPoolExecutor(max_workers=2) as readers:
        output = readers.submit(_lines, process.stdout or (), on_output)
        errors = readers.submit(_lines, map(_without_password, process.stderr or ()), on_error)
        code = process.wait()
        return CommandResult(output.result(), errors.result(), code)


def _without_password(line: str) -> str:
    return _PASSWORD.sub(r"\1:****@", line)


def _lines(stream: Iterable[str], on_line: OnOutput | None) -> str:
    lines = []
    for line in stream:
        lines.append(line.rstrip())
        if on_line:
            on_line(lines[-1])
    return "\n".join(lines)
