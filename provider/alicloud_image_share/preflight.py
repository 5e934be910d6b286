"""Read an image during check, without letting a slow or unreachable cloud hold up a preview."""

from __future__ import annotations

import concurrent.futures
from dataclasses import dataclass

from alicloud_image_share.clock import Deadline
from alicloud_image_share.errors import CloudError, ImageNotSeen, ShareError
from alicloud_image_share.model import Access, Image, Share
from alicloud_image_share.precondition import Obstacle, not_seen, own_image
from alicloud_image_share.run import Run

SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check has seen of an image."""

    access: Access | None = None
    """Who can use it; None where that was not read."""
    image: Image | None = None
    """The image itself, the caller's own; None where it was not read."""
    unread: str = ""
    """Why something was not read."""
    obstacle: Obstacle | None = None
    """Why the caller can't share it at all."""


def read_for_check(run: Run, share: Share, *, describe: bool = False) -> Seen:
    """Read who can use the image, as far as that is possible in time; with `describe` the image, too."""

    def read() -> Seen:
        deadline = Deadline.after(run.clock, SECONDS)
        return _described(run, share, deadline) if describe else Seen(_access(run, share, deadline))

    try:
        seen: Seen = run.in_background(read).result(timeout=SECONDS)
    except concurrent.futures.TimeoutError:
        return Seen(unread=f"no answer within {SECONDS:.0f} s")
    except ShareError as exc:
        return Seen(unread=str(exc).rstrip("."))
    return seen


def _access(run: Run, share: Share, deadline: Deadline) -> Access:
    return run.cloud(share.image, deadline, role_arn=share.role_arn).access()


def _described(run: Run, share: Share, deadline: Deadline) -> Seen:
    """Read the image first, as a create does; one that can't be described may still be listed."""
    unread = ""
    try:
        image = run.cloud(share.image, deadline, role_arn=share.role_arn).image()
    except CloudError as exc:
        image, unread = None, str(exc).rstrip(".")
    else:
        found = own_image(image, lambda: run.caller(share.role_arn))
        if isinstance(found, Obstacle):
            return Seen(obstacle=found)
        image = found
    try:
        return Seen(_access(run, share, deadline), image, unread)
    except ImageNotSeen:
        return Seen(obstacle=not_seen(run.caller(share.role_arn)))
