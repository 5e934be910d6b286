"""Take accounts off images at once: the one write outside of a stack. Success is what a read showed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.image import CloudImage
from alicloud_image_share.cloud.redaction import redact
from alicloud_image_share.cloud.request import OnWait, ReadsAndWrites
from alicloud_image_share.cloud.retry import attempts, looks
from alicloud_image_share.errors import CloudError, Refused, ResponseLost
from alicloud_image_share.inventory.live import LiveImage
from alicloud_image_share.inventory.reading import timestamp, worker_threads
from alicloud_image_share.lifecycle.rollback import CapturedError
from alicloud_image_share.sharing.model import NO_ACCOUNTS, Batch, ImageKey
from alicloud_image_share.sharing.plan import batches

SECONDS = 300.0
"""How long one image may take; waits for the pace of a service are not counted."""


@dataclass(frozen=True, slots=True)
class RevocationResult:
    """What came of one account on one image."""

    account: str
    key: ImageKey
    left: bool
    """Whether the last read still showed it, or there was none."""
    request_id: str = ""
    """Of the call that took it off; empty where no answer came."""
    at: str = ""
    reason: str = ""
    """Why it is left."""


@dataclass(slots=True)
class _Sent:
    """What was sent about one image, and what became of it."""

    pending: frozenset[str]
    live: frozenset[str] = frozenset()
    """Who had access when the image was last read."""
    answered: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Account → request id and time of the last answered call."""
    refused: dict[str, str] = field(default_factory=dict)
    """Account → why it cannot be taken off, from a call about it alone."""
    alone: bool = False
    """Whether each account gets a call of its own: a call with several was refused."""
    lost_response: ResponseLost | None = None


@dataclass(frozen=True, slots=True)
class Revocation:
    """Takes accounts off, of each image with the credentials that it was read with."""

    openapi_of: Callable[[ImageKey], ReadsAndWrites]
    clock: Clock
    tell: OnWait

    def carry_out(
        self,
        images: Iterable[LiveImage],
        accounts: frozenset[str],
        on_result: Callable[[RevocationResult], None],
    ) -> tuple[RevocationResult, ...]:
        """Take the accounts off the images; `on_result` gets each result as it comes."""
        results = []
        with worker_threads("revoke", finishes=True) as pool:
            for revoked in pool.map(lambda image: self._of(image, image.ids & accounts), images):
                for revoked_image in revoked:
                    on_result(revoked_image)
                results += revoked
        return tuple(results)

    def _of(self, image: LiveImage, accounts: frozenset[str]) -> list[RevocationResult]:
        deadline = Deadline.after(self.clock, SECONDS, counts_pacing=False)
        sent = _Sent(accounts)
        left, reason = accounts, ""
        with CapturedError() as taking_off:
            self._take_off(self._cloud(image.key), deadline, sent)
            left = accounts & sent.live
        if error := taking_off.error:
            # What the last read showed no longer is done; of all others nothing is known.
            left, reason = sent.pending, redact(str(error)) or type(error).__name__
        return [
            self._result(image.key, account, sent, reason, left=account in left)
            for account in sorted(accounts)
        ]

    def _take_off(self, cloud: CloudImage, deadline: Deadline, sent: _Sent) -> None:
        """Send what is pending, and look whether it shows, until it does."""
        for _ in attempts(deadline, self.tell, lambda: sent.lost_response):
            self._send(cloud, deadline, sent)
            for _ in looks(deadline):
                sent.live = cloud.access(deadline).accounts
                if not sent.live & sent.pending:
                    break
            sent.pending &= sent.live
            if not sent.pending - sent.refused.keys():
                return
        raise sent.lost_response or CloudError("revoke", "the time is up, and it still shows")

    def _send(self, cloud: CloudImage, deadline: Deadline, sent: _Sent) -> None:
        sent.lost_response = None
        for batch in self._batches(cloud.key, sent):
            try:
                (request_id,) = cloud.change(batch, deadline)
            except ResponseLost as error:
                sent.lost_response = error
                break
            except Refused as error:
                sent.refused |= dict.fromkeys(batch.remove, str(error)) if len(batch.remove) == 1 else {}
                sent.alone = True
                continue
            sent.answered |= dict.fromkeys(batch.remove, (request_id, timestamp(self.clock)))

    def _batches(self, key: ImageKey, sent: _Sent) -> Iterator[Batch]:
        waiting = sent.pending - sent.refused.keys()
        if sent.alone:
            yield from (Batch(remove=(account,)) for account in sorted(waiting))
        else:
            yield from batches(waiting, NO_ACCOUNTS, waiting, services.service(key.service).LIMITS)

    def _result(
        self, key: ImageKey, account: str, sent: _Sent, reason: str, *, left: bool
    ) -> RevocationResult:
        request_id, at = sent.answered.get(account, ("", timestamp(self.clock)))
        why = (sent.refused.get(account) or reason) if left else ""
        return RevocationResult(account, key, left, request_id, at, why)

    def _cloud(self, key: ImageKey) -> CloudImage:
        return CloudImage(
            client=self.openapi_of(key),
            service=services.service(key.service),
            key=key,
            tell=self.tell,
            before_write=lambda: None,
            was_seen=True,
        )
