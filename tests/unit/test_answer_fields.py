"""An answer whose fields are of another kind cannot be read; nobody is called `None` or `True`."""

from typing import Any

import pytest

from alicloud_image_share.cloud import services

ACCOUNT = "1234567890123456"
COUNTS = {"TotalCount": 1, "PageNumber": 1, "PageSize": 100}


def accounts_answer(service: str, account: Any, **more: Any) -> dict[str, Any]:
    lists: dict[str, dict[str, Any]] = {
        "ecs": {"Accounts": {"Account": [{"AliyunId": account}]}},
        "eds": {"AliUids": [account]},
        "ens": {"Accounts": {"Account": [{"AliyunId": account}]}},
        "swas": {"ImageShareUsers": [{"UserId": account}]},
    }
    return {**lists[service], **({} if service == "eds" else COUNTS), **more}


def images_answer(service: str, **fields: Any) -> dict[str, Any]:
    image = {
        "ecs": {"ImageId": "m-1", "ImageOwnerId": ACCOUNT, "ImageOwnerAlias": "self", "Status": "Available"},
        "eds": {"ImageId": "m-1", "ImageType": "CUSTOM", "Status": "Available"},
        "ens": {"ImageId": "m-1", "Status": "Available"},
        "swas": {"ImageId": "m-1", "InShare": False, "Status": "1", "UserId": ACCOUNT},
    }[service] | fields
    key = {"ecs": "Images", "eds": "Images", "ens": "Images", "swas": "CustomImages"}[service]
    listed = {"Image": [image]} if service in ("ecs", "ens") else [image]
    return {key: listed, **COUNTS}


def refused(parse: Any, answer: Any) -> bool:
    """Tell whether reading raises one of the errors that make an answer unreadable."""
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        parse(answer)
    return True


@pytest.mark.parametrize("service", services.names())
@pytest.mark.parametrize("account", [ACCOUNT, int(ACCOUNT), "12345", "1" * 20])
def test_account_that_comes_as_text_or_as_a_whole_number_is_read(service: str, account: Any):
    assert services.service(service).parse_accounts(accounts_answer(service, account)).accounts == (
        str(account),
    )


@pytest.mark.parametrize("service", services.names())
@pytest.mark.parametrize(
    "account",
    [
        None,
        True,
        1.55e15,
        0,
        -1234567890123456,
        10**20,
        "",
        "None",
        "0123456789012345",
        " 1234567890123456",
        "1234567890123456\n",
        "123456789012345\x1b[31m6",
        "".join(chr(0xFF10 + int(digit)) for digit in ACCOUNT),
        "1234567890123456, 1550809237710001",
        [ACCOUNT],
        {"id": ACCOUNT},
    ],
)
def test_account_that_is_none_makes_the_answer_unreadable(service: str, account: Any):
    assert refused(services.service(service).parse_accounts, accounts_answer(service, account))


@pytest.mark.parametrize("service", services.names())
@pytest.mark.parametrize("value", [0, False, "", "1234567890123456", {}, {"Account": ACCOUNT}, [None], [[]]])
def test_list_of_accounts_that_is_none_is_never_taken_for_an_empty_one(service: str, value: Any):
    answer = accounts_answer(service, ACCOUNT)
    key = next(iter(answer))
    if value == {} and isinstance(answer[key], dict):
        pytest.skip("a map without a list is an empty list")

    assert refused(services.service(service).parse_accounts, {**answer, key: value})


@pytest.mark.parametrize("service", ["ecs", "ens", "swas"])
@pytest.mark.parametrize("total", [None, True, -1, 1.5, 10**9, "many", "", "1e3", [1]])
def test_count_that_is_none_makes_the_answer_unreadable(service: str, total: Any):
    module = services.service(service)

    assert refused(module.parse_accounts, accounts_answer(service, ACCOUNT, TotalCount=total))
    assert refused(module.parse_images, {**images_answer(service), "TotalCount": total})


@pytest.mark.parametrize("service", services.names())
@pytest.mark.parametrize("value", [None, True, 1, "", [], {}])
def test_image_without_an_id_makes_the_answer_unreadable(service: str, value: Any):
    assert refused(services.service(service).parse_images, images_answer(service, ImageId=value))


@pytest.mark.parametrize(
    ("service", "fields"),
    [
        ("ecs", {"ImageOwnerId": None}),
        ("ecs", {"ImageOwnerId": True}),
        ("ecs", {"ImageOwnerId": 1.55e15}),
        ("ecs", {"IsPublic": "false"}),
        ("ecs", {"ImageName": 1}),
        ("ecs", {"Status": ["Available"]}),
        ("eds", {"VolumeEncryptionEnabled": "no"}),
        ("eds", {"Name": {}}),
        ("ens", {"ImageName": 1}),
        ("ens", {"Status": 1}),
        ("swas", {"InShare": "false"}),
        ("swas", {"InShare": None}),
        ("swas", {"UserId": True}),
        ("swas", {"InShareUser": 1}),
    ],
)
def test_image_with_a_field_of_another_kind_makes_the_answer_unreadable(service: str, fields: dict[str, Any]):
    assert services.service(service).parse_images(images_answer(service)).images
    assert refused(services.service(service).parse_images, images_answer(service, **fields))


@pytest.mark.parametrize("service", ["ecs", "eds", "swas"])
@pytest.mark.parametrize(
    "region", [None, True, 1, "", "evil.example.com/", "cn-hangzhou.evil.example.com", "a b", "cn\n", "@evil"]
)
def test_region_that_would_become_another_host_makes_the_answer_unreadable(service: str, region: Any):
    listed: Any = [{"RegionId": region}]

    answer = {"Regions": {"Region": listed} if service == "ecs" else listed}

    assert refused(services.regional(service).parse_regions, answer)


def test_image_of_nobody_that_is_not_the_callers_own_is_read():
    answer = images_answer("ecs", ImageOwnerId="", ImageOwnerAlias="system")

    (listed,) = services.service("ecs").parse_images(answer).images

    assert (listed.image.own, listed.image.owner_id) == (False, None)
