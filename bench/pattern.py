"""The pattern of the only existing provider: one resource an account, and page 1 alone is read."""

import functools
import uuid
from typing import Any

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params
from alibabacloud_tea_util.models import RuntimeOptions
from pulumi.dynamic import ConfigureRequest, CreateResult, DiffResult, ReadResult, Resource, ResourceProvider

WIRE = {"style": "RPC", "req_body_type": "formData", "body_type": "json", "auth_type": "AK", "method": "POST"}


@functools.cache
def client(endpoint: str, key: str, secret: str) -> Client:
    """Return the one client of this process; it keeps its connections."""
    return Client(Config(access_key_id=key, access_key_secret=secret, endpoint=endpoint, protocol="HTTP"))


class SharePermissionProvider(ResourceProvider):
    """Shares one image with one account; any change replaces."""

    def configure(self, req: ConfigureRequest) -> None:
        """Keep where to call, and with which key."""
        self.keys = [req.config.get(f"bench:{name}") for name in ("endpoint", "key", "secret")]

    def call(self, action: str, props: Any, **more: str) -> Any:
        """Send one call about the image."""
        params = Params(action=action, version="2014-05-26", protocol="HTTP", pathname="/", **WIRE)
        query = {"RegionId": "cn-hangzhou", "ImageId": props["image_id"], **more}
        return client(*self.keys).call_api(params, OpenApiRequest(query=query), RuntimeOptions())["body"]

    def create(self, props: Any) -> CreateResult:
        """Add the account, then read."""
        self.call("ModifyImageSharePermission", props, **{"AddAccount.1": props["account"]})
        self.call("DescribeImageSharePermission", props)
        return CreateResult(uuid.uuid4().hex, props)

    def diff(self, _id: str, _olds: Any, _news: Any) -> DiffResult:
        """Replace whatever changes; the quota of an image has no room for old and new."""
        changed = [name for name in ("image_id", "account") if _olds[name] != _news[name]]
        return DiffResult(changes=bool(changed), replaces=changed, delete_before_replace=True)

    def read(self, id_: str, props: Any) -> ReadResult:
        """Find whether page 1 is empty, and never whether the account is on it."""
        page = self.call("DescribeImageSharePermission", props)
        return ReadResult(id_ if page["Accounts"]["Account"] else None, props)

    def delete(self, _id: str, _props: Any) -> None:
        """Remove the account."""
        self.call("ModifyImageSharePermission", _props, **{"RemoveAccount.1": _props["account"]})


class SharePermission(Resource):
    """An image that one account can use."""

    def __init__(self, name: str, image_id: str, account: str) -> None:
        super().__init__(SharePermissionProvider(), name, {"image_id": image_id, "account": account})
