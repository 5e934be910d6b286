"""A pipe, a device or a socket in place of a file is named by every command, and nothing hangs."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from alicloud_image_share.cloud.outside_rules import read_outside_rules
from alicloud_image_share.cloud.profiles import ProfileError, read_profile
from alicloud_image_simulator import Simulator

from .conftest import Command, StackWriter
from .world import image, put

pytestmark = pytest.mark.timeout(60)

WEB, SHOP = "1234567890123456", "1550809237710001"
GOLDEN = {"service": "ecs", "image_id": "m-1", "accounts": {WEB: "team web"}}
NO_FILE = "it is a pipe, a socket or a device and not a file"


def bind(path: Path) -> None:
    # The path of a socket may have no more than some hundred characters.
    with socket.socket(socket.AF_UNIX) as unix:
        there = os.getcwd()
        os.chdir(path.parent)
        unix.bind(path.name)
        os.chdir(there)


KINDS: Mapping[str, tuple[Callable[[Path], object], str]] = {
    "pipe": (os.mkfifo, NO_FILE),
    "socket": (bind, NO_FILE),
    "endless device": (lambda path: path.symlink_to("/dev/zero"), NO_FILE),
    "empty device": (lambda path: path.symlink_to("/dev/null"), NO_FILE),
    "link to a pipe": (
        lambda path: (os.mkfifo(path.with_name("pipe")), path.symlink_to("pipe")),
        NO_FILE,
    ),
    "link to nothing": (lambda path: path.symlink_to("nothing"), "No such file"),
    "link to itself": (lambda path: path.symlink_to(path.name), "Too many levels of symbolic links"),
}
every_kind = pytest.mark.parametrize(("make", "reason"), KINDS.values(), ids=list(KINDS))


@pytest.fixture
def good_stack(cloud: Simulator, stack: StackWriter) -> None:
    """A stack that can be read, as which everything is."""
    put(cloud, image(accounts=[WEB]))
    stack({"golden": GOLDEN})


@pytest.mark.usefixtures("good_stack")
@every_kind
def test_stack_file_that_is_no_file_is_named_by_every_report(
    image_share: Command, folder: Path, make: Callable[[Path], object], reason: str
):
    make(folder / "Pulumi.other.yaml")

    statuses = []
    for command in (
        ("audit",),
        ("audit", "--stack", "dev"),
        ("who", WEB),
        ("who", SHOP),
        ("revoke", SHOP, "--yes"),
        ("export", "--stack", "dev"),
    ):
        said = image_share(*command)
        statuses.append(said.status)
        text = said.output + said.errors
        assert f"NOT read: stack other (Pulumi.other.yaml cannot be read: {reason}" in text

    assert statuses == [1, 0, 2, 1, 1, 0]


@pytest.mark.usefixtures("good_stack")
@every_kind
def test_command_on_a_stack_whose_file_is_no_file_says_so(
    image_share: Command, folder: Path, make: Callable[[Path], object], reason: str
):
    make(folder / "Pulumi.other.yaml")

    of_stack = (("export",), ("policy",), ("doctor",), ("audit",), ("who", WEB), ("revoke", WEB, "--yes"))
    for command in (("validate",), *((*words, "--stack", "other") for words in of_stack)):
        said = image_share(*command)
        assert said.status == 1
        assert f"Pulumi.other.yaml cannot be read: {reason}" in said.output + said.errors


@pytest.mark.usefixtures("good_stack")
@pytest.mark.parametrize("kind", ["pipe", "socket", "link to a pipe", "link to nothing", "link to itself"])
def test_group_file_that_is_no_file_is_named(
    image_share: Command, stack: StackWriter, folder: Path, kind: str
):
    make, reason = KINDS[kind]
    make(folder / "teams.csv")
    stack({"golden": {**GOLDEN, "groups": ["web"]}}, groups={"web": {"file": "teams.csv"}})

    said = image_share("validate")

    assert said.status == 1
    assert f"'teams.csv' cannot be read: {reason}" in said.errors


@every_kind
def test_project_file_that_is_no_file_is_named(
    image_share: Command, folder: Path, make: Callable[[Path], object], reason: str
):
    make(folder / "Pulumi.yaml")

    said = image_share("audit")

    assert (said.status, said.output) == (1, "")
    assert said.errors.startswith(f"error: Pulumi.yaml cannot be read: {reason}")


def test_pipe_in_place_of_a_file_with_credentials_or_rules_is_named(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(ProfileError, match=NO_FILE):
        read_profile(str(pipe), None)
    assert NO_FILE in read_outside_rules({"IMAGE_SHARES_RULES": str(pipe)}).problems[0]
