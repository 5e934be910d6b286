"""What an approval is bound to, and what uses it up."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from alicloud_image_share.engine.stack_history import backend_name
from alicloud_image_share.review.approval import ApprovalError, read_approval, to_json
from alicloud_image_share.review.binding import UPDATES, Binding, Update
from tests.review.scenarios import PARTNER, SHOP

IMAGE = "ecs:cn-hangzhou:m-1"
BINDING = Binding("images", "organization/images/dev", "s3://state", "2 update", {"golden": "a", "old": "b"})


def update(number, *, succeeded=True, changes=True):
    return Update(f"{number} update", f"at {number}", succeeded, changes)


@pytest.fixture
def document(reviewed):
    """Give the document of an approval that is bound, with some of its fields changed."""
    return lambda **fields: json.dumps(
        {**json.loads(to_json(replace(reviewed("update"), binding=BINDING))), **fields}
    )


def test_approval_is_read_back_with_what_it_is_bound_to(document):
    assert read_approval(document()).binding == BINDING


@pytest.mark.parametrize("stack", [None, "", 1, ["dev"], {}])
def test_approval_without_the_name_of_a_stack_is_refused(document, stack):
    with pytest.raises(ApprovalError, match="is no approval"):
        read_approval(document(stack=stack))


@pytest.mark.parametrize(
    "key", ["stack", "changes", "conditions", "secret", "bound_to", "complete", "version"]
)
def test_approval_without_one_of_its_parts_is_refused(document, key):
    part = json.loads(document())
    del part[key]
    with pytest.raises(ApprovalError, match="is no approval"):
        read_approval(json.dumps(part))


@pytest.mark.parametrize("key", ["project", "stack", "backend", "last_update", "shares"])
@pytest.mark.parametrize("value", [None, 1, ["x"], ...])
def test_approval_that_is_bound_to_something_without_a_name_is_refused(document, key, value):
    bound_to = BINDING.to_document() | {key: value}
    if value is ...:
        del bound_to[key]
    with pytest.raises(ApprovalError, match="is no approval"):
        read_approval(document(bound_to=bound_to))


def test_approval_of_the_first_format_is_refused_and_says_what_to_do(document):
    with pytest.raises(ApprovalError, match=r"of version 1; this program reads 2. Review the change again"):
        read_approval(document(version=1))


def test_approval_of_a_version_that_is_text_of_its_own_is_refused_in_one_short_line(document):
    with pytest.raises(ApprovalError) as refused:
        read_approval(document(version="2\nall of it is done already " + "x" * 5_000))

    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("project", "other"),
        ("stack", "organization/images/prod"),
        ("stack", "acme/images/dev"),
        ("backend", "s3://other"),
    ],
)
def test_approval_of_another_project_stack_or_backend_says_so(field, value):
    (line,) = BINDING.belongs_elsewhere(replace(BINDING, **{field: value}))

    assert line == f"approved for {field} {getattr(BINDING, field)}, and this is {field} {value}"


def outdated(updates, names=("golden",), **shares):
    present = replace(BINDING, shares={**BINDING.shares, **shares})
    return list(BINDING.is_outdated(present, frozenset(names), updates))


def test_approval_of_the_last_update_holds():
    assert outdated([update(2), update(1)]) == []


def test_approval_is_used_up_by_a_later_update_that_succeeded():
    (line,) = outdated([update(4, succeeded=False), update(3), update(2)])

    assert line == "the approval is used up: the stack was changed by an update at at 3"


@pytest.mark.parametrize("later", [update(3, succeeded=False), update(3, changes=False)])
def test_approval_holds_after_a_run_that_failed_or_changed_nothing(later):
    assert outdated([later, update(2)]) == []


def test_approval_of_a_stack_without_updates_is_used_up_by_the_first_one():
    first = replace(BINDING, last_update="")

    assert list(first.is_outdated(first, frozenset(), [])) == []
    assert list(first.is_outdated(first, frozenset(), [update(1)])) != []


def test_approval_whose_update_is_not_in_the_history_is_too_old():
    (line,) = outdated([update(9), update(8)])

    assert line.startswith("the approval is too old")


def test_approval_of_a_stack_without_updates_is_too_old_where_the_first_one_is_out_of_sight():
    first = replace(BINDING, last_update="", shares={})
    later = [update(number, changes=False) for number in range(UPDATES)]

    (line,) = first.is_outdated(first, frozenset({"golden"}), later)

    assert line.startswith("the approval is too old")
    assert list(first.is_outdated(first, frozenset({"golden"}), later[1:])) == []


@pytest.mark.parametrize(("name", "mark"), [("golden", "c"), ("new", "c")])
def test_approval_is_used_up_for_a_share_that_owns_others_since(name, mark):
    (line,) = outdated([update(2)], names=("golden", "new"), **{name: mark})

    assert line.startswith(f"the approval is used up for share {name}")


def test_share_that_changed_and_needs_nothing_more_uses_nothing_up():
    assert outdated([update(2)], old="c") == []


def test_rest_of_an_approval_that_is_carried_out_in_part_is_no_difference(reviewed):
    approval = read_approval(to_json(reviewed("update")))
    rest = replace(reviewed("update"), images=())

    assert approval.differences(rest, {(IMAGE, PARTNER)}) == ()
    assert approval.differences(rest, {(IMAGE, SHOP)}) == (
        f"approved, and not in this preview: {SHOP} loses access to {IMAGE}",
        f"approved, and not in this preview: {PARTNER} gains access to {IMAGE}",
    )


def test_field_of_a_new_share_that_is_dropped_after_the_approval_is_refused_until_the_share_is_made(reviewed):
    review = reviewed("create")
    approval = read_approval(to_json(review))
    images = tuple(replace(image, fields=()) for image in review.images)
    made = tuple(replace(image, accounts={}) for image in images)

    assert approval.differences(replace(review, images=images)) == (
        "approved, and no longer so: strict: exclusive: (new share) → true",
    )
    assert not any("no longer so" in line for line in approval.differences(replace(review, images=made)))


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (
            "s3://bucket/path/?region=cn&endpoint=oss.example.com&profile=x",
            "s3://bucket/path?endpoint=oss.example.com",
        ),
        (
            "postgres://user:CANARY@db.example.com:5432/state?sslmode=disable",
            "postgres://db.example.com:5432/state",
        ),
        ("https://api.pulumi.com", "https://api.pulumi.com"),
        ("https://token:CANARY@api.pulumi.com/", "https://api.pulumi.com"),
        ("file:///work/.state/", "file:///work/.state"),
        ("file:///work/State?no_tmp_dir=true", "file:///work/State"),
        ("file://./.state", "file:///project/.state"),
        ("file://State", "file:///project/State"),
        ("file://../states/", "file:///states"),
        ("azblob://state?storage_account=a&sas=CANARY", "azblob://state?storage_account=a"),
    ],
)
def test_backend_is_named_without_anything_secret(url, name):
    assert backend_name(url, Path("/project")) == name


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "a value in it is of another kind than an approval has"),
        ("null", "a value in it is of another kind than an approval has"),
        ("{}", "version is missing"),
        ("{", "Expecting property name"),
    ],
)
def test_refusal_of_what_is_no_approval_names_no_class_of_python(text, reason):
    with pytest.raises(ApprovalError) as refused:
        read_approval(text)

    assert reason in str(refused.value)
    assert "Error" not in str(refused.value)
