"""What an audit has found: verdicts on images, and what could not be read."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.engine.interrupted import InterruptedShare
from alicloud_image_share.inventory.declared import ManagedShare, stack_names
from alicloud_image_share.inventory.live import Inventory, ReadFailure
from alicloud_image_share.review.access_ends import once_for_all_images
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.notices import Notice


class Verdict(enum.Enum):
    """What is to be said of an image, worst first; the value says it in words."""

    RULE = "shared with accounts that the rules refuse, or for longer than they allow"
    EVERYONE = "open to everyone"
    ENDED = "shared with accounts whose access has ended"
    INTERRUPTED = "shared, as it seems, by a run that was interrupted, and in no stack"
    DRIFTED = "not what its stack says"
    GONE = "in a stack, and not there"
    VIA_RESOURCE_SHARE = "shared by Resource Sharing, which no stack manages"
    UNMANAGED = "shared with accounts that no stack lists"
    OK = "as its stack says"

    @property
    def sign(self) -> str:
        """The sign that stands before it, which is no colour."""
        notable = (Verdict.UNMANAGED, Verdict.VIA_RESOURCE_SHARE, Verdict.EVERYONE, Verdict.INTERRUPTED)
        return "✓" if self is Verdict.OK else "!" if self in notable else "✗"


ORDER = {verdict: number for number, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class InterruptedRun:
    """A run of a stack that was interrupted in the middle of a share."""

    stack: str
    share: InterruptedShare

    def may_have_shared_with(self, account: str) -> bool:
        """Tell whether the account may have its access from this run; of encrypted accounts each may."""
        return self.share.accounts is None or account in self.share.accounts


Runs = Mapping[ImageKey, tuple[InterruptedRun, ...]]
"""The interrupted runs by the image that they may have shared."""
NO_RUNS: Runs = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AuditedAccount:
    """An account of a finding; `id` is `everyone` where the image is open to more than those listed.

    Of a resource share it may be a folder or a resource directory; the note says what it is.
    """

    id: str
    note: str = ""
    since: str = ""
    missing: bool = False
    """Whether a stack lists it and the image is not shared with it; else it is the other way round."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict on one image: a line of the report."""

    verdict: Verdict
    key: ImageKey
    owner: str
    name: str = ""
    accounts: tuple[AuditedAccount, ...] = ()
    shares: tuple[ManagedShare, ...] = ()
    """Whose it is; of a broken rule, those that list the accounts."""
    hidden: int = 0
    """How many accounts are missing that must not be printed."""
    remark: str = ""
    runs: tuple[InterruptedRun, ...] = ()
    """Those that may have given the access."""

    @property
    def stacks(self) -> list[str]:
        """The stacks whose it is, and those whose runs were interrupted, sorted."""
        return sorted({*stack_names(self.shares), *(run.stack for run in self.runs)})

    @property
    def has_extra(self) -> bool:
        """Whether an account has access to an exclusive share and is not listed."""
        return self.verdict is Verdict.DRIFTED and any(not account.missing for account in self.accounts)

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Where it stands in a report: the worst first, then by image."""
        return ORDER[self.verdict], self.key.service, self.key.region_id or "", self.key.image_id


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything that an audit found, worst first, and what it could not read."""

    findings: tuple[Finding, ...]
    inventory: Inventory
    failures: tuple[ReadFailure, ...] = ()
    """Stacks that were to be audited and could not be read."""
    other_stacks_not_read: tuple[ReadFailure, ...] = ()
    """Stacks that were not to be audited and could not be read, and states of stacks: verdicts lack them."""
    ending: tuple[Notice, ...] = ()
    """Whose access ends soon."""

    @property
    def ends(self) -> tuple[str, ...]:
        """Whose access ends soon, a sentence each, once for all images."""
        return tuple(once_for_all_images(self.ending))

    @property
    def images(self) -> dict[Verdict, int]:
        """How many images there are of each verdict, an image counted once, by its worst."""
        worst: dict[ImageKey, Verdict] = {}
        for finding in self.findings:
            worst.setdefault(finding.key, finding.verdict)
        counts = Counter(worst.values())
        return {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}

    @property
    def stacks_not_read(self) -> tuple[ReadFailure, ...]:
        """Every stack that could not be read."""
        return (*self.failures, *self.other_stacks_not_read)

    @property
    def complete(self) -> bool:
        """Whether everything was read."""
        return not self.failures and self.inventory.complete

    @property
    def status(self) -> ExitStatus:
        """The exit status."""
        verdicts = {finding.verdict for finding in self.findings}
        return ExitStatus.of_report(
            complete=self.complete,
            broken=Verdict.RULE in verdicts,
            different=bool(verdicts - {Verdict.OK}),
        )
