"""A program that the engine interrupts: Pulumi's script prints no traceback before what matters."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

DECLARES = """
import sys, pulumi
from alicloud_image_share import ImageShare

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args): return args.name, args.inputs
    def call(self, args): return {}

pulumi.runtime.set_mocks(Mocks())
BEFORE
ImageShare("golden", service="ecs", image_id="m-1", region_id="cn-hangzhou", accounts=["1550809237710001"])
try:
    raise KeyboardInterrupt
finally:
    ENDS
"""


def run(folder: Path, name: str, ends: str, before: str = "") -> subprocess.CompletedProcess[str]:
    script = folder / name
    script.write_text(DECLARES.replace("ENDS", ends).replace("BEFORE", before))
    return subprocess.run(
        [sys.executable, "-u", script], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("ends", ["pass", "raise KeyboardInterrupt"], ids=["once", "twice"])
def test_interrupted_program_of_the_language_host_prints_nothing(tmp_path: Path, ends: str):
    ended = run(tmp_path, "pulumi-language-python-exec", ends)

    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, "")


def test_other_exception_of_the_language_host_is_printed(tmp_path: Path):
    ended = run(tmp_path, "pulumi-language-python-exec", "raise ValueError('of the program')")

    assert "ValueError: of the program" in ended.stderr


def test_interruption_of_another_process_is_printed(tmp_path: Path):
    assert "KeyboardInterrupt" in run(tmp_path, "main.py", "pass").stderr


def test_hook_of_the_program_itself_stays(tmp_path: Path):
    own_hook = "sys.excepthook = lambda *_: print('of the program', file=sys.stderr)"

    ended = run(tmp_path, "pulumi-language-python-exec", "pass", before=own_hook)

    assert ended.stderr == "of the program\n"
