"""What is made of a preview, point by point."""

import json
from copy import deepcopy
from dataclasses import replace

import pytest

from alicloud_image_share.commands.review import exit_status
from alicloud_image_share.review.approval import ApprovalError, read_approval, to_json
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.engine_step import SHARE_TYPES, EngineStep, ResourceState
from alicloud_image_share.review.model import OWN_ECS, SECRET, Change, Level, Risk, Standing
from alicloud_image_share.review.net_access import secret_counts
from alicloud_image_share.review.preview_json import ReadingError, read_preview
from alicloud_image_share.review.risks import with_risks
from alicloud_image_share.review.rows import verdict
from alicloud_image_share.review.share_change import unchanged
from alicloud_image_share.sharing.notices import Kind, Notice, about, counted
from alicloud_image_share.stack_file import ListedAccount, ShareDefinition

from .record import INPUTS
from .scenarios import PARTNER, SHOP, STRANGER, WEB

SECRET_VALUE = "[secret]"
IMAGE, OTHER = "ecs:cn-hangzhou:m-1", "ecs:cn-hangzhou:m-2"
SIMPLE = "swas:cn-hangzhou:m-simple"
PERMISSION = "alicloud:ecs/imageSharePermission:ImageSharePermission"
DEFAULT_PROVIDER = "urn:pulumi:dev::shares::pulumi:providers:alicloud::default_4_0_0::00"


def ids(accounts):
    return [account.id for account in accounts]


def image(found, identity=IMAGE):
    return next(one for one in found.images if one.image == identity)


def permission(op, account, image_id="m-1", provider=DEFAULT_PROVIDER):
    state = {"type": PERMISSION, "inputs": {"accountId": account, "imageId": image_id}}
    place = "oldState" if op == "delete" else "newState"
    urn = f"urn:pulumi:dev::shares::{PERMISSION}::p-{account}"
    return {"op": op, "urn": urn, "provider": provider, place: state}


def preview(*steps, **more):
    return json.dumps({"config": {"alicloud:region": "cn-hangzhou"}, "steps": list(steps), **more})


def test_create_whose_image_was_not_read_asks_and_claims_no_gain(reviewed):
    found = image(reviewed("create"))

    assert (ids(found.of(Standing.REQUESTED)), found.of(Standing.GAINS)) == ([WEB, SHOP], ())


def test_create_whose_image_was_read_says_who_has_access_already(reviewed):
    found = image(reviewed("create"), OTHER)

    assert (
        ids(found.of(Standing.GAINS)),
        ids(found.of(Standing.HAS_ACCESS)),
        ids(found.of(Standing.LOSES_UNLISTED)),
    ) == ([SHOP], [WEB], [STRANGER])


def test_line_about_an_image_that_steps_show_adds_nobody_to_a_failed_preview():
    document = json.loads((INPUTS / "create.json").read_text())
    line = str(about(IMAGE, Kind.ASKED, [PARTNER], {}, secret=False))
    document["diagnostics"] += [
        {"severity": "info", "message": line},
        {"severity": "error", "message": "something failed"},
    ]

    found = image(review(read_preview(json.dumps(document))))

    assert ids(found.of(Standing.REQUESTED)) == [WEB, SHOP]


def test_create_whose_image_could_not_be_read_claims_no_gain():
    document = json.loads((INPUTS / "create.json").read_text())
    said = (f"{OTHER} is asked for {WEB}, {SHOP}", f"{OTHER} was not read: no credentials")
    kept = [one for one in document["diagnostics"] if OTHER not in one["message"]]
    document["diagnostics"] = kept + [{"message": one, "severity": "warning"} for one in said]
    found = image(review(read_preview(json.dumps(document))), OTHER)

    assert (ids(found.of(Standing.REQUESTED)), found.of(Standing.GAINS), found.not_checked) == (
        [WEB, SHOP],
        (),
        ("no credentials",),
    )


def test_rename_takes_access_from_nobody_who_is_asked_for(reviewed):
    found = image(reviewed("rename"))

    assert (ids(found.of(Standing.LOSES)), found.gaining, ids(found.of(Standing.KEEPS))) == (
        [WEB],
        (),
        [SHOP],
    )


def leftover(*shown):
    """A preview in which `old` leaves, and `kept`, which is unchanged, asks for the same accounts."""
    document = json.loads((INPUTS / "delete.json").read_text())
    stack, delete = document["steps"]
    state = delete["oldState"]
    kept = {**delete, "op": "same", "urn": delete["urn"] + "-kept", "oldState": state, "newState": state}
    steps = {"stack": stack, "delete": delete, "kept": kept}
    document["steps"] = [steps[name] for name in shown]
    document["changeSummary"]["same"] = 2
    return review(read_preview(json.dumps(document)))


