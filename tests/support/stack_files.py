"""Shares as a stack file has them, and the file."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from tests.support.stacks import ENCRYPTION

PERSON = """\
# Who may use the images of the web team.
config:
  image-shares:groups:
    zebra: &web {"1234567890123456": team web}   # the same people twice
    apes: *web
  image-shares:shares: {}
  # image-shares:preflight: preview
  alicloud:region: cn-hangzhou"""
"""A stack file as a person writes it, with comments and an anchor, and no end of its last line."""


def share(
    accounts: Collection[str] | None = None, image: str = "m-1", service: str = "ecs", **fields: Any
) -> dict[str, Any]:
    """Ask for an image to be shared with accounts: a map of id and note, or ids alone."""
    listed = {} if accounts is None else {"accounts": accounts}
    return {"service": service, "image_id": image, **listed, **fields}


def golden(accounts: Collection[str], **fields: Any) -> dict[str, dict[str, Any]]:
    """Give the shares of a stack that has one, of the image m-1."""
    return {"golden": share(accounts, **fields)}


def write_stack_file(
    folder: Path, shares: Any, groups: Any = None, *, stack: str = "dev", **config: Any
) -> None:
    """Write the file of a stack that `make_stack` has made, or that is read only."""
    document = {
        "config": {"image-shares:shares": shares, "image-shares:groups": groups or {}, **config},
        **ENCRYPTION,
    }
    # JSON is YAML with every text in quotes.
    (folder / f"Pulumi.{stack}.yaml").write_text(json.dumps(document))
