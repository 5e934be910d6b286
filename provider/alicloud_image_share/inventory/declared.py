"""What the stacks say: which share of which stack lists which accounts on an image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import product

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.configured_owner import configured_owner
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.inventory.live import AccountInventory, ReadFailure, ServiceRegion
from alicloud_image_share.sharing.access_end import ended
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.newest import UnclearOrder, newest_shareable
from alicloud_image_share.stack_file import ListedAccount, Rotation, ShareDefinition


@dataclass(frozen=True, slots=True)
class ManagedShare:
    """One share that a stack file or state has, and the image that it is of."""

    stack: str
    definition: ShareDefinition
    key: ImageKey
    secret: bool = False
    """Whether who is listed, and with which note, must not be printed."""

    @property
    def accounts(self) -> Mapping[str, ListedAccount]:
        """The accounts that it lists, by id."""
        return {account.id: account for account in self.definition.accounts}

    def without_ended(self, now: datetime | None) -> ManagedShare:
        """Return the share without the accounts whose access has ended."""
        gone = ended(self.definition.notes, now) if now else {}
        if not gone:
            return self
        accounts = tuple(account for account in self.definition.accounts if account.id not in gone)
        return replace(self, definition=replace(self.definition, accounts=accounts))

    def note(self, account: str) -> str:
        """Return the note of an account, where it may be shown."""
        listed = self.accounts.get(account)
        return listed.note if listed and not self.secret else ""

    def source(self, account: str) -> str:
        """Return where the stack lists an account: the share, and the groups that bring it."""
        listed, name = self.accounts.get(account), self.definition.name
        groups = listed.groups if listed and not self.secret else ()
        word = "group" if len(groups) == 1 else "groups"
        return f"{name} ({word} {', '.join(groups)})" if groups else name


def note_of(shares: Iterable[ManagedShare], account: str) -> str:
    """Return the first note that shares have for an account; empty where none has one."""
    return next(filter(None, (share.note(account) for share in shares)), "")


def managers(stacks: Sequence[str]) -> str:
    """Return stacks in words."""
    if not stacks:
        return "no stack"
    return f"{'stack' if len(stacks) == 1 else 'stacks'} {', '.join(stacks)}"


def stack_names(shares: Iterable[ManagedShare]) -> list[str]:
    """Return the stacks of shares, sorted."""
    return sorted({share.stack for share in shares})


@dataclass(frozen=True)
class DeclaredStack:
    """One stack: its configuration and its shares."""

    name: str
    settings: Settings
    shares: tuple[ManagedShare, ...] = ()
    without_region: tuple[str, ...] = ()
    """Shares that name no region where none is configured: of which image they are is not known."""
    rotations: tuple[Rotation, ...] = ()
    """Shares whose images only the cloud tells; `with_newest` turns them into shares."""
    secret: bool = False
    """Whether who is listed must not be printed."""
    account: str | None = None
    """The account that its credentials have turned out to be of, where they were asked."""

    @property
    def roles(self) -> frozenset[str | None]:
        """The roles that its shares name; None is the configured credentials, which are always used."""
        shares = (share.definition for share in self.shares)
        return frozenset(
            {None, *(share.role_arn for share in (*shares, *(rotation.share for rotation in self.rotations)))}
        )

    def of_role(self, role_arn: str | None) -> DeclaredStack:
        """Return the same with the shares of one role alone."""
        return replace(
            self,
            shares=tuple(share for share in self.shares if share.definition.role_arn == role_arn),
            rotations=tuple(rotation for rotation in self.rotations if rotation.share.role_arn == role_arn),
        )

    def account_of(self, role_arn: str | None) -> str | None:
        """Return whose the images of a role are, or of the credentials; None where only they know."""
        owner = configured_owner(self.settings, role_arn)
        return self.account or (owner.account if owner else None)

    @property
    def regions(self) -> frozenset[ServiceRegion]:
        """Each service and region in which the stack has an image, those of its rotations included."""
        of_rotations = (region for rotation in self.rotations for region in self.regions_of(rotation))
        return frozenset(ServiceRegion.of(share.key) for share in self.shares) | frozenset(of_rotations)

    def regions_of(self, rotation: Rotation) -> tuple[ServiceRegion, ...]:
        """Return where the images of a rotation are; none where no region is configured."""
        service = rotation.share.service
        if not services.service(service).API.regional:
            return (ServiceRegion(service),)
        regions = (region or self.settings.region for region in rotation.regions)
        return tuple(ServiceRegion(service, region) for region in regions if region)


@dataclass(frozen=True)
class Declared:
    """Every stack that could be read, and those that could not."""

    stacks: tuple[DeclaredStack, ...] = ()
    failures: tuple[ReadFailure, ...] = ()

    @cached_property
    def by_image(self) -> dict[ImageKey, tuple[ManagedShare, ...]]:
        """Image → the shares of all stacks that are of it."""
        shares: dict[ImageKey, tuple[ManagedShare, ...]] = {}
        for share in (share for stack in self.stacks for share in stack.shares):
            shares[share.key] = (*shares.get(share.key, ()), share)
        return shares

    def without_ended(self, now: datetime) -> Declared:
        """Return the same without the accounts whose access has ended: what the next runs ask for."""
        stacks = (
            replace(stack, shares=tuple(share.without_ended(now) for share in stack.shares))
            for stack in self.stacks
        )
        return replace(self, stacks=tuple(stacks))

    def on(self, key: ImageKey) -> tuple[ManagedShare, ...]:
        """Return the shares of an image."""
        return self.by_image.get(key, ())

    def of(self, key: ImageKey, account: str) -> tuple[ManagedShare, ...]:
        """Return the shares of an image that list the account."""
        return tuple(share for share in self.on(key) if account in share.accounts)


def managed_shares(
    stack: str, definitions: Iterable[ShareDefinition], home: str | None, *, secret: bool
) -> tuple[ManagedShare, ...]:
    """Return the shares of a stack whose `alicloud:region` is `home`, but those that have no region."""
    return tuple(
        ManagedShare(stack, definition, definition.key(home), secret)
        for definition in definitions
        if _has_region(definition, home)
    )


def without_region(
    named: Iterable[ShareDefinition], selecting: Iterable[Rotation], home: str | None
) -> tuple[str, ...]:
    """Return the names of the shares that have no region: of which image they are is not known."""
    definitions = [definition for definition in named if not _has_region(definition, home)]
    rotations = [
        rotation.share
        for rotation in selecting
        if not all(_has_region(rotation.share, region or home) for region in rotation.regions)
    ]
    return tuple(share.name for share in (*definitions, *rotations))


def _has_region(share: ShareDefinition, home: str | None) -> bool:
    return bool(share.region_id or home) or not services.service(share.service).API.regional


def with_newest(declared: Declared, *accounts: AccountInventory) -> Declared:
    """Return what the stacks say, with a share of each image that rotates in: as the next up would have it.

    A rotation selects among the images of its own account alone. A region that was not read whole gives none:
    the report says already that it was not. Where the order of images is unclear, that is a failure.
    """
    stacks: list[DeclaredStack] = []
    failures: list[ReadFailure] = []
    for stack in declared.stacks:
        newest: list[ManagedShare] = []
        for account, rotation in product(accounts, stack.rotations):
            result = _newest_or_failure(rotation, stack, account)
            if isinstance(result, ReadFailure):
                failures.append(result)
            else:
                newest += result
        stacks.append(replace(stack, shares=(*stack.shares, *newest), rotations=()))
    return replace(declared, stacks=tuple(stacks), failures=(*declared.failures, *failures))


def rotations_without_image(declared: Declared, account: AccountInventory) -> Iterator[ReadFailure]:
    """Yield a failure for each rotation that selects none of the images read: the next up refuses it."""
    for stack, rotation in ((of, rotation) for of in declared.stacks for rotation in of.rotations):
        regions = stack.regions_of(rotation) if _is_among(rotation, stack, account) else ()
        for region in filter(account.was_read_whole, regions):
            with suppress(UnclearOrder):  # `with_newest` names the failure
                if not _newest(rotation, region, account):
                    reason = f"there is no image {rotation.selection} ({region}) that can be shared"
                    yield ReadFailure.of_share(stack.name, rotation.share.name, reason)


def _newest_or_failure(
    rotation: Rotation, stack: DeclaredStack, account: AccountInventory
) -> tuple[ManagedShare, ...] | ReadFailure:
    try:
        return tuple(_newest_shares(rotation, stack, account))
    except UnclearOrder as error:
        return ReadFailure.of_share(stack.name, rotation.share.name, str(error))


def _newest_shares(
    rotation: Rotation, stack: DeclaredStack, account: AccountInventory
) -> Iterator[ManagedShare]:
    if _is_among(rotation, stack, account):
        for region in filter(account.was_read_whole, stack.regions_of(rotation)):
            for image_id in _newest(rotation, region, account):
                key = ImageKey(region.service, region.region_id, image_id)
                definition = rotation.of(region.region_id, image_id)
                yield ManagedShare(stack.name, definition, key, stack.secret)


def _is_among(rotation: Rotation, stack: DeclaredStack, account: AccountInventory) -> bool:
    """Tell whether the rotation's images are among those that were read.

    Where only the credentials of the stack know whose they are, they are taken for those of the reader.
    """
    owner = stack.account_of(rotation.share.role_arn)
    return owner == account.account_id or (owner is None and account.role_arn is None)


def _newest(rotation: Rotation, region: ServiceRegion, account: AccountInventory) -> list[str]:
    images = (image for image in account.images if ServiceRegion.of(image.key) == region)
    listed = [image.listed for image in images if image.listed]
    return [image.image_id for image in newest_shareable(listed, rotation.selection, rotation.keep).images]
