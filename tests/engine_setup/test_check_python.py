"""A Python that cannot make the virtual environment is refused in a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_CHECK = Path(__file__).parents[2] / "tools" / "check_python.py"
_OLD = "import sys; sys.version_info = (3, 9, 18); sys.version = '3.9.18 (main)'"
_BARE = "import importlib.util as u; find = u.find_spec; u.find_spec = lambda n: n != 'ensurepip' and find(n)"


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        (_OLD, f"make setup needs Python 3.10 or later, and {sys.executable} is 3.9.18."),
        (_BARE, f"make setup needs venv and ensurepip, which {sys.executable} lacks: install python3-venv."),
    ],
    ids=["old", "without ensurepip"],
)
def test_check_python_unfit_says_why_and_how_to_name_another(
    tmp_path: Path, python: str, sentence: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(python)

    done = check(PYTHONPATH=str(tmp_path))

    assert done.returncode == 1
    assert done.stderr == f"{sentence} Name another with `make setup PYTHON=python3.12`.\n"


def test_check_python_fit_says_nothing() -> None:
    done = check()

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(_CHECK)]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=60
    )
