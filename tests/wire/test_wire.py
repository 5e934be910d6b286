"""Every service says on the wire what its API page asks for, and understands what the page shows as answers.

The tables are copied from the pages, not from the code. A new service brings a folder of its own beside this
file: facts.json, requests.json and answers.json.
"""

from dataclasses import asdict

import pytest

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.service import ImagesPage, Page
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.sharing.model import Batch, Image, ImageKey, ListedImage
from tests.wire.tables import facts, services_with_tables, table

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)
"""What the module that talks takes for an answer that can't be read."""


def cases(name):
    return [
        pytest.param(service, case, id=f"{service}-{case['name']}")
        for service in services_with_tables()
        for case in table(service, name)
    ]


def key(service, image):
    return ImageKey(service, image.get("region_id"), image["image_id"])


def calls(service, image, ask):
    module = services.service(service)
    if "page" in ask:
        return [module.accounts_call(image, ask["page"])]
    if "batch" in ask:
        listed = {name: tuple(ask["batch"][name]) for name in ("add", "remove")}
        batch = Batch(**{**ask["batch"], **listed})
        return list(module.change_calls(image, batch))
    if "images" in ask:
        return [module.images_call(ask["images"], ask["from"])]
    if "regions" in ask:
        return [services.regional(service).regions_call(ask["regions"])]
    return [module.image_call(image, ask.get("from"))]


def parsed(service, image, case):
    module = services.service(service)
    if case["to"] == "image":
        listed = module.parse_images(case["answer"]).images
        return next((one.image for one in listed if one.image_id == image.image_id), None)
    if case["to"] == "images":
        return module.parse_images(case["answer"])
    if case["to"] == "regions":
        return services.regional(service).parse_regions(case["answer"])
    return module.parse_accounts(case["answer"])


def expected(case):
    gives = case["gives"]
    if gives is None:
        return None
    if case["to"] == "image":
        return Image(**gives)
    if case["to"] == "images":
        images = [ListedImage(**{**one, "image": Image(**one["image"])}) for one in gives["images"]]
        return ImagesPage(**{**gives, "images": tuple(images)})
    if case["to"] == "regions":
        return tuple(gives)
    return Page(**{**gives, "accounts": tuple(gives["accounts"])})


@pytest.mark.parametrize(("service", "case"), cases("requests"))
def test_request_is_sent_as_the_page_describes_it(service, case):
    sent = calls(service, key(service, case["image"]), case["ask"])

    assert [asdict(call) for call in sent] == [
        {"token": None, "confidential": False, **call} for call in case["calls"]
    ]


@pytest.mark.parametrize(("service", "case"), cases("requests"))
def test_request_never_makes_an_image_public(service, case):
    sent = calls(service, key(service, case["image"]), case["ask"])

    assert sent
    for call in sent:
        assert not {"IsPublic", "LaunchPermission"} & set(call.parameters)


@pytest.mark.parametrize(
    ("service", "case"), [each for each in cases("answers") if each.values[1]["gives"] != "unreadable"]
)
def test_answer_is_understood_as_the_page_shows_it(service, case):
    assert parsed(service, key(service, case["image"]), case) == expected(case)


@pytest.mark.parametrize(
    ("service", "case"), [each for each in cases("answers") if each.values[1]["gives"] == "unreadable"]
)
def test_answer_that_lacks_what_the_page_promises_cannot_be_read(service, case):
    with pytest.raises(UNREADABLE):
        parsed(service, key(service, case["image"]), case)


def test_every_service_has_its_tables():
    assert services_with_tables() == list(services.names())


@pytest.mark.parametrize("service", services_with_tables())
def test_tables_of_a_service_cover_every_request_and_every_answer(service):
    requests, answers = table(service, "requests"), table(service, "answers")
    batches = [case["ask"]["batch"] for case in requests if "batch" in case["ask"]]

    regions = {"regions"} if facts(service).regional else set()

    assert {kind for case in requests for kind in case["ask"]} - {"from"} == {
        "image",
        "images",
        "page",
        "batch",
        *regions,
    }
    assert {(bool(batch["add"]), bool(batch["remove"])) for batch in batches} >= {
        (True, False),
        (False, True),
    }
    kinds = {"image", "images", "accounts", *regions}
    assert {case["to"] for case in answers} == kinds
    assert {case["to"] for case in answers if case["gives"] == "unreadable"} == kinds
    assert None in [case["gives"] for case in answers]


@pytest.mark.parametrize("service", services_with_tables())
def test_limits_of_a_service_are_those_of_its_page(service):
    known, limits = facts(service), services.service(service).LIMITS

    assert (limits.add, limits.remove) == (known.add_per_call, known.remove_per_call)
    assert limits.accounts_per_image == known.accounts_per_image


@pytest.mark.parametrize("service", services_with_tables())
def test_api_of_a_service_is_that_of_its_page(service):
    known, api = facts(service), services.service(service).API

    assert (api.version, api.ram_prefix) == (known.version, known.ram_prefix)
    assert api.regional == known.regional
    assert (api.calls_per_minute, api.shares_to_ecs) == (known.calls_per_minute, known.switch is not None)
    assert Settings().endpoint(api, known.region_id) == known.endpoint


def test_service_that_does_not_exist_is_not_found():
    with pytest.raises(KeyError, match="rds"):
        services.service("rds")
