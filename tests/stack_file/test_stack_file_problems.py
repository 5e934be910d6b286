"""Every mistake in a stack file is named with its place, all of them at once."""

import json

import pytest

from alicloud_image_share.stack_file import KEYS, Place, StackValues, key_problems, value_problems

GOOD = {"service": "ecs", "image_id": "m-1", "accounts": ["1234567890123456"]}


def problems(shares, groups=None, *, secret=False):
    # Values reach the program as JSON.
    values = StackValues(
        groups_place=Place("Pulumi.yaml", "image-shares:groups", secret),
        shares_place=Place("Pulumi.prod.yaml", "image-shares:shares", secret),
        groups=json.loads(json.dumps(groups or {})),
        shares=json.loads(json.dumps(shares)),
    )
    return [str(problem) for problem in value_problems(values)]


def test_share_without_mistake_has_no_problem():
    assert problems({"golden": GOOD}) == []


@pytest.mark.parametrize(
    ("field", "value", "place", "reason"),
    [
        ("regoin_id", "cn-hangzhou", ".regoin_id", "unknown key; did you mean region_id?"),
        ("xyz", 1, ".xyz", "unknown key; known: accounts, exclusive, family, groups, image_id,"),
        ("service", "rds", ".service", "'rds' is not one of the services: "),
        (
            "service",
            "swsa",
            ".service",
            "'swsa' is not one of the services: ecs, eds, ens, swas; did you mean swas?",
        ),
        ("service", ["ecs"], ".service", "['ecs'] is not one of the services: "),
        ("image_id", 5, ".image_id", "5 is not text"),
        ("image_id", " ", ".image_id", "' ' is not text"),
        ("region_id", True, ".region_id", "True is not text"),
        ("role_arn", {}, ".role_arn", "{} is not text"),
        ("exclusive", "yes", ".exclusive", "'yes' is neither true nor false"),
        ("exclusive", None, ".exclusive", "there is no value"),
        ("share_to_ecs", 1, ".share_to_ecs", "1 is neither true nor false"),
        ("share_to_ecs", True, ".share_to_ecs", "only swas images have it"),
        ("timeout", "300", ".timeout", "'300' is not a number of seconds"),
        ("timeout", 0, ".timeout", "0 is not a number of seconds"),
        ("timeout", True, ".timeout", "True is not a number of seconds"),
        ("images", {"cn-hangzhou": "m-1"}, ".image_id", "images says this already"),
        ("groups", "web", ".groups", "'web' is not a list of groups"),
        ("groups", [], ".groups", "[] is not a list of groups"),
        ("groups", [7], ".groups[0]", "7 is not the name of a group"),
        ("accounts", "1234567890123456", ".accounts", "'1234567890123456' is neither a list of account ids"),
        ("accounts", None, ".accounts", "there is no value"),
    ],
)
def test_field_with_mistake_is_named_with_its_place(field, value, place, reason):
    found = problems({"golden": {**GOOD, field: value}})

    assert any(
        line.startswith(f"Pulumi.prod.yaml, image-shares:shares.golden{place}: {reason}") for line in found
    ), found


def test_account_of_a_list_that_is_a_map_is_refused_with_the_form_that_has_an_end():
    (problem,) = problems({"golden": {**GOOD, "accounts": [{"id": "1234567890123456"}]}})

    assert (
        "golden.accounts[0]: {'id': '1234567890123456'} is not an account id; accounts with a note" in problem
    )
    assert problem.endswith(' are a map, {"1234567890123456": {note: team, until: 2027-03-31}}')


@pytest.mark.parametrize("account", [1.5, 1e300, True, None, ["1234567890123456"], {}])
def test_account_of_another_type_is_refused_at_its_position(account):
    found = problems({"golden": {**GOOD, "accounts": ["1234567890123456", account]}})

    assert found == [
        f"Pulumi.prod.yaml, image-shares:shares.golden.accounts[1]: {account!r} is not an account id;"
        " write the id in quotes"
    ]


