"""Groups whose accounts stand in a file of their own: `web-teams: {file: teams.csv}`."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from alicloud_image_share.sharing.strict_json import parse_json
from alicloud_image_share.stack_file.fields import account_problems
from alicloud_image_share.stack_file.place import Place, Problem, UnreadFile
from alicloud_image_share.stack_file.project_text import project_text

FORMATS = (".csv", ".json")
_TITLES = ("account", "account_id", "account id", "id")


def with_group_files(groups: Any, folder: Path, place: Place) -> Any:
    """Return the groups with the accounts of their files, read from a project's folder.

    `place` is where the groups stand. A file that cannot be used gives an UnreadFile, which says why.
    """
    if not isinstance(groups, Mapping):
        return groups
    return {
        name: _members(members["file"], folder, place.at(str(name)).at("file"))
        if _in_file(members)
        else members
        for name, members in groups.items()
    }


def _in_file(members: Any) -> bool:
    return isinstance(members, Mapping) and [*members] == ["file"]


def _members(name: Any, folder: Path, place: Place) -> Any:
    text = project_text(name, folder, FORMATS, place)
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
    problems = tuple(account_problems(accounts, place))
    return UnreadFile(problems) if problems else accounts


def _of_csv(text: str, name: str) -> Any:
    notes: dict[str, str] = {}
    problems: list[Problem] = []
    try:
        for line, row in _rows(text):
            place = Place(f"{name}, line {line}")
            if len(row) > 2:
                problems.append(place.problem(f"{len(row)} columns: write account,note"))
                continue
            account, note = row[0], row[1] if len(row) > 1 else ""
            problems += account_problems({account: note}, place)
            if account in notes:
                problems.append(place.wrong(account, "appears here twice"))
            notes[account] = note
    except csv.Error as error:
        problems.append(Place(name).problem(f"not CSV: {error}"))
    return UnreadFile(tuple(problems)) if problems else notes


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row of accounts with its line; not empty ones, comments and titles."""
    reader = csv.reader(text.splitlines(), strict=True)
    for row in reader:
        cells = [cell.strip() for cell in row]
        is_title = reader.line_num == 1 and cells and cells[0].casefold() in _TITLES
        if any(cells) and not cells[0].startswith("#") and not is_title:
            yield reader.line_num, cells


SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"file": {"type": "string", "pattern": r"\.(csv|json)$"}},
    "required": ["file"],
    "additionalProperties": False,
    "description": "A CSV file (account,note) or a JSON file in the project's folder.",
}
"""The JSON Schema of a group in a file."""


def group_problems(members: Any, place: Place) -> Iterator[Problem]:
    """Find what is wrong with the accounts of a group."""
    if isinstance(members, UnreadFile):
        yield from members.problems
        return
    yield from account_problems(members, place)
    if members in ({}, [], None):
        yield place.problem("the group is empty; list its accounts, or remove it and its uses")
