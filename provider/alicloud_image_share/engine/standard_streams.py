"""The standard streams: lines for them, and plain stand-ins for characters that they cannot show."""

from __future__ import annotations

import codecs
import os
import sys

import click

from alicloud_image_share.sharing.printable_text import printable_lines

_LAST_STANDARD = 2
"""The number of the last of the three standard streams."""
_NAME = "image_share_stand_ins"
_STAND_INS = {
    **dict.fromkeys("✗✕×", "x"),  # noqa: RUF001 - what is replaced
    **dict.fromkeys("−–—━╸╺─", "-"),  # noqa: RUF001
    **dict.fromkeys("‘’", "'"),  # noqa: RUF001
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("│┃", "|"),
    "✓": "v",
    "⊗": "#",
    "⚠": "!",
    "↓": "v",
    "↑": "^",
    "→": "->",
    "•": "*",
    "·": "-",
    "…": "...",
}


def say(text: str, *, errors: bool = False) -> None:
    """Print a line, in printable form, on the error output where that is asked for."""
    # click.echo by itself takes an ASCII stream for a mistake, and writes UTF-8 there.
    click.echo(printable_lines(text), file=sys.stderr if errors else sys.stdout)


def open_closed_streams() -> None:
    """Lead an output that is closed to nowhere: Python has None for it. A closed input stays closed.

    The next file or connection would get the number of a closed stream, and the engine would write into it.
    """
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _LAST_STANDARD:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def use_stand_ins() -> None:
    """Have the standard streams replace what they cannot encode, in place of an exception."""
    codecs.register_error(_NAME, _replaced)
    for stream in (sys.stdout, sys.stderr):
        # Only a stream on text of its own can be told; others take every character.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors=_NAME)


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_stand_in, error.object[error.start : error.end])), error.end


def _stand_in(character: str) -> str:
    """Return a plain sign, of a spinner a star, of any other character the way that JSON escapes it."""
    if "\N{BRAILLE PATTERN BLANK}" <= character <= "\N{BRAILLE PATTERN DOTS-12345678}":
        return "*"
    pairs = character.encode("utf-16-be", "surrogatepass").hex()
    escaped = "".join(f"\\u{pairs[start : start + 4]}" for start in range(0, len(pairs), 4))
    return _STAND_INS.get(character, escaped)
