"""The engine's floor: dynamic resources that hold the same inputs and do nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult


class NothingProvider(ResourceProvider):
    """Takes what it is given, and calls nobody."""

    serialize_as_secret_always = False

    def diff(self, _id: str, _olds: Any, _news: Any) -> DiffResult:
        """Tell whether anything differs."""
        return DiffResult(changes=any(_olds.get(name) != value for name, value in _news.items()))

    def create(self, props: Any) -> CreateResult:
        """Create nothing."""
        return CreateResult(props["image_id"], props)

    def read(self, id_: str, props: Any) -> ReadResult:
        """Read nothing."""
        return ReadResult(id_, props)

    def update(self, _id: str, _olds: Any, _news: Any) -> UpdateResult:
        """Change nothing."""
        return UpdateResult(_news)


class Nothing(Resource):
    """A resource that is in state alone."""

    def __init__(self, name: str, inputs: Mapping[str, Any]) -> None:
        super().__init__(NothingProvider(), name, dict(inputs))
