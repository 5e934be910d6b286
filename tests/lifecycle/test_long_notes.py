"""A note has a limit; a longer one in state, of an earlier version, still loads and can be removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from alicloud_image_share.sharing.accounts import LONGEST_NOTE
from alicloud_image_simulator import Simulator
from tests.lifecycle.provider_process import Properties, ProviderProcess, configuration

pytestmark = pytest.mark.usefixtures("forked_processes")

A, B = "1550809237710001", "1550809237710002"
LONG = "x" * 7_800


def inputs(image: str, accounts: object) -> Properties:
    return {"service": "ecs", "image_id": image, "accounts": accounts}


def test_note_beyond_the_limit_is_refused_without_being_quoted(cloud: Simulator, image: str, tmp_path: Path):
    with ProviderProcess(configuration(cloud), tmp_path) as provider:
        (reason,) = provider.reasons(inputs(image, {A: "x" * (LONGEST_NOTE + 1), B: ""}))
        accepted = provider.reasons(inputs(image, {A: "x" * LONGEST_NOTE}))

    assert reason == f"accounts: the note of '{A}' has more than 200 characters."
    assert accepted == []


def test_long_note_in_state_is_read_shortened_and_removed(cloud: Simulator, image: str, tmp_path: Path):
    cloud.put_state({"images": [{"service": "ecs", "image_id": image, "accounts": [A, B]}]})
    old = {**inputs(image, {A: LONG, B: LONG}), "region_id": "cn-hangzhou"}
    state = {**old, "owned_accounts": {A: LONG, B: LONG}, "foreign_accounts": []}
    id_ = f"ecs:cn-hangzhou:{image}"

    with ProviderProcess(configuration(cloud), tmp_path) as provider:
        _, found, _ = provider.read(id_, state)
        news, failures = provider.check(inputs(image, {A: "web"}), old)
        updated = provider.update(id_, {**state, **found}, news)
        said = "\n".join(provider.said)
    with ProviderProcess(configuration(cloud), tmp_path) as provider:
        provider.delete(id_, updated)

    assert failures == []
    assert updated["owned_accounts"] == {A: "web"}
    assert cloud.state()["images"][0]["accounts"] == []
    assert "x" * 60 not in said


def test_share_with_a_long_note_in_state_alone_can_be_deleted(cloud: Simulator, image: str, tmp_path: Path):
    cloud.put_state({"images": [{"service": "ecs", "image_id": image, "accounts": [A]}]})
    state = {**inputs(image, {A: LONG}), "region_id": "cn-hangzhou", "owned_accounts": {A: LONG}}

    with ProviderProcess(configuration(cloud), tmp_path) as provider:
        provider.delete(f"ecs:cn-hangzhou:{image}", state)

    assert cloud.state()["images"][0]["accounts"] == []
