"""The command on the real engine, against the simulator."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from alicloud_image_simulator import OTHER, OWNER, Simulator
from tests.support.command_line import image_share_process
from tests.support.stack_files import share
from tests.terminal import Terminal

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_environment")]

WEB, SHOP, OUTSIDER = "1234567890123456", "1550809237710001", "1999999999999999"
IMAGE = "ecs:cn-hangzhou:m-1"


def put_images(cloud: Simulator, count=1, **fields):
    cloud.put_state(
        {"images": [{"service": "ecs", "image_id": f"m-{n + 1}", **fields} for n in range(count)]}
    )


def give(cloud: Simulator, *accounts, **fields):
    """Change the first image behind the stack's back."""
    images = cloud.state()["images"]
    images[0] = {**images[0], "accounts": list(accounts), "shared_times": {}, **fields}
    cloud.put_state({"images": images})


def live(cloud: Simulator, image=0):
    return sorted(cloud.state()["images"][image]["accounts"])


def writes(cloud: Simulator):
    return [call for call in cloud.calls() if call["action"].startswith("Modify")]


@pytest.fixture
def shared(cloud, engine_environment, owner, project, scenes):  # noqa: ARG001 - a fixture cannot say usefixtures
    """A project whose one share is carried out."""
    put_images(cloud)
    project.write({"golden": share(accounts={WEB: "team web", SHOP: ""})})
    scenes.carry_out(project)
    return project


@pytest.mark.parametrize(
    ("option", "value"), [("TARGET", "urn:pulumi:dev::images::a:b:C::d"), ("EXCLUDE", "**"), ("CWD", "/")]
)
def test_preview_with_an_option_of_the_environment_leaves_out_no_share(
    cloud, shared, monkeypatch, option, value
):
    shared.write(
        {"golden": share(accounts={WEB: "team web"}), "other": share(image_id="m-2", accounts=[WEB])}
    )
    monkeypatch.setenv(f"PULUMI_OPTION_{option}", value)

    preview = shared.run("preview")

    assert preview.status == 2
    assert "golden" in preview.output
    assert SHOP in preview.output
    assert "other" in preview.output
    assert live(cloud) == [WEB, SHOP]


@pytest.mark.usefixtures("owner")
def test_preview_of_a_new_share_names_each_account_and_writes_nothing(cloud, new_project):
    put_images(cloud)
    new_project.write({"golden": share(accounts={WEB: "team web"})})

    said = new_project.run("preview")

    assert said.status == 2
    assert said.output.splitlines() == [
        "stack dev is new: the engine writes its encryption salt into Pulumi.dev.yaml",
        f"+ golden {IMAGE}: to create",
        f'    golden + {WEB} "team web"',
        "1 account may gain access (images not read) · 1 share to create, 0 unchanged · stack dev",
    ]
    assert writes(cloud) == []


def test_up_shares_and_ends_with_who_can_use_what(shared, cloud):
    said, short = shared.run("up", "--yes", "--verbose"), shared.run("up", "--yes")

    assert said.status == 0
    assert live(cloud) == [WEB, SHOP]
    assert short.output == "1 share unchanged · stack dev\n"
    assert said.output.splitlines() == [
        "Who has access, according to state (use --refresh to read it from the cloud):",
        f'{IMAGE}  {WEB}  golden  "team web"',
        f"{IMAGE}  {SHOP}  golden",
        "1 share unchanged · stack dev",
    ]


def test_preview_without_changes_has_nothing_to_say(shared):
    said = shared.run("preview")

    assert (said.status, said.output) == (0, "1 share unchanged · stack dev\n")


def test_preview_without_refresh_makes_no_call(shared, cloud):
    said = shared.run("preview")

    assert (said.status, cloud.calls()) == (0, [])


def test_preview_with_refresh_names_drift_and_keeps_state(shared, cloud):
    give(cloud, WEB, OUTSIDER)

    said = [shared.run("preview", "--refresh") for _ in range(2)]

    assert said[0] == said[1]
    assert said[0].status == 2
    assert f"    golden - {SHOP} was removed by somebody else\n" in said[0].output
    assert f"    golden ! {OUTSIDER} also has access\n" in said[0].output


def test_refresh_keeps_drift_and_up_repairs_it(shared, cloud):
    give(cloud, WEB, OUTSIDER)

    refreshed, up = shared.run("refresh", "--verbose"), shared.run("up", "--yes")

    assert (refreshed.status, up.status) == (0, 0)
    assert f"{IMAGE}  {OUTSIDER}          also has access\n" in refreshed.output
    assert f"    golden + {SHOP}\n" in up.output
    assert live(cloud) == [WEB, SHOP, OUTSIDER]


