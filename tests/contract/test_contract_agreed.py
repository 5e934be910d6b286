"""A run that is given what people have agreed to carries out that, and nothing else."""

from __future__ import annotations

import pytest

from alicloud_image_share.errors import PreconditionFailed
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.sharing.allowance import Allowance, ImageAllowance, digest_of
from alicloud_image_share.sharing.notices import Kind
from alicloud_image_share.sharing.rules import broken_rule
from tests.contract.stage import FOREIGN, IMAGE_ID, Deployment, Stage, accounts

A, B, C = accounts(3)
KEY = "a key of more than sixteen characters"


def image_of(stage: Stage) -> str:
    """Give the resource id of the image."""
    region = stage.facts.region_id
    return ":".join(filter(None, (stage.service, region, IMAGE_ID)))


def agreed(stage: Stage, **allowed: object) -> Run:
    """Start the provider process of a run that may do so much on the image."""
    run = stage.run()
    sets = {key: frozenset(value) if isinstance(value, list) else value for key, value in allowed.items()}
    run.allowance = Allowance(((image_of(stage), ImageAllowance(**sets)),))  # type: ignore[arg-type]
    return run


def made(stage: Stage, listed: object, **fields: object) -> Deployment:
    """Make a share before the run that is limited."""
    deployment = stage.deployment()
    deployment.up(listed, **fields)
    stage.cloud.clear_calls()
    return deployment


def check(run: Run, stage: Stage, olds: dict[str, object], listed: object, **fields: object):
    """Check the share as the engine does before an operation."""
    return Preview(run).check(olds, stage.inputs(listed, **fields))


def test_create_that_was_agreed_to_is_carried_out(plain: Stage):
    run = agreed(plain, gains=[A, B])
    checked = check(run, plain, {}, [A, B])
    Lifecycle(run).create(checked.inputs)

    assert (checked.failures, plain.live()) == ((), {A, B})


def test_check_of_an_image_that_nobody_was_shown_fails_and_names_who_would_gain(plain: Stage):
    run = plain.run()
    run.allowance = Allowance()
    (found,) = check(run, plain, {}, [A]).failures

    assert found.startswith(f"accounts: {A} would gain access to {image_of(plain)}")
    assert "nothing was written" in found
    assert broken_rule(found)
    assert plain.calls() == []


def test_check_of_an_account_that_joined_the_list_since_fails(plain: Stage):
    deployment = made(plain, [A])
    (found,) = check(agreed(plain, gains=[B], keeps=[A]), plain, deployment.inputs, [A, B, C]).failures

    assert found.startswith(f"accounts: {C} would gain access")


def test_check_of_an_account_that_left_the_list_since_fails(plain: Stage):
    deployment = made(plain, [A, B])
    (found,) = check(agreed(plain, gains=[C], keeps=[A]), plain, deployment.inputs, [A, C]).failures
    assert found.startswith(f"accounts: {B} would lose access")


def test_check_leaves_to_the_write_whether_somebody_keeps_access_by_another_share(plain: Stage):
    deployment = made(plain, [A, B])

    assert check(agreed(plain, keeps=[A, B]), plain, deployment.inputs, [A]).failures == ()


def test_create_writes_nothing_when_somebody_lost_access_since(plain: Stage):
    run = agreed(plain, gains=[A], keeps=[B])
    inputs = check(run, plain, {}, [A, B]).inputs

    with pytest.raises(PreconditionFailed) as failure:
        Lifecycle(run).create(inputs)

    doing, found, now, following = str(failure.value).splitlines()
    assert doing.endswith("was not started.")
    assert f"{B} would gain access to {image_of(plain)}, and nobody has agreed to that" in found
    assert now.startswith("Now: nothing was written")
    assert following == "Next: review the change again."
    assert (plain.writes(), plain.live()) == ([], set())


def test_delete_takes_off_nobody_who_was_shown_to_keep_access(plain: Stage):
    deployment = made(plain, [A, B])
    run = agreed(plain, losses=[B], keeps=[A])
    Lifecycle(run).delete(deployment.outputs)

    assert plain.live() == {A}


def test_delete_of_a_share_that_nobody_was_shown_writes_nothing(plain: Stage):
    deployment = made(plain, [A])
    run = plain.run()
    run.allowance = Allowance()

    with pytest.raises(PreconditionFailed, match=f"{A} would lose access"):
        Lifecycle(run).delete(deployment.outputs)

    assert (plain.writes(), plain.live()) == ([], {A})


def test_exclusive_share_leaves_alone_whoever_came_since(plain: Stage):
    deployment = made(plain, [A, B], exclusive=True)
    plain.share_outside(FOREIGN)
    run = agreed(plain, losses=[B], keeps=[A])
    checked = check(run, plain, deployment.inputs, [A], exclusive=True)
    Preview(run).diff(deployment.outputs, checked.inputs)
    found = Lifecycle(run).update(deployment.outputs, checked.inputs)

    assert checked.failures == ()
    assert plain.live() == {A, FOREIGN}
    assert found.foreign == (FOREIGN,)
    assert plain.said()[Kind.APPEARED].accounts == ((FOREIGN, ""),)


