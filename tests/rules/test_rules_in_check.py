"""check holds rules before anything is created: on every list, and on who leaves one."""

import pytest

from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.run import Run
from alicloud_image_share.sharing.model import UNKNOWN
from tests.contract.stage import FOREIGN, Stage, accounts

A, B, C, D = accounts(4)
IMAGE = "ecs:cn-hangzhou:m-1"


def failures(
    stage: Stage, olds: dict[str, object], news: dict[str, object], **rules: object
) -> tuple[str, ...]:
    """Check a share in a run of its own."""
    return Preview(stage.run(**rules)).check(olds, news).failures


def update(run: Run, stage: Stage, before: object, after: object, **fields: object) -> tuple[str, ...]:
    """Check an update of a share that was made without rules."""
    olds = Preview(stage.run()).check({}, stage.inputs(before, **fields)).inputs
    return Preview(run).check(olds, stage.inputs(after, **fields)).failures


def rules_named(sentences: tuple[str, ...]) -> list[str]:
    """Give the rule that each sentence names first."""
    return [sentence.partition("image-shares:")[2].partition(" ")[0].strip(":;") for sentence in sentences]


# -- who may be listed -----------------------------------------------------------------------------


def test_create_with_a_denied_account_fails_and_calls_nothing(stage: Stage):
    (found,) = failures(stage, {}, stage.inputs({A: "team", B: "gone"}), deniedAccounts=[B])

    assert found.startswith(f'accounts: {B} "gone" is denied by image-shares:deniedAccounts')
    assert stage.calls() == []


def test_unchanged_share_with_an_account_that_is_denied_now_fails(stage: Stage):
    assert rules_named(update(stage.run(deniedAccounts=[A]), stage, [A], [A])) == ["deniedAccounts"]


def test_account_that_is_not_allowed_fails(stage: Stage):
    (found,) = failures(stage, {}, stage.inputs([A, B]), allowedAccounts={A: "team"})

    assert found.startswith(f"accounts: {B} is not in image-shares:allowedAccounts")


@pytest.mark.parametrize("listed", [[A, UNKNOWN], {A: UNKNOWN}], ids=["list", "note"])
def test_known_account_of_a_list_that_is_not_wholly_known_is_held_to_the_rules(stage: Stage, listed: object):
    assert rules_named(failures(stage, {}, stage.inputs(listed), deniedAccounts=[A])) == ["deniedAccounts"]


def test_list_for_an_image_that_is_not_known_yet_is_held_to_the_rules(stage: Stage):
    inputs = {**stage.inputs([A]), "image_id": UNKNOWN}

    (found,) = failures(stage, {}, inputs, deniedAccounts=[A])

    assert "the list of ecs:cn-hangzhou:? and" in found


def test_secret_account_that_is_denied_goes_by_its_position(stage: Stage):
    (found,) = failures(stage, {}, stage.inputs({A: "", B: ""}, accounts_secret=True), deniedAccounts=[B])

    assert found.startswith("accounts: number 2 ")
    assert B not in found


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [(False, ["exclusiveAllowed"]), ([], ["exclusiveAllowed"]), ([IMAGE], []), (True, [])],
)
def test_exclusive_share_is_allowed_where_the_rule_says_so(
    stage: Stage, allowed: object, expected: list[str]
):
    found = failures(stage, {}, stage.inputs([A], exclusive=True), exclusiveAllowed=allowed)

    assert rules_named(found) == expected


@pytest.mark.parametrize(("allowed", "expected"), [(False, ["exclusiveAllowed"]), ([IMAGE], [])])
def test_exclusive_share_of_an_unknown_image_fails_only_where_none_is_allowed(
    stage: Stage, allowed: object, expected: list[str]
):
    inputs = {**stage.inputs([A], exclusive=True), "image_id": UNKNOWN}

    assert rules_named(failures(stage, {}, inputs, exclusiveAllowed=allowed)) == expected


# -- who leaves a list -----------------------------------------------------------------------------


