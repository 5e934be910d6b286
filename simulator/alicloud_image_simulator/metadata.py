"""What a machine's surroundings serve by HTTP beside the APIs: ECS instance metadata, and keys at an address.

https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata

Every role name is taken for one of the first account that is attached to the instance. The metadata service
is in its usual mode: a token (IMDSv2) may be left out, and one that is sent must be good.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .refusal import RefusalError
from .session import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from .session import Sessions

LIFETIME = 3600
"""Seconds that a key is good for, where nobody asks for another time."""
MAX_TOKEN_SECONDS = 21600
INSTANCE = "i-simulated"


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata service of an instance of one account."""

    account_id: str
    sessions: Sessions
    clock: Callable[[], float]
    tokens: dict[str, float] = field(default_factory=dict)
    """Token → until when it is good."""

    def token(self, seconds: str) -> str:
        """Return a token that is good for so many seconds."""
        if not (seconds.isascii() and seconds.isdigit() and 1 <= int(seconds) <= MAX_TOKEN_SECONDS):
            raise RefusalError(400, "BadRequest", "a token is good for 1 to 21600 seconds")
        token = f"simulated-metadata-token-{uuid.uuid4().hex}"
        self.tokens[token] = self.clock() + int(seconds)
        return token

    def key(self, role: str, token: str | None) -> dict[str, object]:
        """Return a key of a role of the instance."""
        if token is not None and self.tokens.get(token, 0) <= self.clock():
            raise RefusalError(403, "Forbidden", "the token is not good, or no longer")
        return self.new_key(role, LIFETIME)

    def new_key(self, role: str, seconds: int) -> dict[str, object]:
        """Return a key of a role of the account, good for so many seconds."""
        session = self.sessions.start(Role(self.account_id, role), INSTANCE, self.clock() + seconds)
        return {"Code": "Success", **session.key_document()}
