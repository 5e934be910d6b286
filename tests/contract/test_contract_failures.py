"""Terminal errors: what the run added is taken back, removals stand, and the user is told what holds."""

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.errors import NotConverged
from alicloud_image_share.sharing.notices import Kind
from tests.contract.stage import FOREIGN, Behaviour, SetUp, Stage, accounts

KEPT = accounts(5, first=901)


def test_update_refused_in_the_middle_takes_back_what_it_added_and_lets_removals_stand(plain: Stage):
    plain.put_image([FOREIGN])
    deployment = plain.deployment()
    deployment.up(KEPT)
    plain.fail(plain.facts.add, "error", nth=(2,), code="Forbidden.RAM", status=403)

    with pytest.raises(NotConverged) as failure:
        deployment.up([*KEPT[1:], *accounts(25)])

    doing, found, now, next_step = str(failure.value).splitlines()
    assert plain.live() == {FOREIGN, *KEPT[1:]}
    assert "25 accounts" in doing
    assert doing.endswith(" failed.")
    assert "Forbidden.RAM (403, request " in found
    assert now.startswith("Now: the 10 accounts that this run added are taken back")
    assert next_step.startswith("Next: ")


def test_update_after_one_that_was_refused_in_the_middle_ends_in_what_was_asked(stage: Stage):
    deployment = stage.deployment()
    deployment.up(KEPT)
    stage.fail(stage.facts.add, "error", nth=(2,), code="Forbidden.RAM", status=403)
    with pytest.raises(NotConverged):
        deployment.up([*KEPT[1:], *accounts(25)])

    deployment.up([*KEPT[1:], *accounts(25)])

    assert stage.live() == {*KEPT[1:], *accounts(25)}


@pytest.mark.parametrize("code", ["InternalError", "Throttling.Api"])
def test_accounts_are_taken_back_though_nothing_can_be_read_any_more(plain: Stage, code: str):
    unreadable = {"action": plain.facts.list, "kind": "error", "code": code, "status": 500}
    plain.cloud.put_faults(
        [
            {"service": plain.service, **unreadable, "nth": list(range(2, 500))},
            {
                "service": plain.service,
                "action": plain.facts.add,
                "kind": "error",
                "nth": [2],
                "code": "Forbidden.RAM",
                "status": 403,
            },
        ]
    )

    with pytest.raises(NotConverged) as failure:
        plain.deployment().up(accounts(12))

    now = str(failure.value).splitlines()[2]
    assert plain.live() == set()
    assert all(account in now for account in accounts(10)), "no read showed that they are off"
    assert "run up and then take it off the list" in now


def test_wait_that_the_cloud_asks_for_after_a_write_it_failed_is_waited(plain: Stage):
    plain.fail(plain.facts.add, "error", code="ServiceUnavailable", status=503, retry_after_ms=30_000)
    begun = plain.time.now

    plain.deployment().up(accounts(3))

    assert plain.live() == set(accounts(3))
    assert plain.time.now - begun >= 30
    assert "ServiceUnavailable" in plain.said()[Kind.WAITS].detail


@pytest.mark.parametrize("service", ["ecs", "swas"])
def test_refused_quota_is_reported_with_who_holds_and_who_is_asked(set_up: SetUp, service: str):
    stage = set_up(service, {})
    stage.put_image(KEPT, quota=10)

    with pytest.raises(NotConverged) as failure:
        stage.deployment().up(accounts(12))

    assert "5 accounts have access; this would make 17" in str(failure.value)


def test_create_with_an_account_that_does_not_exist_takes_the_others_back(plain: Stage):
    plain.close_account(accounts(12)[-1])

    with pytest.raises(NotConverged):
        plain.deployment().up(accounts(12))

    assert plain.live() == set()


@pytest.mark.parametrize(
    ("service", "behaviour"), [("eds", {"eds_per_call": 1}), ("swas", {"swas_per_call": 5})]
)
def test_service_that_takes_fewer_accounts_a_call_has_them_all_taken_back(
    set_up: SetUp, service: str, behaviour: Behaviour
):
    stage = set_up(service, behaviour)
    stage.fail(stage.facts.add, "error", nth=(3,), code="Forbidden.RAM", status=403)

    with pytest.raises(NotConverged):
        stage.deployment().up(accounts(20))

    assert stage.live() == set()


def test_taking_back_that_every_read_shows_at_once_reads_twice(plain: Stage):
    plain.fail(plain.facts.add, "error", nth=(2,), code="Forbidden.RAM", status=403)

    with pytest.raises(
        NotConverged, match="the 10 accounts that this run added are taken back; 0 have access"
    ):
        plain.deployment().up(accounts(12))

    assert plain.reads().count(plain.facts.list) == 1 + 2


def test_removal_that_is_refused_is_looked_at_once(plain: Stage):
    deployment = plain.deployment()
    deployment.up(accounts(2))
    plain.fail(plain.facts.remove, "error", code="Forbidden.RAM", status=403)
    before = plain.reads().count(plain.facts.list)

    with pytest.raises(
        NotConverged, match=f"nobody was added; 0 removed as requested; not removed: {accounts(2)[1]}"
    ):
        deployment.up(accounts(1))

    assert plain.reads().count(plain.facts.list) - before == 1 + 1


def test_create_of_one_account_that_does_not_exist_names_it(plain: Stage):
    (closed,) = accounts(1)
    plain.close_account(closed)

    with pytest.raises(NotConverged, match=closed):
        plain.deployment().up([closed])


def test_adopted_accounts_are_not_taken_back(stage: Stage):
    stage.put_image(KEPT)
    stage.fail(stage.facts.add, "error", nth=(2,), code="Forbidden.RAM", status=403)

    with pytest.raises(NotConverged):
        stage.deployment().up([*KEPT, *accounts(12)])

    assert stage.live() == set(KEPT)


