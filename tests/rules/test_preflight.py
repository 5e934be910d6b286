"""With `preflight: preview` a check finds out what the cloud would refuse; it reads and never writes."""

import pytest

from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.sharing.notices import Kind
from alicloud_image_simulator import OTHER, OWNER, Account
from tests.contract.stage import FOREIGN, Stage, accounts

A, B, C = accounts(3)
PREVIEW = {"preflight": "preview"}


def failures(
    stage: Stage, before: object, after: object, account: Account = OWNER, **rules: object
) -> list[str]:
    """Check a create, or an update of a share that was made without reading at preview."""
    olds = {} if before is None else Preview(stage.run()).check({}, stage.inputs(before)).inputs
    stage.said()
    stage.cloud.clear_calls()
    run = stage.run(account, preflight="preview", **rules)
    return list(Preview(run).check(olds, stage.inputs(after)).failures)


def test_create_that_the_cloud_would_accept_passes_and_names_who_has_access_already(every_stage: Stage):
    every_stage.put_image([B, FOREIGN])

    assert failures(every_stage, None, {A: "web", B: "shop"}) == []

    said = every_stage.said()
    assert said[Kind.ALREADY].accounts == ((B, "shop"),)
    assert said[Kind.GAINS].accounts == ((A, "web"),)
    assert Kind.ASKED not in said
    assert len(every_stage.reads()) == 2
    assert every_stage.writes() == []


def test_create_on_an_image_that_does_not_exist_fails(every_stage: Stage):
    every_stage.remove_image()

    (found,) = failures(every_stage, None, [A])

    assert found == (
        f"image_id: Account {OWNER.id} sees no such image; correct image_id and region_id, or use credentials"
        " of the account that owns the image."
    )


def test_create_on_an_image_of_somebody_else_fails(every_stage: Stage):
    every_stage.put_image([OTHER.id])

    (found,) = failures(every_stage, None, [A], OTHER)

    assert found.startswith("image_id: ")
    assert "use credentials of the account that owns the image" in found


def test_create_on_an_image_that_is_not_available_fails(every_stage: Stage):
    every_stage.put_image(status="Creating")

    (found,) = failures(every_stage, None, [A])

    assert found.startswith("image_id: It can't be shared further: its status is ")


def test_create_with_the_owner_on_the_list_fails(every_stage: Stage):
    (found,) = failures(every_stage, None, [A, OWNER.id])

    assert found == f"accounts: Account {OWNER.id} owns the image; take the owner off the list."


def test_update_above_the_quota_because_of_foreign_accounts_fails(every_stage: Stage):
    every_stage.put_image([A, *accounts(9, first=101)], quota=10)

    (found,) = failures(every_stage, [A], [A, B], accountsPerImage={every_stage.service: 10})

    assert found.startswith("accounts: 10 accounts have access; this would make 11; the limit is 10; ")


def test_update_that_replaces_one_account_by_another_fits_the_quota(every_stage: Stage):
    every_stage.put_image([A, *accounts(9, first=101)], quota=10)

    assert failures(every_stage, [A], [B], accountsPerImage={every_stage.service: 10}) == []
    assert every_stage.reads() != []


def test_update_that_only_removes_is_not_stopped_by_the_state_of_the_image(every_stage: Stage):
    every_stage.put_image([A, B, OWNER.id], status="Creating")

    assert failures(every_stage, [A, B], [A]) == []
    assert every_stage.reads() != []


def test_update_does_not_count_as_a_loss_who_has_no_access_any_more(stage: Stage):
    stage.put_image([A])

    assert failures(stage, [A, B], [A], neverLose=[B]) == []
    assert stage.reads() != []


@pytest.mark.parametrize("after", [[A], {A: "a note"}], ids=["nothing", "a note"])
def test_update_that_calls_nothing_reads_nothing(every_stage: Stage, after: object):
    every_stage.remove_image()

    assert failures(every_stage, [A], after) == []
    assert every_stage.calls() == []


def test_second_check_of_a_replacement_reads_nothing_again(every_stage: Stage):
    every_stage.put_image([A])
    preview = Preview(every_stage.run(**PREVIEW))
    preview.check(
        every_stage.inputs({A: ""}, region_id=every_stage.facts.region_id), every_stage.inputs([A, B])
    )
    every_stage.cloud.clear_calls()

    assert preview.check({}, every_stage.inputs([A, B])).failures == ()
    assert every_stage.calls() == []


def test_image_that_can_not_be_described_is_named_and_its_accounts_are_read(every_stage: Stage):
    every_stage.put_image([A])
    every_stage.fail(every_stage.facts.describe, "error", code="Forbidden.RAM", status=403)

    assert failures(every_stage, None, [A, B]) == []

    said = every_stage.said()
    assert "Forbidden.RAM" in said[Kind.SKIPPED].detail
    assert said[Kind.SKIPPED].detail.endswith("whether it can be shared is not known")
    assert said[Kind.ALREADY].accounts == ((A, ""),)


def test_create_that_can_not_be_read_is_named_and_asked(every_stage: Stage):
    every_stage.fail(every_stage.facts.list, "error", code="Forbidden.RAM", status=403)

    assert failures(every_stage, None, [A, B]) == []

    said = every_stage.said()
    assert "Forbidden.RAM" in said[Kind.SKIPPED].detail
    assert said[Kind.ASKED].accounts == ((A, ""), (B, ""))
    assert Kind.GAINS not in said


def test_credentials_that_the_cloud_does_not_know_are_named_and_the_preview_works(every_stage: Stage):
    nobody = Account(OWNER.id, "no-such-key", "secret")

    assert failures(every_stage, None, [A], nobody) == []
    assert every_stage.said()[Kind.SKIPPED].detail.endswith("whether it can be shared is not known")


def test_exclusive_create_that_was_read_asks_for_nobody(stage: Stage):
    stage.put_image([A, FOREIGN])

    Preview(stage.run()).check({}, stage.inputs([A, B], exclusive=True))

    said = stage.said()
    assert {Kind.ALREADY, Kind.GAINS, Kind.REMOVES} == said.keys()


def test_obstacle_to_a_share_of_secret_accounts_shows_none(stage: Stage):
    inputs = stage.inputs({A: "", OWNER.id: ""}, accounts_secret=True)

    (found,) = Preview(stage.run(**PREVIEW)).check({}, inputs).failures

    assert found == "accounts: Account … owns the image; take the owner off the list."
