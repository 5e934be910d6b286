"""Temporary keys are renewed before they expire, also in the middle of a run, and by several threads once."""

from __future__ import annotations

import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.credentials import AccessKey, RenewableKey
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.inventory.live import LiveAccount, LiveImage, ReadFailure, ServiceRegion
from alicloud_image_share.inventory.reading import AccountReader
from alicloud_image_share.inventory.revocation import Revocation
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.sharing.model import Image, ImageKey, ListedImage
from alicloud_image_simulator import OTHER, OWNER
from tests.contract.stage import accounts
from tests.owners.conftest import World, keys, role, share
from tests.support.clock import Time
from tests.support.servers import serving

LIFE = 900.0


class Source:
    """Gives keys that are good for a quarter of an hour; each has its number."""

    def __init__(self, time: Time, life: float = LIFE) -> None:
        self.time = time
        self.life = life
        self.given = 0
        self.broken = False
        self.patience: list[float] = []

    def __call__(self, deadline: Deadline) -> AccessKey:
        self.patience.append(deadline.remaining)
        if self.broken:
            raise ConfigurationError("broken")
        self.given += 1
        return AccessKey(str(self.given), "secret", "token", self.time.now + self.life)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def source(time: Time) -> Source:
    return Source(time)


@pytest.fixture
def clock(time: Time) -> Clock:
    # Monotonic time has another zero than the date in a key.
    return Clock(lambda: time.now - 1e9, time.sleep, lambda: time.now)


def taken(key: RenewableKey, clock: Clock) -> str:
    return key.current(Deadline.after(clock, 30)).key_id


@pytest.mark.parametrize(
    ("after", "number"), [(0, "1"), (LIFE * 0.7, "1"), (LIFE * 0.8, "2"), (LIFE * 9, "2")]
)
def test_key_is_renewed_some_minutes_before_it_expires(
    time: Time, source: Source, clock: Clock, after: float, number: str
):
    key = RenewableKey(source, clock)
    taken(key, clock)
    time.now += after

    assert taken(key, clock) == number


@pytest.mark.parametrize(("left", "number"), [(301, "1"), (300, "2")])
def test_key_that_lives_long_is_renewed_five_minutes_before_it_expires(
    time: Time, clock: Clock, left: float, number: str
):
    key = RenewableKey(Source(time, life=43_200), clock)
    taken(key, clock)
    time.now += 43_200 - left

    assert taken(key, clock) == number


def test_key_that_can_not_be_renewed_is_used_to_its_end(time: Time, source: Source, clock: Clock):
    key = RenewableKey(source, clock)
    taken(key, clock)
    source.broken = True

    time.now += LIFE * 0.9
    assert taken(key, clock) == "1"
    time.now += LIFE * 0.2
    with pytest.raises(ConfigurationError, match="broken"):
        taken(key, clock)
    source.broken = False
    assert taken(key, clock) == "2"


@pytest.mark.parametrize(("seconds", "number"), [(29, "1"), (30, "2")])
def test_key_that_could_not_be_renewed_is_asked_for_again_half_a_minute_later(
    time: Time, source: Source, clock: Clock, seconds: float, number: str
):
    key = RenewableKey(source, clock)
    taken(key, clock)
    source.broken = True
    time.now += LIFE * 0.8
    taken(key, clock)

    source.broken = False
    time.now += seconds

    assert taken(key, clock) == number


def test_first_key_may_take_all_the_time_and_a_renewal_half_a_minute(
    time: Time, source: Source, clock: Clock
):
    key = RenewableKey(source, clock)

    for lives in (0, 0.8, 0.8, 2):
        time.now += lives * LIFE
        key.current(Deadline.after(clock, 200))

    assert source.patience == [200, 30, 30, 200]


def test_key_that_expires_at_once_is_refused(time: Time, source: Source, clock: Clock):
    late = Clock(clock.now, clock.sleep, lambda: time.now + LIFE)

    with pytest.raises(ConfigurationError, match="set the clock of this machine"):
        taken(RenewableKey(source, late), late)


def test_threads_that_need_a_key_at_once_fetch_it_once(source: Source, clock: Clock):
    key, start = RenewableKey(source, clock), threading.Barrier(4)

    def take(_: int) -> str:
        start.wait()
        return taken(key, clock)

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(take, range(4))) == {"1"}
    assert source.given == 1


# -- in the middle of a run --------------------------------------------------------------------------------


def long_run(
    world: World, environment: dict[str, str] | None = None, role_arn: str | None = None, **config: Any
):
    """Share with 25 accounts in three writes, each of the last two held up for nearly twelve minutes."""
    # The date of a request, which the SDK takes from the real clock, may be a quarter of an hour off.
    world.time.now -= 750
    slow = {"service": "ecs", "action": "ModifyImageSharePermission", "kind": "throttle", "nth": [2, 4]}
    world.cloud.put_faults([{**slow, "retry_after_ms": 700_000}])
    owner = OTHER if role_arn else OWNER
    asked = share(owner, *accounts(25), timeout=3000, **({"role_arn": role_arn} if role_arn else {}))

    Lifecycle(world.run(environment, **config)).create(asked)

    assert world.live(owner) == set(accounts(25))
    assert {call["code"] for call in world.cloud.calls()} == {None, "Throttling.User"}


