"""The engine's floor: dynamic resources that hold the same inputs and outputs and do nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult

OWNER_ID = "1600000000000001"


class NothingProvider(ResourceProvider):
    """Takes what it is given, and calls nobody."""

    serialize_as_secret_always = False

    def diff(self, _id: str, _olds: Any, _news: Any) -> DiffResult:
        """Tell whether anything differs."""
        return DiffResult(changes=any(_olds.get(name) != value for name, value in _news.items()))

    def create(self, props: Any) -> CreateResult:
        """Create nothing."""
        return CreateResult(props["image_id"], _outputs(props))

    def read(self, id_: str, props: Any) -> ReadResult:
        """Read nothing."""
        return ReadResult(id_, props)

    def update(self, _id: str, _olds: Any, _news: Any) -> UpdateResult:
        """Change nothing."""
        return UpdateResult(_outputs(_news))


class Nothing(Resource):
    """A resource that is in state alone; `outputs` are the names of those that are no inputs."""

    def __init__(self, name: str, inputs: Mapping[str, Any], outputs: Iterable[str] = ()) -> None:
        super().__init__(NothingProvider(), name, {**dict.fromkeys(outputs), **inputs})


def _outputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what state keeps: of a share also what its provider would have found out."""
    if "accounts" not in inputs:
        return dict(inputs)
    return {**inputs, "owned_accounts": inputs["accounts"], "foreign_accounts": [], "owner_id": OWNER_ID}
