"""An image in several regions, shared in each with the same accounts: one component.

What copies and makes images is pulumi-alicloud, which is imported only where that is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

import pulumi
from pulumi.runtime import config as configuration

from alicloud_image_share.lifecycle import registration as declaration
from alicloud_image_share.resource import ImageShare
from alicloud_image_share.sharing.strict_json import parse_json

TYPE = "alicloud-image-share:index:SharedImage"
"""Stands in users' state for ever."""

Accounts = pulumi.Input[Sequence[pulumi.Input[str | int]] | Mapping[str, pulumi.Input[str | None]]]

_TEXTS = MappingProxyType(
    {
        "accessKey": "access_key",
        "accountId": "account_id",
        "accountType": "account_type",
        "configurationSource": "configuration_source",
        "credentialsUri": "credentials_uri",
        "ecsRoleName": "ecs_role_name",
        "profile": "profile",
        "protocol": "protocol",
        "secretKey": "secret_key",
        "secureTransport": "secure_transport",
        "securityToken": "security_token",
        "sharedCredentialsFile": "shared_credentials_file",
        "sourceIp": "source_ip",
    }
)
_STRUCTURES = MappingProxyType(
    {
        "assumeRole": "assume_role",
        "assumeRoleWithOidc": "assume_role_with_oidc",
        "clientConnectTimeout": "client_connect_timeout",
        "clientReadTimeout": "client_read_timeout",
        "endpoints": "endpoints",
        "maxRetryTimeout": "max_retry_timeout",
        "skipRegionValidation": "skip_region_validation",
    }
)


class SharedImage(pulumi.ComponentResource):
    """An ECS image, copied to regions and shared in each of them with the same accounts.

    Args:
        resource_name: The name of the component in the stack; what it holds is named by it and the region.
        accounts: Who may use it: a list of account ids, or a map from an account id to a note.
        image_id: The image. Or give, for it to be made with pulumi-alicloud:
        instance_id: the instance that it is made from, or
        snapshot_id: the snapshot of the system disk that it is made from.
        region_id: The region of the image; default `alicloud:region`.
        copy_to: Further regions, to which pulumi-alicloud copies it.
        image_name: The name of the images that are made, here and in every region.
        exclusive: Whether accounts that are not listed lose access, in every region.
        role_arn: A role to assume for sharing, on top of the configured credentials, that owns the images.
        timeout: Seconds that each share may take.
        opts: The options that every component takes; a `provider` of alicloud is refused.

    Raises pulumi.RunError where the arguments contradict each other; also where pulumi-alicloud is missing.

    """

    image_ids: pulumi.Output[Mapping[str, str]]
    """Region → the image there."""
    shares: Mapping[str, ImageShare]
    """Region → the share of the image there."""

    def __init__(  # noqa: PLR0913 - the fields of an image and of a share
        self,
        resource_name: str,
        *,
        accounts: Accounts,
        image_id: pulumi.Input[str] | None = None,
        instance_id: pulumi.Input[str] | None = None,
        snapshot_id: pulumi.Input[str] | None = None,
        region_id: str | None = None,
        copy_to: Sequence[str] = (),
        image_name: pulumi.Input[str] | None = None,
        exclusive: pulumi.Input[bool] = False,
        role_arn: pulumi.Input[str] | None = None,
        timeout: pulumi.Input[float] = 300,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        sources = _set_sources(image_id=image_id, instance_id=instance_id, snapshot_id=snapshot_id)
        home = region_id or declaration.default_region()
        _refuse(resource_name, sources, home, copy_to)
        declaration.refuse_provider(f"SharedImage {resource_name}", opts or pulumi.ResourceOptions())
        super().__init__(TYPE, resource_name, None, opts)
        regions = _Regions(self, resource_name, image_name)
        source = sources["image_id"] if "image_id" in sources else regions.made(str(home), sources)
        ids = {str(home): source} | {place: regions.copied(source, str(home), place) for place in copy_to}
        self.image_ids = pulumi.Output.all(**ids)
        self.shares = {
            region: ImageShare(
                f"{resource_name}-{region}",
                service="ecs",
                image_id=image,
                accounts=accounts,
                region_id=region,
                exclusive=exclusive,
                role_arn=role_arn,
                timeout=timeout,
                opts=pulumi.ResourceOptions(parent=self),
            )
            for region, image in ids.items()
        }
        self.register_outputs({"image_ids": self.image_ids})


def _set_sources(**sources: pulumi.Input[str] | None) -> dict[str, pulumi.Input[str]]:
    return {name: value for name, value in sources.items() if value is not None}


class _Regions:
    """What pulumi-alicloud makes in each region, with a provider a region, as children of the component."""

    def __init__(self, parent: SharedImage, name: str, image_name: pulumi.Input[str] | None) -> None:
        self._parent, self._name, self._image_name = parent, name, image_name

    def made(self, region: str, source: Mapping[str, Any]) -> pulumi.Output[str]:
        """Make an image from an instance or a snapshot; return its id."""
        image = self._alicloud.ecs.Image(
            f"{self._name}-{region}", image_name=self._image_name, **source, opts=self._options(region)
        )
        made: pulumi.Output[str] = image.id
        return made

    def copied(self, image: pulumi.Input[str], home: str, region: str) -> pulumi.Output[str]:
        """Copy an image to a region; return the id of the copy."""
        copy = self._alicloud.ecs.ImageCopy(
            f"{self._name}-{region}",
            source_image_id=image,
            source_region_id=home,
            image_name=self._image_name,
            opts=self._options(region),
        )
        copied: pulumi.Output[str] = copy.id
        return copied

    def _options(self, region: str) -> pulumi.ResourceOptions:
        child = pulumi.ResourceOptions(parent=self._parent)
        provider = self._alicloud.Provider(
            f"{self._name}-{region}", region=region, **_configured(), opts=child
        )
        return pulumi.ResourceOptions(parent=self._parent, provider=provider)

    @cached_property
    def _alicloud(self) -> Any:
        try:
            import pulumi_alicloud  # noqa: PLC0415 - takes a second, and not everybody has it
        except ImportError as error:
            raise pulumi.RunError(
                f"SharedImage {self._name}: images are made and copied by pulumi-alicloud, which cannot be"
                f" imported ({error}): pip install pulumi-alicloud"
            ) from error
        return pulumi_alicloud


def _refuse(name: str, sources: Mapping[str, Any], home: str | None, copy_to: Sequence[str]) -> None:
    what = f"SharedImage {name}"
    if len(sources) != 1:
        raise pulumi.RunError(f"{what}: give image_id, instance_id or snapshot_id, and one of them only.")
    if home is None:
        raise pulumi.RunError(f"{what}: no region is known: give region_id, or configure alicloud:region.")
    if isinstance(copy_to, str) or len({home, *copy_to}) != len(copy_to) + 1:
        raise pulumi.RunError(
            f"{what}: copy_to is a list of other regions than {home}, where the image is, each of them once."
        )


def _configured() -> dict[str, Any]:
    """Return what the stack configures of `alicloud:`: providers that a program makes are not given it."""
    texts = {name: _value(key) for key, name in _TEXTS.items()}
    structures = {name: _value(key, structured=True) for key, name in _STRUCTURES.items()}
    return {name: value for name, value in (texts | structures).items() if value is not None}


def _value(key: str, *, structured: bool = False) -> Any:
    key = f"alicloud:{key}"
    text = configuration.get_config(key)
    if text is None:
        return None
    value = parse_json(text) if structured else text
    return pulumi.Output.secret(value) if configuration.is_config_secret(key) else value
