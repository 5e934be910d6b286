"""The accounts whose key pairs the simulator knows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_ID = re.compile(r"[1-9][0-9]{0,19}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Account:
    """An Alibaba Cloud account: its id and the one access key that signs for it."""

    id: str
    key: str
    secret: str = field(repr=False)

    @property
    def principals(self) -> tuple[str, ...]:
        """The names by which a trust policy knows who calls with the key."""
        return (principal(self.id),)

    @classmethod
    def parse(cls, text: str) -> Account:
        """Read ``ID:KEY:SECRET``."""
        account_id, _, pair = text.partition(":")
        key, _, secret = pair.partition(":")
        if not is_account_id(account_id) or not key or not secret:
            message = "an account is written ID:KEY:SECRET, the id in digits"
            raise ValueError(message)
        return cls(account_id, key, secret)


def principal(account_id: str) -> str:
    """Name whoever belongs to an account."""
    return f"acs:ram::{account_id}:root"


def is_account_id(text: str) -> bool:
    """Return whether the text is an account id: decimal ASCII digits, as every page shows them."""
    return _ID.fullmatch(text) is not None


NOBODY = Account("", "", "")
"""Who calls without a signature."""

OWNER = Account("1600000000000001", "SIMULATED-KEY-OF-OWNER", "simulated-secret-of-owner")
OTHER = Account("1600000000000002", "SIMULATED-KEY-OF-OTHER", "simulated-secret-of-other")
