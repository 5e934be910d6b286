"""Which images are the newest, and which of them are passed over."""

import pytest

from alicloud_image_share.sharing.model import Image, ListedImage
from alicloud_image_share.sharing.newest import Selection, UnclearOrder, newest_shareable

FAMILY = Selection(family="golden")


def listed(image_id, created="", *, unshareable_because=None, family="golden", name=""):
    return ListedImage(image_id, Image(unshareable_because=unshareable_because), name, family, created)


def ids(images):
    return [one.image_id for one in images]


def newest(images, keep=2, selection=FAMILY):
    return ids(newest_shareable(images, selection, keep).images)


def day(number):
    return f"2026-11-{number:02}T06:00:00Z"


def test_window_holds_the_newest_first_whatever_the_order_of_the_list():
    images = [listed("m-2", day(2)), listed("m-3", day(3)), listed("m-1", day(1))]

    assert newest(images) == newest(images[::-1]) == ["m-3", "m-2"]


def test_window_is_smaller_where_fewer_images_match():
    assert newest([listed("m-1", day(1)), listed("m-2", day(2), family="other")]) == ["m-1"]


def test_images_made_at_the_same_moment_are_ordered_by_id():
    images = [listed(image, day(1)) for image in ("m-b", "m-c", "m-a")]

    assert newest(images) == newest(images[::-1]) == ["m-c", "m-b"]


def test_image_without_a_creation_time_is_older_than_all_others():
    assert newest([listed("m-z"), listed("m-y"), listed("m-1", day(1))]) == ["m-1", "m-z"]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("2026-11-02T06:00Z", "2026-11-02T06:00:01Z"),
        ("2026-11-02 06:00:00.0", "2026-11-02T06:00:01Z"),
        ("2026-11-02T07:00:00+08:00", "2026-11-02T00:00:00Z"),
        ("2026-11-02T00:00:00Z", "2026-11-01T23:00:00-0200"),
    ],
)
def test_times_are_compared_however_a_service_writes_them(older, newer):
    assert newest([listed("m-z", older), listed("m-a", newer)], 1) == ["m-a"]


@pytest.mark.parametrize(
    "created", ["yesterday", "2026-13-01T00:00:00Z", "1764000000", "0001-01-01T00:00+09:00"]
)
def test_time_that_cannot_be_read_stops_the_decision(created):
    with pytest.raises(UnclearOrder, match="of m-1 cannot be read"):
        newest([listed("m-1", created)])


def test_image_that_cannot_be_shared_is_passed_over_and_named_while_it_would_be_in_the_window():
    images = [
        listed("m-4", day(4), unshareable_because="its status is Creating"),
        listed("m-3", day(3)),
        listed("m-2", day(2)),
        listed("m-1", day(1), unshareable_because="its status is Deprecated"),
    ]

    found = newest_shareable(images, FAMILY, 2)

    assert (ids(found.images), ids(found.skipped)) == (["m-3", "m-2"], ["m-4"])


def test_pattern_selects_by_name_and_tells_upper_from_lower_case():
    images = [listed("m-1", day(1), name="win11-a"), listed("m-2", day(2), name="Win11-b")]

    assert newest(images, selection=Selection(name="win11-*")) == ["m-1"]
