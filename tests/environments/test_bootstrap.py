"""From an empty folder to 240 images of three owners, shared with 40 accounts; then one joins, one leaves.

docs/owners.md shows it: the stack file is taken from there, and the preview that it shows is compared
with what the command prints.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_simulator import Simulator
from tests.environments.estate import CENTRAL, shared, wanted, writes
from tests.environments.machine import LIMIT, Machine, Said

pytestmark = pytest.mark.engine

PAGE = (Path(__file__).parents[2] / "docs/owners.md").read_text()
ACCOUNTS = [str(1_550_000_000_000_000 + number) for number in range(1, 41)]
JOINS, LEAVES = "1550000000000041", "1550000000000007"
SHARES = 240


def shown(begins: str) -> str:
    """Give the block of the page that begins so, without its first line."""
    found = re.search(rf"```\w+\n{re.escape(begins)}\n(.*?)```", PAGE, re.DOTALL)
    assert found, f"docs/owners.md shows no {begins}"
    return found[1]


def lines_of(accounts: list[str]) -> str:
    """Give the lines of a group."""
    return "".join(f'      "{account}": team {int(account[-4:])}\n' for account in accounts)


def stack_file() -> str:
    """Give the stack file of the page, with all accounts."""
    text = shown("# Pulumi.prod.yaml").replace(
        "      # … and so on, one line an account\n", lines_of(ACCOUNTS[2:39])
    )
    assert lines_of(ACCOUNTS) in text
    return text


def exchange(file: Path) -> None:
    """Put a line for who joins into the group, and take the line of who leaves out of it."""
    text, last = file.read_text(), lines_of(ACCOUNTS[-1:])
    assert text.count(lines_of([LEAVES])) == text.count(last) == 1
    file.write_text(text.replace(lines_of([LEAVES]), "").replace(last, last + lines_of([JOINS])))


def exchanges(review: Any) -> set[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Give, of each image that a review has changes of, who gains and who loses access."""
    return {
        (
            one["image"].rpartition(":")[2],
            *(tuple(by["account"] for by in one[way]) for way in ("gains", "loses")),
        )
        for one in review["images"]
    }


def assert_shows(output: str, block: str) -> None:
    """Fail unless the output has the lines of a block in this order; `…` stands for any lines."""
    at = 0
    for part in block.split("…\n"):
        at = output.index(part, at) + len(part)
    assert at == len(output)


def assert_names_both(preview: str, review: str) -> None:
    """Fail unless who joins and who leaves are named once for every image that is shared."""
    for image, _ in wanted():
        assert len(re.findall(rf'-{image} - {LEAVES} "team 7"\n', preview)) == 1
        assert len(re.findall(rf'-{image} \+ {JOINS} "team 41"\n', preview)) == 1
    assert exchanges(json.loads(review)) == {(image, (JOINS,), (LEAVES,)) for image, _ in wanted()}


def actions(cloud: Simulator, account: str) -> set[Any]:
    """Give what an account has called by itself."""
    return {call["action"] for call in cloud.calls() if call["account"] == account}


@pytest.mark.timeout(6 * LIMIT)
def test_empty_folder_becomes_240_shares_of_three_owners_where_one_joins_and_one_leaves(
    machine: Machine, four_accounts: Simulator
):
    assert len(wanted()) == SHARES
    assert machine.run("init .").status == 0
    file = machine.folder / "Pulumi.prod.yaml"
    file.write_text(stack_file())

    assert "$ image-share up --stack prod --yes\n" in PAGE
    assert machine.run("up --stack prod --yes").status == 0

    assert shared(four_accounts) == dict.fromkeys(wanted(), ACCOUNTS)
    assert Counter(writes(four_accounts)) == dict.fromkeys(wanted(), 4)
    assert actions(four_accounts, CENTRAL.id) == {"AssumeRole"}

    exchange(file)
    four_accounts.clear_calls()
    preview = machine.run("preview --stack prod")
    review = machine.run("review --stack prod --format json")

    assert (preview.status, review.status) == (2, 2)
    assert_shows(preview.output, shown("$ image-share preview --stack prod        # one joins, one leaves"))
    assert_names_both(preview.output, review.output)
    assert writes(four_accounts) == []

    assert machine.run("up --stack prod --yes").status == 0

    assert shared(four_accounts) == dict.fromkeys(wanted(), sorted({*ACCOUNTS, JOINS} - {LEAVES}))
    assert Counter(writes(four_accounts)) == dict.fromkeys(wanted(), 1)
    assert machine.run("preview --stack prod") == Said(0, "240 shares unchanged · stack prod\n", "")
