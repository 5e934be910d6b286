"""The simulator in the calling process: a thread with its own event loop serves the port."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from aiohttp import web

from .account import OTHER, OWNER, Account
from .authentication import Authenticator
from .control import Control, Document
from .gateway import Gateway
from .image import DEFAULT_REGION
from .metadata import Metadata
from .server import application, logger
from .services import every_service

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable
    from types import TracebackType

T = TypeVar("T")

HOST = "127.0.0.1"


class Simulator:
    """The four APIs and STS on a loopback port, from ``with`` to the end of the block.

    The control methods take and give the documents of the control endpoints, and may be called from any
    thread.
    """

    def __init__(
        self,
        accounts: Iterable[Account] = (OWNER, OTHER),
        port: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        accounts = tuple(accounts)
        if not accounts:
            raise ValueError("the simulator needs at least one account")
        gateway = Gateway(
            services=every_service(),
            authenticator=Authenticator({account.key: account for account in accounts}),
            clock=clock,
        )
        self._control = Control(gateway, accounts[0].id)
        self._owner = accounts[0]
        metadata = Metadata(accounts[0].id, gateway.authenticator.sessions, clock)
        self._products = [service.product or service.name for service in gateway.services]
        self._runner = web.AppRunner(
            application(gateway, self._control, metadata),
            access_log=None,
            logger=logger(),
            shutdown_timeout=0.1,
        )
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="alicloud-image-simulator", daemon=True
        )

    def __enter__(self) -> Simulator:
        self._thread.start()
        with ExitStack() as cleanup:
            cleanup.callback(self._stop)
            self._port = self._run(self._listen())
            cleanup.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._port

    @property
    def address(self) -> str:
        """Host and port, as an endpoint is written."""
        return f"{HOST}:{self._port}"

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables with which a program calls it as the first account, the owner of images."""
        return {
            "ALICLOUD_ACCESS_KEY": self._owner.key,
            "ALICLOUD_SECRET_KEY": self._owner.secret,
            "ALICLOUD_REGION": DEFAULT_REGION,
            "ALICLOUD_PROTOCOL": "HTTP",
            **{f"ALIBABA_CLOUD_ENDPOINT_{product.upper()}": self.address for product in self._products},
        }

    def state(self) -> Document:
        """Return the state document; putting it again restores this state."""
        return self._on_loop(self._control.state)

    def put_state(self, document: object) -> None:
        """Replace the whole state; what the document leaves out has its default."""
        self._on_loop(lambda: self._control.put_state(document))

    def calls(self) -> list[Document]:
        """Return all calls since the last clearing, the oldest first."""
        return self._on_loop(self._control.calls)

    def clear_calls(self) -> None:
        """Forget all calls."""
        self._on_loop(self._control.clear_calls)

    def put_faults(self, document: object) -> None:
        """Replace all faults; their counting starts anew."""
        self._on_loop(lambda: self._control.put_faults(document))

    def put_policies(self, document: object) -> None:
        """Replace all policies, access key → RAM policy; a key that has none may do everything."""
        self._on_loop(lambda: self._control.put_policies(document))

    def put_roles(self, document: object) -> None:
        """Replace what is known of roles, role → policy and trust; others trust all and may do everything."""
        self._on_loop(lambda: self._control.put_roles(document))

    def _on_loop(self, call: Callable[[], T]) -> T:
        if not self._thread.is_alive():
            raise RuntimeError("the simulator is not running")

        # On the loop's thread, so that a document never shows half of a call.
        async def result() -> T:
            return call()

        return self._run(result())

    def _run(self, coroutine: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _listen(self) -> int:
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        return int(self._runner.addresses[0][1])

    def _stop(self) -> None:
        self._run(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
