"""Tell in a sentence what keeps this Python from making the virtual environment, if anything does."""

import importlib.util
import sys

_NEXT = "Name another with `make setup PYTHON=python3.12`."

if sys.version_info < (3, 10):  # noqa: UP036 - the very question, and python3 may be any
    sys.exit(
        f"make setup needs Python 3.10 or later, and {sys.executable} is {sys.version.split()[0]}. {_NEXT}"
    )
if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
    sys.exit(
        f"make setup needs venv and ensurepip, which {sys.executable} lacks: install python3-venv. {_NEXT}"
    )
