"""The newest images, read by the program of the running stack: nothing is decided on half a list.

The program declares a share for each of them. An image that leaves the window is a share that the program no
longer declares; the engine deletes it last, when the newest image has been shared.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import pulumi
from pulumi.runtime import config as configuration
from pulumi.runtime import get_root_resource

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.directory_accounts import directory_accounts
from alicloud_image_share.cloud.image_list import own_images
from alicloud_image_share.cloud.request import Request
from alicloud_image_share.cloud.service import Call, ImagesPage
from alicloud_image_share.cloud.session import Sessions
from alicloud_image_share.cloud.settings import read_settings
from alicloud_image_share.errors import ConfigurationError, ShareError
from alicloud_image_share.sharing.model import ListedImage
from alicloud_image_share.sharing.newest import NewestImages, Selection, newest_shareable
from alicloud_image_share.stack_file.place import FolderGroup

SECONDS = 120.0
"""How long one listing may be tried; waits for the pace of a service are not counted."""

_REGISTER = "_alicloud_image_share_images"


class ImagesNotListed(ShareError):  # noqa: N818 - a sentence about the list, like its siblings
    """Which images are the newest is not known, so nothing may be declared or unshared."""


@dataclass(frozen=True, slots=True)
class Source:
    """Whose images of a service, and where; None is what the stack configures."""

    service: str
    region: str | None = None
    role_arn: str | None = None


class StackImages:
    """The images that the configuration of the running stack can list; each list is read once."""

    def __init__(self) -> None:
        self._settings = read_settings(configuration.get_config, os.environ, services.names())
        self._clock = Clock()
        self._sessions = Sessions(self._settings, self._clock, pulumi.log.info)
        self._lists: dict[Source, list[ListedImage]] = {}

    def accounts_in(self, group: FolderGroup) -> dict[str, str]:
        """Return the accounts of a folder of the resource directory; raise AccountsNotListed."""
        return directory_accounts(self._sessions, group.folder, group.role_arn)

    def newest(self, source: Source, selection: Selection, keep: int) -> NewestImages:
        """Return the newest images that match; raise ImagesNotListed if that is not known, or none."""
        try:
            source = self._with_region(source)
            result = newest_shareable(self._list(source), selection, keep)
        except ShareError as error:
            images = f"the newest {source.service} images {selection}"
            raise ImagesNotListed(f"{images} are not known, so nothing is unshared. {error}") from error
        where = " in ".join(filter(None, (source.service, source.region)))
        for image in result.skipped:
            pulumi.log.warn(
                f"{image.image_id} {selection} ({where}) is passed over: {image.image.unshareable_because}"
            )
        if not result.images:
            # Another account's credentials, or a typo, look the same; it would unshare everything.
            raise ImagesNotListed(
                f"there is no image {selection} ({where}) that can be shared, so nothing is unshared. Check"
                " the name, the region and the credentials; to end a rotation, take it out of the stack."
            )
        return result

    def _with_region(self, source: Source) -> Source:
        if not services.service(source.service).API.regional:
            return replace(source, region=None)
        region = source.region or self._settings.region
        if region is None:
            raise ConfigurationError("No region is configured: give region_id, or configure alicloud:region.")
        return replace(source, region=region)

    def _list(self, source: Source) -> list[ListedImage]:
        if source not in self._lists:
            self._lists[source] = self._read(source)
        return self._lists[source]

    def _read(self, source: Source) -> list[ListedImage]:
        service, session = services.service(source.service), self._sessions.of(source.role_arn)
        deadline = Deadline.after(self._clock, SECONDS, counts_pacing=False)

        def send(call: Call) -> ImagesPage:
            request = Request(source.service, service.API, source.region, call, deadline, pulumi.log.info)
            return session.client.read(request, service.parse_images)

        if self._settings.account_id:
            # Lists of another account are whole, too, and of no use.
            _ = self._sessions.of().account_id
        return own_images(service, source.region, send, deadline, lambda: session.account_id)


def stack_images() -> StackImages:
    """Return the images of the running stack, of which several may run in one process."""
    root = get_root_resource()
    if root is None:
        return StackImages()
    images: StackImages = vars(root).setdefault(_REGISTER, StackImages())
    return images


def newest_images(
    *,
    service: str,
    keep: int,
    family: str | None = None,
    name: str | None = None,
    region_id: str | None = None,
    role_arn: str | None = None,
) -> list[str]:
    """Return the ids of the newest images that can be shared, newest first.

    Args:
        service: The service that the images belong to: `ecs`, `eds`, `ens` or `swas`.
        keep: How many images; there may be fewer.
        family: The image family, of `ecs` images.
        name: A pattern for the names of images, `win11-*`, in place of a family.
        region_id: The region of the images; default `alicloud:region`. None for `ens`.
        role_arn: A role to assume, on top of the configured credentials, that owns the images.

    Raises pulumi.RunError where the list of images cannot be read whole, or no image matches: the program
    ends there, and nothing is unshared.

    """
    if service not in services.names():
        raise pulumi.RunError(
            f"newest_images: service must be one of {', '.join(services.names())}, not {service!r}."
        )
    if (family is None) == (name is None) or keep < 1:
        raise pulumi.RunError("newest_images: give family or name, one of them, and keep, 1 or more.")
    if family is not None and not services.service(service).API.families:
        raise pulumi.RunError(f"newest_images: {service} images have no family; select them by name.")
    try:
        source = Source(service, region_id, role_arn)
        result = stack_images().newest(source, Selection(family, name), keep)
    except ImagesNotListed as error:
        raise pulumi.RunError(f"newest_images: {error}") from error
    return [image.image_id for image in result.images]
