"""Ways to call the simulator beside the SDKs' own, and to look at what they refuse."""

import base64
import hashlib
import hmac
import http.client
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pytest
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException

from alicloud_image_simulator import Account, Simulator


def config(cloud: Simulator, account: Account) -> Config:
    """An SDK's configuration that points at the simulator."""
    return Config(
        access_key_id=account.key,
        access_key_secret=account.secret,
        endpoint=cloud.address,
        protocol="http",
    )


def refusal(call: Callable[[], object]) -> tuple[int, str]:
    """Status and code with which an SDK call is refused."""
    with pytest.raises(TeaException) as refused:
        call()
    return refused.value.data["statusCode"], refused.value.code


def image(cloud: Simulator, position: int = 0) -> dict:
    """An image as the control shows it."""
    return cloud.state()["images"][position]


def accounts(cloud: Simulator) -> list[str]:
    """Who the first image is shared with."""
    return image(cloud)["accounts"]


def ids(count: int, first: int = 10001) -> list[str]:
    """So many account ids."""
    return [str(number) for number in range(first, first + count)]


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> dict:
        return json.loads(self.body)

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.document["Code"]


@dataclass(frozen=True)
class Caller:
    """Signs requests by itself, so that any part of them can be wrong."""

    port: int
    account: Account

    def __call__(
        self,
        action: str = "GetCallerIdentity",
        version: str = "2015-04-01",
        *,
        method: str = "POST",
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        signed: Mapping[str, str | None] | None = None,
        tampered: Mapping[str, str | None] | None = None,
        sent_query: Mapping[str, str] | None = None,
    ) -> Reply:
        """Call an action.

        ``signed`` are headers that are signed as given (None: left out), ``tampered`` are changed and
        ``sent_query`` is put in the place of the query after the signature.
        """
        body = urlencode(form or {}).encode()
        headers = _headers(self.port, action, version, body) | (signed or {})
        headers = {name: value for name, value in headers.items() if value is not None}
        headers["authorization"] = authorization(self.account, method, query or {}, headers, body)
        headers |= {"content-type": "application/x-www-form-urlencoded"} if form else {}
        headers |= tampered or {}
        return self.send(method, f"/?{urlencode(sent_query or query or {})}", headers, body)

    def send(self, method: str, path: str, headers: Mapping[str, str | None], body: bytes = b"") -> Reply:
        """Send a request as it is; a header of None is left out."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = {name: value for name, value in headers.items() if value is not None and name != "host"}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Reply(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def control(self, method: str, path: str, document: object = None) -> Reply:
        """Send a document to the control."""
        return self.send(
            method, f"/_control/{path}", {}, json.dumps(document).encode() if document is not None else b""
        )


def authorization(
    account: Account, method: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes = b""
) -> str:
    """Sign by the text of the specification, independently of the simulator."""
    names = ";".join(sorted(headers))
    canonical = "\n".join(
        [
            method,
            "/",
            "&".join(f"{key}={quote(value, safe='-_.~')}" for key, value in sorted(query.items())),
            "".join(f"{name}:{headers[name]}\n" for name in sorted(headers)),
            names,
            hashlib.sha256(body).hexdigest(),
        ]
    )
    text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(account.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={account.key},SignedHeaders={names},Signature={signature}"


def stamp(seconds: float = 0) -> str:
    """The time in so many seconds, as x-acs-date is written."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def _headers(port: int, action: str, version: str, body: bytes) -> dict[str, str | None]:
    return {
        "host": f"127.0.0.1:{port}",
        "x-acs-action": action,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        "x-acs-date": stamp(),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-version": version,
    }


@dataclass(frozen=True)
class OlderCaller:
    """Signs requests with HMAC-SHA1, as the SDKs do that put the signature into the parameters."""

    caller: Caller

    def __call__(
        self,
        action: str = "GetCallerIdentity",
        version: str = "2015-04-01",
        *,
        method: str = "GET",
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        signed: Mapping[str, str | None] | None = None,
        tampered: Mapping[str, str | None] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Reply:
        """Call an action; ``signed`` are parameters that are signed as given, None: left out."""
        protocol: dict[str, str | None] = {
            "AccessKeyId": self.caller.account.key,
            "Action": action,
            "Format": "JSON",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": uuid.uuid4().hex,
            "SignatureVersion": "1.0",
            "Timestamp": stamp(),
            "Version": version,
        }
        named = {name: value for name, value in (protocol | (signed or {})).items() if value is not None}
        sent = {**named, **(query or {})}
        sent["Signature"] = older_signature(self.caller.account.secret, method, {**sent, **(form or {})})
        sent.update({name: value for name, value in (tampered or {}).items() if value is not None})
        for name in (name for name, value in (tampered or {}).items() if value is None):
            del sent[name]
        form_type = {"content-type": "application/x-www-form-urlencoded"} if form else {}
        body = urlencode(form or {}).encode()
        return self.caller.send(method, f"/?{urlencode(sent)}", {**form_type, **(headers or {})}, body)


def older_signature(secret: str, method: str, parameters: Mapping[str, str]) -> str:
    """Sign by the text of the older specification, independently of the simulator."""
    pairs = sorted((quote(name, safe="-_.~"), quote(text, safe="-_.~")) for name, text in parameters.items())
    canonical = "&".join(f"{name}={text}" for name, text in pairs)
    text = f"{method}&%2F&{quote(canonical, safe='-_.~')}"
    digest = hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