def test_up_with_refresh_repairs_drift_in_one_run(shared, cloud):
    give(cloud, WEB)

    said = shared.run("up", "--yes", "--refresh")

    assert said.status == 0
    assert live(cloud) == [WEB, SHOP]


def test_refresh_of_a_public_image_says_everyone(shared, cloud):
    give(cloud, WEB, SHOP, is_public=True)

    said, short = shared.run("refresh", "--verbose"), shared.run("refresh")

    assert f"{IMAGE}  everyone                  everyone can use this image\n" in said.output
    assert "everyone can use this image\n" in short.output


def test_destroy_unshares_what_is_owned(shared, cloud):
    give(cloud, WEB, SHOP, OUTSIDER)

    said = shared.run("destroy", "--yes")

    assert said.status == 0
    assert live(cloud) == [OUTSIDER]
    assert said.output.endswith("2 accounts lost access · 1 share deleted, 0 unchanged · stack dev\n")


def test_share_taken_out_of_the_file_is_unshared(shared, cloud):
    shared.write({})

    said = shared.run("up", "--yes")

    assert said.status == 0
    assert live(cloud) == []


@pytest.mark.usefixtures("owner")
def test_group_of_sixty_images_gains_and_loses_an_account_everywhere(cloud, project):
    put_images(cloud, 60)
    shares = {f"golden-{n}": share(image=f"m-{n + 1}", groups=["web"]) for n in range(60)}
    project.write(shares, {"web": {WEB: "team web"}})
    assert project.run("up", "--yes").status == 0

    project.write(shares, {"web": {WEB: "team web", SHOP: "team shop"}})
    joining = project.run("preview")
    up = project.run("up", "--yes")
    project.write(shares, {"web": {WEB: "team web"}})
    leaving = project.run("preview")

    total = "60 shares to update, 0 unchanged · stack dev"
    assert (joining.status, up.status, leaving.status) == (2, 0, 2)
    assert joining.output.splitlines()[-1] == f"1 account gains access to 60 images · {total}"
    assert joining.output.count(f' + {SHOP} "team shop"\n') == 60
    assert all(live(cloud, n) == [WEB, SHOP] for n in range(60))
    assert leaving.output.splitlines()[-1] == f"1 account loses access to 60 images · {total}"
    assert leaving.output.count(f' - {SHOP} "team shop"\n') == 60


@pytest.mark.usefixtures("owner")
def test_images_make_one_share_a_region(cloud, project):
    regions = ("cn-hangzhou", "cn-shanghai")
    cloud.put_state({"images": [{"service": "ecs", "image_id": f"m-{r}", "region_id": r} for r in regions]})
    project.write(
        {"base": {"service": "ecs", "images": {r: f"m-{r}" for r in regions}, "accounts": [int(WEB)]}}
    )

    said = project.run("up", "--yes")

    assert said.status == 0
    assert [live(cloud, 0), live(cloud, 1)] == [[WEB], [WEB]]
    assert "base-cn-shanghai ecs:cn-shanghai:m-cn-shanghai: created" in said.output


@pytest.mark.usefixtures("owner")
def test_mistakes_in_the_file_are_all_said_and_nothing_is_called(shared, cloud):
    cloud.clear_calls()
    shared.write({"golden": {"servce": "ecs", "groups": ["web"]}}, **{"image-shares:timeuot": 5})

    said = shared.run("up", "--yes")

    place = "Pulumi.dev.yaml, image-shares:"
    assert said.status == 1
    assert said.errors.splitlines() == [
        "error: nothing was run; to be corrected:",
        f"{place}timeuot: unknown key; did you mean timeout?",
        f"{place}shares.golden.servce: unknown key; did you mean service?",
        f"{place}shares.golden.groups[0]: there is no group web",
        f"{place}shares.golden: service is missing",
        f"{place}shares.golden: image_id is missing, or images for one share a region",
        "error: up of stack dev failed",
    ]
    assert cloud.calls() == []


def test_file_without_shares_unshares_nothing(shared, cloud):
    (shared.folder / "Pulumi.dev.yaml").write_text("config: {image-share:shares: {}}")

    said = shared.run("up", "--yes")

    assert said.status == 1
    assert "image-share:shares: unknown namespace; did you mean image-shares:shares?" in said.errors
    assert "image-shares:shares: missing; write {} if the stack shares nothing" in said.errors
    assert live(cloud) == [WEB, SHOP]


def test_id_that_parsing_would_change_is_said_before_the_engine_rewrites_the_file(project):
    text = f"config: {{image-shares:shares: {{golden: {{accounts: [0{WEB}, 1e15]}}}}}}\n"
    (project.folder / "Pulumi.dev.yaml").write_text(text)

    said = project.run("preview")

    assert said.status == 1
    assert said.errors.count("without quotes is read as another number; write the id in quotes") == 2
    assert (project.folder / "Pulumi.dev.yaml").read_text() == text


