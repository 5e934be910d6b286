"""Lists of images, page after page; nothing is decided on half a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.retry import consistent_lists, page_numbers
from alicloud_image_share.cloud.service import Call, ImagesPage, Service
from alicloud_image_share.errors import InconsistentPages
from alicloud_image_share.sharing.model import ListedImage

T = TypeVar("T")


def images(
    service: Service,
    call_of: Callable[[str | None], Call],
    send: Callable[[Call], ImagesPage],
    deadline: Deadline,
) -> Iterator[ListedImage]:
    """Yield the images of every page; raise InconsistentPages where the pages do not fit together.

    Whoever finds what he looks for need not take the rest. The list ends by the deadline, or raises
    ResponseLost, and UnreadableResponse where it has too many pages.
    """
    image_ids: set[str] = set()
    total: int | None = None
    token: str | None = None
    call = call_of(None)
    for number in page_numbers(deadline, service.API, call.action):
        page = send(call_of(token))
        known, token = len(image_ids), page.next
        total = page.total if number == 1 else total
        yield from page.images
        image_ids.update(image.image_id for image in page.images)
        if page.total != total or (token and len(image_ids) == known):
            raise _changed(call, len(image_ids), page.total)
        if token is None:
            break
    if total not in (None, len(image_ids)):
        raise _changed(call, len(image_ids), total)


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
            listed = list(images(service, lambda page: service.images_call(region, page), send, deadline))
    return list(filter(is_own, listed))


def _changed(call: Call, number: int, total: int | None) -> InconsistentPages:
    counted = "" if total is None else f" and count {total}"
    return InconsistentPages(call.action, f"its pages list {number} images{counted}")
