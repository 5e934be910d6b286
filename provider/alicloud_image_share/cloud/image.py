"""One image as the cloud has it: read it, read who can use it, change that."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.cloud.image_list import images
from alicloud_image_share.cloud.request import OnWait, Reads, ReadsAndWrites, Request
from alicloud_image_share.cloud.retry import consistent_lists, page_numbers
from alicloud_image_share.cloud.service import Call, Page, Service
from alicloud_image_share.errors import ImageNotSeen, InconsistentPages, Refused, Superseded, Throttled
from alicloud_image_share.sharing.model import Access, Batch, Image, ImageKey


@dataclass(slots=True, kw_only=True)
class ReadableImage:
    """An image, read through the API of its service; nothing here can change it."""

    client: Reads
    service: Service
    key: ImageKey
    tell: OnWait
    with_ecs: bool = False
    """Whether access tells of the share to the owner's ECS, too."""
    was_seen: bool = False
    """Whether the caller has been shown that the image is there and his own."""

    def describe(self, deadline: Deadline) -> Image | None:
        """Describe the image; None where the caller is shown none of this id.

        Some services list others with a similar id along, over several pages.
        """
        for attempt in consistent_lists(deadline):
            with attempt:
                listed = images(
                    self.service,
                    lambda page: self.service.image_call(self.key, page),
                    lambda call: self.client.read(self._request(call, deadline), self.service.parse_images),
                    deadline,
                )
                image = next((item.image for item in listed if item.image_id == self.key.image_id), None)
        self.was_seen = image is not None and image.own is not False
        return image

    def access(self, deadline: Deadline, described: Image | None = None) -> Access:
        """Read every page of who can use the image; raise ImageNotSeen where the caller sees no image.

        `described` is the image where the caller has just read it.
        """
        for attempt in consistent_lists(deadline):
            with attempt:
                pages = self._read_pages(deadline)
        if not pages.accounts and self.service.API.absent_is_empty and not self.was_seen:
            described = self._must_exist(deadline, None)
        self.was_seen = True
        access = Access(frozenset(pages.accounts), pages.everyone, since=pages.since)
        if not self.with_ecs:
            return access
        described = described or self.describe(deadline)
        if described is None:
            raise self._not_seen(None)
        return replace(access, in_ecs=described.in_ecs)

    def _read_pages(self, deadline: Deadline) -> _Pages:
        pages = _Pages()
        try:
            action = self.service.accounts_call(self.key, 1).action
            for number in page_numbers(deadline, self.service.API, action):
                call = self.service.accounts_call(self.key, number)
                page = self.client.read(self._request(call, deadline), self.service.parse_accounts)
                if pages.complete_with(page, number, call.action):
                    break
        except Throttled:
            raise
        except Refused as exc:
            image = self._must_exist(deadline, exc)
            if exc.status == 404 and image.own is not False:
                raise InconsistentPages(
                    exc.action, f"it finds no image, and a list shows it: {exc.message}"
                ) from exc
            raise
        return pages

    def _must_exist(self, deadline: Deadline, refusal: Refused | None) -> Image:
        """Return the image; raise ImageNotSeen where it can't be described either.

        The codes that say so differ by service and are not all documented; the listing of images is clear.
        """
        image = self.describe(deadline)
        # An empty list of accounts proves nothing of an image that belongs to another account.
        if image is None or (refusal is None and image.own is False):
            raise self._not_seen(refusal)
        return image

    def _not_seen(self, refusal: Refused | None) -> ImageNotSeen:
        if refusal is None:
            action = self.service.image_call(self.key).action
            return ImageNotSeen(action, f"{action} lists no such image")
        return ImageNotSeen(
            refusal.action,
            refusal.message,
            code=refusal.code,
            status=refusal.status,
            request_id=refusal.request_id,
        )

    def _request(self, call: Call, deadline: Deadline) -> Request:
        return Request(
            service=self.key.service,
            api=self.service.API,
            region=self.key.region_id,
            call=call,
            deadline=deadline,
            tell=self.tell,
        )


@dataclass(slots=True, kw_only=True)
class CloudImage(ReadableImage):
    """An image that can be changed, too."""

    client: ReadsAndWrites
    before_write: Callable[[], None]
    _tokens: dict[str, str] = field(default_factory=dict, init=False)
    """Parameters of a write → its token, as long as it is not known whether an attempt was carried out."""

    def change(
        self, batch: Batch, deadline: Deadline, wanted: Callable[[], bool] = lambda: True
    ) -> tuple[str, ...]:
        """Send the calls of one batch, each only while the engine is there to record what was done.

        Returns the ids that the cloud gave them. Raises ResponseLost where a call may have been carried out,
        and Superseded where it is no longer wanted when its turn comes: a call may wait for minutes.
        """
        sent = []
        for call in self.service.change_calls(self.key, batch):

            def before(action: str = call.action) -> None:
                self.before_write()
                if not wanted():
                    raise Superseded(action, "what it was to do is no longer wanted")

            identity = repr((call.action, sorted(call.parameters.items())))
            request = self._request(self._with_token(call, identity), deadline)
            try:
                sent.append(self.client.write(replace(request, before=before)))
            except Refused as exc:
                if not isinstance(exc, Throttled):
                    self._tokens.pop(identity, None)
                raise
            self._tokens.pop(identity, None)
        return tuple(sent)

    def _with_token(self, call: Call, identity: str) -> Call:
        """Return the call with its token; the cloud carries out calls of one token only once."""
        if call.token is None:
            return call
        token = self._tokens.setdefault(identity, uuid.uuid4().hex)
        return replace(call, parameters={**call.parameters, call.token: token})


@dataclass(slots=True)
class _Pages:
    """The pages of one list so far; another total, or nobody new, shows that the list has changed."""

    accounts: set[str] = field(default_factory=set)
    since: dict[str, str] = field(default_factory=dict)
    everyone: bool = False
    total: int | None = None

    def complete_with(self, page: Page, number: int, action: str) -> bool:
        """Take the next page; tell whether it is the last one."""
        changed = number > 1 and page.total != self.total
        known, self.total, self.everyone = len(self.accounts), page.total, self.everyone or page.everyone
        self.accounts.update(page.accounts)
        self.since |= page.since
        count = len(self.accounts)
        if self.total is None or (count == self.total and not changed):
            return True
        if changed or count == known or count > self.total:
            raise InconsistentPages(action, f"its pages list {count} accounts and count {self.total}")
        return False
