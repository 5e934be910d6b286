"""Pulumi's own stand-in for the engine, for programs that no engine runs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pulumi
from pulumi.runtime.settings import set_root_resource


@contextmanager
def mocked_engine(mocks: pulumi.runtime.Mocks) -> Iterator[None]:
    """Have what is declared reach the mocks; leave no stack behind, which a later test would find."""
    # The mocks take the loop of the thread, and a test before this one may have taken it away.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    pulumi.runtime.set_mocks(mocks, preview=False)
    yield
    set_root_resource(None)
    pulumi.runtime.set_all_config({})
    loop.close()
    asyncio.set_event_loop(None)