@pytest.mark.parametrize(
    "account", ["0123456712345670", "1e+15", "<nil>", "user@1234567890", "1234", "\uff11" * 6]
)
def test_account_id_of_another_form_is_refused_at_its_place(account):
    assert len(problems({"golden": {**GOOD, "accounts": {account: ""}}})) == 1


@pytest.mark.parametrize("account", [12345, 1234567890123456, 2**53 + 1, 2**63 - 1])
def test_account_written_as_exact_number_is_taken(account):
    assert problems({"golden": {**GOOD, "accounts": [account]}}) == []


def test_account_written_as_too_large_number_is_refused():
    (found,) = problems({"golden": {**GOOD, "accounts": [2**63]}})

    assert "is too large for a number and loses digits; put the id in quotes" in found


def test_account_listed_as_number_and_as_text_stands_twice():
    (found,) = problems({"golden": {**GOOD, "accounts": [1234567890123456, "1234567890123456"]}})

    assert found.endswith("golden.accounts[1]: '1234567890123456' appears here twice")


def test_note_that_is_no_text_is_refused():
    (found,) = problems({"golden": {**GOOD, "accounts": {"1234567890123456": 7}}})

    assert found.endswith("golden.accounts.1234567890123456: the note 7 is not text; put it in quotes")


def test_note_without_value_is_taken():
    assert problems({"golden": {**GOOD, "accounts": {"1234567890123456": None}}}) == []


@pytest.mark.parametrize("missing", ["service", "image_id"])
def test_share_without_required_field_is_refused(missing):
    (found,) = problems({"golden": {key: value for key, value in GOOD.items() if key != missing}})

    assert found.startswith(f"Pulumi.prod.yaml, image-shares:shares.golden: {missing} is missing")


@pytest.mark.parametrize("accounts", [{}, []])
def test_share_without_accounts_is_refused(accounts):
    (found,) = problems({"golden": {**GOOD, "accounts": accounts}})

    assert "no accounts and no groups" in found


def test_exclusive_share_without_accounts_is_taken():
    assert problems({"golden": {"service": "ecs", "image_id": "m-1", "exclusive": True}}) == []


def test_region_beside_images_is_refused():
    share = {
        "service": "ecs",
        "images": {"cn-hangzhou": "m-1"},
        "accounts": ["12345"],
        "region_id": "cn-beijing",
    }

    assert problems({"base": share}) == [
        "Pulumi.prod.yaml, image-shares:shares.base.region_id: images says this already; keep one of them"
    ]


def test_image_of_a_region_without_value_is_refused():
    share = {"service": "ecs", "images": {"cn-hangzhou": "m-1", "cn-beijing": None}, "accounts": ["12345"]}

    (found,) = problems({"base": share})

    assert found.startswith("Pulumi.prod.yaml, image-shares:shares.base.images.cn-beijing: None is not text")


def test_name_that_images_make_and_another_share_has_is_refused():
    base = {"service": "ecs", "images": {"cn-hangzhou": "m-1"}, "accounts": ["12345"]}

    (found,) = problems({"base": base, "base-cn-hangzhou": GOOD})

    assert "2 shares would be named base-cn-hangzhou" in found


def test_unknown_group_is_named_with_its_place_and_the_nearest():
    (found,) = problems(
        {"golden": {"service": "ecs", "image_id": "m-1", "groups": ["web-temas"]}}, {"web-teams": ["12345"]}
    )

    assert found == (
        "Pulumi.prod.yaml, image-shares:shares.golden.groups[0]:"
        " there is no group web-temas; did you mean web-teams?"
    )


@pytest.mark.parametrize("members", [{}, [], None])
def test_empty_group_is_named_with_its_place(members):
    (found,) = problems({"golden": GOOD}, {"web-teams": members})

    assert found.startswith("Pulumi.yaml, image-shares:groups.web-teams: the group is empty")


def test_group_used_twice_by_one_share_is_refused():
    share = {"service": "ecs", "image_id": "m-1", "groups": ["web", "web"]}

    (found,) = problems({"golden": share}, {"web": ["12345"]})

    assert found.endswith("golden.groups[1]: the group web appears here twice")


