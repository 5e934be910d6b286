"""Who can use what, and by whose doing."""

from __future__ import annotations

import pytest

from alicloud_image_simulator import OWNER
from tests.support.servers import closed_port

from .conftest import Command, StackWriter
from .world import image, put

WEB, SHOP, NOBODY = "1234567890123456", "1550809237710001", "1999999999999999"


def test_who_of_an_account_without_images_says_none(cloud, image_share: Command):
    put(cloud, image(accounts=[WEB]))

    said = image_share("who", NOBODY)

    assert said.status == 0
    assert said.output.splitlines()[0] == f"{NOBODY}: can use none of the images"


def test_who_names_every_image_with_since_and_the_stack(cloud, image_share: Command, stack: StackWriter):
    times = {SHOP: "2026-02-03T04:05:06Z"}
    put(
        cloud,
        image(name="golden", accounts=[WEB, SHOP], shared_times=times),
        image("swas", "m-2", accounts=[SHOP], shared_times=times),
        image("ens", "m-3", accounts=[SHOP]),
    )
    stack({"golden": {"service": "ecs", "image_id": "m-1", "groups": ["web"]}}, {"web": {SHOP: "shop"}})

    said = image_share("who", SHOP, "--format", "json")

    assert said.status == 2
    assert [
        (use["service"], use["image"], use["owner"], use["since"], use["stacks"], use["shares"])
        for use in said.document["uses"]
    ] == [
        ("ecs", "m-1", OWNER.id, times[SHOP], ["dev"], ["golden (group web)"]),
        ("ens", "m-3", OWNER.id, None, [], []),
        ("swas", "m-2", OWNER.id, "2026-02-03 04:05:06.0", [], []),
    ]


def test_who_counts_images_that_are_open_to_everyone(cloud, image_share: Command):
    put(cloud, image(accounts=[], is_public=True))

    said = image_share("who", NOBODY)

    assert said.status == 2
    assert f"{NOBODY}  ecs cn-hangzhou m-1    open to everyone  no stack" in said.output


@pytest.mark.parametrize("account", ["123", "012345", "1234x", "１２３４５６"])  # noqa: RUF001 - what it refuses
def test_who_of_what_is_no_account_id_is_a_usage_error(image_share: Command, account: str):
    said = image_share("who", account)

    assert said.status == 1
    assert "is not an account id: it has 5 to 20 digits" in said.errors


def test_who_escapes_the_names_of_images(cloud, image_share: Command):
    put(cloud, image(name="\x1b[31mred\n", accounts=[WEB]))

    said = image_share("who", WEB)

    assert "\\u001b[31mred\\n" in said.output
    assert "\x1b" not in said.output


def test_who_with_a_key_that_the_cloud_does_not_accept_names_the_next_step(
    image_share: Command, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ALICLOUD_SECRET_KEY", "wrong")

    said = image_share("who", WEB, "--service", "ecs")

    assert said.status == 1
    assert "SignatureDoesNotMatch" in said.errors
    assert said.errors.splitlines()[-1] == (
        "Next: check alicloud:secretKey: it does not belong to the access key."
    )


def test_who_without_a_connection_names_the_next_step(image_share: Command, monkeypatch: pytest.MonkeyPatch):
    for product in ("ECS", "STS"):
        monkeypatch.setenv(f"ALIBABA_CLOUD_ENDPOINT_{product}", f"127.0.0.1:{closed_port()}")

    said = image_share("who", WEB, "--service", "ecs", "--region", "cn-hangzhou")

    assert said.status == 1
    assert said.errors.splitlines()[-1] == (
        "Next: check the network and its proxy, the region and alicloud:endpoints."
    )
