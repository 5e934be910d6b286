"""A field of a share, or a key of the configuration, that changes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class FieldChange:
    """A field of a share, or a key of the configuration, that changes; values as they are shown."""

    image: str
    """Empty for the configuration."""
    share: str
    field: str
    before: str
    after: str

    def __str__(self) -> str:
        """Return it in words."""
        return f"{f'{self.share}: ' if self.share else ''}{self.field}: {self.before} → {self.after}"
