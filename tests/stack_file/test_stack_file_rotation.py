"""A share of the newest images: what may be written, and the shares that come of it."""

import pytest

from alicloud_image_share.sharing.newest import Selection
from alicloud_image_share.stack_file import Place, StackValues, definitions, value_problems

ROTATION = {"service": "ecs", "family": "golden", "keep": 3, "accounts": {"12345": "team"}}


def values(fields):
    place = Place("Pulumi.prod.yaml", "image-shares:shares")
    return StackValues(place, place, groups={}, shares={"golden": fields})


def problems(fields):
    return [
        str(one).removeprefix("Pulumi.prod.yaml, image-shares:shares.")
        for one in value_problems(values(fields))
    ]


@pytest.mark.parametrize(
    "fields",
    [
        ROTATION,
        {**ROTATION, "region_id": "cn-shanghai"},
        {**ROTATION, "regions": ["cn-hangzhou", "cn-shanghai"]},
        {"service": "ens", "name": "edge-*", "keep": 1, "accounts": ["12345"]},
    ],
)
def test_rotation_without_mistake_has_no_problem(fields):
    assert problems(fields) == []


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"image_id": "m-1"}, "golden.image_id: family selects the images already; keep one of them"),
        ({"images": {"r": "m-1"}}, "golden.images: family selects the images already; keep one of them"),
        ({"name": "web-*"}, "golden.name: family selects the images already; keep one of them"),
        ({"family": 7}, "golden.family: 7 is not text; what looks like a number or a date needs quotes"),
        ({"keep": 0}, "golden.keep: 0 is not a number of images, 1 or more"),
        ({"keep": True}, "golden.keep: True is not a number of images, 1 or more"),
        ({"keep": "3"}, "golden.keep: '3' is not a number of images, 1 or more"),
        ({"service": "eds"}, "golden.family: eds images have no family; select them by name"),
        ({"regions": "cn-hangzhou"}, "golden.regions: 'cn-hangzhou' is not a list of regions"),
        ({"regions": []}, "golden.regions: [] is not a list of regions"),
        ({"regions": ["a", "a"]}, "golden.regions[1]: 'a' appears here twice"),
        (
            {"regions": ["a"], "region_id": "a"},
            "golden.region_id: regions says this already; keep one of them",
        ),
        ({"famly": "golden"}, "golden.famly: unknown key; did you mean family?"),
    ],
)
def test_rotation_with_mistake_is_named_with_its_place(more, problem):
    assert problem in problems({**ROTATION, **more})


def test_rotation_that_does_not_say_how_many_is_refused():
    fields = {name: value for name, value in ROTATION.items() if name != "keep"}

    assert problems(fields) == ["golden: keep is missing: how many of the newest images are shared"]


@pytest.mark.parametrize(("name", "value"), [("keep", 3), ("regions", ["cn-hangzhou"])])
def test_what_only_a_rotation_has_is_refused_elsewhere(name, value):
    fields = {"service": "ecs", "image_id": "m-1", "accounts": ["12345"], name: value}

    assert problems(fields) == [f"golden.{name}: it is allowed only with family or name, which select images"]


def test_region_of_a_rotation_is_refused_where_the_service_has_none():
    fields = {"service": "ens", "name": "edge-*", "keep": 1, "accounts": ["12345"], "regions": ["cn-a"]}

    assert problems(fields) == ["golden.regions: ens images have no region"]


def test_shares_of_a_rotation_are_named_by_image_and_differ_in_nothing_else():
    fields = {**ROTATION, "regions": ["cn-hangzhou", "cn-shanghai"], "exclusive": True, "timeout": 60}
    asked = []

    def images_of(rotation):
        asked.append(rotation)
        return [("cn-shanghai", "m-2"), ("cn-hangzhou", "m-1")]

    found = definitions(values(fields), images_of)

    assert [(one.name, one.region_id, one.image_id) for one in found] == [
        ("golden-m-2", "cn-shanghai", "m-2"),
        ("golden-m-1", "cn-hangzhou", "m-1"),
    ]
    assert {(one.exclusive, one.timeout, *one.notes) for one in found} == {(True, 60, "12345")}
    assert [(one.selection, one.keep, one.regions) for one in asked] == [
        (Selection(family="golden"), 3, ("cn-hangzhou", "cn-shanghai"))
    ]


def test_rotation_whose_images_nobody_lists_declares_nothing():
    assert definitions(values(ROTATION)) == ()
