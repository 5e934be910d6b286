"""Which of the live images the rotations of the stacks select."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from alicloud_image_share.live.declared import Claim, Declared, DeclaredStack
from alicloud_image_share.live.model import Live, Place
from alicloud_image_share.model import ImageKey
from alicloud_image_share.stack_file import Rotation
from alicloud_image_share.window import UnclearOrder, window


def with_rotated(declared: Declared, *reads: Live) -> Declared:
    """Return what the stacks say, with a claim on each image that rotates in: as the next up would have it.

    A rotation selects among the images of its own account alone. A place that was not read whole gives none:
    the report says already that it was not.
    """
    stacks = []
    for stack in declared.stacks:
        claims = [claim for live in reads for claim in _claims(stack, live)]
        stacks.append(replace(stack, claims=(*stack.claims, *claims), rotations=()))
    return replace(declared, stacks=tuple(stacks))


def _claims(stack: DeclaredStack, live: Live) -> Iterator[Claim]:
    for rotation in (one for one in stack.rotations if _is_among(one, stack, live)):
        for place in filter(lambda place: _was_read(place, live), stack.places_of(rotation)):
            for image_id in _newest(rotation, place, live):
                key = ImageKey(place.service, place.region_id, image_id)
                yield Claim(stack.name, rotation.of(place.region_id, image_id), key, stack.secret)


def _is_among(rotation: Rotation, stack: DeclaredStack, live: Live) -> bool:
    """Tell whether the rotation's images are among those that were read.

    Where only the credentials of the stack know whose they are, they are taken for those of the reader.
    """
    account = stack.account_of(rotation.share.role_arn)
    return account == live.caller or (account is None and live.role_arn is None)


def _newest(rotation: Rotation, place: Place, live: Live) -> list[str]:
    listed = [image.listed for image in live.images if image.place == place and image.listed]
    try:
        return [one.image_id for one in window(listed, rotation.selection, rotation.keep).images]
    except UnclearOrder:
        # The run itself ends there and says so: it declares none of them.
        return []


def _was_read(place: Place, live: Live) -> bool:
    unread = {Place(key.service, key.region_id or "") for key in live.unread_images} | live.unread_places
    return place in live.places and place not in unread
