"""Accounts whose access ends, as a stack file has them: `{note: partner, until: 2027-03-31}`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from alicloud_image_share.sharing.access_end import AccessEnd, split_note, with_end, written_end
from alicloud_image_share.sharing.accounts import read
from alicloud_image_share.stack_file.place import Place, Problem, known_name

_NOTE, _UNTIL = "note", "until"
_FIELDS = (_NOTE, _UNTIL)

ReadEnd = Callable[[object], AccessEnd]
"""Raises ValueError with the end of a sentence."""

_END = r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)? ?(Z|[+-]\d\d:?\d\d))?$"
ENTRY = {
    "type": "object",
    "properties": {
        _NOTE: {"type": ["string", "null"]},
        _UNTIL: {
            "type": "string",
            "pattern": _END,
        },
    },
    "required": [_UNTIL],
    "additionalProperties": False,
    "description": "A note, and the last day of the access (UTC) or a time with a zone.",
}
"""The JSON Schema of an account whose access ends."""


def notes_of(accounts: Any) -> dict[str, str]:
    """Return account id → note with the end in it; only for accounts without problems."""
    return read(with_ends(accounts))[0]


def with_ends(accounts: Any) -> Any:
    """Return accounts in which a map of a note and an end is the note that state keeps."""
    if not isinstance(accounts, Mapping):
        return accounts
    return {
        account: _note(entry) if isinstance(entry, Mapping) else entry for account, entry in accounts.items()
    }


def entry_problems(entry: Mapping[Any, Any], place: Place, read_end: ReadEnd) -> Iterator[Problem]:
    """Find what is wrong with a map of a note and an end."""
    for name in entry:
        if name not in _FIELDS:
            yield place.at(str(name)).problem(f"unknown key{known_name(name, _FIELDS)}")
    note, until = entry.get(_NOTE), entry.get(_UNTIL)
    if not isinstance(note, str | None):
        yield place.at(_NOTE).wrong(note, "is not text; put it in quotes")
    elif split_note(note or "")[1] is not None:
        yield place.at(_NOTE).problem("the note has an end, too; keep until alone")
    if until is None:
        yield place.at(_UNTIL).problem("there is no value; a note alone is written as text")
        return
    try:
        read_end(until)
    except ValueError as error:
        yield place.at(_UNTIL).wrong(until, str(error))


def list_form(entry: object) -> str:
    """Return how what stands in a list in place of an account id is to be written."""
    if isinstance(entry, Mapping) and entry:
        form = '{"1234567890123456": {note: team, until: 2027-03-31}}'
        return f"accounts with a note or an end are a map, {form}"
    return "write the id in quotes"


def _note(entry: Mapping[str, Any]) -> str:
    """Return the note of an entry with its end; what is wrong in it is left out."""
    note = entry.get(_NOTE)
    text = note if isinstance(note, str) else ""
    try:
        return with_end(text, written_end(entry.get(_UNTIL)))
    except ValueError:
        return split_note(text)[0]
