"""The file that all processes of one engine run share: what each of them adds, the others read.

The engine starts a process for each provider, and its address is the one thing that all of them know. Linux
tells which socket listens there, and so one engine from a later one at the same address. Elsewhere the first
process of a run clears what an earlier run has left: a lock of the operating system tells whether another
process of the run is alive, for the lock goes with the process, however that ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from alicloud_image_share.errors import ConfigurationError

_ALIVE = 0
"""The byte of the file that every process of the run holds locked, together with the others."""
_SOCKETS = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
"""Where Linux lists sockets: local address, state and number are columns 1, 3 and 9."""
_LISTENS = "0A"
_OLD = 86_400
"""Seconds after which a file that nobody holds is removed, whatever is known of its engine."""
_GONE = 60
"""Seconds after which a file that nobody holds is removed where its engine does not listen any more."""
_OF_SOCKET = re.compile(r"127\.0\.0\.1-[0-9]+-([0-9]+)\.run")
_LOOKED_FOR_EVERY = 0.05
"""Seconds after which a lock that another process holds is asked for again."""

Entry = Mapping[str, Any]


@dataclass(slots=True)
class RunFile:
    """The open file of this process; one object in a process, for locks of one process do not meet."""

    path: Path
    _descriptor: int
    _read_to: int = 0

    @classmethod
    def of_engine(cls, address: str) -> RunFile:
        """Open the file of the engine at an address; raise ConfigurationError where that cannot be."""
        folder = Path(tempfile.gettempdir()) / f"image-shares-{os.getuid()}"
        try:
            _make_private(folder)
            socket, listening = _listening_sockets(address)
            _remove_old(folder, listening)
            name = f"{re.sub('[^0-9A-Za-z.]', '-', address)}-{socket or 'engine'}.run"
            return cls._opened(folder / name, is_cleared=socket is None)
        except OSError as error:
            raise ConfigurationError(
                f"TMPDIR: the processes of this run cannot tell each other which accounts they ask for:"
                f" {folder}: {error.strerror or error}; make it a folder of yours that nobody else can write"
                " (mode 700), or set TMPDIR to another place."
            ) from error

    @classmethod
    def _opened(cls, path: Path, *, is_cleared: bool) -> RunFile:
        while True:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(path, flags, 0o600)
            if is_cleared:
                with contextlib.suppress(BlockingIOError):
                    fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _ALIVE)
                    os.ftruncate(descriptor, 0)
            fcntl.lockf(descriptor, fcntl.LOCK_SH, 1, _ALIVE)
            # The last process of a run may have removed the file meanwhile.
            if _is_at(path, descriptor):
                return cls(path, descriptor)
            os.close(descriptor)

    def append(self, entry: Entry) -> None:
        """Add an entry for all processes; raise OSError where the file takes no more."""
        # A line of its own even where a process was killed in the middle of one.
        line = f"\n{json.dumps(entry, separators=(',', ':'))}\n".encode()
        if os.write(self._descriptor, line) != len(line):
            raise OSError("the disk is full")

    def new_entries(self) -> Iterator[Entry]:
        """Return what was added since the last call, by this process too; raise OSError."""
        size = os.fstat(self._descriptor).st_size
        if size <= self._read_to:
            return
        text = os.pread(self._descriptor, size - self._read_to, self._read_to)
        whole = text[: text.rfind(b"\n") + 1]
        self._read_to += len(whole)
        for line in whole.split(b"\n"):
            # What a process was killed in the middle of was told to nobody.
            with contextlib.suppress(ValueError):
                if line:
                    yield json.loads(line)

    def try_lock(self, name: str) -> bool:
        """Lock a name for this process, if no other process of the run has it."""
        try:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _place(name))
        except (BlockingIOError, PermissionError):
            return False
        return True

    def unlock(self, name: str) -> None:
        """Let another process lock the name."""
        fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, _place(name))

    def lock(self, name: str, seconds: float) -> bool:
        """Lock a name as soon as it is free, at most so many seconds later; -1 waits without end."""
        end = time.monotonic() + seconds
        while not self.try_lock(name):
            if seconds >= 0 and time.monotonic() >= end:
                return False
            time.sleep(_LOOKED_FOR_EVERY)
        return True

    def close(self) -> None:
        """Leave the run; the last process of the run removes the file."""
        with contextlib.suppress(OSError):
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _ALIVE)
            self.path.unlink()
        os.close(self._descriptor)


def _listening_sockets(address: str) -> tuple[str | None, frozenset[str]]:
    """Return the number of the socket that listens at a port, and those of all that listen.

    A number is unique while the machine runs. Where Linux does not tell them there are None and none.
    """
    port = f":{int(address.rpartition(':')[2]):04X}"
    listening: set[str] = set()
    for path in _SOCKETS:  # the kernel takes some ms for each
        with contextlib.suppress(OSError):
            columns = (line.split() for line in path.read_text(encoding="ascii").splitlines()[1:])
            found = {each[9]: each[1] for each in columns if each[3] == _LISTENS}
            listening.update(found)
            if numbers := [number for number, local in found.items() if local.endswith(port)]:
                return min(numbers), frozenset(listening)
    return None, frozenset(listening)


def _place(name: str) -> int:
    """Return the byte that stands for a name, beyond every entry."""
    return (1 << 61) + int.from_bytes(sha256(name.encode()).digest()[:7], "big")


def _make_private(folder: Path) -> None:
    """Make the folder; raise OSError where it is not this user's alone."""
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise OSError("it is not a folder of this user alone")


def _is_at(path: Path, descriptor: int) -> bool:
    opened = os.fstat(descriptor)
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(opened, path.stat())
    return False


def _remove_old(folder: Path, listening: frozenset[str]) -> None:
    """Remove what killed processes have left: nobody reads the file of an engine that is gone."""
    with os.scandir(folder) as files:
        for file in (each for each in files if each.name.endswith(".run")):
            with contextlib.suppress(OSError):
                of_socket = _OF_SOCKET.fullmatch(file.name)
                is_gone = bool(listening and of_socket and of_socket[1] not in listening)
                age = time.time() - file.stat(follow_symlinks=False).st_mtime
                if age > (_GONE if is_gone else _OLD):
                    _remove_unless_held(file.path)


def _remove_unless_held(path: str) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _ALIVE)
        os.unlink(path)
    finally:
        os.close(descriptor)
