"""The configuration that is looked at: of a stack, or of the environment alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from alicloud_image_share import services
from alicloud_image_share.config import Settings, read_settings
from alicloud_image_share.given import ENVIRONMENT
from alicloud_image_share.model import ImageKey


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """A service where it is used, with an image that is there if one is known."""

    service: str
    region: str | None
    image_id: str | None = None

    def __str__(self) -> str:
        """Return the subject of its lines."""
        return ":".join(filter(None, (self.service, self.region)))

    @property
    def image(self) -> ImageKey:
        """The image to ask for; one that does not exist where none is known."""
        return ImageKey(self.service, self.region, self.image_id or "m-0")


@dataclass(frozen=True)
class Configuration:
    """Where values come from, and which services are used."""

    texts: Mapping[str, str]
    environment: Mapping[str, str]
    stack: str | None = None
    images: tuple[ImageKey, ...] = ()
    """The images of the stack."""
    chosen: tuple[str, ...] = ()
    """The services to look at; empty: those of the stack, or all."""

    @cached_property
    def settings(self) -> Settings:
        """What is configured."""
        return read_settings(self.texts.get, self.environment, services.names())

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every service with every region that it is used in, sorted."""
        named = {image.service for image in self.images}
        wanted = set(self.chosen) or named or set(services.names())
        found: dict[tuple[str, str], Target] = {}
        for image in self.images:
            region = image.region_id or self._home(image.service)
            target = Target(image.service, region, image.image_id)
            found.setdefault((image.service, region or ""), target)
        for name in wanted - named:
            found[name, ""] = Target(name, self._home(name))
        return tuple(found[key] for key in sorted(found) if key[0] in wanted)

    def _home(self, service: str) -> str | None:
        return self.settings.region if services.service(service).API.regional else None

    def source(self, chain: str) -> str:
        """Say where credentials come from, never what they are; `chain` is what the default chain found."""
        role = self.settings.assume_role
        return f"{self._source(chain)}, and the role {role.arn} on top" if role else self._source(chain)

    def _source(self, chain: str) -> str:
        settings = self.settings
        if self.texts.get("alicloud:accessKey"):
            return f"alicloud:accessKey of stack {self.stack}"
        if settings.access_key and settings.secret_key:
            names = (name for name in ENVIRONMENT["accessKey"] if self.environment.get(name))
            return f"{next(names, 'ALICLOUD_ACCESS_KEY')} of the environment"
        if settings.profile or settings.shared_credentials_file:
            file = settings.shared_credentials_file or "~/.aliyun/config.json"
            return f"profile {settings.profile or '(the current one)'} of {file}"
        for is_set, source in (
            (settings.ecs_role_name, f"the role {settings.ecs_role_name} of this ECS instance"),
            (settings.oidc, "a role assumed with the token of an identity provider"),
            (settings.credentials_uri, f"{settings.credentials_uri}"),
        ):
            if is_set:
                return source
        return f"the default credential chain ({chain})"
