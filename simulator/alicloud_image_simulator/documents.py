"""Reading the control documents: every field is checked, a refusal names its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from .account import is_account_id

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

T = TypeVar("T")


class MalformedDocumentError(ValueError):
    """A control document that is refused as a whole; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Members:
    """The members of an object of a control document, each still to be read."""

    values: Mapping[str, object]
    place: str

    def take(self, name: str, read: Callable[[object, str], T], default: T) -> T:
        """Read a member, or give the default when it is missing or null."""
        value = self.values.get(name)
        return default if value is None else read(value, f"{self.place}.{name}")

    def need(self, name: str, read: Callable[[object, str], T]) -> T:
        """Read a member that may not be missing."""
        if self.values.get(name) is None:
            raise MalformedDocumentError(f"{self.place}.{name} is missing")
        return read(self.values[name], f"{self.place}.{name}")


def members(value: object, known: Collection[str], place: str) -> Members:
    """Take an object apart, none of whose members may have an unknown name."""
    if not isinstance(value, dict):
        raise MalformedDocumentError(f"{place} is not an object")
    for unknown in value.keys() - set(known):
        raise MalformedDocumentError(
            f"{place} has the unknown field {unknown!r}; it knows {', '.join(sorted(known))}"
        )
    return Members(value, place)


def items(value: object, place: str) -> tuple[object, ...]:
    """Return the elements of an array."""
    if not isinstance(value, list):
        raise MalformedDocumentError(f"{place} is not an array")
    return tuple(value)


def text(value: object, place: str) -> str:
    """Return a string."""
    if not isinstance(value, str):
        raise MalformedDocumentError(f"{place} is not a string")
    return value


def name(value: object, place: str) -> str:
    """Return a string that says something."""
    if not text(value, place):
        raise MalformedDocumentError(f"{place} is empty")
    return text(value, place)


def flag(value: object, place: str) -> bool:
    """Return a boolean."""
    if not isinstance(value, bool):
        raise MalformedDocumentError(f"{place} is neither true nor false")
    return value


def count(value: object, place: str) -> int:
    """Return a whole number that is not negative."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise MalformedDocumentError(f"{place} is not a whole number from 0 up: {value!r}")
    return value


def one_of(value: object, place: str, allowed: Collection[T]) -> T:
    """Return the value if it is one of the allowed, the type included (true is not 1)."""
    for candidate in allowed:
        if candidate == value and type(candidate) is type(value):
            return candidate
    raise MalformedDocumentError(f"{place} must be one of {', '.join(map(repr, allowed))}, not {value!r}")


def account_id(value: object, place: str) -> str:
    """Return an account id."""
    if not is_account_id(text(value, place)):
        raise MalformedDocumentError(f"{place} is not an account id in digits: {value!r}")
    return text(value, place)


def account_ids(value: object, place: str) -> tuple[str, ...]:
    """Return account ids in their order, each of them once."""
    account_ids = tuple(
        account_id(element, f"{place}[{index}]") for index, element in enumerate(items(value, place))
    )
    if len(set(account_ids)) < len(account_ids):
        raise MalformedDocumentError(f"{place} names an account twice")
    return account_ids


def texts(value: object, place: str) -> Mapping[str, str]:
    """Return an object whose members are strings."""
    if not isinstance(value, dict):
        raise MalformedDocumentError(f"{place} is not an object")
    return {key: text(element, f"{place}.{key}") for key, element in value.items()}
