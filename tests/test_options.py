"""Options that would have no effect on a share are refused by its name."""

from __future__ import annotations

import pulumi
import pulumi_alicloud
import pytest

from alicloud_image_share import ImageShare
from tests.support.mocked_engine import mocked_engine


class Mocks(pulumi.runtime.Mocks):
    """An engine that accepts everything."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs):
        return f"{args.name}-id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs):  # noqa: ARG002 - no program here calls
        return {}


@pytest.fixture(autouse=True)
def engine():
    with mocked_engine(Mocks()):
        yield


def share(**options):
    return ImageShare(
        "golden",
        service="ecs",
        image_id="m-1",
        accounts=["1550809237710001"],
        region_id="cn-hangzhou",
        opts=pulumi.ResourceOptions(**options),
    )


@pulumi.runtime.test
def test_alicloud_provider_given_to_a_share_is_refused_with_what_to_use_instead():
    provider = pulumi_alicloud.Provider("elsewhere", region="cn-shanghai")

    with pytest.raises(pulumi.RunError) as caught:
        share(provider=provider)

    assert_names_what_to_use_instead(caught.value)


@pulumi.runtime.test
def test_alicloud_provider_among_others_is_refused():
    provider = pulumi_alicloud.Provider("elsewhere", region="cn-shanghai")

    with pytest.raises(pulumi.RunError):
        share(providers=[provider])


@pulumi.runtime.test
def test_alicloud_provider_of_a_parent_is_ignored():
    provider = pulumi_alicloud.Provider("elsewhere", region="cn-shanghai")
    parent = pulumi.ComponentResource(
        "test:index:Parent", "parent", opts=pulumi.ResourceOptions(providers=[provider])
    )

    return share(parent=parent).image_id.apply(lambda image: _is("m-1", image))


@pulumi.runtime.test
def test_custom_timeouts_are_refused_with_what_to_use_instead():
    with pytest.raises(pulumi.RunError, match="golden: custom_timeouts") as caught:
        share(custom_timeouts=pulumi.CustomTimeouts(create="5m"))

    assert_names_what_to_use_instead(caught.value)


@pytest.mark.parametrize("option", ["import_", "id"])
def test_option_that_reads_what_is_there_is_refused_with_what_a_new_share_does(option):
    words = rf"golden: {option} does not .* takes over what is shared already"

    with pytest.raises(pulumi.RunError, match=words):
        share(**{option: "ecs:cn-hangzhou:m-1"})


def provider_of_dynamic_resources():
    return pulumi.ProviderResource("pulumi-python", "other", {})


def parent_with(provider):
    return pulumi.ComponentResource(
        "test:index:Parent", "parent", opts=pulumi.ResourceOptions(providers=[provider])
    )


def with_version(args):
    options = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(version="1.0.0"))
    return pulumi.ResourceTransformationResult(args.props, options)


def child_of(parent):
    return pulumi.ComponentResource("test:index:Inner", "inner", opts=pulumi.ResourceOptions(parent=parent))


@pytest.mark.parametrize(
    "options",
    [
        lambda: {"version": "1.0.0"},
        lambda: {"plugin_download_url": "https://example.com"},
        lambda: {"provider": provider_of_dynamic_resources()},
        lambda: {"providers": [provider_of_dynamic_resources()]},
        lambda: {"providers": {"pulumi-python": provider_of_dynamic_resources()}},
        lambda: {"parent": parent_with(provider_of_dynamic_resources())},
        lambda: {"parent": child_of(parent_with(provider_of_dynamic_resources()))},
        lambda: {"transformations": [with_version]},
    ],
    ids=["version", "download", "provider", "list", "map", "parent", "grandparent", "transformation"],
)
def test_option_of_a_second_provider_process_is_refused(options):
    with pytest.raises(pulumi.RunError, match="a second provider process") as caught:
        share(**options())

    assert_names_what_to_use_instead(caught.value)


def assert_names_what_to_use_instead(error):
    for word in ("golden", "region_id", "role_arn", "timeout, in seconds"):
        assert word in str(error)


def _is(expected, actual):
    assert expected == actual
