"""Reviews of runs on the real engine: without a file, and as what up is held to."""

import json
from pathlib import Path

import pytest

from tests.review.scenarios import PARTNER, SHOP, STRANGER, WEB
from tests.support.cloud_state import live, put_images, share_in_console, unshare_in_console, writes
from tests.support.stack_files import golden

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment", "owner")]

IMAGE = "ecs:cn-hangzhou:m-1"


@pytest.fixture
def shared(cloud, project, scenes):
    """A stack that has shared m-1 with two teams, and now asks for one of them and a partner."""
    put_images(cloud, "m-1")
    project.write(golden({WEB: "team web", SHOP: "team shop"}))
    scenes.carry_out(project)
    project.write(golden({WEB: "team web"}, groups=["partners"]), groups={"partners": {PARTNER: "partner"}})
    return project


def test_review_without_a_file_previews_now_and_prints_nothing_else(shared):
    said = shared.run("review", "--format", "json")

    document = json.loads(said.output)
    assert said.status == 2
    assert [(one["account"], one["change"]) for one in document["changes"]] == [
        (SHOP, "loss"),
        (PARTNER, "gain"),
    ]
    assert document["images"][0]["gains"][0]["groups"] == ["partners"]


def test_up_carries_out_what_was_approved(shared, cloud, tmp_path):
    approval = tmp_path / "approval.json"
    assert shared.run("review", "--format", "json", "--output", str(approval)).status == 2
    said = shared.run("up", "--approved", str(approval))

    assert (said.status, live(cloud)) == (0, {WEB, PARTNER})


def test_up_of_an_approval_that_is_carried_out_already_says_so_and_is_no_failure(shared, cloud, tmp_path):
    approval = tmp_path / "approval.json"
    shared.run("review", "--format", "json", "--output", str(approval))
    assert shared.run("up", "--approved", str(approval)).status == 0
    cloud.clear_calls()

    said = shared.run("up", "--approved", str(approval))

    assert (said.status, cloud.calls(), live(cloud)) == (0, [], {WEB, PARTNER})
    assert "all of it is done already" in said.output
    assert said.errors == ""


def test_up_of_an_approval_that_was_given_up_stops(shared, cloud, tmp_path):
    approval = tmp_path / "approval.json"
    shared.run("review", "--format", "json", "--output", str(approval))
    shared.write(golden({WEB: "team web", SHOP: "team shop"}))

    said = shared.run("up", "--approved", str(approval))

    assert (said.status, writes(cloud)) == (3, [])
    assert f"approved, and not in this preview: {SHOP} loses access to {IMAGE}" in said.errors


def test_up_stops_before_the_first_write_when_something_else_was_approved(shared, cloud, tmp_path):
    approval = tmp_path / "approval.json"
    shared.run("review", "--format", "json", "--output", str(approval))
    shared.write(golden({PARTNER: "partner"}))
    said = shared.run("up", "--approved", str(approval))

    assert (said.status, writes(cloud), live(cloud)) == (3, [], {WEB, SHOP})
    assert f"not approved: {WEB} loses access to {IMAGE}" in said.output + said.errors


def test_up_stops_when_an_exclusive_share_would_remove_somebody_new(shared, cloud, tmp_path):
    approval = tmp_path / "approval.json"
    shared.write(golden({WEB: "team web"}, exclusive=True))
    shared.run("review", "--format", "json", "--output", str(approval))
    share_in_console(cloud, STRANGER)
    said = shared.run("up", "--approved", str(approval))

    assert (said.status, writes(cloud)) == (3, [])
    assert f"not approved: {STRANGER} loses access to {IMAGE}" in said.output + said.errors


def test_approval_does_not_hold_again_when_the_account_was_taken_off_and_is_listed_again(
    shared, cloud, tmp_path
):
    approval = tmp_path / "approval.json"
    shared.run("review", "--format", "json", "--output", str(approval))
    assert shared.run("up", "--approved", str(approval)).status == 0
    shared.write(golden({WEB: "team web", SHOP: "team shop"}))
    assert shared.run("up", "--yes").status == 0
    shared.write(golden({WEB: "team web"}, groups=["partners"]), groups={"partners": {PARTNER: "partner"}})
    cloud.clear_calls()

    said = shared.run("up", "--approved", str(approval))

    assert (said.status, writes(cloud), live(cloud)) == (3, [], {WEB, SHOP})
    assert "the approval is used up: the stack was changed by an update at" in said.errors


