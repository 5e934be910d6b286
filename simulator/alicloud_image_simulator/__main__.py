"""The command: ``python -m alicloud_image_simulator --port N [--account ID:KEY:SECRET ...]``."""

from __future__ import annotations

import argparse
import signal
import threading
from typing import TYPE_CHECKING

from .account import OTHER, OWNER, Account
from .simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the process gets a signal to end."""
    parser = argparse.ArgumentParser(prog="alicloud_image_simulator", description="Simulates image sharing.")
    parser.add_argument("--port", type=_port, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument(
        "--account",
        dest="accounts",
        action="append",
        type=_account,
        metavar="ID:KEY:SECRET",
        help="an account and its access key; repeatable; the first owns images that name no owner",
    )
    options = parser.parse_args(arguments)
    stop_requested = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop_requested.set())
    try:
        with Simulator(options.accounts or (OWNER, OTHER), options.port) as simulator:
            print(f"listening on {simulator.address}", flush=True)  # noqa: T201 - the command's one line of output
            stop_requested.wait()
    except OSError as error:
        parser.exit(1, f"{parser.prog}: cannot listen on port {options.port}: {error.strerror}\n")
    return 0


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _account(text: str) -> Account:
    try:
        return Account.parse(text)
    except ValueError as error:
        # argparse would repeat the text of any other error's argument, and with it the secret.
        raise argparse.ArgumentTypeError(str(error)) from error


if __name__ == "__main__":
    raise SystemExit(main())
