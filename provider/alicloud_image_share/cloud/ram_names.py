"""The names that RAM gives to roles, and to whoever may assume them."""

from __future__ import annotations

import re
from typing import TypeGuard

_ACCOUNT = "[1-9][0-9]{4,19}"
_NAME = "[A-Za-z0-9._-]{1,64}"
_ROLE = re.compile(f"acs:ram::(?P<account>{_ACCOUNT}):role/{_NAME}", re.ASCII)
_PRINCIPAL = re.compile(f"acs:ram::{_ACCOUNT}:(root|user/{_NAME}|role/{_NAME})", re.ASCII)

NO_ROLE = "is not the name of a role, acs:ram::<account>:role/<name>"
"""What is said of anything else, after the bad value."""
NO_PRINCIPAL = "is neither an account id nor acs:ram::<account>:user/<name>, nor the name of a role"


def is_role(value: object) -> TypeGuard[str]:
    """Tell whether it is the name of a role."""
    return isinstance(value, str) and _ROLE.fullmatch(value) is not None


def account_of(role_arn: str) -> str | None:
    """Return the id of the account that a role is of; None where the name is no role's."""
    match = _ROLE.fullmatch(role_arn)
    return match["account"] if match else None


def principal(text: str) -> str | None:
    """Return the name by which a trust policy knows an account, a user or a role; None where it is none."""
    name = f"acs:ram::{text}:root" if re.fullmatch(_ACCOUNT, text, re.ASCII) else text
    return name if _PRINCIPAL.fullmatch(name) else None
