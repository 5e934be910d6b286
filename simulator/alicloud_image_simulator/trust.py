"""What a role may do, and who may assume it: its policy, and its trust policy as RAM writes it.

https://www.alibabacloud.com/help/en/ram/user-guide/edit-the-trust-policy-of-a-ram-role
https://www.alibabacloud.com/help/en/ram/use-cases/use-externalid-to-prevent-the-confused-deputy-problem
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from . import documents
from .policy import VERSION, Policy, patterns, read_policy
from .session import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

ASSUME = "sts:AssumeRole"
EXTERNAL_ID = "sts:ExternalId"


@dataclass(frozen=True, slots=True)
class TrustStatement:
    """Lets principals assume the role, or keeps them from it."""

    allows: bool
    principals: tuple[str, ...]
    external_ids: tuple[str, ...] = ()
    """One of them has to be given; empty: whatever is."""

    def is_about(self, names: tuple[str, ...], external_id: str) -> bool:
        """Return whether a caller, by any of its names, is meant."""
        is_given = not self.external_ids or external_id in self.external_ids
        return is_given and not set(self.principals).isdisjoint(names)


@dataclass(frozen=True, slots=True)
class RoleRules:
    """What is known of one role; None sets no limits."""

    policy: Policy | None = None
    trust: tuple[TrustStatement, ...] | None = None

    def trusts(self, names: tuple[str, ...], external_id: str) -> bool:
        """Return whether a caller with these names may assume the role."""
        if self.trust is None:
            return True
        verdicts = [statement.allows for statement in self.trust if statement.is_about(names, external_id)]
        return bool(verdicts) and all(verdicts)


ANYBODY = RoleRules()
"""Of a role that no document names."""


def read_roles(value: object) -> Mapping[str, RoleRules]:
    """Read a document of role → policy and trust policy."""
    if not isinstance(value, dict):
        raise documents.MalformedDocumentError("roles is not an object")
    return {_role(arn): _rules(rules, f"roles.{arn}") for arn, rules in value.items()}


def _role(arn: str) -> str:
    if Role.parse(arn) is None:
        raise documents.MalformedDocumentError(f"roles.{arn} is not acs:ram::<account>:role/<name>")
    return arn


def _rules(value: object, place: str) -> RoleRules:
    document = documents.members(value, ("policy", "trust"), place)
    return RoleRules(document.take("policy", read_policy, None), document.take("trust", _trust, None))


def _trust(value: object, place: str) -> tuple[TrustStatement, ...] | None:
    document = documents.members(value, ("Version", "Statement"), place)
    document.need("Version", partial(documents.one_of, allowed=(VERSION,)))
    statements = document.need("Statement", documents.items)
    return tuple(
        _statement(statement, f"{place}.Statement[{index}]") for index, statement in enumerate(statements)
    )


def _statement(value: object, place: str) -> TrustStatement:
    document = documents.members(value, ("Effect", "Action", "Principal", "Condition"), place)
    effect = document.need("Effect", partial(documents.one_of, allowed=("Allow", "Deny")))
    document.need("Action", partial(documents.one_of, allowed=(ASSUME,)))
    principals = document.need("Principal", partial(_only, name="RAM"))
    return TrustStatement(effect == "Allow", principals, document.take("Condition", _external_ids, ()))


def _external_ids(value: object, place: str) -> tuple[str, ...]:
    operator = documents.members(value, ("StringEquals",), place)
    return operator.need("StringEquals", partial(_only, name=EXTERNAL_ID))


def _only(value: object, place: str, name: str) -> tuple[str, ...]:
    """Return the texts of the one member that an object has."""
    return documents.members(value, (name,), place).need(name, patterns)
