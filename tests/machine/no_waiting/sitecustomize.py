"""Python imports this first where its folder is on the path: waits take no time, the clock goes on by them.

The thread that looks for the engine keeps its real waits; it would else do nothing but look.
"""

import threading
import time

_slept = 0.0
_monotonic, _sleep = time.monotonic, time.sleep


def sleep(seconds: float) -> None:
    global _slept  # noqa: PLW0603 - there is one clock
    if threading.current_thread().name == "engine":
        _sleep(seconds)
    else:
        _slept += seconds


time.sleep = sleep
time.monotonic = lambda: _monotonic() + _slept

# Only now, for what is imported keeps the clock that it finds.
from alicloud_image_share.lifecycle import run  # noqa: E402
from alicloud_image_share.lifecycle.register import RunRegister  # noqa: E402

# A process is one run of the engine; here it stands for many, and each of them begins with nothing noted.
run.register_of = lambda _address: RunRegister()
