"""Every refusal of an input: one sentence that starts with the field and shows the one bad value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_image_share.lifecycle.inputs import check
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.model import FIELDS, UNKNOWN

ACCOUNT = "1234567890123456"
OTHER = "1550809237710001"
GOOD = {"service": "ecs", "image_id": "m-bp1", "region_id": "cn-hangzhou", "accounts": {ACCOUNT: "web"}}
BAD_IDS = [
    "",
    " ",
    f" {ACCOUNT}",
    f"{ACCOUNT}\n",
    f"{ACCOUNT},{OTHER}",
    "1234",
    "123456789012345678901",
    "0123456789012345",
    "+1234567890123456",
    "-1234567890123456",
    "1.5e15",
    "1234_5678",
    "１２３４５６７８",  # noqa: RUF001 - full-width digits
    "१२३४५६७८",
    "12345\x00",
    "\x1b[31m12345",
    "12345\u202e",
    "alice",
    "alice@1234567890123456.onaliyun.com",
    "acs:ram::1234567890123456:root",
]


def checked(default_region=None, **changes):
    return check({**GOOD, **changes}, default_region=default_region, quota=50)


def failures(**changes):
    return list(checked(**changes).failures)


@pytest.mark.parametrize("bad", BAD_IDS)
def test_account_that_is_no_id_is_refused_in_one_printable_line(bad):
    (reason,) = failures(accounts=[bad])

    assert reason.startswith(f"accounts: {bad!r} is not an account id: ")
    assert reason.isprintable()


@pytest.mark.parametrize("bad", BAD_IDS)
def test_account_that_is_no_id_is_refused_as_the_key_of_a_map_too(bad):
    assert failures(accounts={bad: "note"}) == failures(accounts=[bad])


@pytest.mark.parametrize(
    "bad",
    [True, False, None, 1.5, -123456.0, float("nan"), float("inf"), 2.0**53, 1e16, [ACCOUNT], {ACCOUNT: ""}],
    ids=repr,
)
def test_account_that_is_no_text_and_no_whole_number_is_refused(bad):
    (reason,) = failures(accounts=[ACCOUNT, bad])

    assert reason.startswith(f"accounts: {bad!r} is not an account id: ")


@pytest.mark.parametrize("number", [2.0**53, 2.0**53 + 2, 1e18])
def test_account_that_is_a_float_from_2_to_the_53_is_refused_for_its_lost_digits(number):
    (reason,) = failures(accounts=[number])

    assert reason.endswith("a number this large loses digits; put the id in quotes.")


@pytest.mark.parametrize("ram_user", ["alice", "alice@1234567890123456.onaliyun.com"])
def test_account_that_is_a_ram_user_hears_that_images_are_shared_with_accounts(ram_user):
    (reason,) = failures(accounts=[ram_user])

    assert "not with RAM users" in reason


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("service", "rds", "'rds' is not one of the services: ecs"),
        ("service", "esc", "'esc' is not one of the services: ecs, eds, ens, swas. Did you mean ecs?"),
        ("service", "ECS", "'ECS' is not one of the services"),
        ("service", "", "'' is not one of the services"),
        ("service", 7, "7 is not one of the services"),
        ("service", ["ecs"], "['ecs'] is not one of the services"),
        ("service", None, "None is not one of the services"),
        ("image_id", None, "None is not an image id."),
        ("image_id", "", "'' is not an image id."),
        ("image_id", "m 1", "'m 1' is not an image id."),
        ("image_id", "m-1\n", "'m-1\\n' is not an image id."),
        ("image_id", "m-1:m-2", "'m-1:m-2' is not an image id."),
        ("image_id", "м-1", "'м-1' is not an image id."),
        ("image_id", 5.0, "5.0 is not an image id."),
        ("image_id", ["m-1"], "['m-1'] is not an image id."),
        ("image_id", "m" * 129, f"'{'m' * 58}… is not an image id."),
        ("region_id", "", "'' is not a region id."),
        ("region_id", "hangzhou", "'hangzhou' is not a region id."),
        ("region_id", "cn-hangzhou.evil.example/", "'cn-hangzhou.evil.example/' is not a region id."),
        ("region_id", "CN-Hangzhou", "'CN-Hangzhou' is not a region id."),
        ("region_id", 7, "7 is not a region id."),
        ("region_id", None, "it is required where alicloud:region is not configured."),
        ("accounts", None, "it is required."),
        (
            "accounts",
            {},
            "must not be empty, unless exclusive=True (remove everybody) or share_to_ecs is set.",
        ),
        (
            "accounts",
            [],
            "must not be empty, unless exclusive=True (remove everybody) or share_to_ecs is set.",
        ),
        ("accounts", ACCOUNT, f"'{ACCOUNT}' is neither a list of account ids nor a map"),
        ("accounts", 1234567890123456.0, "1234567890123456.0 is neither a list"),
        ("accounts", True, "True is neither a list"),
        ("accounts", [ACCOUNT, OTHER, ACCOUNT], f"'{ACCOUNT}' is there twice."),
        ("accounts", [ACCOUNT, 1234567890123456.0], "1234567890123456.0 is there twice."),
        ("accounts", {ACCOUNT: 5}, f"the note, 5, of '{ACCOUNT}' is not text."),
        ("accounts", {ACCOUNT: ["web"]}, f"the note, ['web'], of '{ACCOUNT}' is not text."),
        ("exclusive", "yes", "'yes' is neither true nor false."),
        ("exclusive", 0.0, "0.0 is neither true nor false."),
        ("exclusive", [], "[] is neither true nor false."),
        ("accounts_secret", "true", "'true' is neither true nor false."),
        ("share_to_ecs", True, "True is set, but only swas images have it."),
        ("share_to_ecs", False, "False is set, but only swas images have it."),
        ("share_to_ecs", "on", "'on' is neither true nor false."),
        (
            "role_arn",
            "acs:ram::1:role/x",
            "'acs:ram::1:role/x' is not the name of a role, acs:ram::<account>",
        ),
        ("role_arn", "acs:ram::12345:user/x", "'acs:ram::12345:user/x' is not the name of a role"),
        ("role_arn", "acs:ram::12345:role/", "'acs:ram::12345:role/' is not the name of a role"),
        ("role_arn", "acs:ram::\uff11\uff12345:role/x", "'acs:ram::\uff11\uff12345:role/x' is not the name"),
        ("role_arn", "acs:ram::12345:role/a/b", "'acs:ram::12345:role/a/b' is not the name of a role"),
        ("role_arn", 5, "5 is not the name of a role"),
        ("timeout", 0, "0 is not a number of seconds from 1 to 86400."),
        ("timeout", -1.5, "-1.5 is not a number of seconds"),
        ("timeout", 86_401, "86401 is not a number of seconds"),
        ("timeout", float("nan"), "nan is not a number of seconds"),
        ("timeout", True, "True is not a number of seconds"),
        ("timeout", "300", "'300' is not a number of seconds"),
        ("timeout", {}, "{} is not a number of seconds"),
        ("acounts", ["x"], "there is no such field."),
    ],
)
def test_field_with_a_bad_value_is_refused_by_name(field, value, reason):
    (found,) = failures(**{field: value})

    assert found.startswith(f"{field}: {reason}")


def test_accounts_above_the_quota_of_the_image_are_refused_with_both_numbers():
    (reason,) = failures(accounts=[str(10_000 + n) for n in range(51)])

    assert reason.startswith("accounts: 51 listed, but an ecs image can be shared with 50. Remove 1, or set")


def test_accounts_above_the_quota_that_only_become_fewer_are_accepted():
    before = {str(10_000 + n): "" for n in range(60)}
    news = {**GOOD, "accounts": dict(list(before.items())[:55])}

    found = check(news, default_region=None, quota=50, before=before)

    assert found.failures == ()


def test_accounts_above_the_quota_with_somebody_new_among_them_are_refused():
    before = {str(10_000 + n): "" for n in range(60)}
    news = {**GOOD, "accounts": {**dict(list(before.items())[:55]), ACCOUNT: ""}}

    found = check(news, default_region=None, quota=50, before=before)

    assert [failure.partition(":")[0] for failure in found.failures] == ["accounts"]


def test_accounts_at_the_quota_are_accepted():
    assert failures(accounts=[str(10_000 + n) for n in range(50)]) == []


def test_several_mistakes_are_all_named_at_once():
    found = failures(service="rds", image_id="", accounts=["x", "y"], timeout=0)

    assert [reason.partition(":")[0] for reason in found] == [
        "service",
        "image_id",
        "accounts",
        "accounts",
        "timeout",
    ]


@given(st.text(min_size=61))
def test_shown_value_is_cut_at_sixty_printable_characters(value):
    assert len(show(value)) == 60
    assert show(value).isprintable()


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*FIELDS, "other"]), anything))
def test_check_any_inputs_answers_with_printable_sentences_that_begin_with_a_field(news):
    for reason in check(news, default_region="cn-hangzhou", quota=50).failures:
        assert reason.partition(":")[0] in (*FIELDS, "other")
        assert reason.isprintable()


@pytest.mark.parametrize(
    ("accounts", "reason"),
    [
        ([ACCOUNT, "987"], "accounts: number 2 is not an account id: it has 5 to 20 digits"),
        ([ACCOUNT, "alice-987"], "accounts: number 2 is not an account id: images are shared with accounts"),
        ([OTHER, ACCOUNT, OTHER], "accounts: number 3 is there twice."),
        ({ACCOUNT: "", OTHER: 987}, "accounts: the note of number 2 is not text."),
        ({ACCOUNT: "", OTHER: "987" * 70}, "accounts: the note of number 2 has more than 200 characters."),
        ("alice-987", "accounts: a value that is neither a list"),
        ([1e17], "accounts: number 1 is not an account id: a number this large"),
    ],
)
def test_secret_accounts_with_a_mistake_are_named_by_position_alone(accounts, reason):
    (found,) = failures(accounts=accounts, accounts_secret=True)

    assert found.startswith(reason)
    assert not any(part in found for part in (ACCOUNT, OTHER, "987", "alice", "1e+17"))


@pytest.mark.parametrize(
    ("account", "shown"), [(ACCOUNT, f"'{ACCOUNT}'"), (int(ACCOUNT), f"'{ACCOUNT}'"), ("alice", "'alice'")]
)
def test_note_that_is_no_text_is_named_with_its_account_as_an_id_is_written(account, shown):
    assert f"accounts: the note, 5, of {shown} is not text." in failures(accounts={account: 5, OTHER: ""})


def test_note_that_is_too_long_is_named_with_its_account_and_not_shown():
    long = "accounts: the note of '1550809237710001' has more than 200 characters."
    assert failures(accounts={"1550809237710001": "x" * 201}) == [long]
    assert failures(accounts={"1550809237710001": "x" * 200}) == []


@pytest.mark.parametrize("timeout", [1, 1.0, 86_400])
def test_timeout_of_a_second_or_of_a_day_is_accepted(timeout):
    assert failures(timeout=timeout) == []


@pytest.mark.parametrize(("name", "shown"), [("x" * 60, "x" * 60), ("x" * 61, f"'{'x' * 58}…")])
def test_name_of_no_field_is_cut_at_sixty_characters(name, shown):
    assert failures(**{name: 1}) == [f"{shown}: there is no such field."]


@pytest.mark.parametrize("service", ["ecs", UNKNOWN])
@pytest.mark.parametrize("region", ["cn-shanghai", UNKNOWN])
def test_region_that_is_named_stays_whether_or_not_the_service_is_known(service, region):
    found = checked(service=service, region_id=region)

    assert (found.inputs["region_id"], found.failures) == (region, ())
