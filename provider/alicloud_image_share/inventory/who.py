"""Which images an account can use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from alicloud_image_share.engine.exit_status import ExitStatus
from alicloud_image_share.inventory.declared import Declared, ManagedShare
from alicloud_image_share.inventory.live import EVERYONE, Inventory, LiveImage, ReadFailure
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.notices import count
from alicloud_image_share.sharing.resource_share import Principal, ResourceShare


@dataclass(frozen=True, slots=True)
class Use:
    """One image that an account can use."""

    account: str
    image: LiveImage
    since: str
    shares: tuple[ManagedShare, ...]
    """Those that list the account."""
    by_name: bool
    """Whether the image is shared with the account itself, and not only open to everyone."""
    resource_shares: tuple[ResourceShare, ...] = ()
    """Those that share the image with the account, or with a folder or directory that it may belong to."""

    @property
    def key(self) -> ImageKey:
        """The image."""
        return self.image.key

    @property
    def through(self) -> str:
        """What gives the access: the account's own share, or everyone's, or else a resource share."""
        if self.by_name or not (self.image.everyone or self.resource_shares):
            return self.account
        return EVERYONE if self.image.everyone else self.resource_shares[0].label

    @property
    def is_certain(self) -> bool:
        """Whether the account can use the image now, whatever folder or directory it belongs to."""
        accepted = (principal for principal in self._own if not principal.is_pending)
        return self.by_name or self.image.everyone or any(accepted)

    @property
    def is_invited(self) -> bool:
        """Whether a resource share is with the account itself, which may have to accept it."""
        return any(self._own)

    @property
    def ways(self) -> tuple[str, ...]:
        """The resource shares in words, each with the receiver that the account is or may belong to."""
        return tuple(f"{share.label} with {self._whom(share)}" for share in self.resource_shares)

    @property
    def _own(self) -> Iterator[Principal]:
        """The account itself in each resource share that names it."""
        return (own for share in self.resource_shares for own in share.principals if own.id == self.account)

    def _whom(self, share: ResourceShare) -> str:
        for principal in share.principals:
            if principal.id == self.account:
                return "the account, to be accepted" if principal.is_pending else "the account"
        groups = [str(principal) for principal in share.principals if principal.has_members]
        return f"{' and '.join(groups)}, if it belongs there"


@dataclass(frozen=True, slots=True)
class Uses:
    """Every image that some accounts can use, and what was read to find out."""

    accounts: tuple[str, ...]
    uses: tuple[Use, ...]
    inventory: Inventory
    stacks_not_read: tuple[ReadFailure, ...] = ()
    """What these manage seems to be managed by nobody."""

    @property
    def by_name(self) -> tuple[LiveImage, ...]:
        """The images that are shared with one of the accounts itself."""
        return tuple({use.key: use.image for use in self.uses if use.by_name}.values())

    @property
    def through_everyone(self) -> tuple[Use, ...]:
        """The uses of images that are open to everyone."""
        return tuple(use for use in self.uses if use.image.everyone)

    @property
    def through_resource_shares(self) -> tuple[Use, ...]:
        """The uses that resource shares give, or may give."""
        return tuple(use for use in self.uses if use.resource_shares)

    @property
    def status(self) -> ExitStatus:
        """The exit status: different where an account can use an image."""
        # Who can use an image does not depend on stacks; but a report that says none has read all there is.
        complete = self.inventory.complete and (bool(self.uses) or not self.stacks_not_read)
        return ExitStatus.of_report(complete=complete, different=bool(self.uses))

    @property
    def verdict(self) -> str:
        """The answer in a line; it never says none where something was not read."""
        narrowing = self.inventory.narrowing
        return f"{', '.join(self.accounts)}: {self._answer}{'; ' if narrowing else ''}{narrowing}"

    @property
    def _answer(self) -> str:
        images, complete = {use.key for use in self.uses if use.is_certain}, self.inventory.complete
        invited = {use.key for use in self.uses if use.is_invited} - images
        more = {use.key for use in self.uses} - images - invited
        ways = [
            (images, ""),
            (invited, " as soon as it accepts the resource share"),
            (more, " if it belongs to the folder or directory that has access"),
        ]
        counted = [f"{count(keys, 'image')}{condition}" for keys, condition in ways if keys]
        if counted:
            counted[-1] = f"{'' if complete else 'at least '}{counted[-1]}"
            return f"can use {', and '.join(counted)}"
        if not complete:
            return "nothing was found in what was read, and not everything was read"
        return "can use none of the images"


def uses(accounts: Iterable[str], images: Iterable[LiveImage], declared: Declared) -> tuple[Use, ...]:
    """Return what the accounts can use, by account and image."""
    images = tuple(images)
    return tuple(use for account in sorted(set(accounts)) for use in _of(account, images, declared))


def _of(account: str, images: Iterable[LiveImage], declared: Declared) -> Iterator[Use]:
    for image in images:
        since = {listed.id: listed.since for listed in image.accounts}
        apart = tuple(share for share in image.resource_shares if _may_use(account, image.owner, share))
        if account in since or image.everyone or apart:
            shares = declared.of(image.key, account)
            yield Use(account, image, since.get(account, ""), shares, account in since, apart)


def _may_use(account: str, owner: str, share: ResourceShare) -> bool:
    """Tell whether a resource share is with the account, or with one of whose members it may be."""
    return account != owner and any(
        principal.id == account or principal.has_members for principal in share.principals
    )
