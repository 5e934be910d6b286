"""What a review says: per image who gains and who loses access; then risks, and what is not known."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from alicloud_image_share.review.binding import Binding
from alicloud_image_share.review.field_change import FieldChange
from alicloud_image_share.review.origin import Origin
from alicloud_image_share.sharing.access_end import shown_end

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
    LOOSENED_RULE = 1
    """A rule that held at the last up holds no more, or for less."""
    CALLED_OTHERWISE = 2
    """The cloud is called elsewhere, or as somebody else, than at the last up."""
    EVERYONE = 3
    EXCLUSIVE = 4
    """A share takes off from now on whoever is not listed, or no longer does."""
    ALL_LOSE = 5
    OTHER_STACK = 6
    """Another stack of the project lists the account on the same image, and so loses what it has shared."""
    UNLISTED = 7
    REPLACED = 8
    LOSS = 9


@dataclass(frozen=True, slots=True)
class Account:
    """An account with its note, and the groups of the stack file that it comes from."""

    id: str
    note: str = ""
    groups: tuple[str, ...] = ()


Accounts = tuple[Account, ...]


class Standing(enum.Enum):
    """In which state an account of an image is, worst first; the value is its name in an approval."""

    LOSES = "loses"
    LOSES_UNLISTED = "unlisted"
    """Loses access too, and was never on a list: an exclusive share removes it."""
    GAINS = "gains"
    REQUESTED = "asked"
    """Listed by a new share whose image was not read: gains access unless it has it already."""
    REMOVED_OUTSIDE = "gone"
    """Was removed by somebody else, as a refresh found."""
    ADDED_OUTSIDE = "come"
    """Was added by somebody else, as a refresh found."""
    NOTE_CHANGED = "renoted"
    REMOVED_AT_REFRESH = "at_refresh"
    """Has access, and keeps it until `up --refresh`, where an exclusive share removes it."""
    UNMANAGED = "also"
    """Has access without being owned, and keeps it."""
    HAS_ACCESS = "already"
    """Is listed anew and has access already."""
    KEEPS = "keeps"


@dataclass(frozen=True, slots=True)
class HiddenAccounts:
    """Accounts that are secret, or not known before up: counted where they can be."""

    direction: Direction
    count: int | None
    secret: bool
    requested: bool = False
    """Whether a new share lists them whose image was not read: they may have access already."""
    share_leaves: bool = False
    """Whether the share leaves the program: no check holds that to the rules."""


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One account that gains or loses access to one image; `count` is of secret accounts only."""

    image: str
    account: str
    direction: str
    count: int = 1
    """0 for secret accounts of an unknown number."""
    until: str = ""
    """When access ends that is gained; empty where it does not."""


@dataclass(frozen=True, slots=True)
class ImageReview:
    """What happens to who can use one image."""

    image: str
    names: tuple[str, ...] = ()
    """The shares of it that the preview shows."""
    accounts: Mapping[Standing, Accounts] = field(default_factory=dict)
    """Who is in which state; a state that nobody is in is left out."""
    hidden: tuple[HiddenAccounts, ...] = ()
    in_ecs: bool | None = None
    ecs_drift: bool | None = None
    """Whether somebody else has switched the share to the owner's own ECS on or off, as a refresh found."""
    everyone: bool = False
    exclusive: bool = False
    replaces: str | None = None
    replaced_by: str | None = None
    not_checked: tuple[str, ...] = ()
    digests: frozenset[str] = frozenset()
    """What stands for changes of secret accounts, made with a key."""
    fields: tuple[FieldChange, ...] = ()
    """Fields of its shares that change, besides the accounts."""

    def of(self, *standings: Standing) -> Accounts:
        """Return the accounts that are in one of these states."""
        return tuple(account for standing in standings for account in self.accounts.get(standing, ()))

    @property
    def losing(self) -> Accounts:
        """Everybody who loses access."""
        return self.of(Standing.LOSES, Standing.LOSES_UNLISTED)

    @property
    def gaining(self) -> Accounts:
        """Everybody who gains access, or may."""
        return self.of(Standing.GAINS, Standing.REQUESTED)

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
            *(
                Change(self.image, account.id, Direction.GAIN.value, until=shown_end(account.note))
                for account in self.gaining
            ),
            *(Change(self.image, OWN_ECS, direction.value) for direction in switched),
            *(Change(self.image, SECRET, some.direction.value, some.count or 0) for some in self.hidden),
        )


@dataclass(frozen=True, slots=True)
class Risk:
    """Something to look at before agreeing; `text` says what, `accounts` which accounts."""

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
    ends: tuple[str, ...] = ()
    """Whose access has ended, which is why it is taken off, and whose access ends soon; no difference."""
    ending: tuple[str, ...] = ()
    """The accounts whose access ends soon, each once."""
    settings: tuple[FieldChange, ...] = ()
    """Keys of the configuration that change: rules, and how and as which account the cloud is called."""
    first_settings: tuple[FieldChange, ...] | None = None
    """The same keys at the first up of a stack, no change to show, and approved along; None at any other."""
    binding: Binding | None = None
    """What it is a review of; None where that is not known, as in a file."""
    owners: tuple[str, ...] = ()
    """The accounts that own the images, as far as state has them."""
    origin: Origin | None = None
    """What made it, when and from what; None where that is not shown."""

    @property
    def complete(self) -> bool:
        """Whether the preview succeeded: else there may be more changes than are shown."""
        return not self.errors and not self.missing

    @property
    def changes(self) -> frozenset[Change]:
        """Every (image, account, gain or loss): what is approved."""
        return frozenset(chain.from_iterable(image.changes for image in self.images))

    @property
    def conditions(self) -> frozenset[FieldChange]:
        """Every other change that is approved along."""
        fields = chain.from_iterable(image.fields for image in self.images)
        return frozenset((*fields, *self.settings, *(self.first_settings or ())))

    @property
    def digests(self) -> frozenset[tuple[str, str]]:
        """Every image with the digests of its secret accounts."""
        return frozenset((image.image, digest) for image in self.images for digest in image.digests)

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
