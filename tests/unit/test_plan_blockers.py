"""What stands against a share is known before the first write, with the step that takes it out of the way."""

import pytest

from alicloud_image_share.sharing.model import Access, Image
from alicloud_image_share.sharing.plan import Blocker, Intent, blocker, own_image, plan_of

OWNER, OTHER = "1550809237710001", "1550809237710002"


@pytest.mark.parametrize(
    ("image", "next_step"),
    [
        (
            Image(unshareable_because="its status is Creating", pending=True),
            "run up again when the image is available",
        ),
        (
            Image(unshareable_because="it is open to everyone", everyone=True),
            "take the image back from everyone in the console, or take the new accounts off the list",
        ),
        (
            Image(unshareable_because="its status is Deprecated"),
            "share an image that is available; taking accounts off still works",
        ),
    ],
)
def test_image_that_cannot_be_shared_names_why_and_the_step_for_that(image, next_step):
    found = blocker(image, frozenset(), plan_of(Intent(), Access(frozenset())), None)

    assert found == Blocker(f"It can't be shared further: {image.unshareable_because}", next_step)


@pytest.mark.parametrize(
    ("image", "whose"),
    [
        (Image(OTHER, own=None), f"account {OTHER}"),
        (Image(OTHER, own=False), f"account {OTHER}"),
        (Image(None, own=False), "another account"),
    ],
)
def test_image_of_another_owner_is_named_with_the_caller(image, whose):
    found = own_image(image, lambda: OWNER)

    assert isinstance(found, Blocker)
    assert found.reason == f"The image belongs to {whose}, the caller is {OWNER}"


@pytest.mark.parametrize("image", [Image(OWNER, own=None), Image(None, own=None), Image(None, own=True)])
def test_own_image_is_given_back_with_its_owner(image):
    assert own_image(image, lambda: OWNER) == Image(OWNER, own=image.own)
