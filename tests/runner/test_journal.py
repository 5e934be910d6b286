"""What the engine's events come to, and the lines that say it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

import pytest
from pulumi.automation.events import EngineEvent

from alicloud_image_share.engine.console import console, print_lines
from alicloud_image_share.engine.events import EventLog
from alicloud_image_share.engine.operation import Operation
from alicloud_image_share.engine.report import access_lines, change_lines, plan_lines
from alicloud_image_share.engine.result_line import result_line
from alicloud_image_share.engine.stack_run import StackResult
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.engine_step import PERMISSION_TYPE, SHARE_TYPE
from alicloud_image_share.review.model import Change
from alicloud_image_share.review.planned_share import Step
from alicloud_image_share.review.rows import verdict
from alicloud_image_share.review.share_change import ShareChange
from alicloud_image_share.sharing.last_up import KEYS_OF_LAST_UP, RULES_OF_LAST_UP
from alicloud_image_share.sharing.notices import Kind, Notice, about, counted

IMAGE = "ecs:cn-hangzhou:m-1"
DEFAULT_PROVIDER = "urn:pulumi:dev::images::pulumi:providers:alicloud::default_4_0_0::00"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}


@dataclass
class Ear:
    begun_shares: list[str] = field(default_factory=list)
    ended_shares: list[str] = field(default_factory=list)
    changes: list[ShareChange] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)

    def share_started(self, name: str) -> None:
        self.begun_shares.append(name)

    def share_ended(self, name: str) -> None:
        self.ended_shares.append(name)

    def share_changed(self, change: ShareChange) -> None:
        self.changes.append(change)

    def message(self, severity: str, text: str) -> None:
        self.messages.append((severity, text))


def journal(*events, planned=False):
    found = EventLog(Ear(), planned)
    for event in events:
        found.take(EngineEvent.from_json(event))
    return found


def share(accounts, *, owned=None, foreign=(), image="m-1", **inputs):
    given = {"service": "ecs", "region_id": "cn-hangzhou", "image_id": image, "accounts": accounts, **inputs}
    outputs = {
        **given,
        "owned_accounts": accounts if owned is None else owned,
        "foreign_accounts": list(foreign),
    }
    return {"inputs": given, "outputs": outputs}


def step(operation, old=None, new=None, *, name="golden", kind="resOutputsEvent", identity=IMAGE):
    urn = f"urn:pulumi:dev::images::{SHARE_TYPE}::{name}"
    metadata = {"op": operation, "urn": urn, "type": SHARE_TYPE}
    if old:
        metadata["old"] = {"urn": urn, "id": identity, **old}
    if new:
        metadata["new"] = {"urn": urn, "id": identity, **new}
    return {kind: {"metadata": metadata}}


def refreshed(old, new):
    return (step("refresh", old, kind="resourcePreEvent"), step("update", old, new))


def message(text, severity="info", name=None):
    urn = f"urn:pulumi:dev::images::{SHARE_TYPE}::{name}" if name else ""
    return {"diagnosticEvent": {"message": text, "severity": severity, "urn": urn}}


def result(found, operation=Operation.UP, **fields):
    return StackResult(
        stack="dev",
        operation=operation,
        refreshed=False,
        failure=None,
        changes=tuple(found.changes),
        unchanged=found.unchanged,
        stays=found.stays,
        access=found.access,
        notices=tuple(found.notices),
        **fields,
    )


def lines(found):
    return [line for change in found.changes for line, _ in change_lines(change)]


def test_create_gives_access_to_every_account():
    found = journal(step("create", None, share({"2": "b", "1": ""})))

    assert lines(found) == [f"+ golden {IMAGE}: created", "    golden + 1", '    golden + 2 "b"']


def test_update_names_who_loses_first_then_who_gains_and_notes():
    found = journal(step("update", share({"1": "", "2": "old"}), share({"2": "new", "3": "c"})))

    assert lines(found) == [
        f"~ golden {IMAGE}: updated",
        "    golden - 1",
        '    golden + 3 "c"',
        '    golden ~ 2 "new" is the new note',
    ]


def test_update_of_another_field_names_the_field():
    found = journal(step("update", share({"1": ""}), share({"1": ""}, exclusive=True)))

    assert lines(found) == [f"~ golden {IMAGE}: updated (exclusive)"]


def test_delete_takes_away_what_is_owned():
    found = journal(step("delete", share({"1": "", "2": ""}, owned={"2": ""}), None))

    assert lines(found) == [f"- golden {IMAGE}: deleted", "    golden - 2"]


def test_delete_of_an_exclusive_share_takes_away_what_state_names():
    found = journal(step("delete", share({"1": "", "2": ""}, owned={"2": ""}, exclusive=True), None))

    assert lines(found)[1:] == ["    golden - 1", "    golden - 2"]


def test_replacement_gives_on_the_new_image_and_takes_on_the_old():
    found = journal(
        step("create-replacement", share({"1": ""}), share({"1": ""}, image="m-2")),
        step("replace", share({"1": ""}), share({"1": ""}, image="m-2")),
        step("delete-replaced", share({"1": ""}), None),
    )

    assert [(change.step, change.image) for change in found.changes] == [
        (Step.CREATE, "ecs:cn-hangzhou:m-2"),
        (Step.DELETE, IMAGE),
    ]
    assert (
        len(result(found).net_access.requested),
        len(result(found).net_access.gains),
        len(result(found).net_access.losses),
    ) == (1, 0, 1)


def test_replacement_of_the_same_image_counts_only_who_left_and_who_came():
    found = journal(
        step("create-replacement", share({"1": "", "2": ""}), share({"1": "", "3": ""})),
        step("delete-replaced", share({"1": "", "2": ""}), None),
    )

    assert (
        len(result(found).net_access.requested),
        len(result(found).net_access.gains),
        len(result(found).net_access.losses),
    ) == (1, 0, 1)


def test_rename_takes_nothing_away_and_says_so():
    found = journal(
        step("create", None, share({"1": ""}), name="new"),
        step("delete", share({"1": ""}), None, name="old"),
        planned=True,
    )

    assert (len(result(found).net_access.requested), len(result(found).net_access.losses)) == (0, 0)
    shown = [line for line, _ in plan_lines(result(found))]
    assert "    old = 1 keeps access: another share requests it" in shown


def test_exclusive_share_counts_accounts_that_it_removes_beyond_its_state():
    found = journal(
        step("update", share({"1": ""}), share({"1": ""}, exclusive=True)),
        message(str(Notice(IMAGE, Kind.REMOVES, (("7", ""), ("8", "")))), "warning"),
    )

    assert (len(result(found).net_access.gains), len(result(found).net_access.losses)) == (0, 2)


def test_refresh_names_what_others_changed():
    found = journal(*refreshed(share({"1": "a", "2": ""}), share({"1": "a"}, foreign=["9"])))

    assert lines(found) == [
        f"! golden {IMAGE}: drifted",
        "    golden - 2 was removed by somebody else",
        "    golden ! 9 also has access",
    ]


def test_refresh_that_finds_nothing_new_is_no_change():
    found = journal(*refreshed(share({"1": "a"}), share({"1": "a"})))

    assert (found.changes, found.unchanged) == ([], 1)


def test_drift_counts_neither_as_gain_nor_as_loss():
    found = journal(*refreshed(share({"1": ""}), share({})))

    assert (len(result(found).net_access.gains), len(result(found).net_access.losses)) == (0, 0)


def test_secret_accounts_are_not_shown():
    found = journal(step("update", share(SECRET), share(SECRET)))

    assert lines(found) == [f"~ golden {IMAGE}: updated", "    golden: its accounts are secret"]
    assert [line for line, _ in access_lines(result(found))][1:] == [f"{IMAGE}  (secret)  golden"]


def test_result_counts_secret_accounts():
    found = journal(
        message(str(counted(IMAGE, 2, 1))),
        message(str(about(IMAGE, Kind.LOSES, ["1"], {}, secret=True)), "warning"),
        step("update", share(SECRET), share(SECRET)),
        planned=True,
    )
    plan = result(found, Operation.PREVIEW)

    assert found.listener.messages[0] == ("info", f"{IMAGE}: update: 2 accounts gain, 1 loses (secret)")
    assert result_line(plan)[0].startswith(
        "1 account loses access, 2 accounts gain access · 1 share to update"
    )
    assert verdict(review(found.facts("dev", None))) == "1 account loses, 2 gain access · 1 risk · stack dev"


def test_plan_names_first_who_loses_access():
    found = journal(
        step("create", None, share({"1": ""}), name="a"),
        step("update", share({"1": ""}), share({}), name="c"),
        step("delete", share({"1": ""}), None, name="b"),
        planned=True,
    )

    heads = [line.split(" ")[1] for line, _ in plan_lines(result(found)) if not line.startswith(" ")]

    assert heads == ["b", "c", "a"]


def test_access_lists_accounts_and_who_else_with_the_worst_first():
    found = journal(
        message(str(Notice(IMAGE, Kind.EVERYONE))),
        step("same", share({"1": ""}), share({"2": "b", "1": ""}, foreign=["9"])),
    )

    assert [line for line, _ in access_lines(result(found))] == [
        "Who has access, according to state (use --refresh to read it from the cloud):",
        f"{IMAGE}  everyone          everyone can use this image",
        f"{IMAGE}  9                 also has access",
        f"{IMAGE}  1         golden",
        f'{IMAGE}  2         golden  "b"',
    ]


def test_access_says_what_was_read_and_when():
    read = step("create", None, share({"1": ""}), name="new")
    ended = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    some, every = journal(read, same({"2": ""})), journal(read)

    def head(found, **fields):
        return next(access_lines(replace(result(found, ended_at=ended), **fields)))[0]

    assert head(some) == (
        "Who has access, as read from the cloud at 2026-01-02 03:04 UTC for new, according to state for the"
        " others (use --refresh to read all):"
    )
    assert head(every) == "Who has access, as read from the cloud at 2026-01-02 03:04 UTC:"
    assert head(some, refreshed=True) == head(every)
    assert (
        head(journal(same({"1": ""})))
        == "Who has access, according to state (use --refresh to read it from the cloud):"
    )


def test_access_of_a_deleted_share_is_gone():
    found = journal(step("same", share({"1": ""}), share({"1": ""})), step("delete", share({"1": ""}), None))

    assert found.access == ()


def test_access_is_not_told_from_a_plan():
    assert journal(step("create", None, share({"1": ""}))).access != ()
    assert journal(step("create", None, share({"1": ""})), planned=True).access == ()


def test_share_that_the_engine_only_mentions_is_not_counted():
    # Destroying runs the program, and mentions what it declares though it was never created.
    assert journal(step("same", None, share({"1": ""}))).unchanged == 1
    assert journal(step("same", None, share({"1": ""}), identity="")).unchanged == 0


def test_other_resources_are_left_out():
    event = step("create", None, share({"1": ""}))
    event["resOutputsEvent"]["metadata"]["type"] = "pulumi:providers:pulumi-python"

    assert journal(event).changes == []


def test_permission_of_pulumi_alicloud_that_leaves_the_stack_is_a_loss():
    event = step("delete", {"inputs": {"imageId": "m-1", "accountId": "1"}})
    event["resOutputsEvent"]["metadata"] |= {"type": PERMISSION_TYPE, "provider": DEFAULT_PROVIDER}
    facts = replace(
        journal(event, planned=True).facts("dev", None), config={"alicloud:region": "cn-hangzhou"}
    )

    assert review(facts).changes == {Change(IMAGE, "1", "loss")}


def test_run_that_broken_rules_alone_have_failed_is_told_from_others():
    rule = message(
        "removing 1 account was not started.\nimage-shares:neverLose: 1 would lose access to x.", "error"
    )
    other = message("no image", "error")

    assert [journal(*found).breaks_rules for found in ([], [rule], [rule, other])] == [False, True, False]


@pytest.mark.parametrize("operation", ["create", "update", "delete", "refresh"])
def test_work_on_a_share_is_reported_when_it_begins(operation):
    found = journal(step(operation, share({}), share({}), kind="resourcePreEvent"))

    assert found.listener.begun_shares == ["golden"]


def test_error_that_the_engine_repeats_is_reported_once():
    found = journal(
        message("two\nlines\n", "error"), message("an unhandled error occurred: two\nlines\n", "error")
    )

    assert found.listener.messages == [("error", "two\nlines")]


def test_error_that_the_engine_repeats_as_that_of_its_preview_is_reported_once():
    repeated = message("Preview failed: no image\n", "error", "golden")

    found = journal(message("no image\n", "error", "golden"), repeated)

    assert found.listener.messages == [("error", "golden: no image")]
    assert journal(repeated).listener.messages == [("error", "golden: no image")]


@pytest.mark.parametrize("way", [KEYS_OF_LAST_UP, RULES_OF_LAST_UP], ids=["keys", "rules"])
def test_way_out_of_the_configuration_of_the_last_up_is_not_told_for_a_command_of_ours_takes_the_present_one(
    way,
):
    found = journal(message(f"Next: check the key{way}.\n", "error", "golden"))

    assert found.listener.messages == [("error", "golden: Next: check the key.")]


def test_expected_error_of_a_share_is_reported_without_its_class():
    found = journal(message("alicloud_image_share.errors.PreconditionFailed: no image\n", "error", "golden"))

    assert found.listener.messages == [("error", "golden: no image")]
    assert found.errors == ["no image"]


@pytest.mark.parametrize(
    "beginning",
    [
        f"{SHARE_TYPE} resource 'golden' has a problem: ",
        "alicloud_image_share.cloud.credentials.NoCredentialsError: ",
    ],
)
def test_error_of_a_share_begins_with_its_name_and_neither_with_a_type_nor_with_a_class(beginning):
    found = journal(message(f"{beginning}accounts: 1 is refused", "error", "golden"))

    assert found.listener.messages == [("error", "golden: accounts: 1 is refused")]


def test_marker_of_a_line_is_not_shown():
    found = journal(message(str(Notice(IMAGE, Kind.EVERYONE)), "warning", "golden"))

    assert found.listener.messages == [("warning", f"golden: {IMAGE}: everyone can use this image")]


def test_debug_messages_are_not_told():
    assert journal(message("registering", "debug"), message(" \n")).listener.messages == []


def test_notice_that_a_change_says_anyway_is_not_told():
    notice = Notice(IMAGE, Kind.ASKED, (("1", "a"),))

    assert journal(message(str(notice))).listener.messages == []


def test_result_counts_shares_and_access():
    found = journal(
        step("create", None, share({"1": "", "2": ""}), name="a"),
        step("same", share({"1": ""}), share({"1": ""}), name="b"),
    )

    assert result_line(result(found))[0] == (
        "2 accounts gained access (or had it already) · 1 share created, 1 unchanged · stack dev"
    )


def test_result_of_a_plan_says_who_may_gain_access():
    found = journal(step("create", None, share({"1": ""})), planned=True)

    assert result_line(result(found, Operation.PREVIEW))[0] == (
        "1 account may gain access (images not read) · 1 share to create, 0 unchanged · stack dev"
    )


def test_create_of_an_image_that_was_read_counts_only_who_had_no_access():
    found = journal(
        message(str(Notice(IMAGE, Kind.ALREADY, (("1", ""),)))),
        message(str(Notice(IMAGE, Kind.GAINS, (("2", ""),)))),
        step("create", None, share({"1": "", "2": ""})),
    )

    assert result_line(result(found))[0].startswith("1 account gained access · 1 share created")


def same(accounts, name="kept", **inputs):
    return step("same", share(accounts, **inputs), share(accounts, **inputs), name=name)


@pytest.mark.parametrize("operation", ["delete", "update", "delete-replaced"])
@pytest.mark.parametrize("kept_first", [True, False])
def test_account_that_an_unchanged_share_asks_for_loses_access_by_no_other_share(operation, kept_first):
    leaving = step(operation, share({"1": "", "2": ""}), share({}) if operation == "update" else None)
    events = [same({"1": ""}), leaving] if kept_first else [leaving, same({"1": ""})]
    found = journal(*events, planned=True)
    plan = result(found, Operation.PREVIEW)

    assert plan.net_access.losses.keys() == {(IMAGE, "2")}
    assert review(found.facts("dev", None)).changes == {Change(IMAGE, "2", "loss")}
    assert "    golden = 1 keeps access: another share requests it" in [line for line, _ in plan_lines(plan)]


def test_account_that_an_unchanged_share_asks_for_on_another_image_loses_access():
    found = journal(same({"1": ""}, image="m-2"), step("delete", share({"1": ""})), planned=True)

    assert review(found.facts("dev", None)).changes == {Change(IMAGE, "1", "loss")}


def test_share_that_was_never_created_keeps_nobody():
    never = step("same", None, share({"1": ""}), name="new", identity="")
    found = journal(never, step("delete", share({"1": ""})), planned=True)

    assert review(found.facts("dev", None)).changes == {Change(IMAGE, "1", "loss")}


def test_share_that_was_read_before_it_changes_keeps_no_account_that_it_removes():
    old, new = share({"1": "", "2": ""}), share({"2": ""})
    found = journal(*refreshed(old, old), step("update", old, new), planned=True)

    assert review(found.facts("dev", None)).changes == {Change(IMAGE, "1", "loss")}


def test_replacement_says_that_it_asks_for_the_same_accounts():
    found = journal(
        step("create-replacement", share({"1": ""}), share({"1": ""})),
        step("delete-replaced", share({"1": ""}), None),
        planned=True,
    )

    assert "    golden = 1 keeps access: its replacement requests it" in [
        line for line, _ in plan_lines(result(found, Operation.PREVIEW))
    ]


@pytest.mark.parametrize("kind", [Kind.SPARED, Kind.ASKED_AGAIN])
def test_account_that_the_provider_has_left_alone_is_no_loss(kind):
    found = journal(
        message(str(Notice(IMAGE, kind, (("1", ""),))), "warning"),
        step("delete", share({"1": "", "2": ""}), None),
    )

    assert result(found).net_access.losses.keys() == {(IMAGE, "2")}
    assert [change.loses for change in found.listener.changes] == [{"2": ""}]


def test_account_of_another_share_of_the_stack_is_no_drift():
    found = journal(
        *refreshed(share({"1": ""}), share({"1": ""}, foreign=["2"])),
        step("refresh", share({"2": ""}), kind="resourcePreEvent", name="other"),
        step("same", share({"2": ""}), share({"2": ""}, foreign=["1", "9"]), name="other"),
    )
    found.end()

    assert [(change.name, change.appeared) for change in found.changes] == [("other", ("9",))]
    assert [change.appeared for change in found.listener.changes] == [("9",)]


def test_account_of_another_share_of_the_stack_is_listed_once():
    found = journal(
        same({"1": ""}, name="a"),
        step("same", share({"1": ""}), share({"1": ""}, foreign=["2", "9"]), name="a"),
        step("same", share({"2": ""}), share({"2": ""}, foreign=["1", "9"]), name="b"),
    )

    assert [line for line, _ in access_lines(result(found))][1:] == [
        f"{IMAGE}  9     also has access",
        f"{IMAGE}  1  a",
        f"{IMAGE}  2  b",
    ]


def test_account_that_has_lost_access_in_the_run_is_not_in_the_table():
    found = journal(
        step("create", None, share({"1": ""}, foreign=["2"]), name="new"),
        step("delete", share({"1": "", "2": ""}), None),
    )

    assert [line for line, _ in access_lines(result(found))][1:] == [f"{IMAGE}  1  new"]


def test_replaced_share_is_in_the_table():
    found = journal(
        step("create-replacement", share({"1": ""}), share({"2": ""}, image="m-2")),
        step("delete-replaced", share({"1": ""}), None),
    )

    assert [access.image for access in found.access] == ["ecs:cn-hangzhou:m-2"]


def test_result_of_nothing_to_do_is_short():
    assert result_line(result(journal()))[0] == "0 shares unchanged · stack dev"


@pytest.mark.parametrize("planned", [True, False])
@pytest.mark.parametrize("service", [5, True, ["ecs"], {"a": "ecs"}])
def test_step_that_cannot_be_read_is_never_a_step_that_changes_nothing(planned: bool, service: object):
    odd = share({"1234567890123456": "web"}, service=service)

    log = journal(step("create", new=odd), planned=planned)

    assert log.changes == []
    assert log.unread == "a step that the engine reported cannot be read (TypeError)"


@pytest.mark.parametrize("accounts", [5, ["1234567890123456"], {"1234567890123456": ["web"]}])
def test_accounts_of_another_kind_make_a_step_unreadable(accounts: object):
    assert journal(step("update", share({}), share({}, owned={}) | {"inputs": {"accounts": accounts}})).unread


def test_name_of_a_share_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]):
    hidden = "gold\u202e\x1b[31m\x9b"
    found = journal(step("create", new=share({"1234567890123456": "web"}), name=hidden))

    print_lines(change_lines(found.changes[0]), console())

    assert "gold\\u202e\\u001b[31m\\u009b" in capsys.readouterr().out
