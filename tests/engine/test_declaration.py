"""What a program is told about its shares before anything is created."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

from alicloud_image_share import ImageShare
from alicloud_image_simulator import Simulator
from tests.support.cloud_state import actions, live, put_images

from .project import Project

pytestmark = pytest.mark.engine

A, B, C = (str(1550809237710000 + number) for number in range(1, 4))


@pytest.fixture(autouse=True)
def images(cloud: Simulator):
    put_images(cloud, "m-1", "m-2")


class Made(Resource):
    """Makes a value that a preview does not know."""

    made: pulumi.Output[str]

    def __init__(self, name: str, value: str) -> None:
        # A class in a function is pickled by value: the provider process cannot import this module.
        class Echo(ResourceProvider):
            def create(self, props):
                return CreateResult("echo", {"made": props["value"]})

        super().__init__(Echo(), name, {"value": value, "made": None})


def share(name: str, **inputs):
    return ImageShare(name, **{"service": "ecs", "image_id": "m-1", "accounts": [A], **inputs})


async def later(value: Any) -> Any:
    """Stand for what a program gets from a call of its own."""
    await asyncio.sleep(0)
    return value


def complaint(output: str) -> str:
    assert "Traceback" not in output
    return output


def test_two_shares_of_one_image_and_account_are_refused_naming_both(project: Project, cloud: Simulator):
    def program() -> None:
        share("one", accounts=[A, B])
        share("two", accounts=[B, C])

    project.program = program

    result = project.preview()

    assert not result.succeeded
    assert "ImageShare one and ImageShare two both name the image m-1" in complaint(result.output)
    assert actions(cloud) == []


def test_exclusive_share_beside_another_is_refused_naming_both(project: Project):
    def program() -> None:
        share("one", accounts=[A])
        share("two", accounts=[B], exclusive=True)

    project.program = program

    assert "ImageShare one and ImageShare two name the same image m-1, and two is exclusive" in complaint(
        project.preview().output
    )


def test_shares_whose_image_a_preview_does_not_know_are_compared_in_up_before_the_create(
    project: Project, cloud: Simulator
):
    def program() -> None:
        share("one", image_id=Made("first", "m-1").made)
        share("two", image_id=Made("second", "m-1").made)

    project.program = program

    assert project.preview().succeeded
    result = project.up()

    assert not result.succeeded
    assert re.search("ImageShare (one and ImageShare two|two and ImageShare one)", complaint(result.output))
    assert len(live(cloud)) <= 1


def test_shares_of_one_image_with_other_accounts_are_accepted(project: Project, cloud: Simulator):
    def program() -> None:
        share("one", accounts=[A])
        share("two", accounts=pulumi.Output.from_input([B]))

    project.program = program

    assert project.up().succeeded
    assert {A, B} == live(cloud)


def test_list_with_an_unknown_account_is_unknown_in_preview_and_shared_in_up(
    project: Project, cloud: Simulator
):
    def program() -> None:
        share("golden", accounts=[A, Made("made", B).made])

    project.program = program

    assert project.preview().succeeded
    assert project.up().succeeded
    assert {A, B} == live(cloud)


def test_list_with_an_unknown_account_and_a_bad_one_fails_the_preview(project: Project):
    def program() -> None:
        share("golden", accounts=["12a45", Made("made", B).made])

    project.program = program

    assert "accounts: '12a45' is not an account id" in complaint(project.preview().output)


def test_map_with_an_unknown_note_shows_its_accounts_in_preview(project: Project):
    def program() -> None:
        share("golden", accounts={A: Made("made", "web").made, B: None})

    project.program = program

    preview = project.preview(diff=True)

    assert re.search(rf"{A}: (output<string>|\[unknown\])", preview.output), preview.output
    assert project.up().succeeded
    assert project.outputs("golden")["owned_accounts"] == {A: "web", B: "(no note)"}


@pytest.mark.parametrize(
    "accounts",
    [
        pytest.param(lambda: later({A: "web", B: None}), id="map"),
        pytest.param(lambda: later([A, later(int(B))]), id="list"),
        pytest.param(lambda: [A, later(int(B))], id="id in a list"),
        pytest.param(lambda: {A: later("web"), B: later(None)}, id="note in a map"),
    ],
)
def test_awaitable_inputs_are_awaited(project: Project, cloud: Simulator, accounts: Callable[[], Any]):
    def program() -> None:
        share("golden", image_id=later("m-1"), accounts=accounts(), timeout=later(60))

    project.program = program

    preview, result = project.preview(diff=True), project.up()

    assert re.search(rf"{B}: +\"\(no note\)\"", preview.output), preview.output
    assert result.succeeded, result.output
    assert {A, B} == live(cloud)


def test_awaitable_inputs_of_shares_that_collide_are_refused(project: Project):
    def program() -> None:
        share("one", image_id=later("m-1"))
        share("two", accounts=later([A]))

    project.program = program

    assert re.search("ImageShare one and ImageShare two|two and ImageShare one", project.preview().output)


def test_custom_timeouts_are_refused(project: Project):
    def program() -> None:
        share("golden", opts=pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="5m")))

    project.program = program

    assert "ImageShare golden: custom_timeouts" in complaint(project.preview().output)


def test_options_that_every_resource_takes_are_honoured(project: Project, cloud: Simulator):
    def program(accounts=(A,)) -> None:
        share(
            "golden",
            accounts=list(accounts),
            opts=pulumi.ResourceOptions(protect=True, ignore_changes=["accounts"], retain_on_delete=True),
        )

    project.program = program
    project.up()
    project.program = lambda: program((A, B))

    assert project.up().steps.get("golden", "same") == "same"
    assert {A} == live(cloud)
    assert not project.destroy().succeeded


def test_share_under_an_alias_is_renamed_without_a_call(project: Project, cloud: Simulator):
    project.program = lambda: share("old")
    project.up()
    cloud.clear_calls()
    project.program = lambda: share("new", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")]))

    assert project.up().succeeded
    assert actions(cloud) == []
    assert list(project.state()) == ["new"]


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"service": "ecz"}, "service: 'ecz' is not one of the services: "),
        ({"image_id": "m 1"}, "image_id: 'm 1' is not an image id"),
        ({"region_id": "Hangzhou"}, "region_id: 'Hangzhou' is not a region id"),
        ({"accounts": None}, "accounts: it is required"),
        (
            {"accounts": []},
            "accounts: must not be empty, unless exclusive=True (remove everybody) or share_to_ecs is set.",
        ),
        ({"accounts": [A, int(A)]}, f"accounts: '{A}' is there twice"),
        ({"accounts": ["user@1550809237710001"]}, "accounts: 'user@1550809237710001' is not an account id"),
        ({"accounts": ["\uff11\uff15\uff15\uff10\uff18\uff10"]}, "is not an account id"),
        ({"accounts": [1e300]}, "accounts: 1e+300 is not an account id"),
        ({"accounts": [True]}, "accounts: True is not an account id"),
        ({"accounts": [object]}, "is not an account id"),
        ({"accounts": "123456"}, "accounts: '123456' is neither a list of account ids nor a map"),
        ({"accounts": {A: 5}}, f"accounts: the note, 5.0, of '{A}' is not text"),
        ({"exclusive": "yes"}, "exclusive: 'yes' is neither true nor false"),
        ({"share_to_ecs": True}, "share_to_ecs: True is set, but only swas images have it"),
        ({"timeout": 0}, "timeout: 0.0 is not a number of seconds"),
        ({"timeout": "\ud800"}, "timeout: '\\\\ud800' is not a number of seconds"),
        ({"role_arn": "acs:ram::1:role/x"}, "role_arn: 'acs:ram::1:role/x' is not the name of a role"),
    ],
)
def test_bad_input_fails_the_preview_with_one_line_that_names_field_and_value(
    project: Project, cloud: Simulator, inputs: dict, reason: str
):
    project.program = lambda: share("golden", **inputs)

    result = project.preview()

    assert not result.succeeded
    lines = [line for line in complaint(result.output).splitlines() if reason in line]
    assert lines, result.output
    assert actions(cloud) == []


def test_two_things_wrong_are_both_named(project: Project):
    project.program = lambda: share("golden", image_id="", timeout=-1)

    output = complaint(project.preview().output)

    assert "image_id: ''" in output
    assert "timeout: -1.0" in output


def test_no_region_anywhere_fails_the_preview(project: Project):
    project.stack.remove_config("alicloud:region")
    project.program = lambda: share("golden")

    assert "region_id: it is required where alicloud:region is not configured" in complaint(
        project.preview().output
    )


def test_configuration_that_is_malformed_fails_the_preview(project: Project):
    project.configure(accountsPerImage={"ecz": 5})
    project.program = lambda: share("golden")

    assert "image-shares:accountsPerImage: 'ecz' is not a service with a limit" in complaint(
        project.preview().output
    )


def test_credentials_that_are_wrong_fail_up_with_a_sentence(project: Project, cloud: Simulator):
    project.stack.set_config("alicloud:secretKey", pulumi.automation.ConfigValue("wrong", secret=True))
    project.program = lambda: share("golden")

    result = project.up()

    assert not result.succeeded
    assert "SignatureDoesNotMatch" in complaint(result.output)
    assert set() == live(cloud)
