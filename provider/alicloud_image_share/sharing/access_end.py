"""When an account's access ends: what stands behind its note, as in `partner [until 2027-03-31]`.

The end is part of the note, so that state, previews and every older version carry it. A date means the whole
day in UTC; a time has a zone. Pure: whoever asks what has ended says what time it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar

from alicloud_image_share.sharing.printable_text import cut

DAY = timedelta(days=1)

_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"(\d\d:\d\d(?::\d\d)?)(?:(?<=:\d\d:\d\d)\.\d+)?"
_ZONE = r"Z|[+-]\d\d:?\d\d"
_END = re.compile(rf"({_DATE})(?:[T ]{_TIME} ?({_ZONE}))?", re.ASCII | re.IGNORECASE)
_OF_ENGINE = re.compile(rf"({_DATE})[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z| ([+-]\d\d)(\d\d) \S+)", re.ASCII)
_WITHIN = re.compile(r"\[\s*until\b[^\]]*\]", re.IGNORECASE)
_NO_END = "is neither a date, as in 2027-03-31, nor a time with a zone, as in 2027-03-31T18:00:00Z"


@dataclass(frozen=True, slots=True, order=True)
class AccessEnd:
    """The moment from which an account has no access any more."""

    moment: datetime
    """In UTC, whole seconds."""

    def __str__(self) -> str:
        """Return the end as it stands in a note: the last day, or the moment where that is not midnight."""
        if self.moment.time() == self.moment.min.time():
            return (self.moment - DAY).date().isoformat()
        return self.moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def has_passed(self, now: datetime) -> bool:
        """Tell whether the access has ended."""
        return self.moment <= now

    def is_within(self, days: float, now: datetime) -> bool:
        """Tell whether the access ends at most so many days from now, or has ended."""
        return self.moment - now <= timedelta(days=days)


def access_end(value: object) -> AccessEnd:
    """Return the end that a date, a datetime with a zone or a text means.

    Raises ValueError with the end of a sentence that begins with the value.
    """
    if isinstance(value, datetime):
        return _of_time(value)
    if isinstance(value, date):
        return _of_day(value)
    match = _END.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(_NO_END)
    day, clock, zone = match.groups()
    if clock is None:
        return _of_day(_existing(date.fromisoformat, day))
    offset = "+00:00" if zone in "Zz" else f"{zone[:3]}:{zone[-2:]}"
    if offset[1:] == "00:00" and clock[:5] == "00:00" and clock[5:] in ("", ":00"):
        # The engine writes an unquoted date as this time: nobody could tell the day from its first second.
        raise ValueError("is midnight in UTC; write the last day of the access as a date")
    return _of_time(_existing(datetime.fromisoformat, f"{day}T{clock}{offset}"))


Read = TypeVar("Read")


def _existing(read: Callable[[str], Read], text: str) -> Read:
    try:
        return read(text)
    except ValueError:
        raise ValueError("is no day or time that exists") from None


def _of_day(day: date) -> AccessEnd:
    return _at(datetime(day.year, day.month, day.day, tzinfo=timezone.utc), DAY)


def _of_time(time: datetime) -> AccessEnd:
    if time.utcoffset() is None:
        raise ValueError("is a time without a zone; write it as in 2027-03-31T18:00:00Z")
    return _at(time.replace(microsecond=0), timedelta())


def _at(moment: datetime, later: timedelta) -> AccessEnd:
    # Beyond these years a zone leads out of what a datetime holds.
    if not 1971 <= moment.year <= 9998:
        raise ValueError("is not in a year from 1971 to 9998")
    return AccessEnd(moment.astimezone(timezone.utc) + later)


def written_end(value: object) -> AccessEnd:
    """Return the end that a stack file names, in its own form or in those that the engine makes of it.

    Go writes a time of YAML as `2027-03-31 18:00:00 +0800 +0800`, and a date as midnight of UTC.
    Raises ValueError as `access_end` does.
    """
    match = _OF_ENGINE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return access_end(value)
    day, clock, hours, minutes = match.groups()
    if clock == "00:00:00" and hours in (None, "+00"):
        return access_end(day)
    return access_end(f"{day}T{clock}{hours}:{minutes}" if hours else value)


def with_end(note: str, end: AccessEnd) -> str:
    """Return a note with an end; raises ValueError where the note has one already."""
    if split_note(note)[1] is not None:
        raise ValueError("has an end already")
    return f"{note.rstrip()} [until {end}]".lstrip()


def split_note(note: str) -> tuple[str, str | None]:
    """Return a note without its end, and what stands for the end, whether that can be read or not."""
    text = note.rstrip()
    begun = text.rfind("[")
    words = text[begun + 1 : -1].split(maxsplit=1) if text.endswith("]") and begun >= 0 else ()
    if not words or words[0].casefold().rstrip(":") != "until":
        return note, None
    return text[:begun].rstrip(), words[1].strip() if len(words) > 1 else ""


def end_within(note: str) -> str | None:
    """Return what looks like an end within a note, where it ends nothing; None where nothing does."""
    within = _WITHIN.search(split_note(note)[0])
    return within[0] if within else None


def end_of(note: str) -> AccessEnd | None:
    """Return the end that stands in a note; None where there is none, or none that can be read."""
    _, written = split_note(note)
    try:
        return None if written is None else access_end(written)
    except ValueError:
        return None


def shown_end(note: str) -> str:
    """Return the end that stands in a note, as a text; empty where there is none."""
    end = end_of(note)
    return str(end) if end else ""


def canonical_note(note: str) -> str:
    """Return a note with its end in the form that state keeps; raises ValueError for an end that is none."""
    text, written = split_note(note)
    return note if written is None else with_end(text, access_end(written))


def longer(note: str, other: str) -> str:
    """Return the note of an account that is listed twice: the first one's text, and the later end."""
    (text, _), (other_text, _) = split_note(note), split_note(other)
    ends = [end for end in (end_of(note), end_of(other)) if end]
    return with_end(text or other_text, max(ends)) if len(ends) > 1 else text or other_text


