"""Everything that the provider raises on purpose.

    ShareError                     an expected failure: its text is all that a user is shown
    ├── ConfigurationError         something is missing or refused in configuration or credentials
    ├── PreconditionFailed         a check before the first write failed: nothing was sent
    ├── Cancelled                  the user has asked for an end before it was done
    ├── NotConverged               written, but the cloud does not show what was asked
    └── CloudError                 the cloud, or the way to it, said no
        ├── Refused                a definite answer: the call was not carried out
        │   ├── ImageNotSeen       the caller sees no such image: gone, or somebody else's
        │   └── Throttled          refused for now: the same call may be sent again
        │       └── RateLimited    not sent: the time is up before the service takes another call
        ├── Superseded             not sent: what the call was about has changed while it waited
        └── ResponseLost           no answer that can be read: the call may have been carried out
            ├── Unreachable        not sent: a name does not resolve, or a connection is refused
            ├── ResponseRejected   not accepted here: a redirection, a certificate, too large
            ├── InconsistentPages  pages that do not fit together: the list changes while it is read
            └── UnreadableResponse an answer in a form that is not known: asking again gives the same

CloudErrors are made in one place, the module that talks (`cloud/client`); programs act on types and codes,
never on text.
"""

from __future__ import annotations


class ShareError(Exception):
    """An expected failure; shown to users as it is, without a traceback."""


class ConfigurationError(ShareError):
    """Configuration or credentials are missing, malformed or of the wrong account."""


class PreconditionFailed(ShareError):  # noqa: N818 - a sentence about the operation, like its siblings
    """A check before the first write failed; nothing was sent."""


class Cancelled(ShareError):  # noqa: N818
    """The user has asked for an end; nothing new begins."""


class NotConverged(ShareError):  # noqa: N818
    """What is live is not what was asked; the text says what holds now.

    `sent` are the accounts without access before that calls to add them were sent for: some may have it now.
    """

    def __init__(self, message: str, sent: frozenset[str] = frozenset()) -> None:
        super().__init__(message)
        self.sent = sent


class CloudError(ShareError):
    """What the cloud, or the way to it, answered to one call.

    Attributes: action; code (None when there was none); status (HTTP, None when there was no answer);
    request_id; message (the message as the cloud put it); wait (seconds the server asked for, or None).
    """

    def __init__(
        self,
        action: str,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        request_id: str | None = None,
        wait: float | None = None,
    ) -> None:
        super().__init__(message)
        self.action = action
        self.message = message
        self.code = code
        self.status = status
        self.request_id = request_id
        self.wait = wait

    def __str__(self) -> str:
        """Return one sentence: the code with status and request id, and the cloud's message."""
        if self.code is None:
            return self.message
        facts = [str(self.status)] if self.status else []
        facts += [f"request {self.request_id}"] if self.request_id else []
        detail = f" ({', '.join(facts)})" if facts else ""
        return f"The cloud said {self.code}{detail} to {self.action}: {self.message}"


class Refused(CloudError):  # noqa: N818
    """The cloud answered and did not carry the call out."""


class ImageNotSeen(Refused):
    """The caller sees no such image; that it is gone follows only for its owner."""


class Throttled(Refused):
    """The cloud asks to call again later."""


class RateLimited(Throttled):
    """The pace that the service sets leaves no call before the time is up; nothing was sent."""


class Superseded(CloudError):  # noqa: N818
    """While a call waited, what it was to do has ceased to be wanted; nothing was sent."""


class ResponseLost(CloudError):  # noqa: N818
    """No usable answer: a read may be repeated, a write only after reading what holds."""

    def __str__(self) -> str:
        """Return one sentence, also where there was no code."""
        if self.code is None:
            return f"The cloud gave no usable answer to {self.action}: {self.message}"
        return super().__str__()


class Unreachable(ResponseLost):
    """No connection: the name of a host does not resolve, or the host refuses; nothing was sent.

    `until` is the moment, on the run's clock, from which on that is believed.
    """

    def __init__(self, action: str, message: str, *, until: float) -> None:
        super().__init__(action, message)
        self.until = until


class ResponseRejected(ResponseLost):
    """An answer that is not accepted: it redirects, comes from an untrusted host, or is too large."""


class InconsistentPages(ResponseLost):
    """The pages of one list do not fit together; nothing may be decided on half a list."""


class UnreadableResponse(ResponseLost):
    """An answer in a form that no API page shows; it is not asked for again."""