def test_taking_back_that_fails_names_exactly_who_has_access_that_should_not(plain: Stage):
    plain.put_image(KEPT)
    refusal = {"service": plain.service, "kind": "error", "code": "Forbidden.RAM", "status": 403}
    refused = [{**refusal, "action": plain.facts.add, "nth": list(range(2, 90))}]
    if plain.facts.remove != plain.facts.add:
        refused.append({**refusal, "action": plain.facts.remove, "every": 1})
    plain.cloud.put_faults(refused)

    with pytest.raises(NotConverged) as failure:
        plain.deployment().up([*KEPT, *accounts(12)])

    now = str(failure.value).splitlines()[2]
    assert plain.live() == {*KEPT, *accounts(10)}
    assert now.startswith(f"Now: {', '.join(accounts(10))} may have access that should not")


def test_taking_back_that_fails_half_way_names_only_who_still_has_access(plain: Stage):
    refusal = {"service": plain.service, "kind": "error", "code": "Forbidden.RAM", "status": 403}
    together = plain.facts.add == plain.facts.remove
    plain.cloud.put_faults(
        [
            {**refusal, "action": plain.facts.add, "nth": [3]},
            {**refusal, "action": plain.facts.remove, "nth": list(range(5 if together else 2, 90))},
        ]
    )

    with pytest.raises(NotConverged) as failure:
        plain.deployment().up(accounts(25))

    now = str(failure.value).splitlines()[2]
    assert 0 < len(plain.live()) < 20
    assert [account for account in accounts(25) if account in now] == sorted(plain.live())


def test_write_that_is_never_shown_is_taken_back_when_the_time_is_up(stage: Stage):
    stage.fail(stage.facts.add, "stale", reads=10_000)
    before = stage.time.now

    with pytest.raises(NotConverged):
        stage.deployment().up(accounts(3), timeout=60)

    assert stage.live() == set()
    assert stage.time.now - before <= 60 + 60


def test_write_that_is_never_shown_is_reported_as_such(plain: Stage):
    plain.fail(plain.facts.add, "stale", reads=10_000)

    with pytest.raises(NotConverged) as failure:
        plain.deployment().up(accounts(1), timeout=60)

    found = str(failure.value).splitlines()[1]
    assert "accepted" in found
    assert f"{accounts(1)[0]} still had no access" in found


def test_throttling_after_the_first_write_is_taken_back_when_the_time_is_up(stage: Stage):
    stage.fail(stage.facts.add, "throttle", nth=(2, 3), retry_after_ms=45_000)

    with pytest.raises(NotConverged, match="Throttling"):
        stage.deployment().up(accounts(12), timeout=60)

    assert stage.live() == set()


def test_destroy_refused_in_the_middle_lets_the_removals_stand_that_were_made(plain: Stage):
    deployment = plain.deployment()
    deployment.up(accounts(12))
    plain.fail(plain.facts.remove, "error", nth=(2,), code="Forbidden.RAM", status=403)

    with pytest.raises(NotConverged) as failure:
        deployment.destroy()

    doing, found, _, _ = str(failure.value).splitlines()
    assert plain.live() == set(accounts(12)[plain.facts.remove_per_call :])
    assert "12 accounts" in doing
    assert "Forbidden.RAM (403, request " in found


def test_destroy_refused_in_the_middle_names_who_is_left(plain: Stage):
    deployment = plain.deployment()
    deployment.up(accounts(12))
    plain.fail(plain.facts.remove, "error", nth=(2,), code="Forbidden.RAM", status=403)

    with pytest.raises(NotConverged) as failure:
        deployment.destroy()

    now = str(failure.value).splitlines()[2]
    assert [account for account in accounts(12) if account in now] == sorted(plain.live())


def test_destroy_after_one_that_failed_removes_the_rest(stage: Stage):
    deployment = stage.deployment()
    deployment.up(accounts(12))
    stage.fail(stage.facts.remove, "error", nth=(2,), code="Forbidden.RAM", status=403)
    with pytest.raises(NotConverged):
        deployment.destroy()

    deployment.destroy()

    assert stage.live() == set()


def test_configured_pace_is_kept(plain: Stage):
    before = plain.time.now

    plain.deployment(callsPerMinute={plain.service: 1}).up(accounts(30))

    assert plain.time.now - before >= 60 * (plain.fewest_writes(30) - 1)
    assert plain.live() == set(accounts(30))


def test_waits_for_the_configured_pace_take_no_time_from_taking_back(plain: Stage):
    # The simulator compares the time of calls: twenty removals one by one are to take no quarter of an hour.
    pace = 2 if services.service(plain.service).LIMITS.remove == 1 else 1
    plain.fail(plain.facts.add, "error", nth=(3,), code="Forbidden.RAM", status=403)

    with pytest.raises(
        NotConverged, match="the 20 accounts that this run added are taken back; 0 have access"
    ):
        plain.deployment(callsPerMinute={plain.service: pace}).up(accounts(21))

    assert plain.live() == set()


def test_rollback_that_the_cloud_accepts_and_never_completes_says_so(plain: Stage):
    plain.cloud.put_faults(
        [
            {"action": plain.facts.add, "kind": "error", "nth": [2], "code": "Forbidden.RAM", "status": 403},
            {"action": plain.facts.remove, "kind": "truncate", "every": 1},
        ]
    )

    with pytest.raises(NotConverged) as failure:
        plain.deployment().up(accounts(12))

    now = str(failure.value).splitlines()[2]
    assert "the rollback failed (the cloud accepted that and still shows them)" in now
    assert plain.live() <= {account for account in accounts(10) if account in now}
