"""One image as the cloud has it: read it, read who can use it, change that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from alicloud_image_share.clock import Deadline
from alicloud_image_share.errors import AnswerLost, ImageNotSeen, Refused, Throttled
from alicloud_image_share.model import Access, Batch, Call, Image, ImageKey
from alicloud_image_share.request import Request, Tell
from alicloud_image_share.services import Service

if TYPE_CHECKING:
    from alicloud_image_share.openapi import OpenApi


class Cloud(Protocol):
    """What the loop needs of an image."""

    def image(self) -> Image | None:
        """Describe the image; None where the caller is shown none of this id."""

    def access(self) -> Access:
        """Read every page of who can use the image; raise ImageNotSeen where the caller sees no image."""

    def change(self, batch: Batch) -> None:
        """Send one batch; raise AnswerLost where it may have been carried out all the same."""


@dataclass(slots=True)
class ImageInCloud:
    """An image, reached through the API of its service until a deadline."""

    openapi: OpenApi
    service: Service
    key: ImageKey
    deadline: Deadline
    tell: Tell
    before_write: Callable[[], None]
    with_ecs: bool = False
    """Whether access tells of the share to the owner's ECS, too."""
    _seen: bool = field(default=False, init=False)
    _fresh: Image | None = field(default=None, init=False)
    """The image as just described, for an access that is read right after."""

    def image(self) -> Image | None:
        """Describe the image in one call."""
        call = self.service.image_call(self.key)
        image = self.openapi.read(
            self._request(call), lambda answer: self.service.parse_image(self.key, answer)
        )
        self._seen, self._fresh = image is not None, image
        return image

    def access(self) -> Access:
        """Read page after page, until as many accounts are seen as the service counts."""
        try:
            access = self._pages()
        except Throttled:
            raise
        except Refused as exc:
            self._must_exist(exc)
            raise
        if not access.accounts and self.service.API.absent_is_empty and not self._seen:
            self._must_exist(None)
        self._seen = True
        if self.with_ecs:
            return Access(access.accounts, access.everyone, self._in_ecs())
        self._fresh = None
        return access

    def change(self, batch: Batch) -> None:
        """Send the calls of one batch, each only while the engine is there to record what was done."""
        self._fresh = None
        for call in self.service.change_calls(self.key, batch):
            self.before_write()
            self.openapi.write(self._request(call))

    def _pages(self) -> Access:
        seen: set[str] = set()
        everyone = False
        number = 0
        while True:
            number += 1
            call = self.service.accounts_call(self.key, number)
            page = self.openapi.read(self._request(call), self.service.parse_accounts)
            seen.update(page.accounts)
            everyone = everyone or page.everyone
            if page.total is None or len(seen) >= page.total:
                return Access(frozenset(seen), everyone)
            if not page.accounts:
                # Nothing may be decided on half a list.
                words = f"the pages list {len(seen)} accounts and count {page.total}"
                raise AnswerLost(call.action, words)

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
        if self.image() is None:
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
