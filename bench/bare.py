"""The calls of our create, and nothing else: by the bare SDK client in the provider's own threads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import ConfigureRequest, CreateResult, Resource

from bench.floor import NothingProvider

if TYPE_CHECKING:
    from bench.pattern import SharePermissionProvider

BATCH = 10


class CallsProvider(NothingProvider):
    """Sends what a create of an additive share sends, and looks at no answer."""

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the configuration."""
        self._request = req

    @cached_property
    def _client(self) -> SharePermissionProvider:
        # Loaded at the first call, as ours is: a program does not need it.
        from bench.pattern import SharePermissionProvider  # noqa: PLC0415

        client = SharePermissionProvider()
        client.configure(self._request)
        return client

    def create(self, props: Any) -> CreateResult:
        """Describe the image, list its accounts, add them in tens, list them again."""
        call = self._client.call
        call("DescribeImages", props)
        call("DescribeImageSharePermission", props)
        accounts = list(props["accounts"])
        for first in range(0, len(accounts), BATCH):
            batch = enumerate(accounts[first : first + BATCH], 1)
            call(
                "ModifyImageSharePermission",
                props,
                **{f"AddAccount.{place}": account for place, account in batch},
            )
        call("DescribeImageSharePermission", props)
        return CreateResult(props["image_id"], props)


class Calls(Resource):
    """An image with the accounts that the calls name."""

    def __init__(self, image_id: str, accounts: Sequence[str]) -> None:
        props = {"service": "ecs", "image_id": image_id, "accounts": dict.fromkeys(accounts, "")}
        super().__init__(CallsProvider(), image_id, props)
