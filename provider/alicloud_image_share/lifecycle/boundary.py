"""Where exceptions leave for the engine: expected failures as their text, others with a traceback."""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeVar

from alicloud_image_share.cloud.redaction import redact
from alicloud_image_share.errors import ShareError
from alicloud_image_share.sharing.printable_text import printable_lines

F = TypeVar("F", bound=Callable[..., Any])


def boundary(method: F) -> F:
    """Hide the causes of an expected failure, and let nothing hang the engine."""

    @functools.wraps(method)
    def call(*arguments: Any) -> Any:
        try:
            return method(*arguments)
        except ShareError as exc:
            raise exc from None
        except Exception:
            raise
        except BaseException as exc:
            # SystemExit would end this thread without an answer, and the engine would wait for ever.
            raise RuntimeError(f"interrupted: {exc!r}") from exc

    return call  # type: ignore[return-value]


def _format_exception() -> str:
    """Return the text alone of an expected failure, without its class, and the traceback of any other.

    What a library quotes in its exception may be a signed address: credentials are hidden.
    """
    exc = sys.exc_info()[1]
    if isinstance(exc, ShareError):
        return printable_lines(redact(str(exc))) or type(exc).__name__
    return printable_lines(redact(traceback.format_exc()))


def show_failures_as_text() -> None:
    """Have Pulumi's server of dynamic providers print expected failures without a traceback.

    The server knows one form, `traceback.format_exc()`, and the interpreter one limit for all threads.
    """
    server = vars(sys.modules["__main__"])
    if server.get("__spec__") and server["__spec__"].name == "pulumi.dynamic.__main__":
        server["traceback"] = SimpleNamespace(format_exc=_format_exception)
