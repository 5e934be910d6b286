"""A provider in state that is not ours is named before the engine is started."""

from __future__ import annotations

import base64
import copy
import json
import os
import pickle
import pickletools
from pathlib import Path
from typing import Any

import pytest

from alicloud_image_share.engine.state_provider import foreign_providers, is_ours
from alicloud_image_share.resource import ImageShareProvider

RELEASED = json.loads((Path(__file__).parents[1] / "state/0.1.0.json").read_text(encoding="utf-8"))
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


class Evil:
    """Runs a command wherever it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("false",)


class Other(ImageShareProvider):
    """A provider of another name."""


def encoded(pickled: bytes) -> str:
    return base64.b64encode(pickled).decode()


def with_state(state: dict[str, Any]) -> bytes:
    """Give our provider with something set on it."""
    provider = ImageShareProvider()
    vars(provider).update(state)
    return pickle.dumps(provider)


OURS = pickle.dumps(ImageShareProvider(), protocol=4)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("shorten", [bytes, pickletools.optimize])
def test_provider_of_ours_pickled_by_any_python_is_ours(protocol: int, shorten: Any):
    assert is_ours(encoded(shorten(pickle.dumps(ImageShareProvider(), protocol=protocol))))


@pytest.mark.parametrize(
    "pickled",
    [
        encoded(pickle.dumps(Evil())),
        encoded(pickle.dumps([ImageShareProvider(), Evil()])),
        encoded(pickle.dumps(Other())),
        encoded(pickle.dumps(ImageShareProvider)),
        encoded(with_state({"a": Evil()})),
        encoded(with_state({"a": 1})),
        encoded(OURS.replace(b"alicloud_image_share", b"alicloud_image_shane")),
        encoded(OURS[:-1] + pickle.dumps(Evil())[2:]),
        encoded(OURS[:-1]),
        encoded(b"cos\nsystem\n(S'false'\ntR."),
        encoded(b"calicloud_image_share.resource\nImageShareProvider\n(tR."),
        encoded(OURS)[:30] + "!" + encoded(OURS)[30:],
        encoded(OURS) + "A" * 2_000,
        "",
        "gAS",
        None,
        1,
        [],
        {},
    ],
)
def test_any_other_provider_is_not_ours_and_is_not_run(pickled: Any):
    assert not is_ours(pickled)


def test_state_of_a_released_version_holds_our_provider_alone():
    assert list(foreign_providers(RELEASED)) == []


@pytest.mark.parametrize("within", ["inputs", "outputs"])
@pytest.mark.parametrize(
    "value",
    [
        encoded(pickle.dumps(Evil())),
        {**SECRET, "plaintext": json.dumps(encoded(pickle.dumps(Evil())))},
        {**SECRET, "ciphertext": "v1:abc"},
        {**SECRET, "plaintext": "no JSON"},
        None,
    ],
)
def test_provider_of_one_resource_that_is_not_ours_is_named(within: str, value: Any):
    deployment = copy.deepcopy(RELEASED)
    resource = deployment["resources"][-1]
    resource[within]["__provider"] = value

    assert list(foreign_providers(deployment)) == [resource["urn"].rpartition("::")[2]]


def test_provider_of_an_operation_that_is_pending_counts_too():
    resource = {
        "urn": "urn:pulumi:dev::images::pulumi-python:dynamic/other:Thing::bad",
        "inputs": {"__provider": encoded(pickle.dumps(Evil()))},
    }

    deployment = {"pending_operations": [{"type": "creating", "resource": resource}]}

    assert list(foreign_providers(deployment)) == ["bad"]