def test_bad_account_of_a_group_is_named_once_however_many_shares_use_it():
    share = {"service": "ecs", "image_id": "m-1", "groups": ["web"]}

    assert len(problems({f"golden-{n}": share for n in range(60)}, {"web": ["nobody"]})) == 1


@pytest.mark.parametrize(
    ("shares", "reason"),
    [
        (["golden"], "['golden'] is not a map from names to shares"),
        (None, "image-shares:shares: empty; write {} if the stack shares nothing"),
        ("", "image-shares:shares: empty; write {} if the stack shares nothing"),
        ({"golden": "m-1"}, "'m-1' is not a share"),
    ],
)
def test_shares_of_another_type_are_refused(shares, reason):
    (found,) = problems(shares)

    assert reason in found


@pytest.mark.parametrize(
    ("shares", "problem"),
    [
        ({"web": None}, ".web: there is no value; a share has service, image_id and accounts or groups"),
        ({None: None}, "[null]: there is no value; a share has service, image_id and accounts or groups"),
        ({"accounts": {"a": None}}, ".accounts.a: unknown key; known: accounts, exclusive, family, groups,"),
        ({"web": {**GOOD, "accounts": None}}, ".web.accounts: there is no value"),
        ({"web": {**GOOD, "accounts": {"a": None}}}, ".web.accounts.a: 'a' is not an account id: it has 5"),
        ({"web": {**GOOD, "accounts": [None]}}, ".web.accounts[0]: None is not an account id; write"),
        ({"web": {**GOOD, "accounts": {None: "x"}}}, ".web.accounts[null]: None is not an account id; write"),
        ({"web": {**GOOD, "accounts": {True: "x"}}}, ".web.accounts[true]: True is not an account id; write"),
        ({"web": {**GOOD, "groups": [None]}}, ".web.groups[0]: None is not the name of a group"),
    ],
)
def test_null_is_refused_with_its_field_and_place(shares, problem):
    places = (Place("Pulumi.yaml", "image-shares:groups"), Place("Pulumi.yaml", "image-shares:shares"))
    first = str(next(value_problems(StackValues(*places, groups={}, shares=shares))))

    assert first.startswith(f"Pulumi.yaml, image-shares:shares{problem}")


@pytest.mark.parametrize("groups", [None, ""])
def test_key_of_groups_without_a_value_is_named_with_what_to_write(groups):
    places = (Place("Pulumi.yaml", "image-shares:groups"), Place("Pulumi.yaml", "image-shares:shares"))
    (found,) = value_problems(StackValues(*places, groups=groups, shares={"golden": GOOD}))

    assert str(found) == "Pulumi.yaml, image-shares:groups: empty; write {} or remove the key"


def test_groups_of_another_type_are_refused():
    (found,) = problems({"golden": GOOD}, ["web"])

    assert found == "Pulumi.yaml, image-shares:groups: ['web'] is not a map from names to groups"


def test_stack_without_shares_is_refused():
    values = StackValues(Place("Pulumi.yaml"), Place("Pulumi.prod.yaml", "image-shares:shares"), groups={})

    assert [str(problem) for problem in value_problems(values)] == [
        "Pulumi.prod.yaml, image-shares:shares: missing; write {} if the stack shares nothing"
    ]


def test_stack_that_shares_nothing_has_no_problem():
    assert problems({}) == []


def test_several_mistakes_are_all_named_in_the_order_given():
    found = problems(
        {"b": {**GOOD, "exclusiv": True}, "a": {**GOOD, "image_id": None, "timeout": -1}}, {"web": []}
    )

    assert [line.partition(": ")[0].partition(", ")[2] for line in found] == [
        "image-shares:groups.web",
        "image-shares:shares.b.exclusiv",
        "image-shares:shares.a.image_id",
        "image-shares:shares.a.timeout",
    ]


def test_key_with_a_dot_is_shown_in_brackets():
    (found,) = problems({"golden 1.2": "m-1"})

    assert found.startswith("Pulumi.prod.yaml, image-shares:shares['golden 1.2']: ")


