"""What the engine tells during one operation, as far as it concerns shares."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from alicloud_image_share.engine.exported_state import UNREADABLE, check_share
from alicloud_image_share.review.configuration import PROVIDER_TYPES, configuration_change
from alicloud_image_share.review.engine_step import (
    REVIEWED_TYPES,
    SHARE_TYPES,
    EngineStep,
    ResourceState,
    resource_name,
    share_properties,
)
from alicloud_image_share.review.net_access import without_spared
from alicloud_image_share.review.planned_share import STEPS, Step
from alicloud_image_share.review.preview_facts import PreviewError, PreviewFacts, of_shares
from alicloud_image_share.review.preview_json import preview_error
from alicloud_image_share.review.share_change import ShareChange, change, share_changes
from alicloud_image_share.review.state_access import StateAccess, access
from alicloud_image_share.review.unreviewed import is_unreviewed
from alicloud_image_share.sharing.last_up import without_last_up
from alicloud_image_share.sharing.notices import Kind, Notice, parse, without_markers
from alicloud_image_share.sharing.share_types import NATIVE_PLUGIN

if TYPE_CHECKING:
    from pulumi.automation.events import (
        DiagnosticEvent,
        EngineEvent,
        StepEventMetadata,
        StepEventStateMetadata,
    )

_SAID_TWICE = "an unhandled error occurred: "
"""What the engine puts before a program's error when it repeats it."""
_SAID_BY_PREVIEW = "Preview failed: "
"""What the engine puts before a provider's error when it repeats it, or tells of it at once."""

_OWN_ERROR = re.compile(r"^alicloud_image_share(\.\w+)+: ")
"""What Python puts before the text of an expected error that leaves a program."""

_OUR_PLUGIN = f"using {NATIVE_PLUGIN} from $PATH"
"""How the engine says where it has found the native provider, which we have put there."""
_SAID_BY_US = ("update failed", "preview failed", "refresh failed", "destroy failed", "update canceled")


class Listener(Protocol):
    """Follows an operation; called from a thread of the engine's connection."""

    def share_started(self, name: str) -> None:
        """Hear that the engine works on a share."""

    def share_ended(self, name: str) -> None:
        """Hear that the engine has done with a share, for now."""

    def share_changed(self, change: ShareChange) -> None:
        """Hear of a change, planned or carried out."""

    def message(self, severity: str, text: str) -> None:
        """Hear a message: info, warning or error."""


