"""The calls of our create, and nothing else: by the bare SDK client in the provider's own threads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pulumi.dynamic import CreateResult, Resource

from bench.pattern import SharePermissionProvider

BATCH = 10


class CallsProvider(SharePermissionProvider):
    """Sends what a create of an additive share sends, and looks at no answer."""

    serialize_as_secret_always = False

    def create(self, props: Any) -> CreateResult:
        """Describe the image, list its accounts, add them in tens, list them again."""
        self._call("DescribeImages", props)
        self._call("DescribeImageSharePermission", props)
        accounts = list(props["accounts"])
        for first in range(0, len(accounts), BATCH):
            batch = enumerate(accounts[first : first + BATCH], 1)
            added = {f"AddAccount.{place}": account for place, account in batch}
            self._call("ModifyImageSharePermission", props, **added)
        self._call("DescribeImageSharePermission", props)
        return CreateResult(props["image_id"], props)


class Calls(Resource):
    """An image with the accounts that the calls name."""

    def __init__(self, image_id: str, accounts: Sequence[str]) -> None:
        props = {"service": "ecs", "image_id": image_id, "accounts": dict.fromkeys(accounts, "")}
        super().__init__(CallsProvider(), image_id, props)
