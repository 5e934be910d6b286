"""The options that every Pulumi resource takes do on a share what they do on any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from alicloud_image_share import ImageShare
from alicloud_image_simulator import OWNER, Simulator
from tests.support.cloud_state import actions, live, put_images, writes

from .project import Project

pytestmark = pytest.mark.engine

A, B, C = (str(1550809237710000 + number) for number in range(1, 4))


@pytest.fixture(autouse=True)
def images(cloud: Simulator):
    put_images(cloud, "m-1", "m-2")


def share(name: str = "golden", accounts: Any = (A,), image_id: str = "m-1", **options: Any) -> ImageShare:
    return ImageShare(
        name,
        service="ecs",
        image_id=image_id,
        accounts=accounts,
        opts=pulumi.ResourceOptions(**options),
    )


def team(name: str) -> pulumi.ComponentResource:
    return pulumi.ComponentResource("test:index:Team", name)


def changing(**props: Any) -> Callable[[pulumi.ResourceTransformArgs], pulumi.ResourceTransformResult]:
    """Return a transform that puts other values for inputs."""
    return lambda args: pulumi.ResourceTransformResult({**args.props, **props}, args.opts)


# -- additional_secret_outputs ----------------------------------------------------------------------


def test_output_that_the_program_makes_secret_is_encrypted_in_state(project: Project):
    project.program = lambda: share(additional_secret_outputs=["owner_id"])

    result = project.up()

    assert result.succeeded, result.output
    assert OWNER.id not in project.stored_text()
    assert A in project.stored_text()


def test_output_that_the_program_makes_secret_adds_to_those_of_secret_accounts(
    project: Project, cloud: Simulator
):
    given = ["owner_id"]
    project.program = lambda: share(accounts=pulumi.Output.secret([A, B]), additional_secret_outputs=given)

    result = project.up()

    assert result.succeeded, result.output
    assert {A, B} == live(cloud)
    assert not [text for text in (OWNER.id, A, B) if text in project.stored_text()]
    assert given == ["owner_id"]


# -- transforms -------------------------------------------------------------------------------------


def test_transform_that_gives_a_list_of_accounts_shares_with_them_account_by_account(
    project: Project, cloud: Simulator
):
    project.program = lambda: share(accounts={A: "web"}, transforms=[changing(accounts=[B, C])])

    preview, result = project.preview(diff=True), project.up()

    assert f'{B}: "(no note)"' in preview.output
    assert result.succeeded, result.output
    assert {B, C} == live(cloud)
    assert project.outputs("golden")["owned_accounts"] == {B: "(no note)", C: "(no note)"}
    assert project.up().steps.get("golden", "same") == "same"


def test_transform_that_changes_the_timeout_is_an_update_without_a_call(project: Project, cloud: Simulator):
    project.program = share
    project.up()
    cloud.clear_calls()
    project.program = lambda: share(transforms=[changing(timeout=60)])

    result = project.up()

    assert result.steps["golden"] == "update"
    assert project.outputs("golden")["timeout"] == 60
    assert actions(cloud) == []


def test_transform_that_gives_a_bad_account_fails_the_preview(project: Project):
    project.program = lambda: share(transforms=[changing(accounts=["12a45"])])

    result = project.preview()

    assert not result.succeeded
    assert "accounts: '12a45' is not an account id" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("option", ["version", "provider"])
def test_option_of_a_second_process_that_a_transform_sets_is_taken_away_and_named(
    project: Project, cloud: Simulator, option: str
):
    def program() -> None:
        provider = pulumi.ProviderResource("pulumi-python", "own", {})
        more = pulumi.ResourceOptions(**{option: {"version": "1.0.0", "provider": provider}[option]})

        def set_option(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult:
            return pulumi.ResourceTransformResult(args.props, pulumi.ResourceOptions.merge(args.opts, more))

        share(transforms=[set_option])

    project.program = program
    project.configure(deniedAccounts=[A])

    result = project.up()

    assert not result.succeeded
    assert f"ImageShare golden: a transform sets {option}, which would start a second" in result.output
    assert "image-shares:deniedAccounts" in result.output
    assert live(cloud) == set()


# -- parent -----------------------------------------------------------------------------------------


def test_share_below_a_parent_lives_as_any_other(project: Project, cloud: Simulator):
    def program(accounts: Any) -> None:
        share("golden", accounts, parent=team("web"))
        share("base", [C], "m-2", parent=team("shop"))

    project.program = lambda: program([A])
    project.up()
    project.program = lambda: program([B])

    result = project.up()

    assert result.succeeded, result.output
    assert ({B}, {C}) == (live(cloud), live(cloud, "m-2"))
    assert "test:index:Team$pulumi-python:dynamic/alicloud:ImageShare" in project.state()["golden"]["urn"]
    project.destroy()
    assert set() == live(cloud)


def test_shares_below_two_parents_that_name_the_same_account_are_refused(project: Project):
    def program() -> None:
        share("one", parent=team("web"))
        share("two", parent=team("shop"))

    project.program = program

    assert "ImageShare one and ImageShare two both name the image m-1" in project.preview().output


@pytest.mark.parametrize("aliases", [[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)], None])
def test_share_that_moves_below_a_parent_takes_nobody_s_access(
    project: Project, cloud: Simulator, aliases: list[pulumi.Alias] | None
):
    project.program = share
    project.up()
    cloud.clear_calls()
    project.program = lambda: share(parent=team("web"), aliases=aliases)

    result = project.up()

    assert result.succeeded, result.output
    assert writes(cloud) == []
    assert {A} == live(cloud)
