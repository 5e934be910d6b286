"""What a key may do: policies as RAM writes them, as far as calls on images need them.

https://www.alibabacloud.com/help/en/ram/policy-elements
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from . import documents

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .parameters import Parameters

VERSION = "1"


@dataclass(frozen=True, slots=True)
class Statement:
    """Allows or denies actions on resources; both are patterns, in which ``*`` stands for any text."""

    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def is_about(self, action: str, resource: str) -> bool:
        """Return whether an action on a resource is among those of the statement."""
        return _among(self.actions, action) and _among(self.resources, resource)


@dataclass(frozen=True, slots=True)
class Policy:
    """What is not allowed is denied, and what is denied stays so whatever else allows it."""

    statements: tuple[Statement, ...]

    def allows(self, action: str, resources: tuple[str, ...]) -> bool:
        """Return whether an action such as ``ecs:DescribeImages`` may be called on all these resources."""
        return all(self._allows(action, resource) for resource in resources)

    def _allows(self, action: str, resource: str) -> bool:
        verdicts = [statement.allows for statement in self.statements if statement.is_about(action, resource)]
        return bool(verdicts) and all(verdicts)


def resource_names(pattern: str, account_id: str, parameters: Parameters) -> tuple[str, ...]:
    """Return the names by which policies know what a call is about; ``*`` where its action takes no resource.

    A call that names no image is about all of them, one that names several about each.
    """
    images = parameters.commas("ImageId") or parameters.json_texts("ImageIds", 100) or ("*",)
    region_id = parameters.text("RegionId")
    return tuple(pattern.format(region=region_id, account=account_id, image=image) for image in images)


def read_policies(value: object, keys: Mapping[str, object]) -> Mapping[str, Policy]:
    """Read a document of access key → policy; every key must be known."""
    document = documents.members(value, keys, "policies")
    return {key: read_policy(policy, f"policies.{key}") for key, policy in document.values.items()}


def read_policy(value: object, place: str) -> Policy:
    """Read a policy document."""
    document = documents.members(value, ("Version", "Statement"), place)
    document.need("Version", partial(documents.one_of, allowed=(VERSION,)))
    statements = document.need("Statement", documents.items)
    return Policy(
        tuple(
            _statement(statement, f"{place}.Statement[{index}]") for index, statement in enumerate(statements)
        )
    )


def _statement(value: object, place: str) -> Statement:
    document = documents.members(value, ("Effect", "Action", "Resource"), place)
    effect = document.need("Effect", partial(documents.one_of, allowed=("Allow", "Deny")))
    return Statement(
        effect == "Allow", document.need("Action", patterns), document.need("Resource", patterns)
    )


def patterns(value: object, place: str) -> tuple[str, ...]:
    """Read one pattern, or a list of them."""
    if isinstance(value, str):
        return (documents.name(value, place),)
    return tuple(
        documents.name(pattern, f"{place}[{index}]")
        for index, pattern in enumerate(documents.items(value, place))
    )


def _among(patterns: tuple[str, ...], text: str) -> bool:
    return any(re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text, re.DOTALL) for pattern in patterns)
