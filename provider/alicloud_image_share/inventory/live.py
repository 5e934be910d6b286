"""What was read of the cloud, and what was not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from alicloud_image_share.sharing.model import ImageKey, ListedImage
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.printable_text import printable
from alicloud_image_share.sharing.resource_share import ResourceShare

EVERYONE = "everyone"
"""What stands in the place of an account where an image is open to more than those listed."""

MEMBERS_UNKNOWN = (
    "Included: shares made by Resource Sharing. Which accounts belong to a folder or a directory is not read."
)
LEFT_OUT = "Not included: shares made by Resource Sharing, which were not looked at."
NOT_READ = (
    "Not included: shares made by Resource Sharing that were not read. Grant what `image-share policy"
    " --service ecs --region all --read-only` prints, or leave them out with --no-resource-sharing."
)


@dataclass(frozen=True, slots=True, order=True)
class ServiceRegion:
    """A service in one of its regions; `region` is empty where the service has none."""

    service: str
    region: str = ""

    @classmethod
    def of(cls, key: ImageKey) -> ServiceRegion:
        """Return service and region of an image; the region is empty for a service without regions."""
        return cls(key.service, key.region_id or "")

    @property
    def region_id(self) -> str | None:
        """The region as calls name it."""
        return self.region or None

    def __str__(self) -> str:
        """Return it in words, `swas cn-beijing`."""
        return f"{self.service} {self.region}".strip()


@dataclass(frozen=True, slots=True, order=True)
class LiveAccount:
    """An account that can use an image, and since when, in the service's own words; empty where unsaid."""

    id: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class LiveImage:
    """One image of the caller's, and who can use it."""

    key: ImageKey
    owner: str
    name: str = ""
    accounts: tuple[LiveAccount, ...] = ()
    """Sorted by id."""
    everyone: bool = False
    in_ecs: bool | None = None
    listed: ListedImage | None = None
    """The image as it was listed, by which a rotation selects."""
    resource_shares: tuple[ResourceShare, ...] = ()
    """Those of Resource Sharing that hold it."""
    not_read: ReadFailure | None = None
    """Why its accounts could not be read: `accounts` is empty then, and the rest holds."""

    @property
    def is_shared(self) -> bool:
        """Whether anybody but its owner can use it, or another service of the owner's."""
        return bool(self.accounts or self.everyone or self.in_ecs or self.resource_shares)

    @property
    def ids(self) -> frozenset[str]:
        """The accounts that can use it by name."""
        return frozenset(account.id for account in self.accounts)


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """Something that could not be read, and why."""

    what: str
    """A service's regions, a region of a service, an image of a region, a role's account, or a stack."""
    reason: str
    """The code of the refusal, or a sentence where there was none."""
    region: ServiceRegion | None = None
    """The region whose images could not be listed, or that of the image."""
    key: ImageKey | None = None
    """The image whose accounts could not be read."""
    stack: str | None = None
    """The stack whose file or state could not be read."""
    of_resource_sharing: bool = False
    """Whether it is the shares made by Resource Sharing of a region."""
    consequence: str = ""
    """What a report lacks for it, as the end of a sentence."""

    @classmethod
    def of_stack(cls, name: str, error: Exception) -> ReadFailure:
        """Return the failure to read a stack file or its state, on one line."""
        consequence = "its shares are reported as UNMANAGED"
        return cls(f"stack {name}", " ".join(str(error).split()), stack=name, consequence=consequence)

    @classmethod
    def of_share(cls, stack: str, share: str, reason: str) -> ReadFailure:
        """Return that of a share of which nobody can tell the image."""
        consequence = "its image is not compared"
        return cls(f"share {share} of stack {stack}", reason, stack=stack, consequence=consequence)

    @classmethod
    def of_state(cls, name: str, error: Exception) -> ReadFailure:
        """Return that of the state of a stack whose file was read."""
        consequence = "what an interrupted run has shared is reported as UNMANAGED"
        reason = " ".join(str(error).split())
        return cls(f"the state of {name}", reason, stack=name, consequence=consequence)

    @classmethod
    def of_role(cls, role_arn: str, error: Exception) -> ReadFailure:
        """Return that of a role whose account could not be looked at."""
        return cls(f"the account of {role_arn}", " ".join(str(error).split()))

    def __str__(self) -> str:
        """Return it as it stands in a report."""
        return printable(f"{self.what} ({self.reason})")


