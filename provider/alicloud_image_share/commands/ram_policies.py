"""The smallest RAM policy for shares: from the actions that each service declares, on no more than is named.

https://www.alibabacloud.com/help/en/ram/policy-elements
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.cloud import resource_directory, resource_sharing, services
from alicloud_image_share.cloud.credential_settings import RoleSettings
from alicloud_image_share.cloud.service import RamAction, ServiceSpec
from alicloud_image_share.sharing.model import ImageKey

ANY = "*"
ASSUME_ROLE = "sts:AssumeRole"
LARGEST = 6144
"""Characters that RAM takes in one policy of one's own."""


@dataclass(frozen=True, slots=True)
class Need:
    """What is done with one service."""

    service: str
    """An image service, Resource Sharing or Resource Directory."""
    images: tuple[ImageKey, ...] = ()
    """Empty: all images of the regions; one whose region is None is meant in each of them."""
    regions: tuple[str, ...] = ()
    """Empty: all regions."""
    to_ecs: bool = True
    """Whether images are shared to the owner's ECS, too, where the service can."""
    lists_regions: bool = False
    """Whether the regions themselves are asked for, as reports do."""

    @property
    def api(self) -> ServiceSpec:
        """The API of the service."""
        beside_images = {api.NAME: api.API for api in (resource_sharing, resource_directory)}
        return beside_images.get(self.service) or services.service(self.service).API

    def actions(self, *, read_only: bool) -> Iterator[RamAction]:
        """Yield the actions that are called."""
        for action in self.api.ram_actions:
            is_asked = (self.to_ecs or not action.to_ecs) and (self.lists_regions or not action.lists_regions)
            if is_asked and not (read_only and action.writes):
                yield action

    def resources(self, action: RamAction) -> tuple[str, ...]:
        """Return what an action is called on."""
        regions = self.regions or (ANY,)
        places = [
            (region, image.image_id)
            for image in self.images
            for region in ((image.region_id,) if image.region_id else regions)
        ]
        places = places if self.images else [(region, ANY) for region in regions]
        return tuple(sorted({action.resource.format(region=region, image=image) for region, image in places}))

    def is_wider(self, *, read_only: bool) -> bool:
        """Tell whether an action can't be held to the images that are named, for it takes no resource."""
        return bool(self.images) and any(
            action.resource == ANY for action in self.actions(read_only=read_only)
        )


def _resource_sharing(need: Need) -> Iterator[str]:
    """Yield the actions that read shares made by Resource Sharing, where reports look for them."""
    if need.lists_regions and need.api.resource_shares:
        prefix = resource_sharing.API.ram_prefix
        yield from (f"{prefix}:{action.name}" for action in resource_sharing.API.ram_actions)


def ram_policy(
    needs: Iterable[Need], *, read_only: bool = False, roles: Iterable[str] = ()
) -> dict[str, Any]:
    """Return a policy document that allows what is needed, to assume these roles, and nothing else."""
    granted: dict[tuple[str, ...], dict[str, None]] = {}
    for need in needs:
        prefix = need.api.ram_prefix
        for action in need.actions(read_only=read_only):
            granted.setdefault(need.resources(action), {})[f"{prefix}:{action.name}"] = None
        for name in _resource_sharing(need):
            granted.setdefault((ANY,), {})[name] = None
    if assumed := tuple(sorted(roles)):
        granted[assumed] = {ASSUME_ROLE: None}
    statements = [
        {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
        for resources, actions in granted.items()
    ]
    return {"Version": "1", "Statement": statements}


def needs_of(images: Iterable[ImageKey], *, to_ecs: bool = True) -> tuple[Need, ...]:
    """Return what is needed for these images, a service each."""
    by_service: dict[str, list[ImageKey]] = {}
    for image in sorted(set(images), key=str):
        by_service.setdefault(image.service, []).append(image)
    return tuple(Need(name, tuple(actions), to_ecs=to_ecs) for name, actions in by_service.items())


@dataclass(frozen=True, slots=True)
class Assumption:
    """A principal becomes a role."""

    principal: str
    role: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Grants:
    """What is done, and by which role."""

    needs: Mapping[str | None, tuple[Need, ...]]
    """The role of shares → what is done as it; None stands for those that name no role."""
    configured: RoleSettings | None = None
    """The role of `alicloud:assumeRole`, on top of which those of shares are assumed."""

    @property
    def has_roles(self) -> bool:
        """Whether anybody else than the caller does something."""
        return self.configured is not None or any(self.needs)

    def documents(self, caller: str, *, read_only: bool = False) -> dict[str, Any]:
        """Return the policy of the caller, and for each role its policy and its trust policy."""
        assumptions = tuple(self._assumptions(caller))
        done = self._by_principal(caller)

        def policy(principal: str) -> dict[str, Any]:
            assumed = [assumption.role for assumption in assumptions if assumption.principal == principal]
            return ram_policy(done.get(principal, ()), read_only=read_only, roles=assumed)

        def role_documents(role: str) -> dict[str, Any]:
            into = (assumption for assumption in assumptions if assumption.role == role)
            return {"policy": policy(role), "trust": trust_policy(into)}

        roles = dict.fromkeys(assumption.role for assumption in assumptions)
        return {"caller": policy(caller), "roles": {role: role_documents(role) for role in roles}}

    def _assumptions(self, caller: str) -> Iterator[Assumption]:
        if self.configured:
            yield Assumption(caller, self.configured.arn, self.configured.external_id)
        signed_in = self._signed_in(caller)
        yield from (Assumption(signed_in, role) for role in self.needs if role)

    def _by_principal(self, caller: str) -> dict[str, tuple[Need, ...]]:
        done: dict[str, tuple[Need, ...]] = {}
        for role, needs in self.needs.items():
            # A share may name the configured role once more, which then assumes itself.
            principal = role or self._signed_in(caller)
            done[principal] = (*done.get(principal, ()), *needs)
        return done

    def _signed_in(self, caller: str) -> str:
        return self.configured.arn if self.configured else caller


def trust_policy(assumptions: Iterable[Assumption]) -> dict[str, Any]:
    """Return the trust policy of the role that all of these are about."""
    return {"Version": "1", "Statement": [_trust(assumption) for assumption in assumptions]}


def _trust(assumption: Assumption) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Action": ASSUME_ROLE,
        "Principal": {"RAM": [assumption.principal]},
    }
    if assumption.external_id is None:
        return statement
    return {**statement, "Condition": {"StringEquals": {"sts:ExternalId": assumption.external_id}}}
