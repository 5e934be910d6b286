"""What programs write spells every field of a share, as the model has it, and no other one."""

from __future__ import annotations

import inspect

from alicloud_image_share import ImageShare, SharedImage
from alicloud_image_share.sharing.model import DEFAULTS, FIELDS

SET_BY_THE_PROGRAM_ITSELF = {"accounts_secret", "retain_on_delete"}
"""Inputs that the resource takes from its options and its accounts."""
OF_THE_COMPONENT = {"instance_id", "snapshot_id", "copy_to", "image_name"}
ABOUT_ECS_ALONE = {"service", "share_to_ecs"}
"""Inputs that are decided, or have no meaning, where the service is ECS."""


def fields_of(resource: type) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(resource).parameters
    return {
        name: parameter for name, parameter in parameters.items() if name not in ("resource_name", "opts")
    }


def test_image_share_takes_the_fields_of_a_share():
    assert set(fields_of(ImageShare)) == set(FIELDS) - SET_BY_THE_PROGRAM_ITSELF


def test_shared_image_takes_the_fields_of_a_share_of_ecs():
    expected = set(FIELDS) - SET_BY_THE_PROGRAM_ITSELF - ABOUT_ECS_ALONE | OF_THE_COMPONENT
    assert set(fields_of(SharedImage)) == expected


def test_fields_have_the_defaults_of_a_share():
    for resource in (ImageShare, SharedImage):
        given = {name: field.default for name, field in fields_of(resource).items() if name in DEFAULTS}
        assert given == {name: DEFAULTS[name] for name in given}
