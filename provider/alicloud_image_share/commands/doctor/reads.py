"""Reads that look at the cloud, for a few seconds each, and what each of them came to."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from alicloud_image_share.cloud import resource_directory, services
from alicloud_image_share.cloud.answer_fields import account_id
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.other_services import STS
from alicloud_image_share.cloud.request import Request
from alicloud_image_share.cloud.resource_sharing import API, NAME, RESOURCES
from alicloud_image_share.cloud.service import Call, ServiceSpec
from alicloud_image_share.commands.doctor.configuration import Target
from alicloud_image_share.commands.doctor.finding import Finding, Level
from alicloud_image_share.errors import CloudError, ConfigurationError, ResponseLost, ShareError
from alicloud_image_share.sharing.failures import remedy_for

if TYPE_CHECKING:
    from alicloud_image_share.cloud.client import ApiClient
    from alicloud_image_share.cloud.settings import Settings


ACCEPTED = 15 * 60
SLIGHT = 60
CLOCK_SECONDS = 5
FIX = "set the clock of this machine, best by NTP"


def clock_finding(date: str | None, *, accepted: bool, refused: bool) -> Finding:
    """Compare the clocks by the `Date` of an answer; what a call was answered tells, too."""
    ahead = _ahead(date)
    seconds = abs(ahead or 0)
    apart = f"{seconds:,.0f} s {'ahead of' if (ahead or 0) > 0 else 'behind'} the cloud"
    if refused or seconds > ACCEPTED:
        # A proxy may have answered in its place.
        apart = apart if seconds > ACCEPTED else "too far from the cloud"
        words = f"this machine is {apart}, which accepts {ACCEPTED} s"
        return Finding("clock", Level.FAIL, words, FIX)
    if seconds > SLIGHT:
        return Finding("clock", Level.NOTE, f"this machine is {apart}, which accepts {ACCEPTED} s", FIX)
    if ahead is None and not accepted:
        return Finding("clock", Level.NOTE, "it was not compared: the cloud gave no answer")
    return Finding("clock", Level.OK, f"within the {ACCEPTED} s that the cloud accepts")


def _ahead(date: str | None) -> float | None:
    """Return by how many seconds this machine is ahead, None where the cloud does not tell."""
    try:
        return time.time() - parsedate_to_datetime(date).timestamp() if date else None
    except (ValueError, TypeError, LookupError, OverflowError):
        return None


SECONDS = 6
"""How long one read may take."""

_ABOUT_CALLER = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidSecurityToken")
_DENIED = ("Forbidden", "NoPermission")


def ignore_waits(_words: str) -> None:
    """Say nothing of waits: they are short."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What one read came to: an answer, or why there was none."""

    api: ServiceSpec
    host: str
    action: str
    answer: object = None
    """What the answer says: of an identity, the account."""
    error: ShareError | None = None

    @property
    def is_lost(self) -> bool:
        """Whether nobody answered."""
        return isinstance(self.error, ResponseLost) and self.error.code is None

    @property
    def is_denied(self) -> bool:
        """Whether it was refused for want of a permission."""
        return self.code.startswith(_DENIED)

    @property
    def is_about_caller(self) -> bool:
        """Whether it was refused for the credentials."""
        return self.code.startswith(_ABOUT_CALLER)

    @property
    def is_about_clock(self) -> bool:
        """Whether it was refused for the time that it was sent at."""
        return self.code.startswith("InvalidTimeStamp")

    @property
    def concerns_every_call(self) -> bool:
        """Whether the caller fails already: by the credentials, the clock, or the network."""
        return self.is_lost or self.is_about_caller or self.is_about_clock

    @property
    def code(self) -> str:
        """The code that it was refused with; empty where there is none."""
        return (isinstance(self.error, CloudError) and self.error.code) or ""

    @property
    def message(self) -> str:
        """What the refusal said."""
        return self.error.message if isinstance(self.error, CloudError) else str(self.error)

    @property
    def fix(self) -> str:
        """What to do about the refusal."""
        error = self.error
        return remedy_for(error, self.api.ram_prefix).next_step if isinstance(error, CloudError) else ""


Read = tuple[Call, Callable[[Mapping[str, Any]], object]]
"""A call, and what reads its answer."""


@dataclass(frozen=True, slots=True)
class CloudReads:
    """Sends reads with the credentials of one connection."""

    openapi: ApiClient
    settings: Settings

    def identity(self) -> ReadResult | str:
        """Ask whose the credentials are, or say why that can't be asked."""
        identity: Read = (Call("GetCallerIdentity", {}), lambda answer: account_id(answer["AccountId"]))
        results = self._results("sts", STS, None, [identity])
        return results if isinstance(results, str) else results[0]

    def of(self, target: Target) -> tuple[ReadResult, ...] | str:
        """Describe an image, and list its accounts where there is one; or say why that can't be asked."""
        service = services.service(target.service)
        if target.lacks_region:
            return "no region is configured"
        reads: list[Read] = [(service.image_call(target.image), service.parse_images)]
        if target.image_id:
            reads.append((service.accounts_call(target.image, 1), service.parse_accounts))
        return self._results(target.service, service.API, target.region, reads)

    def resource_shares(self, target: Target) -> ReadResult | None:
        """Ask for shares made by Resource Sharing; None where nobody does, or that can't be asked."""
        is_shared_so = services.service(target.service).API.resource_shares
        if not is_shared_so or not target.region or self.settings.resource_sharing is False:
            return None
        read: Read = (RESOURCES.call(target.region), RESOURCES.parse)
        results = self._results(NAME, API, target.region, [read])
        return None if isinstance(results, str) else results[0]

    def accounts_of(self, folder: str) -> ReadResult | str:
        """Ask for the first page of the accounts of a folder, or say why that can't be asked."""
        read: Read = (resource_directory.accounts_call(folder, 1), resource_directory.parse_accounts)
        results = self._results(resource_directory.NAME, resource_directory.API, None, [read])
        return results if isinstance(results, str) else results[0]

    def _results(
        self, service: str, api: ServiceSpec, region: str | None, reads: Sequence[Read]
    ) -> tuple[ReadResult, ...] | str:
        try:
            host = self.settings.endpoint(api, region)
        except ConfigurationError as error:
            return str(error)
        return tuple(self._read(service, api, region, read, host) for read in reads)

    def _read(self, service: str, api: ServiceSpec, region: str | None, read: Read, host: str) -> ReadResult:
        call, parse = read
        deadline = Deadline.after(Clock(), SECONDS)
        request = Request(service, api, region, call, deadline, tell=ignore_waits)
        try:
            return ReadResult(api, host, call.action, self.openapi.read(request, parse))
        except ShareError as error:
            return ReadResult(api, host, call.action, error=_cause(error))


def _cause(error: ShareError) -> ShareError:
    """Return what the cloud said, where it was said of the role that the call needed first."""
    cause = error.__cause__
    return cause if isinstance(error, ConfigurationError) and isinstance(cause, CloudError) else error
