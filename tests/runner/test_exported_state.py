"""State in another form than the engine's is refused, and never read as a state that holds nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from alicloud_image_share.engine.exported_state import StateRefused, deployment_of
from alicloud_image_share.review.engine_step import SHARE_TYPE

SHARE = {
    "urn": f"urn:pulumi:dev::images::{SHARE_TYPE}::golden",
    "type": SHARE_TYPE,
    "id": "ecs:cn-hangzhou:m-1",
    "inputs": {"service": "ecs", "image_id": "m-1", "accounts": {"1234567890123456": "web"}},
}


def export(**deployment: Any) -> str:
    return json.dumps({"version": 3, "deployment": {"manifest": {}, **deployment}})


def test_state_of_the_engine_is_read():
    text = export(resources=[SHARE], pending_operations=[{"type": "updating", "resource": SHARE}])

    assert deployment_of(text)["resources"] == [SHARE]


@pytest.mark.parametrize("text", ['{"deployment": null}', '{"deployment": {}}', export(resources=None)])
def test_state_that_holds_nothing_is_empty(text: str):
    assert not deployment_of(text).get("resources")


@pytest.mark.parametrize(
    "deployment",
    [
        *({"resources": value} for value in (0, "", {}, True, "x", [1], [None], [[]])),
        *({"pending_operations": value} for value in (0, "", {}, [1], [{"type": 5, "resource": SHARE}])),
        *({"resources": [{**SHARE, name: value}]} for name in ("urn", "type", "id") for value in (1, [1])),
        *({"resources": [{**SHARE, name: value}]} for name in ("inputs", "outputs") for value in (1, [1])),
        *(
            {"resources": [{**SHARE, "inputs": {**SHARE["inputs"], name: value}}]}
            for name in ("service", "image_id", "accounts")
            for value in (1, [1], {"a": 1})
        ),
    ],
)
def test_state_in_another_form_is_refused_in_a_sentence(deployment: dict[str, Any]):
    with pytest.raises(StateRefused, match=r"^its state cannot be read: \w+$"):
        deployment_of(export(**deployment))


@pytest.mark.parametrize("text", ["", "[]", "5", '{"deployment": [1]}', '{"deployment": NaN}', "[" * 5000])
def test_text_that_is_no_export_is_refused_in_a_sentence(text: str):
    with pytest.raises(StateRefused, match="its state cannot be read"):
        deployment_of(text)
