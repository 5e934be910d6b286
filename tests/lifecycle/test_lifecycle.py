"""The life of a share over gRPC, as the engine drives it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alicloud_image_share.resource import ImageShareProvider
from alicloud_image_simulator import OWNER, Simulator
from tests.lifecycle.provider_process import Properties, ProviderProcess, configuration, pickled

pytestmark = pytest.mark.usefixtures("forked_processes")

A, B, C, D = (str(1_550_809_237_710_000 + n) for n in range(1, 5))


def inputs(image: str, accounts: object, **fields: object) -> Properties:
    return {"service": "ecs", "image_id": image, "accounts": accounts, **fields}


def live(cloud: Simulator) -> set[str]:
    (image,) = cloud.state()["images"]
    return set(image["accounts"])


def set_live(cloud: Simulator, image: str, *accounts: str) -> None:
    cloud.put_state({"images": [{"service": "ecs", "image_id": image, "accounts": list(accounts)}]})


def test_share_through_its_whole_life_gains_and_loses_what_was_asked(
    cloud: Simulator, image: str, tmp_path: Path
):
    config = configuration(cloud)
    with ProviderProcess(config, tmp_path) as first:
        checked, failures = first.check(inputs(image, {A: "web", B: ""}))
        id_, created = first.create(checked)
    with ProviderProcess(config, tmp_path) as second:
        news, _ = second.check(inputs(image, {B: "", C: "shop"}), checked)
        changes = second.diff(created, news)
        updated = second.update(id_, created, news)
        during = live(cloud)
    with ProviderProcess(config, tmp_path) as third:
        third.delete(id_, updated)

    assert failures == []
    assert checked == inputs(image, {A: "web", B: "(no note)"}, region_id="cn-hangzhou")
    assert id_ == f"ecs:cn-hangzhou:{image}"
    assert created == {
        **checked,
        "owned_accounts": {A: "web", B: "(no note)"},
        "foreign_accounts": [],
        "owner_id": OWNER.id,
    }
    assert changes == ("DIFF_UNKNOWN", [])
    assert updated["owned_accounts"] == {B: "(no note)", C: "shop"}
    assert during == {B, C}
    assert live(cloud) == set()


def test_read_repeated_gives_the_same_state(
    up: ProviderProcess, destroy: ProviderProcess, cloud: Simulator, image: str
):
    id_, created = up.create(inputs(image, {A: "web", B: ""}, region_id="cn-hangzhou"))
    set_live(cloud, image, A, C)

    once = destroy.read(id_, created)
    twice = destroy.read(id_, once[2])

    assert once == twice
    assert once[1]["accounts"] == {A: "web"}
    assert once[2]["foreign_accounts"] == [C]


def test_read_of_an_image_that_is_gone_gives_no_id(
    up: ProviderProcess, destroy: ProviderProcess, cloud: Simulator, image: str
):
    id_, created = up.create(inputs(image, {A: ""}, region_id="cn-hangzhou"))
    assert destroy.read(id_, created)[0] == id_
    cloud.put_state({"images": []})

    assert destroy.read(id_, created)[0] == ""


@pytest.mark.parametrize(
    ("field", "value"), [("image_id", "m-other"), ("region_id", "cn-shanghai"), ("service", "swas")]
)
def test_diff_of_what_names_the_image_replaces(up: ProviderProcess, image: str, field: str, value: str):
    olds = inputs(image, {A: ""}, region_id="cn-hangzhou", owned_accounts={A: ""}, foreign_accounts=[])
    news = inputs(image, {A: ""}, region_id="cn-hangzhou") | {field: value}

    assert up.diff(olds, news)[1] == [field]


def test_diff_of_equal_inputs_has_no_changes(up: ProviderProcess, image: str):
    news = inputs(image, {A: ""}, region_id="cn-hangzhou")

    assert up.diff({**news, "owned_accounts": {A: ""}, "foreign_accounts": []}, news)[0] == "DIFF_NONE"


def test_diff_of_equal_inputs_where_state_owns_more_has_changes_that_call_nothing(
    up: ProviderProcess, cloud: Simulator, image: str
):
    news = inputs(image, {A: ""}, region_id="cn-hangzhou")
    olds = {**news, "owned_accounts": {A: "", B: ""}, "foreign_accounts": [], "owner_id": OWNER.id}

    changes, _ = up.diff(olds, news)
    updated = up.update(f"ecs:cn-hangzhou:{image}", olds, news)

    assert changes == "DIFF_SOME"
    assert updated["owned_accounts"] == {A: ""}
    assert cloud.calls() == []


# -- state of other versions -----------------------------------------------------------------------


def old_state(image: str) -> Properties:
    """State of a version that kept less, and something that this one does not know."""
    return inputs(image, {A: "web", B: ""}, region_id="cn-hangzhou", sharing_mode="fast", tags={"a": "b"})


def test_old_state_is_read(destroy: ProviderProcess, cloud: Simulator, image: str):
    set_live(cloud, image, A, B)

    _, read_inputs, outputs = destroy.read(f"ecs:cn-hangzhou:{image}", old_state(image))

    assert read_inputs == inputs(image, {A: "web", B: ""}, region_id="cn-hangzhou")
    assert outputs["owned_accounts"] == {A: "web", B: ""}


def test_old_state_is_updated(up: ProviderProcess, cloud: Simulator, image: str):
    set_live(cloud, image, A, B)
    news, _ = up.check(inputs(image, {B: "", C: ""}), old_state(image))

    updated = up.update(f"ecs:cn-hangzhou:{image}", old_state(image), news)

    assert live(cloud) == {B, C}
    assert updated["owned_accounts"] == {B: "", C: "(no note)"}
    assert "sharing_mode" not in updated


def test_old_state_is_deleted(destroy: ProviderProcess, cloud: Simulator, image: str):
    set_live(cloud, image, A, B, D)

    destroy.delete(f"ecs:cn-hangzhou:{image}", old_state(image))

    assert live(cloud) == {D}


def test_old_state_without_a_change_has_no_difference(up: ProviderProcess, image: str):
    news, _ = up.check(inputs(image, {A: "web", B: ""}), old_state(image))

    assert up.diff(old_state(image), news) == ("DIFF_NONE", [])


def test_state_of_ten_accounts_is_below_one_and_a_half_kilobytes(up: ProviderProcess, image: str):
    accounts = {str(1_550_809_237_710_000 + n): f"team {n}" for n in range(10)}
    checked, _ = up.check(inputs(image, accounts))
    _, created = up.create(checked)

    assert len(json.dumps({"inputs": checked, "outputs": created})) < 1536


def test_pickled_provider_holds_a_reference_and_nothing_else():
    assert len(pickled(ImageShareProvider())) < 120
    assert vars(ImageShareProvider()) == {}


# -- one run for every provider object of a process ------------------------------------------------


@pytest.mark.parametrize(("checking", "deleting"), [(4, 5), (5, 4)])
def test_pickles_of_two_protocols_share_what_the_run_asks_for(
    up: ProviderProcess, cloud: Simulator, image: str, checking: int, deleting: int
):
    new, old = (pickled(ImageShareProvider(), protocol) for protocol in (checking, deleting))
    id_, created = up.create(inputs(image, {A: "", B: ""}, region_id="cn-hangzhou"))
    up.check({**inputs(image, {A: ""}), "__provider": new})

    up.delete(id_, {**created, "__provider": old})

    assert live(cloud) == {A}
    assert f"{A} keeps access: another share of this run requests it" in "\n".join(up.said)


def test_pickles_of_two_protocols_give_the_same_inputs(up: ProviderProcess, image: str):
    four, five = (pickled(ImageShareProvider(), protocol) for protocol in (4, 5))

    assert up.check({**inputs(image, [A, B]), "__provider": four}) == up.check(
        {**inputs(image, [B, A]), "__provider": five}
    )
