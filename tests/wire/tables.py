"""What the API pages say of each service: one folder of tables a service, found by listing this folder."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Facts:
    """The numbers and names of one service; None where the pages give no number."""

    version: str
    ram_prefix: str
    regional: bool
    endpoint: str
    add_per_call: int
    remove_per_call: int
    accounts_per_image: int | None
    accounts_per_page: int | None
    describe: str
    list: str
    add: str
    remove: str
    switch: str | None
    """The action that shares an image to the owner's own ECS."""
    calls_per_minute: int | None

    @property
    def region_id(self) -> str | None:
        """A region of the service, None where it has no regions."""
        return "cn-hangzhou" if self.regional else None


def services_with_tables() -> list[str]:
    """Name the services that have a folder here."""
    return sorted(path.parent.name for path in FOLDER.glob("*/facts.json"))


def table(service: str, name: str) -> list[dict[str, Any]]:
    """Give the cases of one table."""
    cases: list[dict[str, Any]] = json.loads((FOLDER / service / f"{name}.json").read_text("utf-8"))
    return cases


@cache
def facts(service: str) -> Facts:
    """Give the facts of a service."""
    return Facts(**json.loads((FOLDER / service / "facts.json").read_text("utf-8")))
