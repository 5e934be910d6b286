"""Values that a field of ImageShare does not take, of every type that the wire can carry."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

import hypothesis.strategies as st

from alicloud_image_share.cloud import services

Values: TypeAlias = st.SearchStrategy[Any]

QUOTAS = {"ecs": 50, "swas": 10}
_ACCOUNT = re.compile(r"[1-9][0-9]{4,19}", re.ASCII)
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_ROLE = re.compile(r"acs:ram::[1-9][0-9]{4,19}:role/[A-Za-z0-9._-]{1,64}", re.ASCII)
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+", re.ASCII)
# Pulumi's mark of a value that has a type of its own: here, an asset.
_ASSET = {"4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", "text": "12345678"}

# The wire is UTF-8 and can't carry lone surrogates, which st.text() leaves out.
TEXT = st.text(max_size=40) | st.sampled_from(
    (
        "",
        " ",
        "\0",
        "\x1b[31mred\x1b[0m",
        "\x9b2J",
        "\r\nok",
        "\u202etxet",
        "a\u0301\u200b\ufeff",
        "\U0010ffff",
        "😀" * 500,
        "x" * 100_000,
        "9" * 100_000,
        "-1",
        "+1550809237710001",
        "015508092377",
        "1550809237710001 ",
        "1550809237710001\n",
        "1550809237710001,1550809237710002",
        "１５５０８０９２３７７１０００１",  # noqa: RUF001 - full-width digits
        "user@1550809237710001.onaliyun.com",
        "acs:ram::1550809237710001:root",
        "true",
        "null",
        "NaN",
        "${image}",
        "Traceback (most recent call last):",
        "../../etc/passwd",
    )
)
NUMBERS = st.floats() | st.sampled_from(
    (0.0, -0.0, -1.0, 1e308, -1e308, 5e-324, float("inf"), float("-inf"), float("nan"), 2.0**53, 2.0**64)
)
NESTED = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT | st.just(_ASSET),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=5), values, max_size=3),
    max_leaves=6,
).filter(lambda value: isinstance(value, list | dict))
ANYTHING = st.booleans() | NUMBERS | TEXT | NESTED

ACCOUNT_IDS = st.integers(10**4, 10**20 - 1).map(str)


def _but(values: Values, good: re.Pattern[str]) -> Values:
    return values.filter(lambda value: not (isinstance(value, str) and good.fullmatch(value)))


def _no_account(value: object) -> bool:
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 2**53
        return not (whole and _ACCOUNT.fullmatch(str(int(value))))
    return not (isinstance(value, str) and _ACCOUNT.fullmatch(value))


BAD_ACCOUNTS = (ANYTHING | st.none()).filter(_no_account)
_SOME_ACCOUNTS = st.lists(ACCOUNT_IDS, max_size=3, unique=True)
_SMALL = st.integers(10**4, 10**9).map(str)


def _lists() -> Values:
    mixed = st.tuples(_SOME_ACCOUNTS, st.lists(BAD_ACCOUNTS, min_size=1, max_size=2))
    twice = st.tuples(_SMALL, _SOME_ACCOUNTS).map(lambda pair: [pair[0], *pair[1], float(pair[0])])
    return mixed.flatmap(lambda pair: st.permutations([*pair[0], *pair[1]])) | twice


def _maps() -> Values:
    notes = st.text(max_size=5)
    good = st.dictionaries(ACCOUNT_IDS, notes, max_size=3)
    bad_keys = st.dictionaries(_but(TEXT, _ACCOUNT), notes, min_size=1, max_size=2)
    no_notes = st.booleans() | NUMBERS | NESTED
    bad_notes = st.dictionaries(ACCOUNT_IDS, no_notes, min_size=1, max_size=2)
    return st.tuples(good, bad_keys | bad_notes).map(lambda pair: {**pair[0], **pair[1]})


def _accounts(service: str) -> Values:
    bad = [_lists(), _maps(), st.booleans() | NUMBERS | TEXT, st.sampled_from((None, [], {}))]
    if service in QUOTAS:
        first, most = 10**9, QUOTAS[service]
        bad.append(st.integers(most + 1, most + 20).map(lambda n: [str(first + k) for k in range(n)]))
    return st.one_of(bad)


def bad_values(service: str) -> dict[str, Values]:
    """Give, for every field, what a share of this service does not take; None stands for leaving it out."""
    no_text = st.booleans() | NUMBERS | NESTED
    not_a_flag = NUMBERS | TEXT | NESTED
    regional = services.service(service).API.regional
    no_region = _but(TEXT, _REGION) | no_text
    too_long = st.floats().filter(lambda number: not 1 <= number <= 86_400)
    return {
        "service": st.none() | TEXT.filter(lambda text: text not in services.names()) | no_text,
        "image_id": st.none() | _but(TEXT, _IMAGE) | no_text,
        "region_id": no_region if regional else no_region | st.just("cn-hangzhou"),
        "accounts": _accounts(service),
        "exclusive": not_a_flag,
        "share_to_ecs": not_a_flag if service == "swas" else not_a_flag | st.booleans(),
        "role_arn": _but(TEXT, _ROLE) | no_text,
        "timeout": TEXT | st.booleans() | NESTED | too_long,
        "accounts_secret": not_a_flag,
        "retain_on_delete": not_a_flag,
    }
