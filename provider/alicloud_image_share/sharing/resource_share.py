"""Shares that Resource Sharing makes beside the image APIs: a resource share and its principals. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from alicloud_image_share.sharing.accounts import ACCOUNT_ID

_KINDS = {"rd-": "whole directory", "fd-": "folder", "r-": "whole directory"}


@dataclass(frozen=True, slots=True, order=True)
class Principal:
    """Whom a resource share shares with: an account, a folder of a resource directory, or all of it."""

    id: str
    is_outside: bool = False
    """Whether it is outside of the owner's resource directory."""
    is_pending: bool = False
    """Whether it is still being added: an account outside of the directory has to accept."""

    @property
    def kind(self) -> str:
        """What it is, in words."""
        if ACCOUNT_ID.fullmatch(self.id):
            return "account"
        return next((kind for begin, kind in _KINDS.items() if self.id.startswith(begin)), "service")

    @property
    def has_members(self) -> bool:
        """Whether accounts belong to it, of which only the directory knows which."""
        return self.kind in _KINDS.values()

    def __str__(self) -> str:
        """Return it in words, `folder fd-1`."""
        outside = ", outside of the directory" if self.is_outside else ""
        return f"{self.kind} {self.id}{outside}{', to be accepted' if self.is_pending else ''}"


@dataclass(frozen=True, slots=True, order=True)
class ResourceShare:
    """One resource share with images in it."""

    id: str
    name: str
    allows_outsiders: bool
    """Whether accounts outside of the owner's resource directory can be added."""
    images: frozenset[str]
    """The ids of everything that it shares."""
    principals: tuple[Principal, ...]
    """Whom it shares with, sorted."""

    @property
    def label(self) -> str:
        """What stands before its principals in a report."""
        return f"by Resource Share {self.name}{', outsiders allowed' if self.allows_outsiders else ''}"

    def __str__(self) -> str:
        """Return it in words, `by Resource Share web: folder fd-1`."""
        return f"{self.label}: {', '.join(map(str, self.principals))}"