def cut_note(note: str) -> str:
    """Return a note as it is shown: cut where it is long, but never its end."""
    text, written = split_note(note)
    return cut(note) if written is None else f"{cut(text)} [until {cut(written)}]".lstrip()


def ended_note(note: str) -> str:
    """Return a note of somebody whose access has ended: `partner [ended 2027-03-31]`."""
    text, written = split_note(note)
    return note if written is None else f"{text} [ended {written}]".lstrip()


def ended(notes: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """Return those accounts, id → note, whose access has ended; a note that is not known has no end."""
    return {account: note for account, note in notes.items() if _has_passed(note, now)}


def _has_passed(note: object, now: datetime) -> bool:
    end = end_of(note) if isinstance(note, str) and note.endswith("]") else None
    return end is not None and end.has_passed(now)


def ending(notes: Mapping[str, str], now: datetime, days: float) -> dict[str, str]:
    """Return those accounts, id → note, whose access ends within so many days, and has not ended."""
    ends = {account: end_of(note) for account, note in notes.items() if note.endswith("]")}
    return {
        account: notes[account]
        for account, end in ends.items()
        if end and end.is_within(days, now) and not end.has_passed(now)
    }


def until(end: str | date | datetime, note: str = "") -> str:
    """Return the note of an account whose access ends, for a map of accounts.

    `end` is the last day of the access, in UTC, or a time with a zone; the first run after it takes the
    account off. Raises ValueError for anything else, and for a note that has an end already.
    """
    try:
        last = access_end(end)
    except ValueError as error:
        raise ValueError(f"until: {cut(repr(end))} {error}.") from None
    try:
        return with_end(note, last)
    except ValueError as error:
        raise ValueError(f"until: the note {cut(repr(note))} {error}.") from None
