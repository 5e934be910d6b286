"""A stand-in for the image sharing of Alibaba Cloud: four APIs and STS on a loopback port.

It imports nothing of the provider: it is an independent reading of the API pages, so that a mistake in
one of the two shows.
"""

from typing import TYPE_CHECKING

from .account import OTHER, OWNER, Account
from .behaviour import BEHAVIOURS, Reading
from .documents import MalformedDocumentError

if TYPE_CHECKING:
    from .simulator import Simulator
else:

    def __getattr__(name: str) -> object:
        # The server needs aiohttp, which the pytest plugin does not ask of who never uses its fixture.
        if name != "Simulator":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from .simulator import Simulator  # noqa: PLC0415

        return Simulator


__all__ = ["BEHAVIOURS", "OTHER", "OWNER", "Account", "MalformedDocumentError", "Reading", "Simulator"]
