"""What a preview tells, before anything is made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from alicloud_image_share.review.configuration import ConfigurationChange
from alicloud_image_share.review.engine_step import PERMISSION_TYPE, REVIEWED_TYPES, SHARE_TYPES, EngineStep
from alicloud_image_share.review.share_change import ShareChange, share_changes
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.notices import Notice
from alicloud_image_share.sharing.rules import BrokenRule
from alicloud_image_share.stack_file import ImagesOf, Rotation, ShareDefinition

_DEFAULT_PROVIDER = "pulumi:providers:alicloud::default"


@dataclass(frozen=True, slots=True)
class PreviewError:
    """Why a preview failed; `name` is the resource at fault, empty where it is none."""

    name: str
    text: str
    rule: BrokenRule | None = None
    """The rule that it says is broken."""


@dataclass(frozen=True, slots=True)
class PreviewFacts:
    """The steps of a preview and what was said during it."""

    stack: str | None
    steps: tuple[EngineStep, ...] = ()
    notices: tuple[Notice, ...] = ()
    errors: tuple[PreviewError, ...] = ()
    project: str | None = None
    """The project of the stack, where the preview names it."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """The stack's configuration, where it is known; structured values may be JSON text, secrets hidden."""
    configured: ConfigurationChange | None = None
    """The configuration of the last up and that of this run, where the steps tell it."""
    others: Mapping[str, str] = field(default_factory=dict)
    """The urn and the type of every other resource that changes."""
    not_shown: int = 0
    """How many unchanged resources the preview has left out: shares among them may keep somebody's access."""
    untold: int = 0
    """How many shares were refreshed without a word about who else was found to have access."""

    @property
    def region(self) -> str | None:
        """The region that is configured for pulumi-alicloud."""
        region = self.config.get("alicloud:region")
        return region if isinstance(region, str) else None

    def changes(self) -> tuple[ShareChange, ...]:
        """Return what happens to every share, those included that stay as they are."""
        regions = self._regions()
        return share_changes(self.steps, planned=True, region_of=lambda step: self._region_of(step, regions))

    def _regions(self) -> Mapping[str, str]:
        """Return image id → region, as far as shares say it."""
        states = (state for step in self.steps for state in (step.old, step.new) if state)
        return {
            str(state.inputs["image_id"]): str(state.inputs["region_id"])
            for state in states
            if "image_id" in state.inputs and "region_id" in state.inputs
        }

    def _region_of(self, step: EngineStep, regions: Mapping[str, str]) -> str | None:
        """Return the region of a permission of pulumi-alicloud, which does not say it."""
        if step.type != PERMISSION_TYPE:
            return None
        state = step.new or step.old
        by_image = regions.get(str(state.inputs.get("imageId"))) if state else None
        return by_image or (self.region if _DEFAULT_PROVIDER in step.provider else None)


def of_shares(steps: tuple[EngineStep, ...]) -> tuple[EngineStep, ...]:
    """Return the steps of shares, put so that every source of them looks alike.

    A replacement that is one step becomes two, as the engine carries it out. A refresh that does not say what
    it found is completed by the step that follows it, or left out.
    """
    shares = [step for step in steps if step.type in REVIEWED_TYPES]
    split = {step.urn for step in shares if step.op == "create-replacement"}
    return tuple(
        part for place, step in enumerate(shares) for part in _alike(step, shares[place + 1 :], split)
    )


def untold(steps: Iterable[EngineStep]) -> int:
    """Return how many refreshes do not say what they found, and are of shares that nothing else happens to.

    Accounts that have gone make an update, and so do those that an exclusive share does not list: only
    whoever else was given access is passed over.
    """
    shares = [step for step in steps if step.type in SHARE_TYPES]
    others = {step.urn for step in shares if step.op != "refresh"}
    return sum(
        1
        for step in shares
        if step.op == "refresh" and step.urn not in others and _says_nothing(step) and not _is_exclusive(step)
    )


def not_shown(steps: Sequence[EngineStep], same: int) -> int:
    """Return how many of the resources that the preview counts as unchanged have no step."""
    others = {step.urn for step in steps if step.op != "refresh"}
    read = {step.urn for step in steps if step.op == "refresh"}
    return max(0, same - len(read - others) - sum(step.op == "same" for step in steps))


def _says_nothing(step: EngineStep) -> bool:
    return step.new is not None and not step.new.outputs


def _is_exclusive(step: EngineStep) -> bool:
    return step.new is not None and step.new.inputs.get("exclusive") is True


def _alike(step: EngineStep, later: list[EngineStep], split: set[str]) -> tuple[EngineStep, ...]:
    if step.op == "replace":
        parts = (_with_op(step, "create-replacement"), _with_op(step, "delete-replaced"))
        return () if step.urn in split else parts
    if step.op == "refresh" and _says_nothing(step):
        after = next((follower.old for follower in later if follower.urn == step.urn and follower.old), None)
        return (EngineStep("refresh", step.urn, step.old, after, step.provider),) if after else ()
    return (step,)


def _with_op(step: EngineStep, op: str) -> EngineStep:
    return EngineStep(op, step.urn, step.old, step.new, step.provider)


def declared_in(
    facts: PreviewFacts, declared: Callable[[ImagesOf], tuple[ShareDefinition, ...]]
) -> tuple[ShareDefinition, ...]:
    """Return what a stack file declares, with the rotating shares that have a step; also those that leave."""
    return declared(partial(_images, facts.changes()))


def _images(changes: Iterable[ShareChange], rotation: Rotation) -> Iterator[tuple[str | None, str]]:
    for image, name in sorted({(change.image, change.name) for change in changes}):
        key = ImageKey.parse(image)
        if key and rotation.of(None, key.image_id).name == name:
            yield key.region_id, key.image_id
