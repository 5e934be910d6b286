"""One image as the cloud has it: read it, read who can use it, change that."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.image_list import images
from alicloud_image_share.cloud.request import Reads, ReadsAndWrites, Request, Tell
from alicloud_image_share.cloud.retry import until_whole
from alicloud_image_share.cloud.service import Call, Service
from alicloud_image_share.errors import ImageNotSeen, ListChanged, Outdated, Refused, Throttled
from alicloud_image_share.sharing.model import Access, Batch, Image, ImageKey


class Cloud(Protocol):
    """What the loop needs of an image."""

    def image(self) -> Image | None:
        """Describe the image; None where the caller is shown none of this id."""

    def access(self) -> Access:
        """Read every page of who can use the image; raise ImageNotSeen where the caller sees no image."""

    def change(self, batch: Batch, wanted: Callable[[], bool] = lambda: True) -> object:
        """Send one batch; raise AnswerLost where it may have been carried out all the same.

        Raises Outdated where it is no longer wanted when its turn comes: a call may wait for minutes.
        """


CloudUntil = Callable[[Deadline], Cloud]
"""Gives the image as it can be reached until a deadline."""


@dataclass(slots=True, kw_only=True)
class ImageToRead:
    """An image, read through the API of its service until a deadline; nothing here can change it."""

    openapi: Reads
    service: Service
    key: ImageKey
    deadline: Deadline
    tell: Tell
    with_ecs: bool = False
    """Whether access tells of the share to the owner's ECS, too."""
    seen: bool = False
    """Whether the caller has been shown that the image is there and his own."""
    _fresh: Image | None = field(default=None, init=False)
    """The image as just described, for an access that is read right after."""

    def image(self) -> Image | None:
        """Describe the image; some services list others with a similar id along, over several pages."""
        image = until_whole(self._described, self.deadline)
        self.seen, self._fresh = image is not None and image.own is not False, image
        return image

    def access(self) -> Access:
        """Read page after page, until as many accounts are seen as the service counts."""
        try:
            access = until_whole(self._pages, self.deadline)
        except Throttled:
            raise
        except Refused as exc:
            self._must_exist(exc)
            raise
        if not access.accounts and self.service.API.absent_is_empty and not self.seen:
            self._must_exist(None)
        self.seen = True
        if self.with_ecs:
            return replace(access, in_ecs=self._in_ecs())
        self._fresh = None
        return access

    def _described(self) -> Image | None:
        listed = images(
            lambda page: self.service.image_call(self.key, page),
            lambda call: self.openapi.read(self._request(call), self.service.parse_images),
        )
        return next((one.image for one in listed if one.image_id == self.key.image_id), None)

    def _pages(self) -> Access:
        """Read page after page; another total, or nobody new, shows that the list has changed."""
        seen: set[str] = set()
        since: dict[str, str] = {}
        everyone, total = False, None
        for number in itertools.count(1):
            call = self.service.accounts_call(self.key, number)
            page = self.openapi.read(self._request(call), self.service.parse_accounts)
            changed = number > 1 and page.total != total
            known, total, everyone = len(seen), page.total, everyone or page.everyone
            seen.update(page.accounts)
            since |= page.since
            if total is None or (len(seen) == total and not changed):
                break
            if changed or len(seen) == known or len(seen) > total:
                words = f"its pages list {len(seen)} accounts and count {total}"
                raise ListChanged(call.action, words)
        return Access(frozenset(seen), everyone, since=since)

    def _in_ecs(self) -> bool | None:
        image = self._fresh or self.image()
        self._fresh = None
        if image is None:
            raise self._not_seen(None)
        return image.in_ecs

    def _must_exist(self, refusal: Refused | None) -> None:
        """Raise ImageNotSeen where the image can't be described either.

        The codes that say so differ by service and are not all documented; the listing of images is clear.
        """
        image = self.image()
        # An image of somebody else shows that nobody is hidden from the caller only where it was listed.
        if image is None or (refusal is None and image.own is False):
            raise self._not_seen(refusal)

    def _not_seen(self, refusal: Refused | None) -> ImageNotSeen:
        if refusal is None:
            action = self.service.image_call(self.key).action
            return ImageNotSeen(action, f"{action} lists no such image")
        return ImageNotSeen(
            refusal.action,
            refusal.words,
            code=refusal.code,
            status=refusal.status,
            request_id=refusal.request_id,
        )

    def _request(self, call: Call) -> Request:
        return Request(
            service=self.key.service,
            api=self.service.API,
            region=self.key.region_id,
            call=call,
            deadline=self.deadline,
            tell=self.tell,
        )


@dataclass(slots=True, kw_only=True)
class ImageInCloud(ImageToRead):
    """An image that can be changed, too."""

    openapi: ReadsAndWrites
    before_write: Callable[[], None]

    def change(self, batch: Batch, wanted: Callable[[], bool] = lambda: True) -> tuple[str, ...]:
        """Send the calls of one batch, each only while the engine is there to record what was done.

        Returns the ids that the cloud gave them.
        """
        self._fresh = None
        sent = []
        for call in self.service.change_calls(self.key, batch):

            def before(action: str = call.action) -> None:
                self.before_write()
                if not wanted():
                    raise Outdated(action, "what it was to do is no longer wanted")

            sent.append(self.openapi.write(replace(self._request(call), before=before)))
        return tuple(sent)
