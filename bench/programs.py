"""The programs that are compared: each declares so many images, shared with so many accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

FIRST_ACCOUNT = 1_550_809_237_710_000
REPLACED_BY = 1_000_000
"""What is added to the id of an account that another one takes the place of."""
FURTHER_OUTPUTS = (
    *("exclusive", "share_to_ecs", "role_arn", "timeout"),
    *("owned_accounts", "foreign_accounts", "owner_id"),
)
"""What an ImageShare of these inputs has besides: a resource costs the engine by what it holds."""


@dataclass(frozen=True, slots=True)
class Size:
    """So many images, each shared with the same accounts."""

    images: int
    accounts: int
    first: int = 0
    """The number of the first image: a shard has some of them."""

    def image_ids(self) -> list[str]:
        """Return the ids of the images."""
        return [f"m-{number:05}" for number in range(self.first, self.first + self.images)]

    def account_ids(self, *, changed: bool = False) -> list[str]:
        """Return the ids of the accounts; after a change every tenth has given its place to another."""
        return [
            str(FIRST_ACCOUNT + number + REPLACED_BY * (changed and number % 10 == 0))
            for number in range(self.accounts)
        ]


def ours(size: Size, *, changed: bool) -> None:
    """Declare one resource an image."""
    from alicloud_image_share import ImageShare  # noqa: PLC0415 - a contender loads what is its own

    accounts = size.account_ids(changed=changed)
    for image in size.image_ids():
        ImageShare(image, service="ecs", image_id=image, accounts=accounts)


def native(size: Size, *, changed: bool) -> None:
    """Declare what `ours` does, of the native provider."""
    import pulumi  # noqa: PLC0415 - a contender loads what is its own

    accounts = dict.fromkeys(size.account_ids(changed=changed), "")
    outputs = dict.fromkeys(("ownedAccounts", "foreignAccounts", "ownerId"))
    for image in size.image_ids():
        inputs = {"service": "ecs", "imageId": image, "accounts": accounts}
        pulumi.CustomResource("image-shares:index:ImageShare", image, {**outputs, **inputs})


def pattern(size: Size, *, changed: bool) -> None:
    """Declare one resource an account of an image."""
    from bench.pattern import SharePermission  # noqa: PLC0415 - a contender loads what is its own

    for place, image, account in _pairs(size, changed):
        SharePermission(f"{image}-{place}", image, account)


def floor(size: Size, *, changed: bool) -> None:
    """Declare what `ours` does, of resources that do nothing."""
    from bench.floor import Nothing  # noqa: PLC0415 - a contender loads what is its own

    accounts = dict.fromkeys(size.account_ids(changed=changed), "")
    for image in size.image_ids():
        inputs = {"service": "ecs", "image_id": image, "region_id": "cn-hangzhou", "accounts": accounts}
        Nothing(image, inputs, FURTHER_OUTPUTS)


def pattern_floor(size: Size, *, changed: bool) -> None:
    """Declare what `pattern` does, of resources that do nothing."""
    from bench.floor import Nothing  # noqa: PLC0415 - a contender loads what is its own

    for place, image, account in _pairs(size, changed):
        Nothing(f"{image}-{place}", {"image_id": image, "account": account})


PROGRAMS = {
    "ours": ours,
    "native": native,
    "floor": floor,
    "pattern": pattern,
    "pattern floor": pattern_floor,
}


def _pairs(size: Size, changed: bool) -> Iterator[tuple[int, str, str]]:
    for image in size.image_ids():
        for place, account in enumerate(size.account_ids(changed=changed)):
            yield place, image, account