def test_long_value_is_cut():
    (found,) = problems({"golden": {**GOOD, "timeout": "9" * 500}})

    assert len(found) < 160


def test_secret_values_are_not_shown():
    shares = {"golden": {**GOOD, "accounts": {"SECRET": 7}}}

    found = problems(shares, {"web": ["SECRET", "SECRET"]}, secret=True)

    assert len(found) == 5
    assert not any("SECRET" in line for line in found)


def key_lines(*keys):
    return [str(problem) for problem in key_problems(keys, "Pulumi.prod.yaml", "web")]


def test_keys_that_are_applied_have_no_problem():
    assert key_lines("alicloud:region", "aws:region", *(f"image-shares:{key}" for key in KEYS)) == []


def test_unknown_key_is_named_with_the_nearest():
    assert key_lines("image-shares:gruops") == [
        "Pulumi.prod.yaml, image-shares:gruops: unknown key; did you mean groups?"
    ]


def test_namespace_that_is_nearly_ours_is_named():
    assert key_lines("image-share:shares") == [
        "Pulumi.prod.yaml, image-share:shares: unknown namespace; did you mean image-shares:shares?"
    ]


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("aliyun:region", "alicloud:region"),
        ("alibabacloud:region", "alicloud:region"),
        ("alibaba-cloud:region", "alicloud:region"),
        ("AliCloud:region", "alicloud:region"),
        ("ali-cloud:region", "alicloud:region"),
        ("alicluod:region", "alicloud:region"),
        ("imageshares:groups", "image-shares:groups"),
        ("image_shares:groups", "image-shares:groups"),
        ("images-share:groups", "image-shares:groups"),
        ("imageShare:deniedAccounts", "image-shares:deniedAccounts"),
        ("alicloud-image-share:shares", "image-shares:shares"),
    ],
)
def test_namespace_that_stands_for_ours_is_named(key, meant):
    assert key_lines(key) == [f"Pulumi.prod.yaml, {key}: unknown namespace; did you mean {meant}?"]


@pytest.mark.parametrize(
    "namespace",
    ["aws", "hcloud", "ucloud", "cloudflare", "gcp", "pulumi", "kubernetes", "alibabacloudstack", "images"],
)
def test_namespace_of_another_package_is_left_alone(namespace):
    assert key_lines(f"{namespace}:region", f"{namespace}:timeout") == []


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("region", "alicloud:region"),
        ("web:region", "alicloud:region"),
        ("deniedAccounts", "image-shares:deniedAccounts"),
        ("web:neverLose", "image-shares:neverLose"),
    ],
)
def test_key_of_the_project_that_is_a_key_of_ours_is_named(key, meant):
    assert key_lines(key) == [
        f"Pulumi.prod.yaml, {key}: nothing reads a key of the project; did you mean {meant}?"
    ]


def test_key_of_the_project_for_other_tools_is_left_alone():
    assert key_lines("owner", "web:owner") == []


def test_unknown_key_of_pulumi_alicloud_is_named_with_the_nearest():
    assert key_lines("alicloud:regoin", "alicloud:skipRegionValidation") == [
        "Pulumi.prod.yaml, alicloud:regoin: unknown key; did you mean region?"
    ]


@pytest.mark.parametrize("place", ["share", "group"])
def test_note_beyond_the_limit_is_a_problem_with_its_place(place):
    accounts = {"1550809237710001": "x" * 201, "1550809237710002": "x" * 200}
    share = {"service": "ecs", "image_id": "m-1", "accounts": accounts}
    shares = {"golden": share if place == "share" else {**share, "accounts": {}, "groups": ["web"]}}
    groups = {"web": accounts} if place == "group" else {}
    values = StackValues(
        Place("Pulumi.dev.yaml", "image-shares:groups"),
        Place("Pulumi.dev.yaml", "image-shares:shares"),
        groups,
        shares,
    )

    (found,) = map(str, value_problems(values))

    assert found.endswith("1550809237710001: the note has more than 200 characters")
