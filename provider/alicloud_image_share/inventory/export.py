"""What is shared now, as a stack file or as a program: the next up adopts it and writes nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from alicloud_image_share.inventory.declared import Declared, note_of
from alicloud_image_share.inventory.documents import yaml_text
from alicloud_image_share.inventory.live import Inventory, LiveImage
from alicloud_image_share.sharing.access_end import ended, ended_note
from alicloud_image_share.sharing.printable_text import printable
from alicloud_image_share.stack_file import ListedAccount, ShareDefinition


@dataclass(frozen=True, slots=True)
class ExportedShare:
    """A live image with the share that would own what it is shared with."""

    definition: ShareDefinition
    image: LiveImage
    ended: Mapping[str, str] = field(default_factory=dict)
    """Accounts, id → note, that a run no longer asks for."""

    @property
    def is_declarable(self) -> bool:
        """Whether there is anything that a share could own: not where only everyone has access."""
        definition = self.definition
        return not self.image.not_read and bool(definition.accounts or definition.share_to_ecs)


def exported(
    inventory: Inventory, known: Declared, now: datetime, only: frozenset[str] = frozenset()
) -> tuple[ExportedShare, ...]:
    """Return the shares of all shared images, or of those with the given ids.

    Names and notes are those of the stacks that are known, where they list the image; `now` tells which of
    their ends have passed.
    """
    shared = (image for image in inventory.images if image.is_shared)
    images = [image for image in shared if not only or image.key.image_id in only]
    roles = {image.key: account.role_arn for account in inventory.accounts for image in account.images}
    managed = {image.key: known.on(image.key) for image in images}
    names_in_use = {shares[0].definition.name for shares in managed.values() if len(shares) == 1}
    names = iter(_names([image for image in images if len(managed[image.key]) != 1], names_in_use))
    definitions = [
        ShareDefinition(
            name=shares[0].definition.name if len(shares) == 1 else next(names),
            **asdict(image.key),
            accounts=tuple(
                ListedAccount(account.id, note_of(shares, account.id)) for account in image.accounts
            ),
            share_to_ecs=image.in_ecs or None,
            role_arn=roles[image.key],
        )
        for image, shares in ((image, managed[image.key]) for image in images)
    ]
    return tuple(
        ExportedShare(definition, image, ended(definition.notes, now))
        for definition, image in zip(definitions, images, strict=True)
    )


def to_yaml(shares: Iterable[ExportedShare], inventory: Inventory) -> str:
    """Return a `Pulumi.<stack>.yaml`; each account is a line of its own."""
    shares = tuple(shares)
    lines = [*(f"# {line}" for line in _head(inventory)), "config:", "  image-shares:preflight: preview"]
    declarable = any(share.is_declarable for share in shares)
    lines.append(f"  image-shares:shares:{'' if declarable else ' {}'}")
    for share in shares:
        lines += [f"    # {remark}" for remark in _remarks(share)]
        if share.is_declarable:
            dumped = yaml_text({share.definition.name: share.definition.entry}, width=10_000)
            lines += [f"    {line}" for line in dumped.splitlines()]
    return "\n".join(lines) + "\n"


def to_python(shares: Iterable[ExportedShare], inventory: Inventory) -> str:
    """Return the text of a Python program that declares the shares, with what was read as comments."""
    lines = [*(f"# {line}" for line in _head(inventory)), "# Before the first up:"]
    lines += [
        "#   pulumi config set image-shares:preflight preview",
        "from alicloud_image_share import ImageShare",
    ]
    for share in shares:
        remarks = [f"# {remark}" for remark in _remarks(share)]
        lines += ["", *remarks] if remarks else [""]
        if share.is_declarable:
            lines += share.definition.call()
    return "\n".join(lines) + "\n"


def _head(inventory: Inventory) -> Iterator[str]:
    yield "What image-share export found; the next up adopts it and writes nothing."
    yield from (printable(line) for line, _whole in inventory.lines)
    yield inventory.limits


def _remarks(share: ExportedShare) -> Iterator[str]:
    if share.image.everyone:
        nobody = not (share.is_declarable or share.image.not_read)
        remark = ", and nobody is listed: there is nothing to declare" if nobody else ""
        yield printable(f"{share.image.key}: everyone can use this image{remark}")
    if share.ended:
        names = ", ".join(f"{account} {ended_note(note)}" for account, note in share.ended.items())
        yield printable(f"{share.image.key}: the next up does not adopt {names}")
    for resource_share in share.image.resource_shares:
        yield printable(f"{share.image.key}: {resource_share}; no share here can declare that")


def _names(images: list[LiveImage], names_in_use: set[str]) -> Iterator[str]:
    """Yield a name for each image: its own, with its region or its id where others have the same."""
    plain = [
        re.sub(r"[^A-Za-z0-9._-]+", "-", image.name).strip("-.") or image.key.image_id for image in images
    ]
    regional = [
        f"{name}-{image.key.region_id or image.key.service}"
        for name, image in zip(plain, images, strict=True)
    ]
    count, count_regional = Counter(plain), Counter(regional)
    used = set(names_in_use)
    for image, short, longer in zip(images, plain, regional, strict=True):
        longest = f"{short}-{image.key.image_id}"
        choices = [short] * (count[short] == 1) + [longer] * (count_regional[longer] == 1) + [longest]
        numbered = (f"{longest}-{n}" for n in range(2, len(images) + len(names_in_use) + 3))
        name = next(choice for choice in (*choices, *numbered) if choice not in used)
        used.add(name)
        yield name
