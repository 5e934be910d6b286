"""Lines of a document that may not become longer than so many characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_LINES_SHOWN = 15
"""Entries of a folded list that are shown without being opened."""


class LineBudget:
    """Lines that fit into what is left; what does not fit is counted."""

    def __init__(self, characters: int) -> None:
        self.lines: list[str] = []
        self._remaining = characters

    def add(self, lines: Iterable[str]) -> None:
        """Add lines that must be there."""
        for line in lines:
            self.lines.append(line)
            self._remaining -= len(line) + 1

    def add_list(self, lines: Sequence[str], most: int, noun: str, *, blank: bool = False) -> None:
        """Add as many lines as have room, and how many more there are."""
        fitting = self._fitting(lines, most)
        self.add(lines[:fitting])
        if fitting < len(lines):
            self.add([f"- and {len(lines) - fitting} more {noun}"])
        if lines and blank:
            self.add([""])

    def add_names(self, names: Sequence[str], most: int, noun: str) -> None:
        """Add as many names as have room in one line, and how many more there are."""
        fitting = self._fitting([f"{name}," for name in names], most)
        more = [f"and {len(names) - fitting} more"] if fitting < len(names) else []
        self.add([f"- {noun}: {', '.join([*names[:fitting], *more])}", ""])

    def add_folded(self, noun: str, lines: Sequence[str], most: int, *, head: int) -> None:
        """Add lines, behind a summary where they are many; `head` of them are no entries of their own."""
        if len(lines) <= head:
            return
        fitting = max(self._fitting(lines, most), head)
        many = head == 0 or len(lines) - head > _LINES_SHOWN
        summary = f"{noun} ({len(lines) - head})" if head else noun
        self.add(["<details>", f"<summary>{summary}</summary>", ""] if many else [])
        self.add(lines[:fitting])
        remaining = len(lines) - fitting
        self.add(["", f"and {remaining} more; the page and the JSON have them all"] if remaining else [])
        self.add(["", "</details>", ""] if many else [""])

    def _fitting(self, lines: Sequence[str], most: int) -> int:
        remaining = min(most, self._remaining - 200)
        for number, line in enumerate(lines):
            remaining -= len(line) + 1
            if remaining < 0:
                return number
        return len(lines)
