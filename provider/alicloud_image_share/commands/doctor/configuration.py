"""The configuration that is looked at: of a stack, or of the environment alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.alicloud_keys import not_of_project
from alicloud_image_share.cloud.settings import Settings, read_settings
from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.stack_file.place import FolderGroup


@dataclass(frozen=True, slots=True)
class Target:
    """A service where it is used, and by which role, with an image that is there if one is known."""

    service: str
    region: str | None
    image_id: str | None = None
    role_arn: str | None = None
    """The role that uses it; None is whoever the configured credentials belong to."""

    @property
    def lacks_region(self) -> bool:
        """Whether the service has regions and none is configured."""
        return self.region is None and services.service(self.service).API.regional

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
    project: object = None
    """The name of the project: keys of that namespace are the project's own."""
    used: tuple[Target, ...] = ()
    """What the stack uses; a region that is None is the configured one."""
    named_roles: tuple[str, ...] = ()
    """Roles to look at beside those of the stack."""
    chosen: tuple[str, ...] = ()
    """The services to look at; empty: those of the stack, or all."""
    folders: tuple[FolderGroup, ...] = ()
    """The folders of a resource directory whose accounts are groups of the stack."""

    @cached_property
    def settings(self) -> Settings:
        """The settings of the stack or the environment, with the problems that reading them has found."""
        keys = not_of_project(self.texts, self.project)
        return read_settings(self.texts.get, self.environment, services.names(), keys)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that are assumed on top of the configured credentials, each once."""
        of_stack = sorted({target.role_arn for target in self.used if target.role_arn})
        return tuple(dict.fromkeys((*of_stack, *self.named_roles)))

    def targets(self, role_arn: str | None = None) -> tuple[Target, ...]:
        """Every service with every region to look at as a role, sorted; None is the configured credentials.

        Who uses nothing in the stack is looked at with all services. Only the configured credentials are not
        where there are roles: they need no more than to assume those.
        """
        own = tuple(target for target in self.used if target.role_arn == role_arn)
        if role_arn is None and self.roles and not own:
            return ()
        used, own_services = ({target.service for target in targets} for targets in (self.used, own))
        wanted = set(self.chosen) or own_services or used or set(services.names())
        # A service that others of the stack use is theirs.
        more = wanted - (used if own else set())
        by_image: dict[tuple[str, str], Target] = {}
        for target in (*own, *(Target(name, None, role_arn=role_arn) for name in more)):
            region = target.region or self._home(target.service)
            by_image.setdefault((target.service, region or ""), replace(target, region=region))
        return tuple(by_image[key] for key in sorted(by_image) if key[0] in wanted)

    def _home(self, service: str) -> str | None:
        return self.settings.region if services.service(service).API.regional else None

    def source(self, source: str) -> str:
        """Say where credentials come from, never what they are; `source` is what sign-in says of that."""
        if source.startswith("alicloud:") and self.stack:
            source += f" of stack {self.stack}"
        role = self.settings.assume_role
        return f"{source}, and the role {role.arn} on top" if role else source
