"""The engine behind this provider process: tell it something, and know whether it is still there."""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import cached_property

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from alicloud_image_share.sharing.failures import AccountNaming
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.notices import Kind, Notice, about

LOOKED_FOR_EVERY = 2.0
"""Seconds after which a provider process looks again whether its engine is still there."""


_RESOURCE: ContextVar[str] = ContextVar("resource", default="")


@contextlib.contextmanager
def about_resource(urn: str) -> Iterator[None]:
    """Have everything that this thread says be shown at a resource."""
    token = _RESOURCE.set(urn)
    try:
        yield
    finally:
        _RESOURCE.reset(token)


class Engine:
    """The engine at an address, `host:port`; without one, what is said goes to standard output."""

    def __init__(self, address: str | None, in_words: Callable[[str], str] = str) -> None:
        self.address = address
        self._in_words = in_words
        """Puts a message into the words of the language that the program is written in."""
        self._line: socket.socket | None = None
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="engine-pool")

    @classmethod
    def of_this_process(cls) -> Engine:
        """Return the engine that started this process: its address is the last argument of a provider."""
        address = sys.argv[-1] if sys.argv else ""
        host, _, port = address.rpartition(":")
        return cls(address if host and port.isdigit() else None)

    @cached_property
    def _stub(self) -> engine_pb2_grpc.EngineStub:
        return engine_pb2_grpc.EngineStub(grpc.insecure_channel(str(self.address)))

    def say(self, notice: Notice) -> None:
        """Show a notice to the user, at preview as at up; a warning where its kind is one."""
        if self.address is None:
            sys.stdout.write(f"{notice}\n")
            return
        severity = engine_pb2.WARNING if notice.kind.warns else engine_pb2.INFO
        try:
            urn = _RESOURCE.get()
            self._stub.Log(
                engine_pb2.LogRequest(severity=severity, message=self._in_words(str(notice)), urn=urn)
            )
        except grpc.RpcError:
            # Nothing that is said may stop what is under way; whether the engine is gone is looked for apart.
            sys.stdout.write(f"{notice}\n")

    def say_about(self, names: AccountNaming, kind: Kind, accounts: Iterable[str]) -> None:
        """Show the accounts that something holds for, if any; counted where they are secret."""
        listed = frozenset(accounts)
        if listed:
            self.say(about(names.image, kind, listed, names.notes, secret=names.secret))

    def warn_of_everyone(self, image: ImageKey, *, everyone: bool) -> None:
        """Warn where an image is open to more than the accounts that are listed."""
        if everyone:
            self.say(Notice(str(image), Kind.EVERYONE))

    def watch(self) -> None:
        """End this process soon after its engine is gone, be it at work, waiting or idle.

        A killed engine leaves its provider processes running, and a shell stands between, so that the parent
        id does not tell.
        """
        if self.address is not None:
            threading.Thread(target=self._watch, name="engine", daemon=True).start()

    def leave_at_once(self) -> None:
        """Have this process, once its work is done, end without taking itself apart: its engine waits for it.

        With the SDK loaded that takes Python as long as three calls.
        """
        if self.address is not None:
            atexit.register(_leave)

    def _watch(self) -> None:
        while True:
            time.sleep(LOOKED_FOR_EVERY)
            self.stop_unless_alive()

    def stop_unless_alive(self) -> None:
        """End this process at once when its engine is gone: nobody would record what is done from here on.

        Nothing is undone: the next run of the same program converges.
        """
        if self.address is None:
            return
        if self._is_told_to_end():
            os._exit(1)
        with self._lock:
            if not self._is_connected():
                self._connect(self.address)

    def _is_told_to_end(self) -> bool:
        """Tell whether the engine has ended this process, as it does at a second interruption.

        Python then waits for the operations under way, and refuses new work of a thread pool.
        """
        try:
            self._pool.submit(int)
        except RuntimeError:
            return True
        return False

    def _is_connected(self) -> bool:
        """Tell whether the engine still holds its end of the line: that costs no new connection a write."""
        try:
            while self._line and self._line.recv(4096):
                pass  # what it greets with
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def _connect(self, address: str) -> None:
        """Open a new line; the engine also hangs up on one that has been silent for long."""
        host, _, port = address.rpartition(":")
        if self._line:
            self._line.close()
            self._line = None
        try:
            self._line = socket.create_connection((host, int(port)), timeout=5)
            self._line.setblocking(False)
        except ConnectionError:
            os._exit(1)
        except OSError:
            # It is stopped and may go on, or this machine is short of something: it is looked for again.
            return


def _leave() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)
