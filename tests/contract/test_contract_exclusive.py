"""Nobody loses access unnamed: an exclusive share removes whom its check or state has named."""

import pytest

from alicloud_image_share.errors import NotConverged
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.sharing.notices import Kind
from tests.contract.stage import FOREIGN, Stage, accounts

A, B = accounts(2)


def test_exclusive_create_removes_accounts_that_its_check_named(stage: Stage):
    stage.put_image([A, FOREIGN])

    stage.deployment().up([A, B], exclusive=True)

    said = stage.said()
    assert stage.live() == {A, B}
    assert said[Kind.REMOVES].accounts == ((FOREIGN, ""),)
    assert said[Kind.ALREADY].accounts == ((A, ""),)


def test_exclusive_create_keeps_who_appears_after_its_check(stage: Stage):
    run = stage.run()
    checked = Preview(run).check({}, stage.inputs([A], exclusive=True))
    stage.share_outside(FOREIGN)
    stage.said()

    created = Lifecycle(run).create(checked.inputs)

    assert stage.live() == {A, FOREIGN}
    assert created.foreign == (FOREIGN,)
    assert stage.said()[Kind.APPEARED].accounts == ((FOREIGN, ""),)


def test_exclusive_create_whose_check_could_not_read_removes_nobody(stage: Stage):
    stage.put_image([FOREIGN])
    stage.fail(stage.facts.list, "error", code="Forbidden.RAM", status=403)

    stage.deployment().up([A], exclusive=True)

    assert stage.live() == {A, FOREIGN}
    said = stage.said()[Kind.SKIPPED].detail
    assert "Forbidden.RAM" in said
    assert said.endswith("; whoever else has access is not named")


def test_exclusive_share_without_a_change_names_who_appeared_and_removes_nobody(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A], exclusive=True)
    stage.share_outside(FOREIGN)
    stage.said()
    stage.cloud.clear_calls()

    deployment.up([A], exclusive=True)

    assert stage.live() == {A, FOREIGN}
    assert stage.said()[Kind.ALSO].accounts == ((FOREIGN, ""),)
    assert stage.writes() == []
    assert len(stage.reads()) == 1


def test_exclusive_share_after_a_refresh_shows_who_appeared_as_a_difference_and_removes_them(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A], exclusive=True)
    stage.share_outside(FOREIGN)
    deployment.refresh()
    shown = deployment.inputs["accounts"]

    deployment.up([A], exclusive=True)

    assert shown == {A: "(no note)", FOREIGN: "(no note)"}
    assert stage.live() == {A}


def test_exclusive_destroy_keeps_who_was_never_in_state(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A], exclusive=True)
    stage.share_outside(FOREIGN)

    deployment.destroy()

    assert stage.live() == {FOREIGN}


def test_exclusive_destroy_removes_accounts_that_state_names(stage: Stage):
    deployment = stage.deployment()
    deployment.up([A], exclusive=True)
    stage.share_outside(FOREIGN)
    deployment.refresh()
    assert stage.live() == {A, FOREIGN}

    deployment.destroy()

    assert stage.live() == set()


@pytest.mark.parametrize("owned", [[], [A]])
def test_exclusive_turned_off_removes_nobody_that_was_never_owned(stage: Stage, owned: list[str]):
    deployment = stage.deployment()
    deployment.up(owned, exclusive=True)
    stage.share_outside(FOREIGN)
    deployment.refresh()
    stage.said()

    deployment.up([B])

    assert stage.live() == {B, FOREIGN}
    assert stage.said()[Kind.KEEPS].accounts == ((FOREIGN, ""),)


def test_secret_accounts_are_only_counted_in_what_is_said(stage: Stage):
    stage.put_image([FOREIGN])
    deployment = stage.deployment()
    deployment.up({A: "canary"}, exclusive=True, accounts_secret=True)
    stage.share_outside(FOREIGN)
    stage.unshare_outside(A)

    with pytest.raises(NotConverged) as failure:
        deployment.up([A, B], exclusive=True, accounts_secret=True)

    text = stage.printed() + str(failure.value)
    assert "1 account (secret)" in text
    assert not [shown for shown in (A, B, FOREIGN, "canary") if shown in text]
