"""Python imports this first where its folder is on the path: waits take no time, the clock goes on by them.

A file says by how many seconds the time of day is ahead, so that days pass between two runs of one process.
The thread that looks for the engine keeps its real waits; it would else do nothing but look.
"""

import os
import threading
import time
from pathlib import Path

_slept = 0.0
_monotonic, _sleep, _time = time.monotonic, time.sleep, time.time
_ahead = Path(os.environ["MACHINE_CLOCK"])


def sleep(seconds: float) -> None:
    global _slept  # noqa: PLW0603 - there is one clock
    if threading.current_thread().name == "engine":
        _sleep(seconds)
    else:
        _slept += seconds


time.sleep = sleep
time.monotonic = lambda: _monotonic() + _slept

# What is imported keeps the clock that it finds; gRPC needs the real time of day.
time.time = lambda: _time() + (float(_ahead.read_text()) if _ahead.exists() else 0)
import alicloud_image_share.cloud.clock  # noqa: E402, F401

time.time = _time
from alicloud_image_share.lifecycle import run  # noqa: E402
from alicloud_image_share.lifecycle.register import RunRegister  # noqa: E402

# A process is one run of the engine; here it stands for many, and each of them begins with nothing noted.
run.register_of = lambda _address: RunRegister()
