"""What a program gets as the newest images, and when it ends instead."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pulumi
import pytest

from alicloud_image_share import newest_images
from alicloud_image_simulator import OTHER, Simulator

FAMILY = {"service": "ecs", "family": "golden", "keep": 2}


@pytest.fixture(autouse=True)
def configured(cloud: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A program with the owner's credentials in the environment."""
    pulumi.runtime.set_all_config({})
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    yield
    pulumi.runtime.set_all_config({})


def put(cloud: Simulator, service: str = "ecs", count: int = 3, **fields: object) -> None:
    images = [
        {
            "service": service,
            "image_id": f"m-{number:03}",
            "name": f"win11-{number}",
            "family": "golden",
            "created": f"2026-11-01T{number // 60:02}:{number % 60:02}:00Z",
            **fields,
        }
        for number in range(count)
    ]
    cloud.put_state({"images": images})


def refuse(cloud: Simulator, nth: int) -> None:
    cloud.put_faults(
        [
            {
                "service": "ecs",
                "action": "DescribeImages",
                "nth": [nth],
                "kind": "error",
                "code": "Forbidden.RAM",
                "status": 403,
            }
        ]
    )


def test_newest_of_a_family_come_first(cloud):
    put(cloud)

    assert newest_images(**FAMILY) == ["m-002", "m-001"]


@pytest.mark.parametrize("service", ["ecs", "eds", "ens", "swas"])
def test_newest_by_name_are_found_in_every_service(cloud, service):
    put(cloud, service)

    assert newest_images(service=service, name="win11-*", keep=2) == ["m-002", "m-001"]


def test_newest_are_found_on_the_last_page(cloud):
    put(cloud, count=201)

    assert newest_images(**FAMILY) == ["m-200", "m-199"]


def test_region_is_the_one_that_is_given(cloud):
    put(cloud, region_id="cn-shanghai")

    assert newest_images(**FAMILY, region_id="cn-shanghai") == ["m-002", "m-001"]


def test_program_ends_where_a_later_page_is_refused(cloud):
    put(cloud, count=201)
    refuse(cloud, nth=3)

    with pytest.raises(pulumi.RunError, match=r"are not known, so nothing is unshared\. .*Forbidden.RAM"):
        newest_images(**FAMILY)


def test_program_ends_where_no_image_matches(cloud):
    put(cloud, family="other")

    with pytest.raises(pulumi.RunError, match=r"no image of family golden \(ecs in .*so nothing is unshared"):
        newest_images(**FAMILY)


def test_program_ends_where_no_region_is_known(monkeypatch):
    monkeypatch.delenv("ALICLOUD_REGION")

    with pytest.raises(pulumi.RunError, match="No region is configured"):
        newest_images(**FAMILY)


def test_program_ends_where_the_credentials_are_not_those_of_the_configured_account(cloud):
    put(cloud)
    pulumi.runtime.set_all_config({"alicloud:accountId": OTHER.id})

    with pytest.raises(pulumi.RunError, match="the credentials belong to account"):
        newest_images(**FAMILY)


def test_images_of_another_owner_are_listed_by_his_role(cloud):
    put(cloud, owner_id=OTHER.id)

    role_arn = f"acs:ram::{OTHER.id}:role/images"

    assert newest_images(**FAMILY, role_arn=role_arn) == ["m-002", "m-001"]


def test_configuration_of_the_stack_is_preferred_to_the_environment(cloud):
    put(cloud)
    hosts = json.dumps([{"ecs": "127.0.0.1:1"}])
    pulumi.runtime.set_all_config({"alicloud:endpoints": hosts, "alicloud:maxRetryTimeout": "1"})

    with pytest.raises(pulumi.RunError, match=r"127\.0\.0\.1"):
        newest_images(**FAMILY)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"family": None}, "give family or name"),
        ({"name": "win11-*"}, "give family or name"),
        ({"keep": 0}, "keep, 1 or more"),
        ({"service": "rds"}, "service must be one of .*, not 'rds'"),
        ({"service": "eds"}, "eds images have no family"),
    ],
)
def test_arguments_that_make_no_sense_end_the_program(cloud, wrong, words):
    with pytest.raises(pulumi.RunError, match=words):
        newest_images(**{**FAMILY, **wrong})

    assert cloud.calls() == []