@pytest.mark.parametrize("shown", [("stack", "kept", "delete"), ("stack", "delete", "kept")])
def test_account_that_an_unchanged_share_of_a_file_asks_for_keeps_access(shown):
    found = leftover(*shown)

    assert (found.changes, found.not_checked, found.risks) == (frozenset(), (), ())
    assert ids(found.images[0].of(Standing.KEEPS)) == ids(leftover("stack", "delete").images[0].losing)


def test_file_without_unchanged_shares_says_that_they_may_keep_access():
    found = leftover("stack", "delete")

    assert len(found.images[0].losing) == len(found.changes) > 0
    assert "--show-sames" in found.not_checked[0]


def test_exclusive_removal_that_a_notice_names_is_a_loss_of_its_own_kind(reviewed):
    found = image(reviewed("exclusive"))

    assert (ids(found.of(Standing.LOSES)), ids(found.of(Standing.LOSES_UNLISTED))) == ([SHOP], [STRANGER])


def test_account_that_exclusive_mode_removes_at_a_refresh_is_not_called_unmanaged(reviewed):
    found = image(reviewed("exclusive"), OTHER)

    assert (ids(found.of(Standing.REMOVED_AT_REFRESH)), found.of(Standing.UNMANAGED)) == ([STRANGER], ())


def test_account_that_was_foreign_in_state_gains_access_unless_a_refresh_read_it(reviewed):
    unread, read = image(reviewed("foreign_listed")), image(reviewed("foreign_read"))

    assert (ids(unread.of(Standing.GAINS)), unread.of(Standing.HAS_ACCESS)) == ([STRANGER], ())
    assert (read.of(Standing.GAINS), ids(read.of(Standing.HAS_ACCESS))) == ((), [STRANGER])


def test_exclusive_share_that_goes_takes_access_from_accounts_that_it_lists_or_owns():
    document = json.loads((INPUTS / "delete.json").read_text())
    (state,) = [one["oldState"] for one in document["steps"] if one["op"] == "delete"]
    state["inputs"]["exclusive"] = state["outputs"]["exclusive"] = True
    state["outputs"] |= {"owned_accounts": {WEB: "team web"}, "accounts": {STRANGER: ""}}

    assert ids(image(review(read_preview(json.dumps(document)))).losing) == [WEB, STRANGER]


def test_account_never_owned_is_kept_when_exclusive_is_turned_off(reviewed):
    found = image(reviewed("exclusive_off"))

    assert (ids(found.losing), ids(found.of(Standing.KEEPS))) == ([SHOP], [WEB, STRANGER])


def test_drift_is_told_apart_from_what_up_would_do(reviewed):
    found = image(reviewed("drift"))

    assert (
        ids(found.of(Standing.REMOVED_OUTSIDE)),
        ids(found.of(Standing.GAINS)),
        ids(found.of(Standing.UNMANAGED)),
    ) == ([WEB], [PARTNER], [STRANGER])


def test_refresh_that_does_not_tell_who_appeared_is_named_as_not_checked(reviewed):
    assert len(reviewed("drift").not_checked) == 1
    assert reviewed("foreign_read").not_checked == ()


def test_replacement_names_old_and_new_image(reviewed):
    found = reviewed("replace")

    assert (image(found, OTHER).replaces, image(found).replaced_by) == (IMAGE, OTHER)
    assert ids(image(found).of(Standing.LOSES)) == [WEB, SHOP]


def other(op, kind, name="other", *, custom=True):
    state = {"type": kind, "custom": custom, "inputs": {"addAccounts": [WEB]}}
    place = "oldState" if op.startswith("delete") else "newState"
    return {"op": op, "urn": f"urn:pulumi:dev::shares::{kind}::{name}", place: state}


