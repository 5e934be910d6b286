"""What an approval belongs to: one project, backend, stack and state of things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

UPDATES = 50
"""So many of the last updates are looked at: an approval before them is too old."""


@dataclass(frozen=True, slots=True)
class Update:
    """An update of a stack, as the engine's history has it."""

    mark: str
    """By which it is found again."""
    at: str
    """When it began, as text."""
    succeeded: bool
    changes: bool
    """Whether it created, changed or deleted anything."""
    runs_program: bool = True
    """Whether it was an update or a destroy, and not an import or a refresh, which only write state."""

    @property
    def uses_up(self) -> bool:
        """Whether no approval that was made before holds any more. One that failed may be run again."""
        return self.succeeded and self.changes


@dataclass(frozen=True, slots=True)
class Binding:
    """What a review was made of."""

    project: str
    stack: str
    """Its full name, `organization/project/stack`."""
    backend: str
    """The address of where state is kept, without anything secret."""
    last_update: str
    """The mark of the last update of the stack; empty where there was none."""
    shares: Mapping[str, str]
    """Each share in state with a digest of what it owns: a refresh does not change that."""

    def to_document(self) -> dict[str, Any]:
        """Return the fields as an approval in JSON holds them."""
        return asdict(self)

    def belongs_elsewhere(self, present: Binding) -> Iterator[str]:
        """Say what the approval is of, where that is not the stack that is at hand, a line each."""
        pairs = (
            ("project", self.project, present.project),
            ("stack", self.stack, present.stack),
            ("backend", self.backend, present.backend),
        )
        for what, approved, current in pairs:
            if approved != current:
                yield f"approved for {what} {approved}, and this is {what} {current}"

    def is_outdated(
        self, present: Binding, names: frozenset[str], updates: Sequence[Update]
    ) -> Iterator[str]:
        """Say why the approval no longer holds; `names` are the shares that change now.

        `updates` are those of the stack from the last one back, as far as they were read.
        """
        later = self.updates_since(updates)
        if later is None:
            yield (
                "the approval is too old: the update that it came after is not among the last"
                f" {UPDATES} of the stack"
            )
            return
        used_up = [update for update in later if update.uses_up]
        if used_up:
            yield f"the approval is used up: the stack was changed by an update at {used_up[0].at}"
        for name in sorted(names & (self.shares.keys() | present.shares.keys())):
            if self.shares.get(name) != present.shares.get(name):
                yield f"the approval is used up for share {name}: it was created or changed since"

    def updates_since(self, updates: Sequence[Update]) -> list[Update] | None:
        """Return those of the last updates that came after the approval; None where it is older than all."""
        marks = [update.mark for update in updates]
        if not self.last_update:
            return list(updates) if len(updates) < UPDATES else None
        if self.last_update not in marks:
            return None
        # Should two of them have one mark, it is the older one: rather count an update too many.
        return list(updates[: len(marks) - 1 - marks[::-1].index(self.last_update)])


def read_binding(document: Mapping[str, Any]) -> Binding:
    """Read what `to_document` has written; raise TypeError or KeyError for anything else."""
    texts = {key: document[key] for key in ("project", "stack", "backend", "last_update")}
    shares = document["shares"]
    if not all(isinstance(value, str) for value in [*texts.values(), *dict(shares).values()]):
        raise TypeError("what the approval is bound to is not text")
    if not (texts["project"] and texts["stack"] and texts["backend"]):
        raise TypeError("project, stack or backend is empty")
    return Binding(**texts, shares=dict(shares))
