"""Access with an end: the first run after it takes the account off, and the one before says so."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from alicloud_image_share import until
from alicloud_image_share.cloud.end_settings import TIME_VARIABLE
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.sharing.model import UNKNOWN, ImageKey
from alicloud_image_share.sharing.notices import Kind
from alicloud_image_share.sharing.rules import BrokenRule, broken_rule
from tests.contract.stage import FOREIGN, Stage, accounts

A, B, C = accounts(3)
TODAY = datetime(2027, 3, 20, 12, tzinfo=timezone.utc)


def go_on(stage: Stage, days: int = 0) -> None:
    """Let days pass; the first time begin at TODAY."""
    before = stage.environment.get(TIME_VARIABLE)
    now = datetime.fromisoformat(before) if before else TODAY
    stage.environment[TIME_VARIABLE] = (now + timedelta(days=days)).isoformat()


@pytest.fixture(autouse=True)
def _begin(request: pytest.FixtureRequest) -> None:
    name = "plain" if "plain" in request.fixturenames else "stage"
    go_on(request.getfixturevalue(name))


def last_day(days: int) -> str:
    """Return the date so many days from TODAY."""
    return (TODAY + timedelta(days=days)).date().isoformat()


def test_account_is_taken_off_by_the_first_run_after_its_last_day(stage: Stage):
    deployment, end = stage.deployment(), last_day(3)
    listed = {A: until(end, "partner"), B: ""}
    deployment.up(listed)
    assert stage.live() == {A, B}
    assert deployment.outputs["owned_accounts"][A] == f"partner [until {end}]"

    go_on(stage, 2)
    deployment.up(listed)
    assert stage.live() == {A, B}

    go_on(stage, 2)
    stage.printed()
    deployment.up(listed)

    assert stage.live() == {B}
    assert set(deployment.outputs["owned_accounts"]) == {B}
    said = stage.said()
    assert said[Kind.ENDED].accounts == ((A, f"partner [ended {end}]"),)
    assert [account for account, _ in said[Kind.LOSES].accounts] == [A]


def test_run_after_that_calls_nothing_and_says_nothing(stage: Stage):
    deployment = stage.deployment()
    listed = {A: until(last_day(0)), B: ""}
    deployment.up(listed)
    go_on(stage, 1)
    deployment.up(listed)
    stage.cloud.clear_calls()
    assert stage.live() == {B}
    stage.printed()

    deployment.up(listed)

    assert stage.calls() == []
    assert stage.printed() == ""


def test_last_account_of_a_list_ends_and_nobody_is_left(plain: Stage):
    deployment, listed = plain.deployment(), {A: until(last_day(0))}
    deployment.up(listed)
    assert plain.live() == {A}
    go_on(plain, 1)

    deployment.up(listed)
    deployment.refresh()
    deployment.up(listed)

    assert plain.live() == set()


def test_new_share_of_an_account_whose_access_has_ended_gives_it_none(plain: Stage):
    plain.deployment().up({A: until(last_day(-1)), B: ""})

    assert plain.live() == {B}
    assert [account for account, _ in plain.said()[Kind.ENDED].accounts] == [A]


def test_exclusive_share_takes_off_whoever_has_access_that_ended(plain: Stage):
    plain.put_image([A, FOREIGN])

    plain.deployment().up({A: until(last_day(-1)), B: ""}, exclusive=True)

    assert plain.live() == {B}


def test_later_end_in_time_is_a_new_note_and_calls_nothing(plain: Stage):
    deployment = plain.deployment()
    deployment.up({A: until(last_day(1))})
    plain.cloud.clear_calls()

    deployment.up({A: until(last_day(30))})

    assert plain.calls() == []
    assert deployment.outputs["owned_accounts"] == {A: f"[until {last_day(30)}]"}


def test_later_end_after_the_end_gives_access_back_as_a_gain(plain: Stage):
    deployment = plain.deployment()
    deployment.up({A: until(last_day(0)), B: ""})
    go_on(plain, 1)
    deployment.up({A: until(last_day(0)), B: ""})

    deployment.up({A: until(last_day(5)), B: ""})

    assert plain.live() == {A, B}


def test_ended_account_that_somebody_has_taken_off_already_stops_no_run(plain: Stage):
    deployment, listed = plain.deployment(), {A: until(last_day(0)), B: ""}
    deployment.up(listed)
    plain.unshare_outside(A)
    go_on(plain, 1)

    deployment.up({**listed, C: ""})

    assert plain.live() == {B, C}


def test_ended_account_stays_where_another_share_of_the_run_asks_for_it(plain: Stage):
    deployment = plain.deployment()
    deployment.up({A: until(last_day(0)), B: ""})
    go_on(plain, 1)
    run = plain.run()
    other = Preview(run).check({}, plain.inputs([A]))
    checked = Preview(run).check(deployment.inputs, plain.inputs({A: until(last_day(-1)), B: ""}))

    assert other.failures == checked.failures == ()
    Preview(run).diff(deployment.outputs, checked.inputs)
    assert Kind.LOSES not in plain.said()


def test_whoever_has_access_that_ends_soon_is_named_as_long_as_is_configured(plain: Stage):
    listed = {A: until(last_day(10), "partner"), B: until(last_day(20))}

    def soon(**configuration: object) -> list[str]:
        Preview(plain.run(**configuration)).check({}, plain.inputs(listed))
        notice = plain.said().get(Kind.ENDING)
        return [account for account, _ in notice.accounts] if notice else []

    assert soon() == [A]
    assert soon(warnBeforeEnd=30) == [A, B]
    assert soon(warnBeforeEnd=0) == []


@pytest.mark.parametrize("days", [-1, "soon", 1.5, True])
def test_warning_that_is_no_number_of_days_is_refused(plain: Stage, days: object):
    found = Preview(plain.run(warnBeforeEnd=days)).check({}, plain.inputs([A])).failures

    assert any(failure.startswith("image-shares:warnBeforeEnd: ") for failure in found)


def test_secret_accounts_that_end_are_counted_and_never_named(plain: Stage):
    inputs = plain.inputs({A: until(last_day(-1)), B: until(last_day(1))}, accounts_secret=True)

    assert Preview(plain.run()).check({}, inputs).failures == ()

    printed = plain.printed()
    assert "1 account (secret) is not requested: the access has ended" in printed
    assert "the access of 1 account (secret) ends soon" in printed
    assert A not in printed
    assert B not in printed


@pytest.mark.parametrize(
    ("note", "secret", "expected"),
    [
        ("x [until soon]", False, f"accounts: the end 'soon' of '{A}' is neither a date"),
        (f"[until {'x' * 80}]", False, f"accounts: the end '{'x' * 58}… of"),
        ("x [until soon]", True, "accounts: the end of number 1 is neither a date"),
    ],
)
def test_end_that_is_none_is_refused_in_check(plain: Stage, note: str, secret: bool, expected: str):
    fields = {"accounts_secret": True} if secret else {}

    (found,) = Preview(plain.run()).check({}, plain.inputs({A: note}, **fields)).failures

    assert found.startswith(expected)


def test_end_is_kept_in_one_form_and_no_other_note_is_touched(plain: Stage):
    inputs = plain.inputs({A: "a [Until 2999-01-01T08:00:00+08:00]", B: "[team]", C: None})

    checked = Preview(plain.run()).check({}, inputs)

    assert checked.inputs["accounts"] == {A: "a [until 2998-12-31]", B: "[team]", C: "(no note)"}


def test_ended_account_takes_no_room_and_is_held_to_no_rule(plain: Stage):
    run = plain.run(accountsPerImage={plain.service: 1}, deniedAccounts=[A])

    checked = Preview(run).check({}, plain.inputs({A: until(last_day(-1)), B: ""}))

    assert checked.failures == ()


def test_access_of_every_listed_account_ends_within_the_days_that_the_rule_names(plain: Stage):
    listed = {A: until(last_day(9), "partner"), B: until(last_day(30)), C: "team"}
    image = str(ImageKey(plain.service, plain.facts.region_id, "m-1"))

    (found,) = Preview(plain.run(maxUntil=10)).check({}, plain.inputs(listed)).failures

    assert found == (
        f'accounts: {B} "[until {last_day(30)}]", {C} "team" have no end within 10 days, which'
        f" image-shares:maxUntil requires; set until for them in the list of {image} and in its"
        f" groups. [image-shares:maxUntil {image}]"
    )
    assert broken_rule(found) == BrokenRule("maxUntil", image)


@pytest.mark.parametrize(
    "accounts", [{A: until(last_day(9))}, {A: until(last_day(-9)), B: until(last_day(0))}, {A: UNKNOWN}]
)
def test_rule_on_ends_leaves_alone_what_ends_in_time_has_ended_or_is_not_known(
    plain: Stage, accounts: object
):
    assert Preview(plain.run(maxUntil=10)).check({}, plain.inputs(accounts)).failures == ()


def test_rule_on_ends_names_secret_accounts_by_their_position(plain: Stage):
    inputs = plain.inputs({A: "", B: until(last_day(5))}, accounts_secret=True)

    (found,) = Preview(plain.run(maxUntil=10)).check({}, inputs).failures

    assert found.startswith("accounts: number 1 (in order of the ids) has no end within 10 days")
    assert A not in found


@pytest.mark.parametrize("kind", ["throttle", "drop_after", "drop_before"])
def test_account_is_taken_off_although_a_call_goes_wrong(plain: Stage, kind: str):
    deployment, listed = plain.deployment(), {A: until(last_day(0)), B: ""}
    deployment.up(listed)
    go_on(plain, 1)
    plain.fail(plain.facts.remove, kind)

    deployment.up(listed)

    assert plain.live() == {B}