def test_update_that_takes_off_a_protected_account_fails_and_calls_nothing(stage: Stage):
    (found,) = update(stage.run(neverLose=[B]), stage, {A: "", B: "bank"}, [A])

    assert found.startswith(f'image-shares:neverLose: {B} "bank" would lose access to {IMAGE};')
    assert f"name {IMAGE} in image-shares:allowRemoval" in found
    assert stage.calls() == []


def test_account_that_would_lose_access_is_named_with_the_note_that_it_had(stage: Stage):
    (found,) = update(stage.run(neverLose=[B]), stage, {A: "", B: "bank"}, {A: "", C: "web"})

    assert f'{B} "bank" would lose access' in found


@pytest.mark.parametrize(("most", "expected"), [(1, ["maxRemoved"]), (2, [])])
def test_update_that_takes_off_too_many_fails(stage: Stage, most: int, expected: list[str]):
    assert rules_named(update(stage.run(maxRemoved=most), stage, [A, B, C], [A])) == expected


def test_image_with_allowed_removal_is_not_held_to_the_rules_on_losing_access(stage: Stage):
    run = stage.run(neverLose=[B], maxRemoved=0, allowRemoval=[IMAGE])

    assert update(run, stage, [A, B, C], [A]) == ()


def test_update_that_only_adds_breaks_no_rule_on_losing_access(stage: Stage):
    assert update(stage.run(neverLose=[A], maxRemoved=0), stage, [A], [A, B]) == ()


def test_replacement_by_another_image_is_left_to_the_delete(stage: Stage):
    olds = Preview(stage.run()).check({}, stage.inputs([A])).inputs
    news = {**stage.inputs([A]), "image_id": "m-2"}

    assert failures(stage, olds, news, neverLose=[A], maxRemoved=0) == ()


def test_account_that_another_share_of_the_run_asks_for_is_not_lost(stage: Stage):
    run = stage.run(neverLose=[B], maxRemoved=0)
    Preview(run).check({}, stage.inputs([B, C]))

    assert update(run, stage, [A, B], [A]) == ()


def test_removals_by_two_shares_of_one_run_count_together(stage: Stage):
    run = stage.run(maxRemoved=1)

    assert update(run, stage, [A, B], [A]) == ()
    (found,) = update(run, stage, [C, D], [C])
    assert f"2 accounts ({B}, {D}) would lose access" in found


def test_secret_accounts_that_leave_are_counted(stage: Stage):
    stage.put_image([A, B])

    (found,) = update(
        stage.run(maxRemoved=1), stage, {A: "", B: ""}, {}, accounts_secret=True, exclusive=True
    )

    assert "2 accounts would lose access" in found
    assert A not in found


# -- exclusive -------------------------------------------------------------------------------------


def test_exclusive_create_that_would_remove_a_protected_account_fails(stage: Stage):
    stage.put_image([A, FOREIGN])

    found = failures(stage, {}, stage.inputs([A], exclusive=True), neverLose=[FOREIGN])

    assert rules_named(found) == ["neverLose"]


def test_exclusive_update_counts_accounts_that_its_read_names(stage: Stage):
    stage.put_image([A, B, FOREIGN])

    (found,) = update(stage.run(maxRemoved=1), stage, [A, B], [A], exclusive=True)

    assert f"2 accounts ({B}, {FOREIGN}) would lose access" in found


def test_exclusive_update_does_not_count_who_has_no_access_any_more(stage: Stage):
    stage.put_image([A])

    assert update(stage.run(neverLose=[B], maxRemoved=0), stage, [A, B], [A], exclusive=True) == ()
    assert stage.reads() != []


def test_unchanged_exclusive_share_breaks_no_rule_on_losing_access(stage: Stage):
    stage.put_image([A, FOREIGN])

    assert update(stage.run(neverLose=[FOREIGN], maxRemoved=0), stage, [A], [A], exclusive=True) == ()


def test_exclusive_share_that_could_not_be_read_is_held_to_what_state_tells(stage: Stage):
    stage.fail(stage.facts.list, "error", nth=[1, 2], code="Forbidden.RAM", status=403)

    found = update(stage.run(neverLose=[B]), stage, [A, B], [A], exclusive=True)

    assert rules_named(found) == ["neverLose"]
