"""The exit status of every command."""

from __future__ import annotations

import enum
from collections.abc import Iterable


class ExitStatus(enum.IntEnum):
    """The exit status of a command; a usage error is an error, too."""

    NOTHING = 0
    """Nothing to say, or what was asked for was done."""
    FAILED = 1
    """An error, or something could not be read."""
    DIFFERENT = 2
    BROKEN = 3
    """A rule is broken."""

    @classmethod
    def of_report(cls, *, complete: bool, broken: bool = False, different: bool = False) -> ExitStatus:
        """Return the status of a report: what was not read whole never says that there is nothing to say."""
        if not complete:
            return cls.FAILED
        if broken:
            return cls.BROKEN
        return cls.DIFFERENT if different else cls.NOTHING

    @classmethod
    def worst(cls, statuses: Iterable[int | None]) -> ExitStatus:
        """Return the status of several commands together; None, or a signal, is an error."""
        known = {cls(status) if status in tuple(cls) else cls.FAILED for status in statuses}
        order = (cls.FAILED, cls.BROKEN, cls.DIFFERENT)
        return next((status for status in order if status in known), cls.NOTHING)