@dataclass(frozen=True)
class AccountInventory:
    """Everything that one account's images showed, at one time."""

    account_id: str
    at: str
    regions: tuple[ServiceRegion, ...]
    """What was to be read."""
    images: tuple[LiveImage, ...]
    """All images of those regions, sorted, without those of which only `failures` can say something."""
    failures: tuple[ReadFailure, ...] = ()
    unknown_regions: tuple[ServiceRegion, ...] = ()
    """Regions that were to be read, and that the service says it does not have."""
    role_arn: str | None = None
    """The role that has read; None where it was the configured credentials."""

    @cached_property
    def by_key(self) -> dict[ImageKey, LiveImage]:
        """The images by their keys."""
        return {image.key: image for image in self.images}

    @cached_property
    def listed_regions(self) -> tuple[ServiceRegion, ...]:
        """The regions whose images were listed, sorted."""
        failed = {failure.region for failure in self.failures if not failure.key}
        return tuple(region for region in self.regions if region not in failed)

    def was_read(self, key: ImageKey) -> bool:
        """Tell whether the image would be here if it were there."""
        listed = ServiceRegion.of(key) in self.listed_regions
        return listed and key not in {failure.key for failure in self.failures}

    def was_read_whole(self, region: ServiceRegion) -> bool:
        """Tell whether all images of a region were read."""
        return region in self.regions and region not in {failure.region for failure in self.failures}

    def __str__(self) -> str:
        """Return what was read and what was not, in a line."""
        return self.line()

    def line(self, narrowing: str = "") -> str:
        """Return the same with what options have left out."""
        services = count({region.service for region in self.listed_regions}, "service")
        regions = {region.region for region in self.listed_regions if region.region}
        extent = f"{services} \N{MULTIPLICATION SIGN} {count(regions, 'region')}" if regions else services
        line = f"read {extent} as {self.account_id} at {self.at}{'; ' if narrowing else ''}{narrowing}"
        if self.unknown_regions:
            line += f"; not there: {', '.join(map(str, self.unknown_regions))}"
        return f"{line}; NOT read: {', '.join(map(str, self.failures))}" if self.failures else line


@dataclass(frozen=True)
class Inventory:
    """What was read of each account, and which accounts could not be looked at."""

    accounts: tuple[AccountInventory, ...]
    roles_not_assumed: tuple[ReadFailure, ...] = ()
    narrowing: str = ""
    """What options have left out, as the end of a sentence."""
    looks_at_resource_shares: bool = True
    """Whether shares made by Resource Sharing were to be read, of each account."""

    @property
    def images(self) -> tuple[LiveImage, ...]:
        """The images of all accounts."""
        return tuple(image for account in self.accounts for image in account.images)

    @property
    def complete(self) -> bool:
        """Whether everything was read."""
        return not self.failures

    @property
    def failures(self) -> tuple[ReadFailure, ...]:
        """Everything that was not read."""
        return (
            *(failure for account in self.accounts for failure in account.failures),
            *self.roles_not_assumed,
        )

    @property
    def resource_sharing(self) -> str:
        """What is known of shares made by Resource Sharing, in a sentence."""
        if any(failure.of_resource_sharing for failure in self.failures):
            return NOT_READ
        return MEMBERS_UNKNOWN if self.looks_at_resource_shares else LEFT_OUT

    @property
    def lines(self) -> Iterator[tuple[str, bool]]:
        """What was read and what was not, a line an account, each with whether all of it was read."""
        yield from ((account.line(self.narrowing), not account.failures) for account in self.accounts)
        yield from ((f"NOT read: {failure}", False) for failure in self.roles_not_assumed)

    @property
    def limits(self) -> str:
        """What a report cannot show, and what options have left out of it, in sentences."""
        sentence, narrowing = self.resource_sharing, printable(self.narrowing)
        return f"{sentence} {narrowing[0].upper()}{narrowing[1:]}." if narrowing else sentence

    @property
    def gaps(self) -> tuple[str, ...]:
        """What was not read, each with what was read beside it."""
        incomplete = (str(account) for account in self.accounts if account.failures)
        return (*incomplete, *map(str, self.roles_not_assumed))
