"""Answers that are lost, late or stand for a part: read again, then only what is missing is written."""

import pytest

from alicloud_image_share.cloud import services
from tests.contract.stage import SetUp, Stage, accounts


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_create_whose_write_is_not_answered_ends_in_what_was_asked(stage: Stage, kind: str):
    stage.fail(stage.facts.add, kind, nth=(1, 3))

    stage.deployment().up(accounts(35))

    assert stage.live() == set(accounts(35))


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_update_whose_removal_is_not_answered_ends_in_what_was_asked(stage: Stage, kind: str):
    deployment = stage.deployment()
    deployment.up(accounts(12))
    stage.fail(stage.facts.remove, kind)

    deployment.up(accounts(2))

    assert stage.live() == set(accounts(2))


def test_write_that_was_carried_out_without_an_answer_is_not_repeated(plain: Stage):
    plain.fail(plain.facts.add, "drop_after")

    plain.deployment().up(accounts(12))

    assert [account for batch in plain.sent_to_add() for account in batch] == accounts(12)


@pytest.mark.parametrize(("code", "status"), [("InternalError", 500), ("ServiceUnavailable", 503)])
def test_write_that_fails_inside_the_cloud_is_sent_again_after_a_read(plain: Stage, code: str, status: int):
    plain.fail(plain.facts.add, "error", code=code, status=status)

    plain.deployment().up(accounts(3))

    assert plain.live() == set(accounts(3))
    assert [call["action"] for call in plain.calls()][1:] == [
        plain.facts.list,
        plain.facts.add,
        plain.facts.list,
        plain.facts.add,
        plain.facts.list,
    ]


def test_read_without_an_answer_is_sent_again(stage: Stage):
    stage.fail(stage.facts.list, "drop_after", nth=(1, 2))

    stage.deployment().up(accounts(3))

    assert stage.live() == set(accounts(3))


def test_write_that_takes_only_a_part_is_found_out_and_completed(stage: Stage):
    stage.fail(stage.facts.add, "truncate")

    stage.deployment().up(accounts(10))

    assert stage.live() == set(accounts(10))


def test_write_that_takes_only_a_part_is_followed_by_what_is_missing_alone(plain: Stage):
    plain.fail(plain.facts.add, "truncate")

    plain.deployment().up(accounts(10))

    assert plain.sent_to_add() == [accounts(10), accounts(5, first=6)]


def test_removal_that_takes_only_a_part_is_found_out_and_completed(stage: Stage):
    deployment = stage.deployment()
    deployment.up(accounts(12))
    stage.fail(stage.facts.remove, "truncate")

    deployment.up(accounts(2))

    assert stage.live() == set(accounts(2))


@pytest.mark.parametrize("late", [1, 2, 3])
def test_write_that_reads_show_late_ends_in_what_was_asked(stage: Stage, late: int):
    stage.fail(stage.facts.add, "stale", reads=late)

    stage.deployment().up(accounts(12))

    assert stage.live() == set(accounts(12))


@pytest.mark.parametrize("late", [1, 2, 3])
def test_removal_that_reads_show_late_ends_in_what_was_asked(stage: Stage, late: int):
    deployment = stage.deployment()
    deployment.up(accounts(12))
    stage.fail(stage.facts.remove, "stale", reads=late)

    deployment.up(accounts(2))

    assert stage.live() == set(accounts(2))


@pytest.mark.parametrize("late", [4, 5, 9, 13])
def test_write_that_reads_show_very_late_is_repeated_until_they_do(plain: Stage, late: int):
    plain.fail(plain.facts.add, "stale", reads=late)

    plain.deployment().up(accounts(12))

    assert plain.live() == set(accounts(12))


@pytest.mark.parametrize("service", services.names())
def test_repeated_write_that_is_refused_since_the_first_was_done_is_no_failure(set_up: SetUp, service: str):
    stage = set_up(service, {"add_again": "error"})
    stage.fail(stage.facts.add, "stale", reads=6)

    stage.deployment().up(accounts(12))

    assert stage.live() == set(accounts(12))


@pytest.mark.parametrize("service", services.names())
def test_repeated_removal_that_is_refused_since_the_first_was_done_is_no_failure(set_up: SetUp, service: str):
    stage = set_up(service, {"remove_absent": "error"})
    deployment = stage.deployment()
    deployment.up(accounts(12))
    stage.fail(stage.facts.remove, "stale", reads=6)

    deployment.up(accounts(2))

    assert stage.live() == set(accounts(2))


def test_write_whose_answer_is_lost_is_sent_again_after_one_look(plain: Stage):
    plain.fail(plain.facts.add, "drop_before")

    plain.deployment().up(accounts(3))

    actions = [call["action"] for call in plain.calls()]
    first, second = (number for number, action in enumerate(actions) if action == plain.facts.add)
    assert actions[first + 1 : second].count(plain.facts.list) == 1
