"""The two signatures of the cloud's gateway: ACS3-HMAC-SHA256 in a header, HMAC-SHA1 in the parameters.

https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism

What is signed is built anew from what arrived: clients encode a query in more than one way (a blank as ``+``
or ``%20``, ``*`` raw or not), but all of them sign the same canonical form.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from .parameters import missing
from .refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ALGORITHM = "ACS3-HMAC-SHA256"
OLDER_ALGORITHM, OLDER_VERSION = "HMAC-SHA1", "1.0"
# The gateway wants these signed whatever else is; host is what binds a request to its service.
ALWAYS_SIGNED = (
    "host",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
)
OLDER_SIGNATURE = ("AccessKeyId", "Signature", "SignatureMethod", "SignatureNonce", "SignatureVersion")
"""The parameters that make a request one that is signed in its parameters."""
OLDER_PROTOCOL = frozenset(
    {*OLDER_SIGNATURE, "Action", "Format", "SecurityToken", "SignatureType", "Timestamp", "Version"}
)
"""The parameters of every request that carries no header of its own; the rest is the call's."""

_AUTHORIZATION = re.compile(
    rf"{ALGORITHM}\s+Credential=(?P<key>[^,\s]+),\s*SignedHeaders=(?P<signed>[^,\s]+),\s*Signature=(?P<hex>[0-9a-fA-F]+)"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of who signed it, and when; ``sign`` gives the signature that a secret makes."""

    key: str
    token: str
    date: str
    nonce: str
    signature: str
    sign: Callable[[str], str]
    quotation: str
    """What was signed, in the words of a gateway that quotes it."""

    def is_signed_with(self, secret: str) -> bool:
        """Return whether the signature is the one that the secret makes."""
        return hmac.compare_digest(self.sign(secret).encode(), self.signature.encode())


@dataclass(frozen=True, slots=True)
class Authorization:
    """What the Authorization header claims."""

    key: str
    signed_headers: tuple[str, ...]
    signature: str

    @classmethod
    def parse(cls, header: str) -> Authorization | None:
        """Read the header, or return None when it is not one of this algorithm."""
        match = _AUTHORIZATION.fullmatch(header.strip())
        if match is None:
            return None
        return cls(match["key"], tuple(match["signed"].lower().split(";")), match["hex"].lower())


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The parts of an HTTP request that a signature covers; header names are in lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    form: tuple[tuple[str, str], ...] = ()
    """The parameters of the body, where it is a form."""

    @property
    def all_parameters(self) -> dict[str, str]:
        """The parameters of query and form, those of the signature among them."""
        return dict((*self.query, *self.form))

    @property
    def is_signed_in_parameters(self) -> bool:
        """Whether the signature is in the parameters, and not in a header."""
        return "authorization" not in self.headers and not self.all_parameters.keys().isdisjoint(
            OLDER_SIGNATURE
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the call itself."""
        if "authorization" in self.headers:
            return self.all_parameters
        return {name: value for name, value in self.all_parameters.items() if name not in OLDER_PROTOCOL}

    @property
    def action(self) -> str:
        """The action that the request names."""
        return self._named("x-acs-action", "Action")

    @property
    def version(self) -> str:
        """The version of the API that the request names."""
        return self._named("x-acs-version", "Version")

    @property
    def answer_format(self) -> str:
        """The form of answer that the request asks for."""
        return "JSON" if "authorization" in self.headers else self.all_parameters.get("Format", "JSON")

    def _named(self, header: str, parameter: str) -> str:
        # Only what is signed counts: clients of HMAC-SHA1 send the header, too, but do not sign it.
        in_header = "" if self.is_signed_in_parameters else self.headers.get(header, "")
        in_parameters = "" if "authorization" in self.headers else self.all_parameters.get(parameter, "")
        return in_header or in_parameters

    def canonical(self, signed_headers: Iterable[str]) -> str:
        """Return the one form of the request that both sides can build."""
        names = sorted(signed_headers)
        return "\n".join(
            (
                self.method,
                self.path,
                _canonical_query(self.query),
                "".join(f"{name}:{self.headers.get(name, '').strip()}\n" for name in names),
                ";".join(names),
                hashlib.sha256(self.body).hexdigest(),
            )
        )

    def signature(self, secret: str, signed_headers: Iterable[str]) -> str:
        """Sign the request with the secret."""
        text = _to_sign(self.canonical(signed_headers))
        return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def read_claim(request: SignedRequest) -> Claim:
    """Read what a request claims, or refuse it where it is not signed as the cloud asks."""
    return _claim_in_parameters(request) if request.is_signed_in_parameters else _claim_in_header(request)


def _claim_in_header(request: SignedRequest) -> Claim:
    """Read a claim of ACS3-HMAC-SHA256: the Authorization header, and the headers that it signs."""
    headers = request.headers
    authorization = Authorization.parse(headers.get("authorization", ""))
    if authorization is None:
        raise _incomplete(_scheme(headers.get("authorization", "")))
    signed_headers = authorization.signed_headers
    if unsigned := [name for name in ALWAYS_SIGNED if name not in signed_headers]:
        raise _incomplete(f"the signature does not cover {', '.join(unsigned)}")
    _need(headers, ALWAYS_SIGNED)
    canonical = request.canonical(signed_headers)
    body_is_signed = hashlib.sha256(request.body).hexdigest() == headers["x-acs-content-sha256"].lower()
    return Claim(
        key=authorization.key,
        token=headers.get("x-acs-security-token", ""),
        date=headers["x-acs-date"],
        nonce=headers["x-acs-signature-nonce"],
        signature=authorization.signature if body_is_signed else "",
        sign=lambda secret: request.signature(secret, signed_headers),
        quotation=f"server StringToSign is [{_to_sign(canonical)}] server CanonicalRequest is [{canonical}]",
    )


def _claim_in_parameters(request: SignedRequest) -> Claim:
    """Read a claim of HMAC-SHA1: it signs all parameters, of query and form, but no header."""
    parameters = request.all_parameters
    _need(parameters, (*OLDER_SIGNATURE, "Timestamp"))
    expected = {"SignatureMethod": OLDER_ALGORITHM, "SignatureVersion": OLDER_VERSION, "SignatureType": ""}
    for name, value in expected.items():
        if parameters.get(name, "") != value:
            raise _incomplete(f"{name} is {parameters[name]}")
    signed = ((name, value) for name, value in parameters.items() if name != "Signature")
    text = f"{request.method}&{_percent('/')}&{_percent(_canonical_query(signed))}"

    def sign(secret: str) -> str:
        return base64.b64encode(hmac.digest(f"{secret}&".encode(), text.encode(), "sha1")).decode()

    return Claim(
        key=parameters["AccessKeyId"],
        token=parameters.get("SecurityToken", ""),
        date=parameters["Timestamp"],
        nonce=parameters["SignatureNonce"],
        signature=parameters["Signature"],
        sign=sign,
        quotation=f"server string to sign is:{text}",
    )


def _need(values: Mapping[str, str], names: Iterable[str]) -> None:
    for name in names:
        if not values.get(name):
            raise RefusalError(400, "MissingParameter", missing(name))


def _incomplete(reason: str) -> RefusalError:
    message = (
        f"The request signature does not conform to Aliyun standards: {reason}."
        f" Sign with {ALGORITHM} in the header Authorization, or with SignatureMethod {OLDER_ALGORITHM} and"
        f" SignatureVersion {OLDER_VERSION} in the parameters."
    )
    return RefusalError(400, "IncompleteSignature", message)


def _scheme(header: str) -> str:
    """Name the algorithm of an Authorization header, and nothing of what it signs."""
    algorithm, _, rest = header.strip().partition(" ")
    if not rest:
        return "it names no algorithm"
    if algorithm == ALGORITHM:
        return f"{ALGORITHM} is not followed by Credential=…,SignedHeaders=…,Signature=…"
    return f"the header Authorization is of the algorithm {algorithm[:60]}"


def _canonical_query(parameters: Iterable[tuple[str, str]]) -> str:
    pairs = sorted((_percent(name), _percent(value)) for name, value in parameters)
    return "&".join(f"{name}={value}" for name, value in pairs)


def _to_sign(canonical: str) -> str:
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def _percent(text: str) -> str:
    return quote(text, safe="-_.~")