@pytest.mark.parametrize(
    "op", ["create", "update", "delete", "replace", "import", "import-replacement", "of a later engine", ""]
)
@pytest.mark.parametrize(
    "kind",
    [
        "alicloud:ecs/ecsImagePipeline:EcsImagePipeline",
        "alicloud:resourcemanager/resourceShare:ResourceShare",
        "alicloud:simpleapplicationserver/customImage:CustomImage",
        "pulumi-python:dynamic/mine:Sharer",
        "pulumi-python:dynamic:Resource",
        "command:local:Command",
        "command:remote:Command",
        "alicloud:index/imageSharePermission:ImageSharePermission",
        "alicloud:index/resourceManagerResourceShare:ResourceManagerResourceShare",
        "alicloud:resourcemanager/sharedTarget:SharedTarget",
        "alicloud:ros/stack:Stack",
        "alicloud:oos/execution:Execution",
        "alicloud:fc/v3Function:V3Function",
    ],
)
def test_resource_that_can_share_images_is_named_as_not_checked(op, kind):
    (line,) = review(read_preview(preview(other(op, kind)))).not_checked

    assert line.startswith(f"other, a {kind}, which ")


@pytest.mark.parametrize("kind", SHARE_TYPES)
@pytest.mark.parametrize("op", ["import", "import-replacement", "of a later engine"])
def test_share_that_is_imported_is_named_as_not_checked(op, kind):
    assert review(read_preview(preview(other(op, kind)))).not_checked == (
        f"other, a {kind}, which is imported, or changes in a way that no review knows",
    )


def test_other_resources_that_change_are_counted():
    kinds = ("alicloud:ecs/instance:Instance", "alicloud:vpc/network:Network", "random:index:RandomId")
    steps = [other("create", kind, f"n{number}") for number, kind in enumerate(kinds)]
    replaced = [other(op, kinds[0], "n0") for op in ("create-replacement", "replace", "delete-replaced")]

    assert review(read_preview(preview(*steps, *replaced))).not_checked == (
        "3 other resources change; not reviewed here",
    )


@pytest.mark.parametrize(
    "step",
    [
        other("same", "alicloud:ecs/instance:Instance"),
        other("read", "alicloud:ecs/instance:Instance"),
        other("refresh", "alicloud:ecs/instance:Instance"),
        other("discard", "alicloud:ecs/instance:Instance"),
        other("read-replacement", "alicloud:ecs/instance:Instance"),
        other("remove-pending-replace", "alicloud:ecs/instance:Instance"),
        other("create", "pulumi:pulumi:Stack"),
        other("update", "pulumi:providers:alicloud"),
        other("create", "mine:index:Component", custom=False),
    ],
)
def test_step_that_changes_nothing_in_the_cloud_is_not_counted(step):
    assert review(read_preview(preview(step))).not_checked == ()


def test_share_retained_on_delete_takes_access_from_nobody(reviewed):
    assert reviewed("retained").changes == frozenset()


def test_secret_accounts_are_counted_and_never_shown(reviewed):
    found = reviewed("secret_0_1_0")

    assert Change(IMAGE, SECRET, "loss", 1) in found.changes
    assert not any(account in to_json(found) for account in (WEB, SHOP, PARTNER))


def test_switch_of_the_share_to_ecs_is_a_change_to_approve(reviewed):
    assert reviewed("switch").changes == {Change("swas:cn-hangzhou:m-simple", OWN_ECS, "loss")}


def test_switch_that_somebody_else_has_turned_off_is_turned_on_again(reviewed):
    found = image(reviewed("switch_drift"), SIMPLE)

    assert (found.in_ecs, found.ecs_drift) == (True, False)


def test_switch_stays_on_when_its_share_is_renamed(reviewed):
    found = reviewed("switch_rename")

    assert found.changes == frozenset()
    assert image(found, SIMPLE).names == ("simple", "simple-2")


def test_secret_accounts_of_a_new_share_that_was_not_read_are_asked_for(reviewed):
    assert verdict(reviewed("secret_create")) == "2 accounts may gain access (images not read) · stack dev"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            ["has access already: 1 account (secret)", "gains access: 1 account (secret)"],
            "1 account gains access",
        ),
        (["has access already: 2 accounts (secret)"], "nobody gains or loses access"),
    ],
)
def test_secret_accounts_of_a_new_share_that_was_read_gain_access_as_far_as_they_have_none(said, words):
    document = json.loads((INPUTS / "secret_create.json").read_text())
    document["diagnostics"] = [{"message": f"{IMAGE} {one}", "severity": "info"} for one in said]

    assert verdict(review(read_preview(json.dumps(document)))) == f"{words} · stack dev"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("secret", "1 account loses, 1 gains access"),
        ("secret_0_1_0", "1 account loses access, an unknown number may gain"),
        ("secret_left", "an unknown number of accounts may lose access"),
        ("unknown", "3 accounts may gain access (images not read), an unknown number may gain"),
        ("unread", "nobody gains or loses access, as far as could be read"),
    ],
)
def test_verdict_says_what_it_does_not_know(name, words, reviewed):
    assert verdict(reviewed(name)).startswith(f"{words} · ")