def test_key_of_an_assumed_role_is_renewed_in_the_middle_of_a_run(world: World):
    long_run(world, **keys(OTHER), assumeRole={"roleArn": role(OWNER), "sessionExpiration": 900})

    assert [action for action, _ in world.actions()].count("AssumeRole") == 3


def test_key_from_an_address_and_the_role_on_top_are_renewed_in_the_middle_of_a_run(world: World):
    uri = f"http://{world.cloud.address}/_credentials?seconds=900"
    on_top = {"roleArn": role(OWNER), "sessionExpiration": 900}

    long_run(world, credentialsUri=uri, assumeRole=on_top)

    # The simulator refuses a key that has expired: later roles are assumed with later keys of the address.
    assert [action for action, _ in world.actions()].count("AssumeRole") == 3


def test_share_with_a_role_of_its_own_is_carried_out_though_the_keys_below_expire(world: World):
    uri = f"http://{world.cloud.address}/_credentials?seconds=900"
    on_top = {"roleArn": role(OTHER), "sessionExpiration": 900}

    long_run(world, role_arn=role(OTHER, "last"), credentialsUri=uri, assumeRole=on_top)

    assert [action for action, _ in world.actions()].count("AssumeRole") == 2


def test_key_from_a_token_is_renewed_with_the_token_that_is_there_then(world: World, tmp_path):
    file = tmp_path / "token"
    file.write_text("first")
    world.time.on_sleep = lambda: file.write_text("later")
    oidc = {"oidcProviderArn": f"acs:ram::{OWNER.id}:oidc-provider/ci", "roleArn": role(OWNER)}

    long_run(world, assumeRoleWithOidc={**oidc, "oidcTokenFile": str(file), "sessionExpiration": 900})

    calls: list[Any] = world.cloud.calls()
    sent = [call["parameters"]["OIDCToken"] for call in calls if call["action"] == "AssumeRoleWithOIDC"]
    assert sent == ["first", "later", "later"]


class OneAnswer(dict[str, tuple[int, bytes]]):
    """Answers each request once; then the server knows nothing any more."""

    def get(self, key: str, default: Any = None) -> Any:
        return self.pop(key, default)


def test_revoke_whose_key_can_not_be_renewed_in_the_middle_names_whoever_may_have_access(world: World):
    life, of_others = 40, accounts(3, first=500)
    with urllib.request.urlopen(f"http://{world.cloud.address}/_credentials?seconds={life}") as answer:
        body = bytes(answer.read())
    images = [
        {"service": service, "image_id": "m-1", "region_id": region, "owner_id": OWNER.id, "accounts": shared}
        for service, region, shared in (
            ("eds", "cn-hangzhou", of_others),
            ("ecs", "cn-hangzhou", accounts(15)),
        )
    ]
    world.cloud.put_state({"images": images})
    slow = {"service": "ecs", "action": "ModifyImageSharePermission", "kind": "throttle", "nth": [2]}
    world.cloud.put_faults([{**slow, "retry_after_ms": 60_000}])
    found = [
        LiveImage(
            ImageKey(each["service"], each["region_id"], "m-1"),
            OWNER.id,
            accounts=tuple(map(LiveAccount, each["accounts"])),
        )
        for each in images
    ]

    with serving(OneAnswer({"GET /key": (200, body)})) as host:
        client = world.run(credentialsUri=f"http://{host}/key").session().client
        clock = Clock(lambda: world.time.now, world.time.sleep, lambda: world.time.now)
        told = Revocation(lambda _: client, clock, print).carry_out(
            found, frozenset([*accounts(15), *of_others]), lambda _: None
        )

    left = {result.account for result in told if result.left}
    still: set[str] = {account for image in world.cloud.state()["images"] for account in image["accounts"]}
    assert len(told) == 18
    assert still
    assert still <= left
    assert all("gave no credentials (status 404)" in result.reason for result in told if result.left)


def test_reading_whose_key_can_not_be_had_any_more_names_what_is_not_read(world: World):
    image = ListedImage("m-1", Image(owner_id=OWNER.id))
    with serving({}) as host:
        client = world.run(credentialsUri=f"http://{host}/key").session().client
        clock = Clock(lambda: world.time.now, world.time.sleep, lambda: world.time.now)
        reader = AccountReader(client, OWNER.id, clock, print)
        place = ServiceRegion("ecs", "cn-hangzhou")

        failures = [
            reader.regions("ecs", None),
            reader.images(place),
            reader.with_accounts(place, image).not_read,
        ]

    assert [failure.what for failure in failures if isinstance(failure, ReadFailure)] == [
        "ecs: its list of regions",
        "ecs cn-hangzhou",
        "ecs cn-hangzhou m-1",
    ]
    assert all(
        "gave no credentials (status 404)" in failure.reason
        for failure in failures
        if isinstance(failure, ReadFailure)
    )
