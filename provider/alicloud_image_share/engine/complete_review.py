"""The review of a preview with what the preview itself does not know: rules, configuration, other stacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from alicloud_image_share.cloud.outside_rules import OutsideRules
from alicloud_image_share.engine.other_stacks import OtherStacks
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.configuration_risks import with_configuration
from alicloud_image_share.review.imported_environments import with_environments
from alicloud_image_share.review.model import Review
from alicloud_image_share.review.preview_facts import PreviewFacts
from alicloud_image_share.review.risks import with_broken_rules, with_other_stacks
from alicloud_image_share.stack_file import ShareDefinition


def complete_review(
    facts: PreviewFacts,
    declared: Sequence[ShareDefinition],
    outside: OutsideRules,
    environment: Mapping[str, str],
    read_other_stacks: Callable[[], OtherStacks] | None,
    imported: object = None,
) -> Review:
    """Return the review of a preview.

    `declared` is what the stack file says, `outside` are rules from outside of the project, `environment` the
    variables that configure the cloud too. The other stacks of the project are read where somebody loses
    access; None where there is no project. `imported` is what the stack file has under `environment:`.
    """
    result = with_broken_rules(review(facts, declared), facts.config, outside)
    result = with_configuration(result, facts.configured, facts.config, environment)
    result = with_environments(result, imported)
    losing = [image.image for image in result.images if image.losing or image.in_ecs is False]
    if read_other_stacks is None or not losing:
        return result
    others = read_other_stacks()
    return with_other_stacks(result, others.listed_by, others.not_read_of(losing))
