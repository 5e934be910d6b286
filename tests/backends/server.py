"""A PostgreSQL server for the time of some tests: on loopback, with all that it writes in one folder."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER = "pulumi"
LIMIT = 120
"""Seconds that one of its programs may take."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    programs: Path
    port: int
    password: str

    def create_database(self, name: str) -> str:
        """Create a database; return the URL of a backend in it, without the password."""
        command = [self.programs / "psql", "-qX", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER]
        environment = {**os.environ, "PGPASSWORD": self.password}
        statement = ["-d", "postgres", "-c", f'CREATE DATABASE "{name}"']
        subprocess.run([*command, *statement], env=environment, check=True, timeout=LIMIT)
        return f"postgres://{USER}@127.0.0.1:{self.port}/{name}?sslmode=disable"


def programs() -> Path | None:
    """Return the folder of the newest server's programs, where Debian puts them or on PATH."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: float(folder.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """Start a server; it stops, and its folder goes, when the context ends."""
    # Not in pytest's folder, which only the user who runs the tests may enter.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    server = Server(programs, _free_port(), secrets.token_urlsafe(16))
    password, data, log = folder / "password", folder / "data", folder / "log"
    password.write_text(server.password)
    user = _unprivileged()
    if user:
        for path in (folder, password):
            os.chown(path, user.pw_uid, user.pw_gid)

    def run(program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            [programs / program, "-D", data, *arguments],
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=[] if user else None,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            # Files, for the server keeps open what it inherits.
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=LIMIT,
        )
        said = (folder / "output").read_text() + (log.read_text() if log.exists() else "")
        assert done.returncode == 0, f"{program} failed: {said}"

    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off"}
    settings = " ".join(f"-c {name}={value}" for name, value in options.items())
    try:
        with (folder / "output").open("w") as output:
            run(
                "initdb",
                "-U",
                USER,
                "--auth=scram-sha-256",
                f"--pwfile={password}",
                "-E",
                "UTF8",
                "--no-sync",
            )
            run("pg_ctl", "start", "-w", "-l", log, "-o", f"-p {server.port} {settings}")
            try:
                yield server
            finally:
                run("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


def _unprivileged() -> pwd.struct_passwd | None:
    """Return whom the server runs as, which refuses to run as root; None for whoever runs the tests."""
    if os.getuid():
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
