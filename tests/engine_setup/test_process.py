"""No program that `make setup` starts can hold it up for ever."""

import os
import select
from pathlib import Path

import pytest

from tools.engine.process import UnavailableError, run


def test_run_program_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    held = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    script = f"exec 3> {fifo}; (sleep 600 & wait) & wait"

    with pytest.raises(UnavailableError, match=r"not done within 0\.5 seconds"):
        run(["sh", "-c", script], seconds=0.5)

    ended, _, _ = select.select([held], [], [], 60)  # readable, at its end, when the last writer is gone
    assert [held] == ended


def test_run_program_that_fails_keeps_its_last_words() -> None:
    with pytest.raises(UnavailableError, match=r"^at the end$"):
        run(["sh", "-c", "echo at first >&2; echo at the end >&2; exit 3"], seconds=60)


def test_run_program_that_fails_without_a_word_tells_its_status() -> None:
    with pytest.raises(UnavailableError, match=r"^exit status 3$"):
        run(["sh", "-c", "exit 3"], seconds=60)


def test_run_program_that_is_not_there_is_named() -> None:
    with pytest.raises(UnavailableError, match=r"^no-such-program does not run: No such file or directory$"):
        run(["no-such-program"], seconds=60)
