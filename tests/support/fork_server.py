"""Processes of Python, forked from one that has imported what they need: imports take each of them 0.3 s.

`python` in the folder stands for Python: `fork_client.py` asks this server, which forks. The process has the
arguments, environment, folder and streams of the client. Signals reach it, and it ends with the client. What
the process starts as `sys.executable` is forked, too. The scripts of the package lie beside it, as beside the
Python that the package is installed for.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import io
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from alicloud_image_share.engine.pulumi_cli import PulumiCli
from alicloud_image_share.errors import ShareError
from alicloud_image_share.sharing.share_types import NATIVE_PLUGIN

_IMPORTED = (
    "pulumi.dynamic",
    "dill",
    "alicloud_image_share.resource",
    "alicloud_image_share.plugin.process",
    "alicloud_image_share.cloud.credential_chain",
    "alicloud_image_share.commands.stack",
)
_SCRIPTS = {
    NATIVE_PLUGIN: "from alicloud_image_share.plugin.process import main\nmain()\n",
    "image-share": "import sys\nfrom alicloud_image_share.commands.main import main\nsys.exit(main())\n",
}
_CLIENT = Path(__file__).with_name("fork_client.py")
_ROOT = Path(__file__).parents[2]


@contextmanager
def forking_python(folder: Path, **variables: str) -> Iterator[Path]:
    """Serve, and give the path of what stands for Python: `python -m MODULE …` or `python SCRIPT …`.

    `variables` are what the environment of the server has beside this one; a process has that of its client.
    """
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    _write_script(python, f"{sys.executable} -IS", _CLIENT.read_text())
    for name, code in _SCRIPTS.items():
        _write_script(python.with_name(name), str(python), code)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(python.with_name("server")))
        listener.listen(64)
        command = [sys.executable, "-u", "-m", __name__, str(listener.fileno()), str(python)]
        environment = {**os.environ, **variables}
        server = subprocess.Popen(command, cwd=_ROOT, env=environment, pass_fds=[listener.fileno()])
    try:
        yield python
    finally:
        server.terminate()
        server.wait(30)


def _write_script(file: Path, interpreter: str, code: str) -> None:
    file.write_text(f"#!{interpreter}\n{code}")
    file.chmod(0o755)


class _Server:
    """The processes that were forked, each by the connection of its client."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._clients: dict[int, socket.socket] = {}
        """Process → its client."""
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._ended, wakes = socket.socketpair()
        self._selector.register(self._ended, selectors.EVENT_READ)
        wakes.setblocking(False)
        signal.set_wakeup_fd(wakes.fileno())
        self._wakes = wakes
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> NoReturn:
        """Fork for each client, pass signals on, and tell a client how its process has ended."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._listener:
                    self._fork()
                elif key.fileobj is self._ended:
                    self._ended.recv(64)
                    self._reap()
                else:
                    self._pass_on(key.data)

    def _fork(self) -> None:
        client = self._listener.accept()[0]
        try:
            size, streams, *_ = socket.recv_fds(client, 10, 32)
            arguments, environment, folder, numbers = _read(client.recv(int(size), socket.MSG_WAITALL))
        except (OSError, ValueError):  # the client was killed
            client.close()
            return
        process = os.fork()
        if not process:
            self._leave_server(client)
            _become(dict(zip(numbers, streams, strict=True)), environment, folder)
            _run(arguments)
        for stream in streams:
            os.close(stream)
        self._clients[process] = client
        self._selector.register(client, selectors.EVENT_READ, process)

    def _leave_server(self, client: socket.socket) -> None:
        """Close, in a forked process, what is the server's."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for own in (self._listener, self._ended, self._wakes, client, *self._clients.values()):
            own.close()

    def _pass_on(self, process: int) -> None:
        """Send a process the signal that its client got, or end it where the client is gone."""
        client = self._clients.get(process)
        if client is None:
            return  # it has ended since this was asked
        number = b""
        with suppress(OSError):
            number = client.recv(1)
        if not number:
            self._selector.unregister(client)
        os.kill(process, number[0] if number else signal.SIGKILL)

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while ended := os.waitpid(-1, os.WNOHANG):
                process, status = ended
                if not process:
                    return
                client = self._clients.pop(process)
                with suppress(KeyError):
                    self._selector.unregister(client)
                code = os.waitstatus_to_exitcode(status)
                with suppress(OSError):
                    client.sendall(bytes([code if code >= 0 else 128 - code]))
                client.close()


def _read(asked: bytes) -> tuple[list[str], dict[str, str], str, list[int]]:
    """Return arguments, environment, folder and the numbers of descriptors, of what the client has sent."""
    folder, numbers, count, *rest = map(os.fsdecode, asked.split(b"\0"))
    variables = (variable.split("=", 1) for variable in rest[int(count) :])
    return rest[: int(count)], dict(variables), folder, [int(number) for number in numbers.split()]


def _become(streams: dict[int, int], environment: dict[str, str], folder: str) -> None:
    """Take over what the client was started with: `streams` are descriptors here by the client's numbers."""
    free = max(streams) + 1
    apart = {number: fcntl.fcntl(stream, fcntl.F_DUPFD, free) for number, stream in streams.items()}
    for stream in streams.values():
        os.close(stream)
    for number, stream in apart.items():
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    tempfile.tempdir = None  # it is remembered
    encoding = environment.get("PYTHONIOENCODING", "utf-8")
    # The streams of the server remember whether they could seek, and whether they were a terminal.
    sys.stdin = os.fdopen(0, encoding=encoding, closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding=encoding, closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding, "backslashreplace", closefd=False)


def _run(arguments: list[str]) -> NoReturn:
    """Run what Python was asked to run; only options that concern buffers may come before that."""
    rest = [argument for argument in arguments if argument != "-u"]
    if "-u" in arguments:
        unbuffered = os.fdopen(1, "wb", 0, closefd=False)
        sys.stdout = io.TextIOWrapper(unbuffered, sys.stdout.encoding, write_through=True)
    module, path = (rest[1], "") if rest[0] == "-m" else ("", rest[0])
    sys.argv = rest[1:] if module else rest
    if module:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(path, run_name="__main__")
    sys.exit()


def main() -> None:
    """Import what the processes need, and serve."""
    for name in _IMPORTED:
        importlib.import_module(name)
    with suppress(ShareError):
        PulumiCli()  # every process would ask the engine for its version
    sys.executable = sys.argv[2]
    scripts = os.path.dirname(sys.executable)
    sysconfig.get_path = lambda _: scripts
    gc.collect()
    gc.freeze()
    _Server(socket.socket(fileno=int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
