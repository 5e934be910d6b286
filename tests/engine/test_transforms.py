"""What an option gets that is set on a share itself, it gets from a transform of whatever origin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime import register_resource_transform, register_stack_transformation

from alicloud_image_share import ImageShare
from alicloud_image_simulator import Simulator
from tests.support.cloud_state import live, put_images

from .project import Project

pytestmark = pytest.mark.engine

A = "1550809237710001"
SHARE = "pulumi-python:dynamic/alicloud:ImageShare"

Setting = Callable[[Any], Any]


@pytest.fixture(autouse=True)
def images(cloud: Simulator):
    put_images(cloud, "m-1")


def share(**options: Any) -> None:
    ImageShare("golden", service="ecs", image_id="m-1", accounts=[A], opts=pulumi.ResourceOptions(**options))


def below_a_team(**options: Any) -> None:
    team = pulumi.ComponentResource("test:index:Team", "web", opts=pulumi.ResourceOptions(**options))
    share(parent=team)


def below_two_teams(**options: Any) -> None:
    above = pulumi.ComponentResource("test:index:Team", "above", opts=pulumi.ResourceOptions(**options))
    team = pulumi.ComponentResource("test:index:Team", "web", opts=pulumi.ResourceOptions(parent=above))
    share(parent=team)


def in_the_stack(transform: Setting) -> None:
    register_resource_transform(transform)
    share()


TRANSFORMS: dict[str, Callable[[Setting], None]] = {
    "of the share": lambda transform: share(transforms=[transform]),
    "of its parent": lambda transform: below_a_team(transforms=[transform]),
    "of a parent's parent": lambda transform: below_two_teams(transforms=[transform]),
    "of the stack": in_the_stack,
}


def setting(option: str) -> Setting:
    """Return what sets an option on every share, as a transform and as a transformation."""
    values: dict[str, Callable[[], Any]] = {
        "version": lambda: "1.0.0",
        "plugin_download_url": lambda: "https://plugins.example.com",
        "provider": lambda: pulumi.ProviderResource("pulumi-python", "own", {}),
        "custom_timeouts": lambda: pulumi.CustomTimeouts(create="1s"),
    }
    more = pulumi.ResourceOptions(**{option: values[option]()})

    def set_option(args: Any) -> Any:
        if args.type_ != SHARE:
            return None
        opts = pulumi.ResourceOptions.merge(args.opts, more)
        if isinstance(args, pulumi.ResourceTransformArgs):
            return pulumi.ResourceTransformResult(args.props, opts)
        return pulumi.ResourceTransformationResult(args.props, opts)

    return set_option


@pytest.mark.parametrize("origin", TRANSFORMS)
@pytest.mark.parametrize("option", ["version", "plugin_download_url", "provider"])
def test_option_of_a_second_process_is_taken_away_from_a_transform_of_any_origin(
    project: Project, cloud: Simulator, origin: str, option: str
):
    project.program = lambda: TRANSFORMS[origin](setting(option))
    project.configure(deniedAccounts=[A])

    result = project.up()

    assert not result.succeeded
    assert f"ImageShare golden: a transform sets {option}, which would start a second" in result.output
    assert "image-shares:deniedAccounts" in result.output
    assert live(cloud) == set()


@pytest.mark.parametrize("origin", TRANSFORMS)
def test_custom_timeouts_are_taken_away_from_a_transform_of_any_origin_and_named(
    project: Project, cloud: Simulator, origin: str
):
    project.program = lambda: TRANSFORMS[origin](setting("custom_timeouts"))

    result = project.up()

    assert result.succeeded, result.output
    assert "ImageShare golden: a transform sets custom_timeouts, which do not reach" in result.output
    assert live(cloud) == {A}
    assert "customTimeouts" not in project.state()["golden"]


@pytest.mark.parametrize("option", ["version", "plugin_download_url", "provider", "custom_timeouts"])
@pytest.mark.parametrize("origin", ["of the share", "of its parent", "of the stack"])
def test_option_that_a_transformation_sets_is_refused_as_on_the_share_itself(
    project: Project, cloud: Simulator, origin: str, option: str
):
    def in_the_stack(transformation: Setting) -> None:
        register_stack_transformation(transformation)
        share()

    origins: dict[str, Callable[[Setting], None]] = {
        "of the share": lambda transformation: share(transformations=[transformation]),
        "of its parent": lambda transformation: below_a_team(transformations=[transformation]),
        "of the stack": in_the_stack,
    }
    project.program = lambda: origins[origin](setting(option))

    result = project.preview()

    assert not result.succeeded
    assert f"ImageShare golden: {option} " in result.output
    assert "Traceback" not in result.output
    assert live(cloud) == set()


def test_provider_that_a_transform_gives_to_the_parent_is_taken_away_from_the_share(
    project: Project, cloud: Simulator
):
    def give(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_ != "test:index:Team":
            return None
        provider = pulumi.ProviderResource("pulumi-python", "own", {})
        more = pulumi.ResourceOptions(providers={"pulumi-python": provider})
        return pulumi.ResourceTransformResult(args.props, pulumi.ResourceOptions.merge(args.opts, more))

    project.program = lambda: below_a_team(transforms=[give])
    project.configure(deniedAccounts=[A])

    result = project.up()

    assert "ImageShare golden: a transform sets provider, which would start a second" in result.output
    assert live(cloud) == set()
