"""Lists of images, page after page; nothing is decided on half a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.retry import consistent_lists
from alicloud_image_share.cloud.service import Call, ImagesPage, Service
from alicloud_image_share.errors import InconsistentPages
from alicloud_image_share.sharing.model import ListedImage

T = TypeVar("T")


def images(
    call_of: Callable[[str | None], Call], send: Callable[[Call], ImagesPage]
) -> Iterator[ListedImage]:
    """Yield the images of every page; raise InconsistentPages where the pages do not fit together.

    Whoever finds what he looks for need not take the rest.
    """
    seen: set[str] = set()
    call = call_of(None)
    first = page = send(call)
    while True:
        known = len(seen)
        yield from page.images
        seen.update(image.image_id for image in page.images)
        if page.total != first.total or (page.next and len(seen) == known):
            raise _changed(call, len(seen), page.total)
        if page.next is None:
            break
        page = send(call_of(page.next))
    if page.total not in (None, len(seen)):
        raise _changed(call, len(seen), page.total)


def own_images(
    service: Service,
    region: str | None,
    send: Callable[[Call], ImagesPage],
    deadline: Deadline,
    caller: Callable[[], str],
) -> list[ListedImage]:
    """Return all images of a region that are the caller's own; `caller` is asked where only the id tells."""

    def is_own(listed: ListedImage) -> bool:
        if listed.image.own is None:
            return listed.image.owner_id is None or listed.image.owner_id == caller()
        return listed.image.own

    for attempt in consistent_lists(deadline):
        with attempt:
            listed = list(images(lambda page: service.images_call(region, page), send))
    return list(filter(is_own, listed))


def _changed(call: Call, seen: int, total: int | None) -> InconsistentPages:
    counted = "" if total is None else f" and count {total}"
    return InconsistentPages(call.action, f"its pages list {seen} images{counted}")