def test_preview_that_a_rule_has_failed_breaks_that_rule(reviewed):
    found = reviewed("rule")

    assert [(risk.level, risk.name, risk.image) for risk in found.risks] == [(Level.RULE, "golden", IMAGE)]
    assert (found.complete, exit_status(found), exit_status(found, ["none"])) == (False, 3, 3)
    assert verdict(found) == "INCOMPLETE · 1 risk · stack dev"


def test_preview_that_a_rule_and_something_else_have_failed_is_an_error():
    document, other = (json.loads((INPUTS / f"{name}.json").read_text()) for name in ("rule", "failed"))
    document["diagnostics"] += other["diagnostics"]

    assert exit_status(review(read_preview(json.dumps(document)))) == 1


def test_failed_preview_names_the_share_at_fault_and_is_incomplete(reviewed):
    found = reviewed("failed")

    assert ([one.name for one in found.missing], exit_status(found, ["none"])) == (["wrong"], 1)


def test_failed_preview_names_declared_shares_that_it_did_not_reach():
    declared = [ShareDefinition(name, "ecs", f"m-{name}", "cn-hangzhou") for name in ("golden", "later")]
    found = review(read_preview((INPUTS / "failed.json").read_text()), declared)

    assert [(one.name, one.image) for one in found.missing] == [
        ("later", "ecs:cn-hangzhou:m-later"),
        ("wrong", ""),
    ]


def test_groups_stand_beside_an_account_where_the_stack_file_is_at_hand():
    accounts = (ListedAccount(PARTNER, "partner", ("partners",)),)
    declared = [ShareDefinition("golden", "ecs", "m-1", "cn-hangzhou", accounts)]
    found = review(read_preview((INPUTS / "update.json").read_text()), declared)

    assert image(found).of(Standing.GAINS)[0].groups == ("partners",)


def test_permission_of_pulumi_alicloud_is_reviewed_with_the_shares():
    found = review(read_preview(preview(permission("create", WEB), permission("delete", SHOP))))

    assert found.changes == {Change(IMAGE, WEB, "gain"), Change(IMAGE, SHOP, "loss")}


def test_permission_that_becomes_a_share_takes_access_from_nobody():
    document = json.loads((INPUTS / "create.json").read_text())
    document["steps"].append(permission("delete", WEB))
    found = review(read_preview(json.dumps(document)))

    assert (ids(image(found).losing), ids(image(found).of(Standing.KEEPS))) == ([], [WEB])


def test_permission_under_another_provider_claims_no_region():
    found = review(read_preview(preview(permission("create", WEB, provider="urn:other"))))

    assert found.images[0].image == "ecs:m-1"


def test_risks_stand_worst_first_with_broken_rules_on_top(reviewed):
    broken = Risk(Level.RULE, IMAGE, "golden", "maxRemoved is 1, and 2 accounts lose access")
    found = with_risks(reviewed("exclusive"), [broken])

    assert [risk.level for risk in found.risks] == [Level.RULE, Level.UNLISTED, Level.LOSS]
    assert exit_status(found) == 3


@pytest.mark.parametrize(
    ("name", "fail_on", "status"),
    [
        ("nothing", (), 0),
        ("update", (), 2),
        ("update", ("none",), 0),
        ("update", ("rule",), 0),
        ("update", ("loss",), 3),
        ("update", ("risk",), 3),
        ("drift", ("loss",), 0),
        ("drift", ("loss", "difference"), 2),
        ("everyone", ("risk",), 3),
        ("unread", (), 1),
        ("unread", ("rule",), 0),
    ],
)
def test_exit_status_is_that_of_what_was_selected(name, fail_on, status, reviewed):
    assert exit_status(reviewed(name), fail_on) == status


@pytest.mark.parametrize(
    "text", ["", "  \n", "error: no stack", "[]", "{}", '{"steps": 1}', '{"steps": [1]}']
)
def test_text_that_is_no_preview_is_refused(text):
    with pytest.raises(ReadingError):
        read_preview(text)


def test_approval_of_something_else_says_each_difference(reviewed):
    approval = read_approval(to_json(reviewed("update")))

    assert approval.differences(reviewed("exclusive")) == (
        f"not approved: {STRANGER} loses access to {IMAGE}",
    )
    assert approval.differences(reviewed("nothing")) == (
        f"approved, and not in this preview: {SHOP} loses access to {IMAGE}",
        f"approved, and not in this preview: {PARTNER} gains access to {IMAGE}",
    )