@dataclass(slots=True)
class EventLog:
    """The events of one operation, and what they come to."""

    listener: Listener
    planned: bool
    """Whether the operation is a preview."""
    reviewed: bool = False
    """Whether a review follows, which says what the warnings of the provider say."""
    full_name: str = ""
    """Of the stack; empty until its program runs."""
    begun: bool = False
    """Whether the engine has found state and configuration, and told anything of the run."""
    errors: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    unread: str = ""
    """What the engine told that could not be read, and so is missing; empty where nothing is."""
    _steps: list[EngineStep] = field(default_factory=list)
    _faults: list[PreviewError] = field(default_factory=list)
    _others: dict[str, str] = field(default_factory=dict)
    """The urn and the type of every other resource that changes."""
    _access: dict[str, StateAccess] = field(default_factory=dict)
    _refreshing: set[str] = field(default_factory=set)
    _compared: tuple[int, tuple[ShareChange, ...]] = (0, ())
    """How many steps were compared, and what they come to: a large stack takes seconds for that."""
    _same: set[str] = field(default_factory=set)
    _changed: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def changes(self) -> list[ShareChange]:
        """What happened to shares."""
        if not self._changed:
            return []  # without a look at the shares that stay as they are: a stack may have thousands
        return [change for change in self._every() if change.step is not Step.UNCHANGED]

    @property
    def stays(self) -> tuple[ShareChange, ...]:
        """The shares that stay as they are: what they list counts, too."""
        return tuple(change for change in self._every() if change.step is Step.UNCHANGED)

    def _every(self) -> tuple[ShareChange, ...]:
        steps, changes = self._compared
        if steps != len(self._steps):
            reviewed = [step for step in self._steps if step.type in REVIEWED_TYPES]
            changes = share_changes(reviewed, planned=self.planned, region_of=lambda _: None)
            self._compared = (len(self._steps), changes)
        return changes

    @property
    def unchanged(self) -> int:
        """How many shares nothing happened to."""
        changed = {(change.name, change.image) for change in self.changes}
        # An account that appeared on an image may be listed by another share of the stack.
        settled = {urn for urn, share in self._changed.items() if share not in changed}
        return len((self._same - self._changed.keys()) | settled)

    @property
    def breaks_rules(self) -> bool:
        """Whether there are errors, and every one of them says that a rule is broken."""
        return bool(self._faults) and all(fault.rule for fault in self._faults)

    @property
    def access(self) -> tuple[StateAccess, ...]:
        """Who can use what, by the last state of each share that the engine showed; sorted by share."""
        return tuple(sorted(self._access.values(), key=lambda access: (access.name, access.image)))

    def facts(self, stack: str, failure: str | None) -> PreviewFacts:
        """Return what a review of a preview is made of."""
        faults = tuple(self._faults) or ((PreviewError("", failure),) if failure else ())
        steps = of_shares(tuple(self._steps))
        configured = configuration_change(self._steps)
        return PreviewFacts(
            stack, steps, tuple(self.notices), faults, configured=configured, others=self._others
        )

    def name_stack(self, full_name: str) -> None:
        """Take the full name of the stack, `organization/project/stack`."""
        self.full_name = full_name

    def take(self, event: EngineEvent) -> None:
        """Take the next event; the engine's SDK would pass over one that cannot be read without a word."""
        self.begun = True
        try:
            self._take(event)
        except UNREADABLE as error:
            self.unread = f"a step that the engine reported cannot be read ({type(error).__name__})"

    def _take(self, event: EngineEvent) -> None:
        if event.diagnostic_event:
            self._diagnostic(event.diagnostic_event)
        elif event.resource_pre_event:
            self._begin(event.resource_pre_event.metadata)
        elif event.res_outputs_event:
            self._end(event.res_outputs_event.metadata)

    def _begin(self, metadata: StepEventMetadata) -> None:
        state = metadata.new or metadata.old
        if is_unreviewed(metadata.op.value, metadata.type, custom=state is None or state.custom is not False):
            self._others[metadata.urn] = metadata.type
        if metadata.type not in REVIEWED_TYPES:
            return
        if metadata.op == "refresh":
            self._refreshing.add(metadata.urn)
        if metadata.op == "refresh" or metadata.op in STEPS:
            self.listener.share_started(resource_name(metadata.urn))

    def _end(self, metadata: StepEventMetadata) -> None:
        if metadata.type in PROVIDER_TYPES:
            self._steps.append(engine_step(metadata, metadata.op.value))
        if metadata.type not in REVIEWED_TYPES:
            return
        self.listener.share_ended(resource_name(metadata.urn))
        refreshed = metadata.urn in self._refreshing
        self._refreshing.discard(metadata.urn)
        step = engine_step(metadata, "refresh" if refreshed else metadata.op.value)
        self._keep_access(metadata, step.new)
        exists = bool(metadata.new and metadata.new.id)
        if exists or step.op != "same":
            # Destroying runs the program, and mentions what it declares though it was never created.
            self._steps.append(step)
        share_change = change(step, planned=self.planned)
        if share_change:
            self._changed[metadata.urn] = (share_change.name, share_change.image)
            if not share_change.appeared:
                self.listener.share_changed(without_spared(share_change, self.notices))
        elif exists:
            self._same.add(metadata.urn)

    def end(self) -> None:
        """Report accounts that appeared: which accounts the other shares manage is known only now."""
        for share_change in self.changes:
            if share_change.appeared:
                self.listener.share_changed(share_change)

    def _keep_access(self, metadata: StepEventMetadata, new: ResourceState | None) -> None:
        if new is None and metadata.op != "delete-replaced":
            self._access.pop(metadata.urn, None)
        elif new and metadata.new and metadata.new.id and not self.planned and metadata.type in SHARE_TYPES:
            self._access[metadata.urn] = access(metadata.urn, new)

    def _diagnostic(self, event: DiagnosticEvent) -> None:
        text = event.message.strip().removeprefix(_SAID_TWICE).removeprefix(_SAID_BY_PREVIEW)
        text = without_last_up(_OWN_ERROR.sub("", text))
        if event.severity == "debug" or not text or text in (*self.errors, *_SAID_BY_US):
            return
        if text.startswith(_OUR_PLUGIN):
            return
        if event.severity == "error":
            self.errors.append(text)
            self._faults.append(fault := preview_error(event.urn, text))
            self.listener.message("error", f"{fault.name}: {fault.text}" if fault.name else fault.text)
            return
        notice = parse(text)
        if notice:
            self.notices.append(notice)
        if notice and (notice.kind in (Kind.ASKED, Kind.DIGEST) or (self.reviewed and notice.kind.warns)):
            # The change itself names every account, and a digest is not for people.
            return
        self.listener.message(event.severity.partition("#")[0], _about(event.urn, without_markers(text)))


def engine_step(metadata: StepEventMetadata, op: str) -> EngineStep:
    """Return the step that an event tells of."""

    def state(resource: StepEventStateMetadata | None) -> ResourceState | None:
        return _state(resource, metadata.type) if resource else None

    return EngineStep(op, metadata.urn, state(metadata.old), state(metadata.new), metadata.provider)


def _state(state: StepEventStateMetadata, kind: str) -> ResourceState:
    inputs, outputs = (share_properties(kind, values or {}) for values in (state.inputs, state.outputs))
    for values in (inputs, outputs):
        check_share(values)
    return ResourceState(kind, inputs, outputs, state.retain_on_delete is True)


def _about(urn: str | None, text: str) -> str:
    return f"{resource_name(urn)}: {text}" if urn else text
