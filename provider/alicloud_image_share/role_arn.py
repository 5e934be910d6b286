"""How a role is named: `acs:ram::<account>:role/<name>`."""

from __future__ import annotations

import re

ROLE_ARN = re.compile(r"acs:ram::(?P<account>[1-9][0-9]{4,19}):role/[A-Za-z0-9._-]{1,64}", re.ASCII)
NOT_A_ROLE = "is not the name of a role, acs:ram::<account>:role/<name>"
"""What is said of another value, after that value."""


def is_role(value: object) -> bool:
    """Tell whether a value names a role."""
    return isinstance(value, str) and ROLE_ARN.fullmatch(value) is not None


def account_of(role_arn: str) -> str | None:
    """Return the id of the account that a role is of; None where the name is no role's."""
    named = ROLE_ARN.fullmatch(role_arn)
    return named["account"] if named else None