def test_approval_that_is_carried_out_in_part_is_run_again_and_does_the_rest(cloud, project, tmp_path):
    approval = tmp_path / "approval.json"
    put_images(cloud, "m-1", "m-2")
    other = {"other": {"service": "ecs", "image_id": "m-2", "accounts": {PARTNER: ""}}}
    project.write({**golden({WEB: "team web"}), **other})
    project.run("review", "--format", "json", "--output", str(approval))
    refusal = {"kind": "error", "code": "Forbidden.RAM", "status": 403, "nth": [2]}
    cloud.put_faults([{"service": "ecs", "action": "ModifyImageSharePermission", **refusal}])
    first = project.run("up", "--approved", str(approval))
    half = {image["image_id"] for image in cloud.state()["images"] if image["accounts"]}
    cloud.put_faults([])
    second = project.run("up", "--approved", str(approval))
    third = project.run("up", "--approved", str(approval))

    assert (first.status, len(half), second.status, third.status) == (1, 1, 0, 0)
    assert all(image["accounts"] for image in cloud.state()["images"])
    assert "all of it is done already" in third.output


@pytest.mark.parametrize("what", ["project", "backend", "stack"])
def test_approval_of_another_project_backend_or_stack_is_refused(shared, cloud, tmp_path, what):
    approval = tmp_path / "approval.json"
    shared.run("review", "--format", "json", "--output", str(approval))
    document = json.loads(approval.read_text())
    document["bound_to"][what] = "other"
    approval.write_text(json.dumps(document))

    said = shared.run("up", "--approved", str(approval))

    assert (said.status, writes(cloud)) == (3, [])
    assert f"approved for {what} other, and this is {what} " in said.errors


def test_rule_that_is_loosened_after_the_approval_stops_up_and_is_seen_by_a_review(shared, cloud, tmp_path):
    approval = tmp_path / "approval.json"
    shared.write(golden({WEB: "team web", SHOP: "team shop"}), **{"image-shares:deniedAccounts": [STRANGER]})
    assert shared.run("up", "--yes").status == 0
    change = golden({WEB: "team web", SHOP: "team shop", PARTNER: ""})
    shared.write(change, **{"image-shares:deniedAccounts": [STRANGER]})
    shared.run("review", "--format", "json", "--output", str(approval))
    shared.write(change)
    cloud.clear_calls()

    reviewed = shared.run("review", "--fail-on", "rule")
    said = shared.run("up", "--approved", str(approval))

    assert (reviewed.status, said.status, writes(cloud)) == (3, 3, [])
    assert f"image-shares:deniedAccounts is loosened: {STRANGER} may be listed" in reviewed.output
    assert "not approved: image-shares:deniedAccounts: " in said.errors


def test_review_of_a_failed_run_is_incomplete_and_names_what_is_missing(shared):
    shared.write({**golden({WEB: ""}), "bad": {"service": "swas", "image_id": "m-9", "accounts": {}}})
    said = shared.run("review")

    assert said.status == 1
    assert said.output.startswith("INCOMPLETE")


def test_share_that_leaves_the_program_against_a_rule_stops_review_and_approved_up(shared, cloud, tmp_path):
    approval = tmp_path / "approval.json"
    shared.write({}, **{"image-shares:neverLose": [WEB]})
    reviewed = shared.run("review", "--format", "json", "--output", str(approval))
    said = shared.run("up", "--approved", str(approval))

    assert (reviewed.status, said.status) == (3, 3)
    assert WEB in said.output + said.errors
    assert writes(cloud) == []


@pytest.mark.parametrize("rule", [{"neverLose": [WEB]}, {"maxRemoved": 1}], ids=["neverLose", "maxRemoved"])
def test_last_share_that_leaves_the_program_against_a_rule_stops_up(shared, cloud, rule):
    (configured,) = rule.items()
    shared.write({}, **{f"image-shares:{configured[0]}": configured[1]})
    said = shared.run("up", "--yes")

    assert (said.status, writes(cloud), live(cloud)) == (3, [], {WEB, SHOP})
    assert f"image-shares:{configured[0]}: " in said.errors
    assert said.output.endswith("nothing was changed: a rule is broken\n")