def test_allowance_that_cannot_be_read_stops_check_and_every_write(plain: Stage):
    deployment = made(plain, [A])
    problem = "what this run may do cannot be read."
    checking, run = plain.run(), plain.run()
    checking.allowance = run.allowance = Allowance(problem=problem)

    assert check(checking, plain, deployment.inputs, [A, B]).failures == (problem,)
    with pytest.raises(PreconditionFailed, match="cannot be read"):
        Lifecycle(run).delete(deployment.outputs)
    assert plain.writes() == []


def test_unchanged_share_is_no_matter_of_what_was_agreed_to(plain: Stage):
    deployment = made(plain, [A])
    run = plain.run()
    run.allowance = Allowance()

    assert check(run, plain, deployment.inputs, [A]).failures == ()
    assert plain.calls() == []


def test_switch_of_the_share_to_ecs_that_nobody_agreed_to_writes_nothing(set_up):
    stage = set_up("swas", {})
    deployment = made(stage, [A])
    run = agreed(stage, keeps=[A])
    checked = check(run, stage, deployment.inputs, [A], share_to_ecs=True)
    Preview(run).diff(deployment.outputs, checked.inputs)

    with pytest.raises(PreconditionFailed, match="own ECS would be switched on"):
        Lifecycle(run).update(deployment.outputs, checked.inputs)
    assert stage.writes() == []

    agreed_to = agreed(stage, keeps=[A], ecs=True)
    checked = check(agreed_to, stage, deployment.inputs, [A], share_to_ecs=True)
    Lifecycle(agreed_to).update(deployment.outputs, checked.inputs)
    assert stage.image()["in_share"] is True


# -- secret accounts -------------------------------------------------------------------------------


def secret(stage: Stage, digest: str) -> Run:
    """Start a run that may carry out the change of secret accounts that a digest stands for."""
    run = agreed(stage, digests=[digest])
    run.approval_key = KEY
    return run


def test_secret_accounts_that_a_digest_stands_for_gain_access(plain: Stage):
    run = secret(plain, digest_of(KEY, image_of(plain), [A, B], []))
    checked = check(run, plain, {}, [A, B], accounts_secret=True)
    Lifecycle(run).create(checked.inputs)

    assert (checked.failures, plain.live()) == ((), {A, B})


def test_other_secret_accounts_of_the_same_number_are_refused_without_an_id(plain: Stage):
    run = secret(plain, digest_of(KEY, image_of(plain), [A, B], []))
    (found,) = check(run, plain, {}, [A, C], accounts_secret=True).failures

    assert found.startswith(f"accounts: 2 accounts (secret) would gain access to {image_of(plain)}")
    assert A not in found
    assert C not in found


def test_digest_is_said_with_a_key_and_is_another_one_for_another_key(plain: Stage):
    said = set()
    for key in (KEY, f"{KEY} 2", None):
        run = plain.run()
        run.approval_key = key
        check(run, plain, {}, [A], accounts_secret=True)
        notice = plain.said().get(Kind.DIGEST)
        said.add(notice.detail if notice else "")

    assert len(said) == 3
    assert "" in said
    assert all(A not in digest for digest in said)


def test_removal_of_other_secret_accounts_than_agreed_is_refused(plain: Stage):
    deployment = made(plain, [A, B], accounts_secret=True)
    image = image_of(plain)
    digest = digest_of(KEY, image, [], [B])
    other, good = secret(plain, digest), secret(plain, digest)

    assert check(other, plain, deployment.inputs, [B], accounts_secret=True).failures != ()
    checked = check(good, plain, deployment.inputs, [A], accounts_secret=True)
    assert checked.failures == ()
    Preview(good).diff(deployment.outputs, checked.inputs)
    Lifecycle(good).update(deployment.outputs, checked.inputs)
    assert plain.live() == {A}


def test_delete_of_secret_accounts_needs_that_an_unknown_number_was_agreed_to(plain: Stage):
    deployment = made(plain, [A], accounts_secret=True)

    with pytest.raises(PreconditionFailed, match=r"1 account \(secret\) would lose access"):
        Lifecycle(agreed(plain)).delete(deployment.outputs)
    Lifecycle(agreed(plain, hidden_losses=True)).delete(deployment.outputs)
    assert plain.live() == set()


def test_state_of_a_limited_run_is_that_of_any_other(plain: Stage):
    run = agreed(plain, gains=[A])
    found = Lifecycle(run).create(check(run, plain, {}, [A]).inputs)

    assert set(state.outputs_of(found)) >= {"accounts", "owned_accounts", "foreign_accounts", "owner_id"}
