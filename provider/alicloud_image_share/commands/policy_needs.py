"""What a policy is asked for: by options, or by the file of a stack."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import click

from alicloud_image_share.cloud import resource_directory, resource_sharing, services
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.commands.ram_policies import Grants, Need, needs_of
from alicloud_image_share.engine.stack_configuration import StackConfiguration
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.sharing.model import IMAGE_ID, ImageKey
from alicloud_image_share.stack_file import ShareDefinition
from alicloud_image_share.stack_file.project import ProjectError


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """The services, regions, images and roles that the options of `policy` name."""

    services: tuple[str, ...]
    regions: tuple[str, ...]
    images: tuple[str, ...]
    roles: tuple[str, ...]

    def __bool__(self) -> bool:
        """Tell whether they name anything."""
        return any((self.services, self.regions, self.images, self.roles))

    def grants(self) -> Grants:
        """Return what is to be allowed, to each of the roles where some are named; raise UsageError."""
        return Grants(dict.fromkeys(self.roles or (None,), self._needs()))

    def _needs(self) -> tuple[Need, ...]:
        chosen = services.names() if services.ALL in self.services else tuple(dict.fromkeys(self.services))
        keys = [_image(text, chosen) for text in self.images]
        if not (chosen or keys):
            raise click.UsageError("give --service, --image or --stack")
        needs = {need.service: need for need in needs_of(keys)}
        every = (*chosen, *(name for name in needs if name not in chosen))
        places = tuple(dict.fromkeys(region for region in self.regions if region != services.ALL))
        all_regions = services.ALL in self.regions
        return tuple(
            Need(name, needs[name].images if name in needs else (), places, lists_regions=all_regions)
            for name in every
        )


def of_stack(configuration: StackConfiguration, settings: Settings) -> Grants:
    """Return what a stack does, and by which role; raise ShareError where that cannot be known."""
    if settings.problems:
        raise ConfigurationError("\n".join(settings.problems))
    shares, rotating = configuration.shares(), configuration.rotations()
    roles = {share.role_arn for share in (*shares, *(rotation.share for rotation in rotating))}
    if not roles:
        raise ProjectError(f"The file of {configuration.stack} names no shares: give --service and --image.")
    needs = {
        role: _needs(
            [share for share in shares if share.role_arn == role],
            {rotation.share.service for rotation in rotating if rotation.share.role_arn == role},
            settings.region,
        )
        for role in sorted(roles, key=str)
    }
    if settings.resource_sharing:
        needs = {role: (*of_role, *_resource_sharing(of_role)) for role, of_role in needs.items()}
    for role in dict.fromkeys(group.role_arn for group in configuration.folders()):
        needs[role] = (*needs.get(role, ()), Need(resource_directory.NAME))
    return Grants(needs, settings.assume_role)


def _resource_sharing(needs: Sequence[Need]) -> tuple[Need, ...]:
    """Return what previews read besides, where the stack has them warn of resource shares."""
    return (Need(resource_sharing.NAME),) if any(need.api.resource_shares for need in needs) else ()


def _image(text: str, chosen: Sequence[str]) -> ImageKey:
    if IMAGE_ID.fullmatch(text):
        if len(chosen) != 1:
            raise click.UsageError(f"--image {text} names no service: give one --service, or ecs:…:{text}")
        return ImageKey(chosen[0], None, text)
    key = ImageKey.parse(text)
    if not key:
        raise click.UsageError(f"--image {text!r} is not an image id")
    if key.service not in services.names():
        raise click.UsageError(f"--image {text}: the service must be one of {', '.join(services.names())}")
    regional = services.service(key.service).API.regional
    if bool(key.region_id) != regional:
        form = f"{key.service}:cn-hangzhou:m-…" if regional else f"{key.service}:m-…"
        raise click.UsageError(f"--image {text} is not written like {form}")
    return key


def _needs(
    shares: Sequence[ShareDefinition], rotating: Collection[str], region: str | None
) -> tuple[Need, ...]:
    keys = [share.key(region) for share in shares]
    needs = needs_of(keys, to_ecs=any(share.share_to_ecs is not None for share in shares))
    # Only the cloud tells which images rotate in: all of the service may.
    return (*(need for need in needs if need.service not in rotating), *map(Need, sorted(rotating)))
