"""What check says of an image that Resource Sharing shares, too, where a stack has it read."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Iterator
from typing import TYPE_CHECKING

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Deadline
from alicloud_image_share.errors import ShareError
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.sharing.model import Share
from alicloud_image_share.sharing.notices import Kind, Notice

if TYPE_CHECKING:
    from alicloud_image_share.sharing.resource_share import ResourceShare

SECONDS = 5.0


def resource_share_notices(run: Run, share: Share) -> Iterator[Notice]:
    """Yield a warning for each resource share of the image, or that they were not read in time."""
    image = share.image
    if not services.service(image.service).API.resource_shares:
        return

    def read() -> tuple[ResourceShare, ...]:
        # Most stacks never read these lists.
        from alicloud_image_share.cloud.resource_shares import read_resource_shares  # noqa: PLC0415

        reads, deadline = run.session(share.role_arn).read_only(), Deadline.after(run.clock, SECONDS)
        images = frozenset((image.image_id,))
        return read_resource_shares(reads, str(image.region_id), images, deadline, lambda _words: None)

    try:
        shares = run.in_background(read).result(timeout=SECONDS)
    except (concurrent.futures.TimeoutError, ShareError) as exc:
        words = f"{str(exc).rstrip('.')}; shares made by Resource Sharing are not known"
        yield Notice(str(image), Kind.SKIPPED, detail=words)
    else:
        for resource_share in shares:
            yield Notice(str(image), Kind.RESOURCE_SHARE, detail=str(resource_share))
