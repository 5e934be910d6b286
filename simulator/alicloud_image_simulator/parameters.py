"""The parameters of a call, read as the pages declare them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from .refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

T = TypeVar("T")

UNKNOWN_PARAMETER = "UnknownParameter"
OF_EVERY_CALL = ("RegionId", "SourceIp", "SecureTransport")
"""What clients send with every call, whether its page lists it or not: the older SDKs the region, the
Terraform provider what conditions of policies are compared with."""
_NUMBER = "([1-9][0-9]{0,8})"


@dataclass(frozen=True, slots=True)
class Page:
    """The parameters that the page of an action lists; ``N`` in a name stands for a number from 1 up."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one call, from query and form alike."""

    values: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        """Return a parameter that may be left out."""
        return self.values.get(name, default)

    def required(self, name: str) -> str:
        """Return a parameter that may not be left out."""
        if not self.values.get(name):
            raise RefusalError(400, "MissingParameter", missing(name))
        return self.values[name]

    def commas(self, name: str) -> tuple[str, ...]:
        """Return the parts of a comma-separated parameter."""
        return tuple(part.strip() for part in self.text(name).split(",") if part.strip())

    def numbered(self, name: str) -> dict[int, str]:
        """Return ``Name.1``, ``Name.2`` … by their numbers, in the order of these."""
        pattern = _pattern(f"{name}.N")
        matches = ((pattern.fullmatch(key), value) for key, value in self.values.items())
        return dict(sorted((int(match[1]), value) for match, value in matches if match and value))

    def pairs(self, name: str, key: str, value: str) -> tuple[tuple[str, str], ...]:
        """Return ``Name.N.Key`` with ``Name.N.Value``, which may be left out."""
        pattern = _pattern(f"{name}.N.{key}")
        matches = ((pattern.fullmatch(parameter), text) for parameter, text in self.values.items())
        return tuple((text, self.text(f"{name}.{match[1]}.{value}")) for match, text in matches if match)

    def json_texts(self, name: str, most: int) -> tuple[str, ...]:
        """Return the strings of a parameter that holds a JSON array."""
        try:
            elements = json.loads(self.text(name) or "[]")
        except ValueError:
            raise RefusalError(*invalid(name)) from None
        if (
            not isinstance(elements, list)
            or len(elements) > most
            or not all(isinstance(element, str) for element in elements)
        ):
            raise RefusalError(*invalid(name))
        return tuple(elements)

    def number(self, name: str, default: int, highest: int) -> int:
        """Return a whole number from 1 up to the highest."""
        text = self.text(name) or str(default)
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or not 1 <= int(text) <= highest:
            raise RefusalError(
                400, "InvalidParameter", f"The specified parameter {name} is not valid: {text}."
            )
        return int(text)

    def check_names(self, action: str, page: Page) -> None:
        """Refuse a call that lacks a parameter, or has one that the page of its action does not list."""
        for name in page.required:
            self.required(name)
        known = (*page.required, *page.optional, *OF_EVERY_CALL)
        patterns = [_pattern(name) for name in known]
        for name in self.values:
            if not any(pattern.fullmatch(name) for pattern in patterns):
                raise RefusalError(400, UNKNOWN_PARAMETER, _unknown(name, action, known))

    def flag(self, name: str) -> bool | None:
        """Return a boolean, which arrives in any case (``True`` from the Python SDK), or None."""
        text = self.text(name).lower()
        if text not in {"", "true", "false"}:
            raise RefusalError(
                400, "InvalidParameter", f"The specified parameter {name} is not valid: {text}."
            )
        return text == "true" if text else None


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a list is asked for."""

    number: int
    size: int

    def of(self, entries: Sequence[T]) -> Sequence[T]:
        """Cut the page out of the list."""
        start = (self.number - 1) * self.size
        return entries[start : start + self.size]

    def counts(self, total: int) -> dict[str, int]:
        """Return the three numbers that stand beside a page."""
        return {"TotalCount": total, "PageNumber": self.number, "PageSize": self.size}


def paging(parameters: Parameters, largest: int) -> Paging:
    """Read PageNumber and PageSize, which every service defaults to 1 and 10."""
    return Paging(
        parameters.number("PageNumber", default=1, highest=10**9),
        parameters.number("PageSize", default=10, highest=largest),
    )


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(r"\.".join(_NUMBER if part == "N" else re.escape(part) for part in name.split(".")))


def _unknown(name: str, action: str, known: Collection[str]) -> str:
    message = f'The action {action} has no parameter "{name}".'
    base = name.partition(".")[0]
    near = [similar for similar in known if similar.partition(".")[0] == base] or get_close_matches(
        name, known, 1
    )
    return f"{message} Did you mean {' or '.join(near)}?" if near else message


def invalid(name: str) -> tuple[int, str, str]:
    """Say that a parameter has a value that is not allowed, in status, code and sentence."""
    return 400, "InvalidParameter", f'The specified parameter "{name}" is not valid.'


def missing(name: str) -> str:
    """Say that a parameter is missing, in the gateway's words."""
    return f'The input parameter "{name}" that is mandatory for processing this request is not supplied.'
