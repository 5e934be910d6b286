"""What the cloud says of a call may quote an account: where accounts are secret, nobody is told it."""

from __future__ import annotations

import pytest

from alicloud_image_share.errors import ShareError
from alicloud_image_simulator import OTHER
from tests.contract.stage import Deployment, Stage, accounts

A, B, C = accounts(3)
OFTEN = range(1, 100)


@pytest.fixture
def made(plain: Stage) -> Deployment:
    """A share of secret accounts."""
    deployment = plain.deployment()
    deployment.up([A, B], accounts_secret=True)
    plain.printed()
    return deployment


@pytest.mark.parametrize("command", ["refresh", "update", "destroy"])
def test_refused_read_that_quotes_a_secret_account_is_told_without_it(made: Deployment, command: str):
    stage = made.stage
    stage.fail(stage.facts.list, "error", OFTEN, code="Forbidden.RAM", status=403, message=f"not for {A}")

    with pytest.raises(ShareError, match=r"Forbidden.RAM .*: not for …") as failed:
        made.up([B, C], accounts_secret=True) if command == "update" else getattr(made, command)()

    assert A not in f"{failed.value}{stage.printed()}"


@pytest.mark.parametrize("command", ["refresh", "update", "destroy"])
def test_image_that_another_account_owns_is_told_of_without_a_secret_account(made: Deployment, command: str):
    stage = made.stage
    made.account = OTHER
    stage.fail(stage.facts.list, "error", OFTEN, code="NoPermission", status=400, message=f"none of {A}")

    with pytest.raises(ShareError, match="none of …") as failed:
        made.up([B, C], accounts_secret=True) if command == "update" else getattr(made, command)()

    assert A not in f"{failed.value}{stage.printed()}"


@pytest.mark.parametrize("secret", [True, False])
def test_wait_after_a_lost_answer_that_quotes_an_account_shows_it_unless_it_is_secret(
    plain: Stage, secret: bool
):
    lost = {"code": "ServiceUnavailable", "status": 503, "retry_after_ms": 8_000}
    plain.fail(plain.facts.add, "error", message=f"busy with {A}", **lost)

    plain.deployment().up([A, B], accounts_secret=secret)

    told = plain.printed()
    assert f"busy with {'…' if secret else A}; trying again in about" in told
    assert (A in told) is not secret
