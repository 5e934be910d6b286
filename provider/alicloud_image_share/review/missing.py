"""The shares that a failed preview does not show."""

from __future__ import annotations

from collections.abc import Sequence

from alicloud_image_share.model import ImageKey
from alicloud_image_share.review.engine_step import resource_name
from alicloud_image_share.review.facts import PreviewFacts
from alicloud_image_share.review.model import Missing
from alicloud_image_share.stack_file import ShareDefinition


def missing(facts: PreviewFacts, declared: Sequence[ShareDefinition]) -> tuple[Missing, ...]:
    """Return each share that is known to be declared, or at fault, and has no step; sorted by name."""
    shown = {resource_name(step.urn) for step in facts.steps if step.op != "refresh"}
    images = {one.name: _image(one, facts.region) for one in declared}
    found = dict.fromkeys(images, "its step is not shown: it is unchanged, or was not reached")
    found |= {error.name: error.text for error in facts.errors if error.name}
    return tuple(
        Missing(name, images.get(name, ""), reason)
        for name, reason in sorted(found.items())
        if name not in shown
    )


def _image(share: ShareDefinition, region: str | None) -> str:
    default = None if share.service == "ens" else region
    return str(ImageKey(share.service, share.region_id or default, share.image_id))