def test_stack_without_file_and_state_is_refused_with_those_that_exist(shared):
    (shared.folder / "Pulumi.prod.yaml").write_text("config: {}")

    said = shared.command("preview", "--stack", "prd", "--cwd", shared.folder)

    assert said.status == 1
    assert said.errors == (
        "error: There is no stack prd; known are dev, prod."
        " For a new stack write its file, Pulumi.prd.yaml.\n"
    )


def test_stack_whose_file_is_gone_can_be_destroyed(shared, cloud):
    (shared.folder / "Pulumi.dev.yaml").rename(shared.folder / "elsewhere")
    missing = shared.run("up", "--yes")
    (shared.folder / "Pulumi.dev.yaml").write_text("config: {image-shares:shares: {}}")

    assert missing.status == 1
    assert shared.run("destroy", "--yes").status == 0
    assert live(cloud) == []


@pytest.mark.usefixtures("owner")
def test_account_that_leaves_the_file_of_a_group_loses_access_as_the_preview_says(cloud, project):
    put_images(cloud)
    accounts = project.folder / "teams.csv"
    accounts.write_text(f"account,note\n{WEB},team web\n{SHOP},team shop\n")
    project.write({"golden": share(groups=["web"])}, groups={"web": {"file": "teams.csv"}})
    assert project.run("up", "--yes").status == 0
    assert live(cloud) == [WEB, SHOP]
    accounts.write_text(f"account,note\n{WEB},team web\n")

    preview, up = project.run("preview"), project.run("up", "--yes")

    assert f'- {SHOP} "team shop"' in preview.output
    assert (up.status, live(cloud)) == (0, [WEB])


@pytest.mark.usefixtures("owner")
def test_refusal_of_the_cloud_is_one_paragraph_about_the_share(cloud, project):
    cloud.put_state({"images": []})
    project.write({"golden": share(accounts=[WEB])})

    said = project.run("up", "--yes")

    assert said.status == 1
    assert said.errors.startswith(f"error: golden: sharing {IMAGE} was not started.\n")
    assert said.errors.endswith("up of stack dev failed\n")


