"""Temporary keys: who has assumed a role, until when.

https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, TypeAlias

from .account import Account, principal

if TYPE_CHECKING:
    from .policy import Policy

KEY_PREFIX = "STS.SimulatedKey"
SECRET_PREFIX = "SimulatedSecretOfSession"  # noqa: S105 - what a test finds such a secret by
TOKEN_PREFIX = "SimulatedTokenOfSession"  # noqa: S105

_ROLE = re.compile(r"acs:ram::(?P<account>[0-9]{1,20}):role/(?P<name>[A-Za-z0-9._-]{1,64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Role:
    """A role of an account."""

    account_id: str
    name: str

    @classmethod
    def parse(cls, arn: str) -> Role | None:
        """Read ``acs:ram::ACCOUNT:role/NAME``, or return None."""
        match = _ROLE.fullmatch(arn)
        return cls(match["account"], match["name"]) if match else None

    @property
    def arn(self) -> str:
        """The name by which it is assumed."""
        return f"acs:ram::{self.account_id}:role/{self.name}"


@dataclass(frozen=True, slots=True)
class Session:
    """Someone who has assumed a role: calls are signed with its key, and carry its token."""

    role: Role
    name: str
    key: str
    secret: str = field(repr=False)
    token: str = field(repr=False)
    expires: float
    policy: Policy | None = None
    """What it may do at most; None where the role alone decides."""

    @property
    def id(self) -> str:
        """The account that it acts for."""
        return self.role.account_id

    @property
    def arn(self) -> str:
        """The name of whoever has assumed the role."""
        return f"acs:ram::{self.id}:assumed-role/{self.role.name}/{self.name}"

    @property
    def principals(self) -> tuple[str, ...]:
        """The names by which the trust policy of a further role knows it."""
        return (principal(self.id), self.role.arn)

    def key_document(self) -> dict[str, object]:
        """Return the key as STS and the metadata service hand it out."""
        expiration = datetime.fromtimestamp(self.expires, timezone.utc)
        return {
            "AccessKeyId": self.key,
            "AccessKeySecret": self.secret,
            "SecurityToken": self.token,
            "Expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


Caller: TypeAlias = Account | Session
"""Who has signed a call: an account with a key of its own, or a session."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of the simulator; expired ones are kept, for they are refused with a code of their own."""

    started: dict[str, Session] = field(default_factory=dict)

    def start(self, role: Role, name: str, expires: float, policy: Policy | None = None) -> Session:
        """Start a session with a new key."""
        unique = uuid.uuid4().hex
        session = Session(
            role=role,
            name=name,
            key=f"{KEY_PREFIX}{unique[:12]}",
            secret=f"{SECRET_PREFIX}{unique}",
            token=f"{TOKEN_PREFIX}{unique}/+=",
            expires=expires,
            policy=policy,
        )
        self.started[session.key] = session
        return session
