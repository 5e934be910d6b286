"""Who is calling: date, nonce, key and signature of a request."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from .refusal import RefusalError
from .session import Session, Sessions
from .signature import read_claim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .account import Account
    from .behaviour import Behaviour
    from .session import Caller
    from .signature import Claim, SignedRequest

WINDOW_SECONDS = 15 * 60


@dataclass(slots=True)
class Nonces:
    """The nonces of the last fifteen minutes; each may be used once."""

    _nonces: set[str] = field(default_factory=set)
    _order: deque[tuple[float, str]] = field(default_factory=deque)

    def use(self, nonce: str, now: float) -> bool:
        """Use a nonce up; False when it has been used before."""
        # A request whose date lies ahead stays valid for two windows after it has arrived.
        while self._order and self._order[0][0] < now - 2 * WINDOW_SECONDS:
            self._nonces.remove(self._order.popleft()[1])
        if nonce in self._nonces:
            return False
        self._nonces.add(nonce)
        self._order.append((now, nonce))
        return True


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Verifies requests against the key pairs that the simulator was started with, and those of sessions."""

    accounts: Mapping[str, Account]
    sessions: Sessions = field(default_factory=Sessions)
    nonces: Nonces = field(default_factory=Nonces)

    def caller(self, request: SignedRequest, behaviour: Behaviour, now: float) -> Caller:
        """Return the account or session that signed the request, or refuse it."""
        claim = read_claim(request)
        _check_date(claim.date, now)
        token = claim.token
        caller: Caller | None = self.accounts.get(claim.key)
        if token and caller is None:
            caller = self.sessions.started.get(claim.key)
        if caller is None:
            status = behaviour.number("unknown_key_status")
            raise RefusalError(status, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        if isinstance(caller, Session):
            _check_token(caller, token, now)
        if not claim.is_signed_with(caller.secret):
            raise _mismatch(claim, behaviour)
        if not self.nonces.use(claim.nonce, now):
            raise RefusalError(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
        return caller


def _check_token(session: Session, token: str, now: float) -> None:
    if token != session.token:
        message = "The specified SecurityToken does not match the AccessKeyId."
        raise RefusalError(400, "InvalidSecurityToken.MismatchWithAccessKey", message)
    if now >= session.expires:
        raise RefusalError(400, "InvalidSecurityToken.Expired", "The specified SecurityToken is expired.")


def _check_date(text: str, now: float) -> None:
    try:
        date = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError as error:
        message = "Specified time stamp or date value is not well formatted."
        raise RefusalError(400, "InvalidTimeStamp.Format", message) from error
    if abs(now - date.timestamp()) > WINDOW_SECONDS:
        raise RefusalError(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")


def _mismatch(claim: Claim, behaviour: Behaviour) -> RefusalError:
    quoting = behaviour.text("signature_words") == "quoting"
    message = (
        f"Specified signature does not match our calculation. {claim.quotation}"
        if quoting
        else "Specified signature is not matched with our calculation."
    )
    return RefusalError(behaviour.number("signature_status"), "SignatureDoesNotMatch", message)