@pytest.mark.usefixtures("owner")
def test_failure_shows_no_traceback_in_a_process_of_its_own(cloud, project):
    cloud.put_state({"images": []})
    project.write({name: share(image=name, accounts=[WEB]) for name in ("m-1", "m-2", "m-3")})

    done = subprocess.run(
        [*image_share_process(), "up", "--yes", "--stack", "dev", "--cwd", project.folder],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.usefixtures("owner")
def test_plain_credential_is_warned_about_by_its_name_only(project):
    project.write({"golden": share(accounts={WEB: ""})}, **{"alicloud:secretKey": "do-not-show-this"})

    said = project.run("preview")

    assert "warning: alicloud:secretKey is in plain text" in said.output
    assert "do-not-show-this" not in said.output + said.errors


@pytest.mark.usefixtures("owner")
def test_role_that_only_the_environment_names_is_warned_about(project, monkeypatch):
    monkeypatch.setenv("ALICLOUD_ASSUME_ROLE_ARN", f"acs:ram::{OWNER.id}:role/images")
    project.write({"golden": share(accounts={WEB: ""})})

    said = project.run("preview")

    assert "warning: ALICLOUD_ASSUME_ROLE_ARN is set: image shares assume this role" in said.output


@pytest.mark.usefixtures("owner")
def test_key_that_pulumi_alicloud_does_not_know_is_refused(project):
    project.write({"golden": share(accounts={WEB: ""})}, **{"alicloud:regoin": "cn-hangzhou"})

    said = project.run("preview")

    assert said.status != 0
    assert "alicloud:regoin: unknown key; did you mean region?" in said.output + said.errors


@pytest.mark.usefixtures("owner")
def test_secret_credential_is_not_warned_about(project):
    project.write({})
    project.run("preview")
    pulumi(project, "config", "set", "--secret", "alicloud:accountId", "1")
    pulumi(project, "config", "set", "--secret", "alicloud:securityToken", "token")

    said = project.run("preview")

    assert (said.status, said.errors) == (0, "")
    assert "warning" not in said.output


@pytest.mark.usefixtures("owner")
def test_secret_groups_share_and_show_no_account(cloud, project):
    put_images(cloud)
    project.write({"golden": share(groups=["web"])})
    project.run("preview")
    pulumi(project, "config", "set", "--secret", "image-shares:groups", json.dumps({"web": {WEB: "note"}}))

    said = [project.run("preview"), project.run("up", "--yes"), project.run("refresh")]

    assert [one.status for one in said] == [2, 0, 0]
    assert live(cloud) == [WEB]
    assert not any(WEB in one.output + one.errors for one in said)
    assert WEB not in pulumi(project, "stack", "export")


def test_refresh_and_destroy_use_the_credentials_of_now(shared, cloud, monkeypatch):
    monkeypatch.setenv("ALICLOUD_ACCESS_KEY", "")
    monkeypatch.setenv("ALICLOUD_SECRET_KEY", "")
    other = {"alicloud:accessKey": OTHER.key, "alicloud:secretKey": OTHER.secret}
    shared.write({"golden": share(accounts=[WEB, SHOP])}, **other)

    said = [shared.run("refresh"), shared.run("destroy", "--yes")]

    assert [one.status for one in said] == [1, 1]
    assert all(OTHER.id in one.errors for one in said)
    assert all("--run-program" not in one.errors for one in said)
    assert live(cloud) == [WEB, SHOP]


def test_stack_that_another_run_holds_is_said_to_be_held(shared):
    (locks,) = (path for path in (shared.folder.parent / "home" / "state").rglob("locks"))
    (held,) = (path for path in locks.rglob("dev"))
    (held / "other.json").write_text(json.dumps({"pid": 1, "username": "x", "hostname": "y"}))

    said = shared.run("up", "--yes")

    assert said.status == 1
    assert said.errors == (
        "error: Another run holds stack dev. If there is none, run `pulumi cancel --stack dev`.\n"
    )


@pytest.mark.usefixtures("owner")
def test_held_stack_whose_state_is_in_the_project_says_where_it_is(project, monkeypatch):
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    project.write({})
    assert project.run("up", "--yes").status == 0
    state = project.folder / ".state"
    held = state / ".pulumi" / "locks" / "organization" / "images" / "dev"
    held.mkdir(parents=True, exist_ok=True)
    (held / "other.json").write_text(json.dumps({"pid": 1, "username": "x", "hostname": "y"}))

    said = project.run("up", "--yes")

    assert said.status == 1
    assert said.errors == (
        "error: Another run holds stack dev. If there is none,"
        f" run `pulumi cancel --stack dev` with PULUMI_BACKEND_URL={state.as_uri()}.\n"
    )


def test_run_does_not_change_which_stack_is_selected(shared, home):
    assert shared.run("up", "--yes").status == 0
    assert not list((home / ".pulumi").glob("workspaces/*"))


def test_project_program_does_what_the_command_does(shared):
    code = """
import runpy
from pulumi import automation
workspace = automation.LocalWorkspace(work_dir=".", program=lambda: runpy.run_path("__main__.py"))
print(automation.Stack.select("dev", workspace).preview().change_summary)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=shared.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.stdout == "{'same': 2}\n", done.stderr


@pytest.mark.usefixtures("owner")
def test_interrupted_run_finishes_and_records_what_is_in_flight(cloud, project):
    put_images(cloud)
    project.write({"golden": share(accounts=[WEB])})
    action = "ModifyImageSharePermission"
    cloud.put_faults([{"service": "ecs", "action": action, "nth": [1], "kind": "delay", "delay_ms": 1500}])
    process = subprocess.Popen(
        [*image_share_process(), "up", "--yes", "--stack", "dev", "--cwd", project.folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_for(lambda: writes(cloud))

    # As a terminal does it: to the whole group.
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=120)

    assert process.returncode == 1
    assert "finishing what is in flight; interrupt again to stop at once" in output
    assert (
        errors == "error: up of stack dev was interrupted; operations in progress were finished and recorded"
        " in state\n"
    )
    assert live(cloud) == [WEB]
    assert project.run("preview").output == "1 share unchanged · stack dev\n"


@pytest.mark.parametrize(("answer", "status", "shared_with"), [("y", 0, [WEB]), ("n", 1, []), (None, 1, [])])
@pytest.mark.usefixtures("owner")
def test_up_on_a_terminal_shows_the_preview_and_asks(cloud, project, answer, status, shared_with):
    put_images(cloud)
    project.write({"golden": share(accounts=[WEB])})
    terminal = Terminal([*image_share_process(), "up", "--stack", "dev", "--cwd", project.folder], os.environ)

    shown = terminal.read(until="carry this out?")
    if answer:
        terminal.type(answer)
    else:
        terminal.interrupt()
    after = terminal.read()

    assert terminal.status() == status, shown + after
    assert f"golden + {WEB}" in shown
    assert live(cloud) == shared_with


def pulumi(project, *arguments):
    command = ["pulumi", "--non-interactive", *arguments, "--stack", "dev"]
    done = subprocess.run(
        command, cwd=project.folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
