"""Threads for one list of steps: who stops in the middle does not wait for steps that have not begun."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

THREADS = 8


@contextmanager
def threads(name: str) -> Iterator[ThreadPoolExecutor]:
    """Give a pool; an exception, Ctrl-C too, cancels what has not begun and lets the rest finish."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix=name) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
