"""How a program of Pulumi's language host ends that the engine interrupts."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType

_LANGUAGE_HOST = "pulumi-language-python-exec"


def hide_interruption_traceback() -> None:
    """Have a program that the engine interrupts end without a traceback.

    When a share is refused, the engine interrupts the program, and the script of Pulumi's language host would
    print where it waited, before what matters. Any other process, and any other exception, stays as it is.
    """
    is_hosted = any(Path(argument).name == _LANGUAGE_HOST for argument in sys.orig_argv[1:4])
    if is_hosted and sys.excepthook is sys.__excepthook__:
        sys.excepthook = _show_unless_interrupted


def _show_unless_interrupted(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
