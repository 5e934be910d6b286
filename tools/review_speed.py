"""How long a review of a large preview takes, against reading its JSON: python -m tools.review_speed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import click

from alicloud_image_share.review.approval import to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.markdown import to_markdown
from alicloud_image_share.review.model import Review
from alicloud_image_share.review.page import to_html
from alicloud_image_share.review.preview_json import read_preview
from alicloud_image_share.review.terminal import to_terminal
from alicloud_image_share.sharing.share_types import SHARE_TYPE


def preview(images: int, accounts: int) -> str:
    """Return a preview of updates, as large as is asked for: each image loses two accounts and gains two."""
    return json.dumps({"steps": [_step(number, accounts) for number in range(images)]}, indent=4)


def _step(number: int, accounts: int) -> dict[str, Any]:
    place = {"service": "ecs", "region_id": "cn-hangzhou", "image_id": f"m-bp1golden{number:08}"}
    old, new = (
        {str(1550809237000000 + shift + index): f"team {index}" for index in range(accounts)}
        for shift in (0, 2)
    )
    outputs = {**place, "accounts": old, "owned_accounts": old, "foreign_accounts": []}
    return {
        "op": "update",
        "urn": f"urn:pulumi:prod::shares::{SHARE_TYPE}::golden-{number}",
        "oldState": {"type": SHARE_TYPE, "inputs": {**place, "accounts": old}, "outputs": outputs},
        "newState": {"type": SHARE_TYPE, "inputs": {**place, "accounts": new}},
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@click.command()
@click.option("--images", default=300)
@click.option("--accounts", default=50)
def main(images: int, accounts: int) -> None:
    """Print seconds for each format, and what they are compared with."""
    text = preview(images, accounts)
    reading = _seconds(lambda: json.loads(text))
    click.echo(f"{images} images x {accounts} accounts, {len(text) / 1e6:.1f} MB; json.loads {reading:.3f} s")
    click.echo(f"limit: twice that and one second, {2 * reading + 1:.2f} s")
    forms: Mapping[str, Callable[[Review], object]] = {
        "terminal": to_terminal,
        "markdown": to_markdown,
        "json": to_json,
        "html": to_html,
    }
    for name, form in forms.items():
        click.echo(f"{name:9} {_seconds(partial(_reviewed, text, form)):.2f} s")


def _reviewed(text: str, form: Callable[[Review], object]) -> object:
    return form(review(read_preview(text)))


if __name__ == "__main__":
    main()
