"""What is risky about a change, without any rule being configured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from alicloud_image_share.review.hidden import hidden_text
from alicloud_image_share.review.model import OWN_ECS, Direction, ImageReview, Level, Risk

MANY = 3
"""An image that more accounts than this can use is one that should not lose them all."""

_CONSEQUENCE = "instances made from the image can no longer re-initialise their disks"


def risks(images: Iterable[ImageReview]) -> Iterator[Risk]:
    """Return the risks of every image."""
    for image in images:
        name = ", ".join(image.names)
        if image.everyone:
            yield Risk(Level.EVERYONE, image.image, name, "everyone can use this image")
        if _all_lose(image):
            text = f"all {len(image.losing)} accounts LOSE access: {_CONSEQUENCE}"
            yield Risk(Level.ALL_LOSE, image.image, name, text)
        elif image.loses:
            yield Risk(Level.LOSS, image.image, name, f"LOSES access: {_CONSEQUENCE}", image.loses)
        if image.unlisted:
            text = "LOSES access, and was never on the list"
            yield Risk(Level.UNLISTED, image.image, name, text, image.unlisted)
        if image.replaces:
            text = f"the share moves here from {image.replaces}"
            yield Risk(Level.REPLACED, image.image, name, text)
        if image.in_ecs is False:
            yield Risk(Level.LOSS, image.image, name, f"the share to the {OWN_ECS} is switched off")
        for one in image.hidden:
            if one.direction is Direction.LOSS:
                yield Risk(Level.LOSS, image.image, name, hidden_text(one))


def worst_first(images: Iterable[ImageReview], dangers: Sequence[Risk]) -> tuple[ImageReview, ...]:
    """Return images by their worst risk, then those where somebody gains access, then by share."""
    worst: dict[str, int] = {}
    for risk in dangers:
        worst[risk.image] = min(risk.level, worst.get(risk.image, risk.level))

    def rank(image: ImageReview) -> tuple[int, bool, tuple[str, ...], str]:
        return worst.get(image.image, len(Level)), not image.gaining, image.names, image.image

    return tuple(sorted(images, key=rank))


def _all_lose(image: ImageReview) -> bool:
    stay = image.keeps + image.also + image.at_refresh + image.already
    return len(image.losing) > MANY and not stay
