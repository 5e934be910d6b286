"""Load many modules at once, late and fast."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused_imports() -> Iterator[None]:
    """Look for no garbage while modules are loaded: what they make comes to stay.

    The collector would go through all of it again and again; without it the SDK is there a quarter sooner.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
