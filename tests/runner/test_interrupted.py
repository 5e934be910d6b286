"""Who may have access because a run was interrupted, from states that killed runs have left."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.engine.interrupted import InterruptedShare, interrupted_shares
from alicloud_image_share.sharing.model import ImageKey

RECORDED: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "runner/interrupted_states.json").read_text(encoding="utf-8")
)
"""In turn: a create was killed, and done again; an update was killed, and its program was reverted."""
GOLDEN = ImageKey("ecs", "cn-hangzhou", "m-1")
PEOPLE = [str(1_550_000_000_000_000 + n) for n in range(21)]
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def pending(state: str, **inputs: Any) -> dict[str, Any]:
    """Return a recorded state with other inputs of its first pending operation."""
    deployment: dict[str, Any] = copy.deepcopy(RECORDED[state])
    deployment["pending_operations"][0]["resource"]["inputs"].update(inputs)
    return deployment


def test_killed_create_names_every_account_that_it_was_to_give_access():
    (share,) = interrupted_shares(RECORDED["creating"])

    assert share == InterruptedShare("golden", "create", GOLDEN, dict.fromkeys(PEOPLE[:3], ""))


def test_killed_create_that_a_later_run_has_carried_out_is_settled():
    assert RECORDED["created"]["pending_operations"]
    assert interrupted_shares(RECORDED["created"]) == ()


def test_killed_update_names_the_accounts_that_were_to_gain_access():
    (share,) = interrupted_shares(RECORDED["updating"])

    assert share == InterruptedShare("golden", "update", GOLDEN, dict.fromkeys(PEOPLE[3:], ""))


def test_killed_update_of_another_image_counts_what_is_owned_on_that_image_alone():
    (share,) = interrupted_shares(pending("updating", image_id="m-2"))

    assert share.accounts is not None
    assert set(share.accounts) == set(PEOPLE[1:])


@pytest.mark.parametrize("kind", ["deleting", "reading", "importing", "refreshing"])
def test_killed_operation_of_a_kind_that_gives_no_access_names_nobody(kind: str):
    deployment = copy.deepcopy(RECORDED["updating"])
    deployment["pending_operations"] = [{**deployment["pending_operations"][0], "type": kind}]

    assert interrupted_shares(deployment) == ()


def test_killed_operation_on_another_type_names_nobody():
    deployment = copy.deepcopy(RECORDED["updating"])
    for operation in deployment["pending_operations"]:
        operation["resource"]["type"] = "random:index/randomId:RandomId"

    assert interrupted_shares(deployment) == ()


def test_killed_switch_to_the_owners_own_ecs_is_named():
    switch = {"service": "swas", "accounts": {}, "share_to_ecs": True}

    (share,) = interrupted_shares(pending("creating", **switch))

    assert (share.to_ecs, share.accounts) == (True, {})
    assert "the owner's own ECS" in str(share)


def test_killed_update_of_secret_accounts_prints_their_number_alone():
    hidden = {**SECRET, "plaintext": json.dumps(dict.fromkeys(PEOPLE[:5], ""))}

    (share,) = interrupted_shares(pending("updating", accounts=hidden))

    assert share.accounts == dict.fromkeys(PEOPLE[3:5], "")
    assert "2 accounts that are secret" in str(share)
    assert not any(account in str(share) for account in PEOPLE)


def test_killed_update_of_encrypted_accounts_names_their_image():
    (share,) = interrupted_shares(pending("updating", accounts={**SECRET, "ciphertext": "v1:abc"}))

    assert (share.accounts, share.secret) == (None, True)
    assert str(share).startswith("ecs:cn-hangzhou:m-1: an interrupted update of golden may have given")


@pytest.mark.parametrize("deployment", [{}, {"resources": None, "pending_operations": None}])
def test_state_without_pending_operations_names_nobody(deployment: dict[str, Any]):
    assert interrupted_shares(deployment) == ()
