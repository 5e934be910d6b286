"""What the stacks say: which share of which stack asks for whom on an image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.ram_names import account_of
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.inventory.model import Live, Place, Unread
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.newest import UnclearOrder, window
from alicloud_image_share.stack_file import ListedAccount, Rotation, ShareDefinition


@dataclass(frozen=True, slots=True)
class Claim:
    """One share of a stack."""

    stack: str
    share: ShareDefinition
    key: ImageKey
    secret: bool = False
    """Whether who is listed, and with which note, must not be printed."""

    @property
    def asked(self) -> Mapping[str, ListedAccount]:
        """The accounts that it lists, by id."""
        return {account.id: account for account in self.share.accounts}

    def note(self, account: str) -> str:
        """Return the note of an account, where it may be shown."""
        listed = self.asked.get(account)
        return listed.note if listed and not self.secret else ""

    def source(self, account: str) -> str:
        """Return where the stack lists an account: the share, and the groups that bring it."""
        listed = self.asked.get(account)
        groups = listed.groups if listed and not self.secret else ()
        word = "group" if len(groups) == 1 else "groups"
        return f"{self.share.name} ({word} {', '.join(groups)})" if groups else self.share.name


@dataclass(frozen=True)
class DeclaredStack:
    """One stack: its configuration and its shares, but those that name no region where none is configured."""

    name: str
    settings: Settings
    claims: tuple[Claim, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    """Shares whose images only the cloud tells; `live.rotated` turns them into claims."""
    secret: bool = False
    """Whether who is listed must not be printed."""
    account: str | None = None
    """The account that its credentials have turned out to be of, where they were asked."""

    @property
    def roles(self) -> frozenset[str | None]:
        """The roles that its shares name; None is the configured credentials, which are always used."""
        named = (*(claim.share for claim in self.claims), *(rotation.share for rotation in self.rotations))
        return frozenset({None, *(share.role_arn for share in named)})

    def of_role(self, role_arn: str | None) -> DeclaredStack:
        """Return the same with the shares of one role alone."""
        return replace(
            self,
            claims=tuple(claim for claim in self.claims if claim.share.role_arn == role_arn),
            rotations=tuple(one for one in self.rotations if one.share.role_arn == role_arn),
        )

    def account_of(self, role_arn: str | None) -> str | None:
        """Return whose the images of a role are, or of the credentials; None where only they know."""
        assumed = self.settings.assume_role
        named = role_arn or (assumed.arn if assumed else None)
        return self.account or (account_of(named) if named else self.settings.account_id)

    @property
    def places(self) -> frozenset[Place]:
        """Where its images are."""
        claimed = (Place(claim.key.service, claim.key.region_id or "") for claim in self.claims)
        return frozenset(claimed) | {place for one in self.rotations for place in self.places_of(one)}

    def places_of(self, rotation: Rotation) -> tuple[Place, ...]:
        """Return where the images of a rotation are; none where no region is configured."""
        service = rotation.share.service
        if not services.service(service).API.regional:
            return (Place(service),)
        regions = (region or self.settings.region for region in rotation.regions)
        return tuple(Place(service, region) for region in regions if region)


@dataclass(frozen=True)
class Declared:
    """Every stack that could be read, and those that could not."""

    stacks: tuple[DeclaredStack, ...] = ()
    unread: tuple[Unread, ...] = ()

    @cached_property
    def claims(self) -> dict[ImageKey, tuple[Claim, ...]]:
        """The claims on each image."""
        found: dict[ImageKey, tuple[Claim, ...]] = {}
        for claim in (claim for stack in self.stacks for claim in stack.claims):
            found[claim.key] = (*found.get(claim.key, ()), claim)
        return found

    def on(self, key: ImageKey) -> tuple[Claim, ...]:
        """Return the claims on an image."""
        return self.claims.get(key, ())

    def of(self, key: ImageKey, account: str) -> tuple[Claim, ...]:
        """Return the claims on an image that ask for the account."""
        return tuple(claim for claim in self.on(key) if account in claim.asked)


@dataclass(frozen=True, slots=True)
class Managed:
    """Who manages the access of one account to one image."""

    claims: tuple[Claim, ...] = field(default=())

    def __str__(self) -> str:
        """Return the stacks in words; nobody where there is none."""
        stacks = sorted({claim.stack for claim in self.claims})
        if not stacks:
            return "nobody"
        return f"{'stack' if len(stacks) == 1 else 'stacks'} {', '.join(stacks)}"


def claims_of(
    stack: str, shares: Iterable[ShareDefinition], region: str | None, *, secret: bool
) -> tuple[Claim, ...]:
    """Return the claims of a stack whose `alicloud:region` is the one given."""
    found = []
    for share in shares:
        regional = services.service(share.service).API.regional
        place = (share.region_id or region) if regional else None
        if place or not regional:
            found.append(Claim(stack, share, ImageKey(share.service, place, share.image_id), secret))
    return tuple(found)


def with_rotated(declared: Declared, *reads: Live) -> Declared:
    """Return what the stacks say, with a claim on each image that rotates in: as the next up would have it.

    A rotation selects among the images of its own account alone. A place that was not read whole gives none:
    the report says already that it was not.
    """
    stacks = []
    for stack in declared.stacks:
        claims = [claim for live in reads for claim in _claims(stack, live)]
        stacks.append(replace(stack, claims=(*stack.claims, *claims), rotations=()))
    return replace(declared, stacks=tuple(stacks))


def _claims(stack: DeclaredStack, live: Live) -> Iterator[Claim]:
    for rotation in (one for one in stack.rotations if _is_among(one, stack, live)):
        for place in filter(lambda place: _was_read(place, live), stack.places_of(rotation)):
            for image_id in _newest(rotation, place, live):
                key = ImageKey(place.service, place.region_id, image_id)
                yield Claim(stack.name, rotation.of(place.region_id, image_id), key, stack.secret)


def _is_among(rotation: Rotation, stack: DeclaredStack, live: Live) -> bool:
    """Tell whether the rotation's images are among those that were read.

    Where only the credentials of the stack know whose they are, they are taken for those of the reader.
    """
    account = stack.account_of(rotation.share.role_arn)
    return account == live.caller or (account is None and live.role_arn is None)


def _newest(rotation: Rotation, place: Place, live: Live) -> list[str]:
    listed = [image.listed for image in live.images if image.place == place and image.listed]
    try:
        return [one.image_id for one in window(listed, rotation.selection, rotation.keep).images]
    except UnclearOrder:
        # The run itself ends there and says so: it declares none of them.
        return []


def _was_read(place: Place, live: Live) -> bool:
    unread = {Place(key.service, key.region_id or "") for key in live.unread_images} | live.unread_places
    return place in live.places and place not in unread