@pytest.mark.parametrize("command", [["preview"], ["review"], ["up", "--yes"]], ids=lambda words: words[0])
def test_update_that_breaks_a_rule_has_its_own_exit_status(shared, cloud, command):
    shared.write(golden({WEB: "team web"}), **{"image-shares:neverLose": [SHOP]})
    said = shared.run(*command)

    assert (said.status, writes(cloud)) == (3, [])
    assert SHOP in said.output + said.errors


def test_up_under_a_rule_that_it_keeps_is_carried_out(shared, cloud):
    shared.write(golden({WEB: "team web"}), **{"image-shares:maxRemoved": 1})

    assert shared.run("up", "--yes").status == 0
    assert live(cloud) == {WEB}


def test_approval_gives_no_access_that_the_review_did_not_name(cloud, project, tmp_path):
    approval = tmp_path / "approval.json"
    put_images(cloud, "m-1", accounts=[STRANGER])
    project.write(golden({WEB: "team web"}))
    assert project.run("up", "--yes").status == 0
    unshare_in_console(cloud, STRANGER)
    project.write(golden({WEB: "team web", STRANGER: ""}))
    reviewed = project.run("review", "--format", "json", "--output", str(approval))

    assert reviewed.status == 2
    assert [(one["account"], one["change"]) for one in json.loads(approval.read_text())["changes"]] == [
        (STRANGER, "gain")
    ]


@pytest.fixture
def kept(engine_environment):
    """What the backend keeps of the stack."""
    folder = Path(engine_environment["PULUMI_BACKEND_URL"].removeprefix("file://"))
    return (folder / ".pulumi" / "stacks" / "images" / "dev.json").read_bytes


def test_check_of_drift_that_finds_none_writes_no_state(shared, kept):
    before = kept()
    said = shared.run("refresh", "--check")

    assert (said.status, kept()) == (0, before)


def test_check_of_drift_names_it_and_writes_no_state(shared, cloud, kept):
    unshare_in_console(cloud, SHOP)
    share_in_console(cloud, STRANGER)
    before = kept()
    said = shared.run("refresh", "--check")

    assert (said.status, kept(), writes(cloud)) == (2, before, [])
    assert f"golden - {SHOP} " in said.output
    assert f"golden ! {STRANGER} also has access" in said.output


def test_check_of_drift_that_cannot_read_is_an_error(shared, cloud, kept):
    cloud.put_faults([{"kind": "error", "code": "Forbidden.RAM", "status": 403, "every": 1}])
    before = kept()
    said = shared.run("refresh", "--check")

    assert (said.status, kept()) == (1, before)
    assert "Forbidden.RAM" in said.errors


def test_destroy_that_breaks_a_rule_has_its_own_exit_status(shared, cloud):
    shared.write(golden({WEB: "team web", SHOP: ""}), **{"image-shares:neverLose": [SHOP]})
    said = shared.run("destroy", "--yes")

    assert (said.status, writes(cloud)) == (3, [])
    assert SHOP in said.errors


@pytest.mark.parametrize(
    ("approved", "then"),
    [
        ({"alicloud:profile": "team"}, {"alicloud:profile": "other"}),
        ({"image-shares:deniedAccounts": [STRANGER]}, {}),
    ],
    ids=["profile", "rule"],
)
def test_approval_of_the_first_up_does_not_hold_with_another_configuration(
    cloud, project, tmp_path, approved, then
):
    approval = tmp_path / "approval.json"
    put_images(cloud, "m-1")
    project.write(golden({WEB: ""}), **approved)
    project.run("review", "--format", "json", "--output", str(approval))
    project.write(golden({WEB: ""}), **then)

    said = project.run("up", "--approved", str(approval))

    assert (said.status, writes(cloud)) == (3, [])
    assert "approved" in said.errors
    assert next(iter(approved)) in said.errors
