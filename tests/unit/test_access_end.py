"""The end of an account's access: how it is read, written and compared."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_image_share import until
from alicloud_image_share.sharing.access_end import (
    access_end,
    canonical_note,
    cut_note,
    end_of,
    ended,
    ended_note,
    ending,
    split_note,
    with_end,
    written_end,
)
from alicloud_image_share.sharing.accounts import checked_accounts

UTC = timezone.utc
LAST_DAY = datetime(2027, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown", "moment"),
    [
        ("2027-03-31", "2027-03-31", LAST_DAY),
        (date(2027, 3, 31), "2027-03-31", LAST_DAY),
        (" 2027-03-31 ", "2027-03-31", LAST_DAY),
        ("2027-03-31T18:00:00Z", "2027-03-31T18:00:00Z", datetime(2027, 3, 31, 18, tzinfo=UTC)),
        ("2027-03-31 18:00 +08:00", "2027-03-31T10:00:00Z", datetime(2027, 3, 31, 10, tzinfo=UTC)),
        ("2027-04-01T08:00:00+08:00", "2027-03-31", LAST_DAY),
        ("2027-03-31T18:00:00.000Z", "2027-03-31T18:00:00Z", datetime(2027, 3, 31, 18, tzinfo=UTC)),
        ("2027-03-31T18:00:00.5+0800", "2027-03-31T10:00:00Z", datetime(2027, 3, 31, 10, tzinfo=UTC)),
        (datetime(2027, 4, 1, tzinfo=UTC), "2027-03-31", LAST_DAY),
        (datetime(2027, 3, 31, 18, 0, 1, 999, tzinfo=UTC), "2027-03-31T18:00:01Z", None),
        (datetime(2027, 3, 31, 2, tzinfo=timezone(timedelta(hours=8))), "2027-03-30T18:00:00Z", None),
    ],
)
def test_end_of_a_date_is_the_whole_day_and_of_a_time_its_moment(value, shown, moment):
    end = access_end(value)

    assert str(end) == shown
    assert moment is None or end.moment == moment


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2027-02-30", "no day or time that exists"),
        ("2027-03-31T25:00:00Z", "no day or time that exists"),
        ("2027-03-31T18:00:00", "nor a time with a zone"),
        ("2027-03-31T18:00.5Z", "nor a time with a zone"),
        ("2027-03-31T18:00:00+080", "nor a time with a zone"),
        (datetime(2027, 3, 31, 18), "a time without a zone"),
        ("2027-03-31T00:00:00Z", "midnight in UTC; write the last day"),
        ("2027-3-31", "neither a date"),
        ("31.03.2027", "neither a date"),
        ("1900-01-01", "not in a year from 1971 to 9998"),
        ("9999-12-31", "not in a year"),
        ("٢٠٢٧-03-31", "neither a date"),
        ("", "neither a date"),
        (20270331, "neither a date"),
        (True, "neither a date"),
        (None, "neither a date"),
        ({"a": 1}, "neither a date"),
    ],
)
def test_end_that_is_none_is_refused_with_the_reason(value, reason):
    with pytest.raises(ValueError, match=reason):
        access_end(value)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2027-03-31 00:00:00 +0000 UTC", "2027-03-31"),
        ("2027-03-31T00:00:00Z", "2027-03-31"),
        ("2027-03-31 18:00:00 +0800 +0800", "2027-03-31T10:00:00Z"),
        ("2027-03-31 18:00:00.5 +0000 UTC", "2027-03-31T18:00:00Z"),
        ("2027-03-31", "2027-03-31"),
        (date(2027, 3, 31), "2027-03-31"),
    ],
)
def test_end_in_a_stack_file_is_the_same_in_the_words_of_the_engine(written, shown):
    assert str(written_end(written)) == shown


times = st.datetimes(
    datetime(1972, 1, 1), datetime(9990, 1, 1), timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))])
).map(lambda time: time.replace(microsecond=0))
texts = st.text(max_size=40).map(str.strip).filter(lambda text: split_note(text)[1] is None)


@given(st.one_of(times, st.dates(date(1972, 1, 1), date(9990, 1, 1))), texts)
def test_note_with_an_end_reads_back_as_the_same_note_and_the_same_end(value, text):
    end = access_end(value)
    note = with_end(text, end)

    assert end_of(note) == end
    assert split_note(note) == (text, str(end))
    assert canonical_note(note) == note
    assert access_end(str(end)) == end


@given(st.text(alphabet="[]until 207-3:TZ", max_size=30))
def test_any_note_has_no_end_or_one_that_is_put_right_once_or_is_refused(note):
    try:
        canonical = canonical_note(note)
    except ValueError:
        assert split_note(note)[1] is not None
        return
    assert canonical_note(canonical) == canonical
    assert end_of(canonical) == end_of(note)


@pytest.mark.parametrize(
    ("note", "canonical"),
    [
        ("partner [until 2027-03-31]", "partner [until 2027-03-31]"),
        ("partner  [ UNTIL: 2027-03-31 ] ", "partner [until 2027-03-31]"),
        ("[until 2027-03-31T18:00:00+08:00]", "[until 2027-03-31T10:00:00Z]"),
        ("a [1] [until 2027-03-31]", "a [1] [until 2027-03-31]"),
        ("until 2027-03-31", "until 2027-03-31"),
        ("partner [untilled land]", "partner [untilled land]"),
        ("partner (until 2027-03-31)", "partner (until 2027-03-31)"),
    ],
)
def test_note_is_kept_with_its_end_in_one_form(note, canonical):
    assert canonical_note(note) == canonical


@pytest.mark.parametrize("note", ["x [until tomorrow]", "[until]", "[until 2027-13-01]", "[until: ]"])
def test_note_with_an_end_that_is_none_is_refused(note):
    assert end_of(note) is None
    with pytest.raises(ValueError, match=r"date|exists"):
        canonical_note(note)


@pytest.mark.parametrize(
    "note",
    ["[until 2097-03-31] partner", "partner [until 2097-03-31].", "a [Until: 2097-03-31] [until 2098-03-31]"],
)
def test_end_that_a_note_only_seems_to_have_is_refused(note):
    failures: list[str] = []

    checked_accounts({"1234567890123456": note}, False, failures, {})

    (failure,) = failures
    assert "2097-03-31]' of '1234567890123456' stands within the note, where it ends nothing" in failure


def test_access_has_ended_from_the_first_second_after_its_last_day():
    notes = {"1": "partner [until 2027-03-31]", "2": "team", "3": "[until 2027-04-30]"}

    assert ended(notes, LAST_DAY - timedelta(seconds=1)) == {}
    assert ended(notes, LAST_DAY) == {"1": "partner [until 2027-03-31]"}


def test_access_ends_soon_within_the_days_and_not_when_it_has_ended():
    notes = {"1": "[until 2027-03-31]", "2": "team", "3": "[until 2027-04-30]"}

    assert ending(notes, LAST_DAY - timedelta(days=14), 14) == {"1": "[until 2027-03-31]"}
    assert ending(notes, LAST_DAY - timedelta(days=14, seconds=1), 14) == {}
    assert ending(notes, LAST_DAY, 14) == {}


def test_long_note_is_cut_but_its_end_is_shown():
    assert cut_note(f"{'x' * 80} [until 2027-03-31]") == f"{'x' * 59}… [until 2027-03-31]"
    assert cut_note("x" * 80) == f"{'x' * 59}…"
    assert ended_note("partner [until 2027-03-31]") == "partner [ended 2027-03-31]"


def test_until_gives_the_note_of_an_account_whose_access_ends():
    assert until("2027-03-31", "partner") == "partner [until 2027-03-31]"
    assert until(date(2027, 3, 31)) == "[until 2027-03-31]"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("x" * 80,), f"until: '{'x' * 58}… is neither a date"),
        (("2027-03-31", "a [until 2027-01-01]"), "until: the note 'a .* has an end already"),
    ],
)
def test_until_refuses_what_is_no_end_and_a_second_end(arguments, message):
    with pytest.raises(ValueError, match=message):
        until(*arguments)
