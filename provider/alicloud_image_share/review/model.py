"""What a review says: per image who gains and who loses access; then risks, and what is not known."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from itertools import chain

OWN_ECS = "owner's own ECS"
"""What stands for the account where a SWAS image is shared to, or taken from, the owner's own ECS."""

SECRET = "secret"  # noqa: S105 - a word that stands in place of account ids
"""What stands for accounts that are not shown."""


class Direction(enum.Enum):
    """Which way access changes; the value is its name in an approval."""

    GAIN = "gain"
    LOSS = "loss"


class Level(enum.IntEnum):
    """How bad a risk is, worst first."""

    RULE = 0
    """A rule that the stack has configured is broken."""
    EVERYONE = 1
    ALL_LOSE = 2
    UNLISTED = 3
    REPLACED = 4
    LOSS = 5


@dataclass(frozen=True, slots=True)
class Account:
    """An account with its note, and the groups of the stack file that it comes from."""

    id: str
    note: str = ""
    groups: tuple[str, ...] = ()


Accounts = tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Hidden:
    """Accounts that are secret, or not known before up: counted where they can be."""

    direction: Direction
    count: int | None
    secret: bool
    asked: bool = False
    """Whether a new share asks for them whose image was not read: they may have access already."""
    left: bool = False
    """Whether the share goes: no check holds that to the rules."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One account that gains or loses access to one image; `count` is of secret accounts only."""

    image: str
    account: str
    direction: str
    count: int = 1
    """0 for secret accounts of an unknown number."""


@dataclass(frozen=True, slots=True)
class ImageReview:
    """What happens to who can use one image."""

    image: str
    names: tuple[str, ...] = ()
    """The shares of it that the preview shows."""
    gains: Accounts = ()
    asked: Accounts = ()
    """Asked for by a new share whose image was not read: they gain access unless they have it already."""
    already: Accounts = ()
    loses: Accounts = ()
    unlisted: Accounts = ()
    """Lose access too, and were never on a list: an exclusive share removes them."""
    keeps: Accounts = ()
    renoted: Accounts = ()
    at_refresh: Accounts = ()
    """Have access, and keep it until `up --refresh`, where an exclusive share removes them."""
    also: Accounts = ()
    """Have access without being owned, and keep it."""
    gone: Accounts = ()
    """Were removed by somebody else, as a refresh found."""
    come: Accounts = ()
    """Were added by somebody else, as a refresh found."""
    hidden: tuple[Hidden, ...] = ()
    in_ecs: bool | None = None
    ecs_drift: bool | None = None
    """Whether somebody else has switched the share to the owner's own ECS on or off, as a refresh found."""
    everyone: bool = False
    exclusive: bool = False
    replaces: str | None = None
    replaced_by: str | None = None
    not_checked: tuple[str, ...] = ()

    @property
    def losing(self) -> Accounts:
        """Everybody who loses access."""
        return self.loses + self.unlisted

    @property
    def gaining(self) -> Accounts:
        """Everybody who gains access, or may."""
        return self.gains + self.asked

    @property
    def says_something(self) -> bool:
        """Whether anything else is said of it than what was not checked."""
        return self != ImageReview(self.image, not_checked=self.not_checked)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every (account, gain or loss)."""
        switched = () if self.in_ecs is None else (Direction.GAIN if self.in_ecs else Direction.LOSS,)
        return (
            *(Change(self.image, account.id, Direction.LOSS.value) for account in self.losing),
            *(Change(self.image, account.id, Direction.GAIN.value) for account in self.gaining),
            *(Change(self.image, OWN_ECS, direction.value) for direction in switched),
            *(Change(self.image, SECRET, one.direction.value, one.count or 0) for one in self.hidden),
        )


@dataclass(frozen=True, slots=True)
class Risk:
    """Something to look at before agreeing; `text` says what, `accounts` about whom."""

    level: Level
    image: str
    name: str
    text: str
    accounts: Accounts = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A share that a failed preview does not show, as far as it is known."""

    name: str
    image: str
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """The review of one preview; images and risks stand worst first."""

    stack: str | None
    images: tuple[ImageReview, ...] = ()
    risks: tuple[Risk, ...] = ()
    errors: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    only_rules: bool = False
    """Whether the preview failed for nothing else than broken rules."""
    not_checked: tuple[str, ...] = ()
    """What was not checked of no image in particular."""

    @property
    def complete(self) -> bool:
        """Whether the preview succeeded: else there may be more changes than are shown."""
        return not self.errors and not self.missing

    @property
    def changes(self) -> frozenset[Change]:
        """Every (image, account, gain or loss): what is approved."""
        return frozenset(chain.from_iterable(image.changes for image in self.images))

    @property
    def breaks_a_rule(self) -> bool:
        """Whether a rule of the stack is broken."""
        return any(risk.level is Level.RULE for risk in self.risks)

    @property
    def says_something(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.risks) or any(image.says_something for image in self.images)

    @property
    def is_unread(self) -> bool:
        """Whether an image could not be read, so that nothing found does not mean that nothing is there."""
        return any(image.not_checked for image in self.images)
