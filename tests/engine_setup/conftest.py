"""A bare machine, and the site that serves Pulumi's releases."""

import os
import shutil
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from tests.engine_setup.machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("sh", "chmod", "mkdir"):
        (programs / name).symlink_to(str(shutil.which(name)))
    return Machine(programs, tmp_path / "engine")


@dataclass(slots=True)
class ReleaseSite:
    """Stands in for get.pulumi.com, behind a proxy as firms have one. It hangs while it has no archive."""

    environment: dict[str, str]
    archive: bytes | None = None
    paths: list[str] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def release_site(tmp_path: Path) -> Iterator[ReleaseSite]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("get.pulumi.com").configure_cert(tls)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.close_connection = False
            self.connection = tls.wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb", buffering=0)

        def do_GET(self) -> None:
            site.paths.append(self.path)
            if site.archive is None:
                site.closed.wait(60)
                return
            self.send_response(200 if site.archive else 404)
            self.send_header("Content-Length", str(len(site.archive)))
            self.end_headers()
            self.wfile.write(site.archive)

        def finish(self) -> None:
            super().finish()
            self.connection.close()

        def log_message(self, *_: object) -> None:
            """Keep the output of the tests clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        proxy = f"http://127.0.0.1:{server.server_port}"
        site = ReleaseSite({"https_proxy": proxy, "SSL_CERT_FILE": os.fspath(tmp_path / "authority.pem")})
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield site
        site.closed.set()
        server.shutdown()
