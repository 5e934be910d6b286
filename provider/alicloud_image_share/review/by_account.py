"""A review by account: who gains and who loses, on how many images; and equal risks as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from alicloud_image_share.review.model import (
    OWN_ECS,
    SECRET,
    Account,
    Direction,
    ImageReview,
    Risk,
    Standing,
)
from alicloud_image_share.review.standing import hidden_text

GAINING = (Standing.GAINS, Standing.REQUESTED)
LOSING = (Standing.LOSES, Standing.LOSES_UNLISTED)
_VERBS = {
    Standing.GAINS: "gains access to",
    Standing.REQUESTED: "gains access, unless it has it already, to",
    Standing.LOSES: "loses access to",
    Standing.LOSES_UNLISTED: "was never listed and loses access to",
}


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What happens to one account in one way, and on which images."""

    standing: Standing
    account: Account
    images: tuple[ImageReview, ...]
    words: str = ""
    """What stands in place of account and verb where accounts are not shown."""

    @property
    def verb(self) -> str:
        """What happens, in words that an image follows."""
        return _VERBS.get(self.standing, "")


def by_account(images: Iterable[ImageReview], standings: Sequence[Standing]) -> tuple[AccountChange, ...]:
    """Return whoever is in one of these states, by state, then whoever it is on most images."""
    images_of: dict[tuple[Standing, str], list[ImageReview]] = {}
    accounts: dict[str, Account] = {}
    for image in images:
        for standing in standings:
            for account in image.of(standing):
                images_of.setdefault((standing, account.id), []).append(image)
                if not accounts.get(account.id, Account("")).note:
                    accounts[account.id] = account
    changes = [
        AccountChange(standing, accounts[identity], tuple(on))
        for (standing, identity), on in images_of.items()
    ]
    return tuple(sorted(changes, key=lambda change: _rank(change, standings)))


def gains(images: Sequence[ImageReview]) -> tuple[AccountChange, ...]:
    """Return whoever gains access, or may: those who are named, then what else does."""
    return (*by_account(images, GAINING), *_not_shown(images, Direction.GAIN))


def losses(images: Sequence[ImageReview]) -> tuple[AccountChange, ...]:
    """Return whoever loses access, or may: those who are named, then what else does."""
    return (*by_account(images, LOSING), *_not_shown(images, Direction.LOSS))


def _rank(change: AccountChange, standings: Sequence[Standing]) -> tuple[int, int, int, str]:
    identity = change.account.id
    return standings.index(change.standing), -len(change.images), len(identity), identity


def _not_shown(images: Sequence[ImageReview], direction: Direction) -> tuple[AccountChange, ...]:
    """Return the shares to the owner's own ECS that are switched, and the accounts that are hidden."""
    standing = Standing.GAINS if direction is Direction.GAIN else Standing.LOSES
    switched = direction is Direction.GAIN
    images_of: dict[str, list[ImageReview]] = {}
    for image in images:
        if image.in_ecs is switched:
            images_of.setdefault(f"the {OWN_ECS} {_VERBS[standing]}", []).append(image)
        for accounts in image.hidden:
            if accounts.direction is direction:
                images_of.setdefault(f"{hidden_text(accounts)}:", []).append(image)
    return tuple(
        AccountChange(standing, Account(SECRET), tuple(on), words) for words, on in images_of.items()
    )


@dataclass(frozen=True, slots=True)
class RiskGroup:
    """The same risk on one image or on several."""

    risk: Risk
    places: tuple[tuple[str, str], ...]
    """The shares and the id of each image, where the risk is of one."""


def grouped_risks(risks: Iterable[Risk]) -> tuple[RiskGroup, ...]:
    """Return each risk once, in the order of the first, with every image that it is on."""
    places_of: dict[Risk, list[tuple[str, str]]] = {}
    for risk in risks:
        places_of.setdefault(replace(risk, name="", image=""), []).append((risk.name, risk.image))
    return tuple(
        RiskGroup(risk, tuple(place for place in dict.fromkeys(places) if any(place)))
        for risk, places in places_of.items()
    )