def test_approval_of_a_stack_holds_for_its_full_name(reviewed):
    approval = read_approval(to_json(reviewed("update")))

    assert approval.differences(replace(reviewed("update"), stack="organization/images/dev")) == ()
    assert approval.differences(replace(reviewed("update"), stack="organization/images/prod")) != ()


@pytest.mark.parametrize("name", ["unknown", "secret_0_1_0", "secret_left"])
def test_approval_of_accounts_that_nobody_has_counted_is_refused(name, reviewed):
    with pytest.raises(ApprovalError, match="does not say how many"):
        read_approval(to_json(reviewed(name)))


def test_approval_of_an_incomplete_review_is_refused(reviewed):
    with pytest.raises(ApprovalError, match="INCOMPLETE"):
        read_approval(to_json(reviewed("failed")))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2}', '{"version": 1, "complete": true}'])
def test_text_that_is_no_approval_is_refused(text):
    with pytest.raises(ApprovalError):
        read_approval(text)


def recorded_step(name):
    document = json.loads((INPUTS / f"{name}.json").read_text(encoding="utf-8"))
    return next(step for step in document["steps"] if "ImageShare" in step["urn"])


def deleted(name):
    step = recorded_step(name)
    return {"op": "delete", "urn": step["urn"], "provider": step["provider"], "oldState": step["oldState"]}


def test_deleted_share_switches_the_share_to_ecs_off():
    found = image(review(read_preview(preview(deleted("switch")))), SIMPLE)

    assert found.in_ecs is False


def test_deleted_share_that_left_ecs_alone_switches_nothing():
    delete = deleted("switch")
    del delete["oldState"]["inputs"]["share_to_ecs"]

    assert image(review(read_preview(preview(delete))), SIMPLE).in_ecs is None


@pytest.mark.parametrize("secret", ["accounts", "owned_accounts"])
def test_delete_of_an_exclusive_share_of_which_one_list_is_secret_names_nobody(secret):
    delete = deleted("update")
    state = delete["oldState"]
    state["inputs"]["exclusive"] = True
    state["outputs"] = {**state["outputs"], "exclusive": True, secret: SECRET_VALUE}

    (change,) = read_preview(preview(delete)).changes()

    assert change.loses is None


@pytest.mark.parametrize("field", ["exclusive", "role_arn", "timeout"])
@pytest.mark.parametrize("place", ["oldState", "newState"])
def test_field_that_only_one_side_of_an_update_has_is_named(place, field):
    step = recorded_step("update")
    step[place]["inputs"][field] = {"exclusive": True, "role_arn": "acs:ram::1:role/x", "timeout": 600}[field]

    (change,) = read_preview(preview(step)).changes()

    assert field in change.fields


def test_new_share_that_switches_ecs_on_beside_one_that_left_it_alone_is_named():
    delete = deleted("switch")
    del delete["oldState"]["inputs"]["share_to_ecs"]
    create = {**deepcopy(delete), "op": "create", "urn": f"{delete['urn']}-new"}
    create["newState"] = create.pop("oldState")
    create["newState"]["inputs"]["share_to_ecs"] = True

    assert image(review(read_preview(preview(create, delete))), SIMPLE).in_ecs is True


def test_owner_that_leaves_the_list_of_its_own_image_is_no_loss():
    step = recorded_step("update")
    before = step["oldState"]["outputs"]
    before["owner_id"] = next(account for account in before["accounts"] if account != PARTNER)
    step["newState"]["inputs"]["accounts"] = {PARTNER: ""}

    (change,) = read_preview(preview(step)).changes()

    assert change.loses is not None
    assert before["owner_id"] not in change.loses


@pytest.mark.parametrize("op", ["replace", "discard", "remove-pending-replace"])
def test_step_that_is_no_reading_does_not_tell_that_a_share_stays(op):
    state = ResourceState(SHARE_TYPES[0], {"service": "ecs", "image_id": "m-1", "accounts": {WEB: ""}})
    step = EngineStep(op, f"urn:pulumi:dev::images::{SHARE_TYPES[0]}::golden", state, state)

    assert unchanged(step, planned=True) is None
    assert unchanged(replace(step, op="same"), planned=True).listed == {WEB: ""}


def test_secret_accounts_of_an_update_that_gain_are_counted_apart_from_those_that_lose():
    numbers = secret_counts([counted(IMAGE, 2, 1), Notice(IMAGE, Kind.LOSES, detail="1 account (secret)")])

    assert numbers == {Standing.GAINS: 2, Standing.LOSES: 1}
