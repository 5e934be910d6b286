"""Groups whose accounts stand in a file of their own: `web-teams: {file: teams.csv}`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from alicloud_image_share.sharing.access_end import access_end
from alicloud_image_share.sharing.strict_json import parse_json
from alicloud_image_share.stack_file.fields import account_problems
from alicloud_image_share.stack_file.place import FolderGroup, Place, Problem, UnreadFile
from alicloud_image_share.stack_file.project_text import project_text

FORMATS = (".csv", ".json")
_COLUMNS = ("account", "note", "until")
_MOST_PROBLEMS = 20
_OTHER_SEPARATORS = (";", "\t")
"""What spreadsheets write in some countries."""
_TITLES = ("account", "accountid", "id", "uid")
"""Titles of the first column, in small letters and without what stands between words."""


def with_group_files(groups: Any, folder: Path, place: Place) -> Any:
    """Return the groups with the accounts of their files, read from a project's folder.

    `place` is where the groups stand. A file that cannot be used gives an UnreadFile, which says why.
    """
    if not isinstance(groups, Mapping):
        return groups
    return {
        name: _members(members, folder, place.at(str(name))) if _in_file(members) else members
        for name, members in groups.items()
    }


def _in_file(members: Any) -> bool:
    return isinstance(members, Mapping) and "file" in members


def _members(members: Mapping[str, Any], folder: Path, place: Place) -> Any:
    words = "a group in a file has no other key; an end or a note stands in the file"
    if unknown := [place.at(str(key)).problem(words) for key in members if key != "file"]:
        return UnreadFile(tuple(unknown))
    name = members["file"]
    text = project_text(name, folder, FORMATS, place.at("file"))
    if isinstance(text, UnreadFile):
        return text
    file = Path(name)
    return _of_csv(text, file.name) if file.suffix == ".csv" else _of_json(text, file.name)


def _of_json(text: str, name: str) -> Any:
    place = Place(name)
    try:
        accounts = parse_json(text)
    except ValueError as error:
        return UnreadFile((place.problem(f"not JSON: {error}"),))
    problems = tuple(account_problems(accounts, place, access_end))
    return UnreadFile(problems) if problems else accounts


def _of_csv(text: str, name: str) -> Any:
    entries: dict[str, Any] = {}
    problems: list[Problem] = []
    columns: tuple[str, ...] = _COLUMNS
    try:
        for number, (line, row) in enumerate(_rows(text)):
            place = Place(f"{name}, line {line}")
            if number == 0 and re.sub(r"[\s_-]", "", row[0]).casefold() in _TITLES:
                columns = _titled(row)
                continue
            if len(row) == 1 and any(separator in row[0] for separator in _OTHER_SEPARATORS):
                problems.append(place.problem(f"separate the columns by commas: {','.join(columns)}"))
                continue
            while len(row) > len(columns) and not row[-1]:
                row.pop()  # a spreadsheet writes as many cells in each row
            if len(row) > len(columns):
                problems.append(place.problem(f"{len(row)} columns: write {','.join(columns)}"))
                continue
            cells = dict(zip(columns, row, strict=False))
            account, note, until = (cells.get(column, "") for column in _COLUMNS)
            entry = {"note": note, "until": until} if until else note
            problems += account_problems({account: entry}, place, access_end)
            if account in entries:
                problems.append(place.wrong(account, "appears here twice"))
            entries[account] = entry
    except csv.Error as error:
        problems.append(Place(name).problem(f"not CSV: {error}"))
    return UnreadFile(_first(problems, name)) if problems else entries


def _first(problems: list[Problem], name: str) -> tuple[Problem, ...]:
    """Return the first problems, and how many more there are: a file of another kind has one in each line."""
    more = len(problems) - _MOST_PROBLEMS
    rest = [Place(name).problem(f"and {more} more lines that are wrong")] if more > 0 else []
    return (*problems[:_MOST_PROBLEMS], *rest)


def _titled(titles: list[str]) -> tuple[str, ...]:
    """Return the columns by their titles: `until` may stand before or behind the note, or not at all."""
    names = [title.casefold() for title in titles if title]
    if "until" not in names:
        return _COLUMNS if len(names) == 1 else _COLUMNS[:2]
    return _COLUMNS if names.index("until") > 1 else ("account", "until", "note")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row with the line where it begins; not empty ones and comments.

    Raises csv.Error with the line.
    """
    # Not splitlines(), which takes characters for the end of a line that no editor counts.
    reader, line = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells) and not cells[0].startswith("#"):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise csv.Error(f"line {line}: {error}") from None


SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"file": {"type": "string", "pattern": r"\.(csv|json)$"}},
    "required": ["file"],
    "additionalProperties": False,
    "description": "A CSV file (account,note,until) or a JSON file in the project's folder.",
}
"""The JSON Schema of a group in a file."""


def group_problems(members: Any, place: Place) -> Iterator[Problem]:
    """Find what is wrong with the accounts of a group."""
    if isinstance(members, UnreadFile | FolderGroup):
        yield from members.problems if isinstance(members, UnreadFile) else ()
        return
    yield from account_problems(members, place)
    if members in ({}, [], None):
        yield place.problem("the group is empty; list its accounts, or remove it and its uses")
