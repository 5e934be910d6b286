import time

from alibabacloud_swas_open20200601.client import Client
from calling import accounts, config, ids, refusal
from swas_calls import add, images, members, put

from alicloud_image_simulator import OWNER, Simulator


def test_eleventh_call_of_an_action_is_throttled_and_changes_nothing(swas: Client, cloud: Simulator):
    put(cloud)
    for account_id in ids(5):
        add(swas, [account_id])()
        add(swas, [account_id])()

    assert refusal(add(swas, ["999"])) == (400, "Throttling.User")
    assert accounts(cloud) == ids(5)


def test_eleventh_call_is_throttled_with_the_readings_code_and_status(swas: Client, cloud: Simulator):
    put(cloud, {"throttling_code": "Throttling", "throttling_status": 429})
    for _ in range(10):
        images(swas)

    assert refusal(lambda: images(swas)) == (429, "Throttling")


def test_eleventh_call_under_the_reading_without_a_limit_is_accepted(swas: Client, cloud: Simulator):
    put(cloud, {"swas_calls_a_minute": "none"})

    assert [len(images(swas).custom_images) for _ in range(11)] == [1] * 11


def test_calls_of_another_action_or_account_have_a_minute_of_their_own(
    swas: Client, swas_of_other: Client, cloud: Simulator
):
    put(cloud, accounts=["111"])
    for _ in range(10):
        images(swas)

    assert (members(swas), images(swas_of_other).custom_images) == ([111], [])


def test_calls_are_admitted_again_as_the_minute_slides_on():
    now = [time.time()]
    with Simulator(clock=lambda: now[0]) as cloud:
        put(cloud)
        swas = Client(config(cloud, OWNER))
        for _ in range(5):
            images(swas)
        now[0] += 30
        for _ in range(5):
            images(swas)
        now[0] += 30.5

        assert [len(images(swas).custom_images) for _ in range(5)] == [1] * 5
        assert refusal(lambda: images(swas)) == (400, "Throttling.User")


def test_calls_that_are_throttled_do_not_count():
    now = [time.time()]
    with Simulator(clock=lambda: now[0]) as cloud:
        put(cloud)
        swas = Client(config(cloud, OWNER))
        for _ in range(10):
            images(swas)
        now[0] += 59
        refusal(lambda: images(swas))
        now[0] += 1.5

        assert [len(images(swas).custom_images) for _ in range(10)] == [1] * 10
