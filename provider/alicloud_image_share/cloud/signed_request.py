"""What a call looks like on the wire: an RPC action, signed as ACS3-HMAC-SHA256 by the cloud's SDK.

https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from urllib.parse import quote, urlencode

from alibabacloud_tea_openapi.utils import Utils

from alicloud_image_share.cloud.credentials import AccessKey
from alicloud_image_share.cloud.service import Call, ServiceSpec

_ALGORITHM = "ACS3-HMAC-SHA256"
_METHOD = "POST"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """One request, ready to be sent."""

    url: str
    headers: Mapping[str, str]
    body: bytes | None
    method: str = _METHOD


def signed_request(
    call: Call, api: ServiceSpec, base: str, key: AccessKey | None, global_parameters: Mapping[str, str]
) -> SignedRequest:
    """Return the request of a call to `https://host`; without a key it is not signed.

    Parameters that hold a credential go into the body, all others into the address.
    """
    query = {**global_parameters, **({} if call.confidential else call.parameters)}
    body = urlencode(call.parameters).encode() if call.confidential else None
    digest = hashlib.sha256(body or b"").hexdigest()
    headers = {
        "host": base.partition("://")[2],
        "accept": "application/json",
        "user-agent": "alicloud-image-share",
        "x-acs-version": api.version,
        "x-acs-action": call.action,
        "x-acs-date": Utils.get_timestamp(),
        "x-acs-signature-nonce": Utils.get_nonce(),
        "x-acs-content-sha256": digest,
    }
    if body is not None:
        headers["content-type"] = "application/x-www-form-urlencoded"
    if key is None:
        query["Format"] = "json"
    else:
        if key.token:
            headers["x-acs-accesskey-id"] = key.key_id
            headers["x-acs-security-token"] = key.token
        unsigned = SimpleNamespace(method=_METHOD, pathname="/", query=query, headers=headers)
        headers["Authorization"] = Utils.get_authorization(
            unsigned, _ALGORITHM, digest, key.key_id, key.secret
        )
    address = urlencode(query, quote_via=quote, safe="~")
    return SignedRequest(f"{base}/{f'?{address}' if address else ''}", headers, body)
