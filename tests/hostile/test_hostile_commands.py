"""Every call of the commands about what is live against tricks: no traceback, no false none."""

from __future__ import annotations

import contextlib
import io
import os
import re
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pulumi
import pytest

from alicloud_image_share import newest_images
from alicloud_image_share.commands.doctor.cloud_access import cloud_findings
from alicloud_image_share.commands.doctor.configuration import Configuration, Target
from alicloud_image_share.commands.doctor.finding import failed
from alicloud_image_share.commands.main import main
from alicloud_image_share.inventory import reading, revocation
from alicloud_image_simulator import OTHER, Simulator
from tests.hostile import tricks
from tests.hostile.conftest import assert_sentence
from tests.hostile.hostile_server import HostileServer, hostile_server
from tests.owners.conftest import A, role

TRICKS = {
    name: {**tricks.FINAL, **tricks.RETRIED}[name]
    for name in (
        *("redirection_307", "endless_chunks", "gzip_bomb", "number_of_pages_that_are_the_same"),
        *("refusal_that_repeats_the_request", "refusal_with_hidden_characters", "refusal_of_a_megabyte"),
        *("html", "nothing", "deep_json", "members_twice", "cut_in_the_middle", "length_too_small"),
        *("header_of_a_megabyte", "unavailable_with_a_huge_wait", "refusal_without_a_code"),
    )
}
ENDLESS = {
    "number_of_pages_that_are_the_same": TRICKS["number_of_pages_that_are_the_same"],
    "newcomers": tricks.newcomers,
}
"""Lists that have no end."""
COMMANDS = {
    "who": (["who", A], 2),
    "audit": (["audit"], 2),
    "audit json": (["audit", "--format", "json"], 2),
    "audit csv": (["audit", "--format", "csv"], 2),
    "audit html": (["audit", "--format", "html"], 2),
    "export": (["export"], 0),
    "revoke": (["revoke", A, "--yes"], 0),
    "who as a role": (["who", A, "--role-arn", role(OTHER)], 2),
}
"""Command → its words, and its exit status where the cloud is honest."""


FORMATS = ("json", "csv", "html")
SHOWN = (
    "refusal_with_hidden_characters",
    "refusal_that_repeats_the_request",
    "refusal_of_a_megabyte",
    "html",
)
"""What a format has to show: how a call fails is the same in all of them."""


@pytest.fixture
def hostile(cloud: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HostileServer]:
    """A hostile server that the environment is configured for, and a folder without a project."""
    with hostile_server(cloud.address) as server:
        for name, value in cloud.environment.items():
            monkeypatch.setenv(name, value.replace(cloud.address, server.address))
        monkeypatch.setenv("MAX_RETRY_TIMEOUT", "0.02")
        monkeypatch.chdir(tmp_path)
        yield server


@pytest.fixture
def play(hostile: HostileServer, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Plays a trick on a call, by its name; a command has little time where only time ends the trick."""

    def played(call: str, name: str) -> None:
        for module in (reading, revocation, import_module(newest_images.__module__)):
            monkeypatch.setattr(module, "SECONDS", 1.0 if name in ENDLESS else 60.0)
        hostile.play(call, ENDLESS.get(name) or TRICKS[name])

    return played


def put_images(cloud: Simulator) -> None:
    owners = {"m-1": "1600000000000001", "m-2": OTHER.id}
    images = [
        {
            "service": "ecs",
            "region_id": "cn-hangzhou",
            "image_id": image_id,
            "owner_id": owner,
            "accounts": [A],
        }
        for image_id, owner in owners.items()
    ]
    cloud.put_state({"images": [{**image, "name": "golden"} for image in images]})


def shared_of(cloud: Simulator) -> set[str]:
    return {image["image_id"] for image in cloud.state()["images"] if image["accounts"]}


def plain(printed: str) -> str:
    """Leave out the time of day and the ids of requests."""
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z|[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", "", printed)


def run(words: list[str]) -> tuple[int, str]:
    """Run a command; give its exit status, and all that it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        status = main([*words, *(["--service", "ecs", "--region", "cn-hangzhou"])])
    return status, printed.getvalue()


@pytest.mark.parametrize("command", COMMANDS)
def test_command_says_what_it_could_not_read_and_never_that_there_is_none(
    cloud: Simulator, hostile: HostileServer, play: Callable[[str, str], None], command: str
):
    words, honest_status = COMMANDS[command]
    put_images(cloud)
    before = shared_of(cloud)
    status, honest = run(words)
    assert status == honest_status, honest
    after = shared_of(cloud)
    for call in sorted(set(hostile.calls)):
        for name in SHOWN if words[-1] in FORMATS else TRICKS:
            put_images(cloud)
            play(call, name)
            status, printed = run(words)
            assert_sentence(printed.replace("\t", " ")[-2500:])
            assert call in hostile.calls, (call, name)
            if status == honest_status:
                assert shared_of(cloud) == after, (call, name)
                # What is said of a call that was sent twice differs.
                assert command == "revoke" or plain(printed) == plain(honest), (call, name)
            else:
                assert status in (1, 3), (call, name, printed)
                assert shared_of(cloud) <= before


@pytest.mark.parametrize(
    "call", ["GetCallerIdentity", "DescribeImages", "DescribeImageSharePermission", "AssumeRole"]
)
def test_doctor_puts_each_trick_into_a_line(cloud: Simulator, hostile: HostileServer, call: str):
    put_images(cloud)
    used = (Target("ecs", None, "m-1"), Target("ecs", None, "m-2", role(OTHER)))
    for name, trick in TRICKS.items():
        hostile.play(call, trick)
        findings = list(cloud_findings(Configuration({}, os.environ, used=used)))
        # The doctor asks for one page only.
        assert failed(findings) or name == "number_of_pages_that_are_the_same", name
        assert call in hostile.calls, name
        for finding in findings:
            assert_sentence(str(finding))
            assert "\n" not in str(finding)


@pytest.mark.parametrize(("call", "role_arn"), [("DescribeImages", None), ("AssumeRole", role(OTHER))])
def test_rotation_ends_with_a_sentence_or_with_the_newest_images(
    cloud: Simulator,
    hostile: HostileServer,
    play: Callable[[str, str], None],
    call: str,
    role_arn: str | None,
):
    pulumi.runtime.set_all_config({})
    put_images(cloud)
    right = ["m-2" if role_arn else "m-1"]
    for name in TRICKS:
        play(call, name)
        try:
            assert newest_images(service="ecs", name="golden*", keep=1, role_arn=role_arn) == right, name
        except pulumi.RunError as error:
            words = str(error)
            assert_sentence(words)
            assert "nothing is unshared" in words
        assert call in hostile.calls, name


def test_rotation_by_a_list_without_an_end_ends_in_time_and_unshares_nothing(
    cloud: Simulator, hostile: HostileServer, play: Callable[[str, str], None]
):
    pulumi.runtime.set_all_config({})
    put_images(cloud)
    play("DescribeImages", "newcomers")
    started = time.monotonic()

    with pytest.raises(pulumi.RunError, match="nothing is unshared"):
        newest_images(service="ecs", name="golden*", keep=1)

    assert len(hostile.calls) > 1
    assert time.monotonic() - started < 10
