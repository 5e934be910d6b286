"""Policies where roles are assumed: what a caller needs, what each role needs, and whom each role trusts.

https://www.alibabacloud.com/help/en/ram/user-guide/edit-the-trust-policy-of-a-ram-role
https://www.alibabacloud.com/help/en/ram/use-cases/use-externalid-to-prevent-the-confused-deputy-problem
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.credential_settings import RoleSettings
from alicloud_image_share.ram_policy import ASSUME_ROLE, Need, ram_policy


@dataclass(frozen=True, slots=True)
class Assumption:
    """A principal becomes a role."""

    principal: str
    role: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """What is done, and as whom."""

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
            assumed = [one.role for one in assumptions if one.principal == principal]
            return ram_policy(done.get(principal, ()), read_only=read_only, roles=assumed)

        def role_documents(role: str) -> dict[str, Any]:
            into = (one for one in assumptions if one.role == role)
            return {"policy": policy(role), "trust": trust_policy(into)}

        roles = dict.fromkeys(one.role for one in assumptions)
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
    return {"Version": "1", "Statement": [_trust(one) for one in assumptions]}


def _trust(assumption: Assumption) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Action": ASSUME_ROLE,
        "Principal": {"RAM": [assumption.principal]},
    }
    if assumption.external_id is None:
        return statement
    return {**statement, "Condition": {"StringEquals": {"sts:ExternalId": assumption.external_id}}}
