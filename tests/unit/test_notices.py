"""What a review needs survives as text: every line is read back as written, whatever the notes hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alicloud_image_share.sharing.model import ImageKey
from alicloud_image_share.sharing.notices import (
    Kind,
    Notice,
    about,
    counted,
    counts,
    marker,
    parse,
    quoted,
    split_marker,
    without_markers,
)
from alicloud_image_share.sharing.old_sentences import SENTENCES_OF_0_1_0

IMAGE = "ecs:cn-hangzhou:m-bp1"
ACCOUNT = "1234567890123456"
OTHER = "1550809237710001"
HOSTILE = [
    '"',
    "\\",
    '\\"',
    ", 1550809237710001",
    '", 1550809237710001 "',
    "; `up --refresh` removes it",
    "is asked for 1550809237710001",
    "[has|have]",
    "the new share requests access for 1550809237710001",
    "\n",
    "\r\nroot",
    "\x1b[2J\x1b[31m",
    "\x00\x07\x7f\x9b31m",
    "\u202e0001",
    "\u2066x\u2069",
    "\ufeff\u200b",
    "\u2028\u2029\x85",
    "\udc80",
    "\U000e0001",
    "{}",
    "团队",
    "👩‍💻",
]

ids = st.from_regex(r"[1-9][0-9]{4,19}", fullmatch=True).filter(str.isascii)
notes = st.text(st.characters()) | st.sampled_from(HOSTILE)
listing = [kind for kind in Kind if kind.lists_accounts]
telling = [kind for kind in Kind if not kind.lists_accounts and "{}" in kind.value]


@given(st.sampled_from(listing), st.dictionaries(ids, notes, min_size=1))
def test_notice_about_accounts_with_any_notes_is_read_back_as_written(kind, accounts):
    notice = about(IMAGE, kind, accounts, accounts, secret=False)

    assert parse(str(notice)) == notice


@given(st.sampled_from(listing), st.dictionaries(ids, notes, min_size=1))
def test_notice_about_accounts_with_any_notes_is_one_printable_line(kind, accounts):
    line = str(about(IMAGE, kind, accounts, accounts, secret=False))

    assert line.isprintable()


@pytest.mark.parametrize("note", HOSTILE, ids=ascii)
def test_notice_with_a_hostile_note_is_read_back_beside_another_account(note):
    notice = about(IMAGE, Kind.REMOVES, [ACCOUNT, OTHER], {ACCOUNT: note}, secret=False)

    assert parse(str(notice)) == Notice(IMAGE, Kind.REMOVES, ((ACCOUNT, note), (OTHER, "")))


@given(st.sampled_from(telling), notes)
def test_notice_with_any_detail_is_one_printable_line_of_its_kind(kind, words):
    line = str(Notice(IMAGE, kind, detail=f"the cloud said {words}"))
    read = parse(line)

    assert line.isprintable()
    assert read is not None
    assert read.kind == kind


@pytest.mark.parametrize("kind", telling)
def test_notice_with_a_plain_detail_is_read_back_as_written(kind):
    notice = Notice(IMAGE, kind, detail="the cloud answered Throttling.User; trying again in about 40 s")

    assert parse(str(notice)) == notice


def test_notice_without_accounts_or_detail_is_read_back_as_written():
    assert parse(str(Notice(IMAGE, Kind.EVERYONE))) == Notice(IMAGE, Kind.EVERYONE)


@given(st.sampled_from(listing), st.sets(ids, min_size=1))
def test_notice_about_secret_accounts_counts_them_and_shows_none(kind, accounts):
    line = str(about(IMAGE, kind, accounts, {}, secret=True))

    assert f"{len(accounts)} account" in line
    assert not any(account in line for account in accounts)


@given(st.sampled_from(listing), st.sets(ids, min_size=1))
def test_notice_about_secret_accounts_is_read_back_without_accounts(kind, accounts):
    notice = about(IMAGE, kind, accounts, {}, secret=True)

    assert parse(str(notice)) == notice
    assert notice.accounts == ()


def test_notice_lists_accounts_in_one_order_with_the_note_beside_each():
    line = str(about(IMAGE, Kind.REMOVES, [OTHER, ACCOUNT], {ACCOUNT: "team web"}, secret=False))

    assert line.partition(";")[0] == f'{IMAGE}: up removes the access of {ACCOUNT} "team web", {OTHER}'


@pytest.mark.parametrize(
    ("image", "name"),
    [
        (ImageKey("ecs", "cn-hangzhou", "m-bp1"), "ecs:cn-hangzhou:m-bp1"),
        (ImageKey("ens", None, "m-5s7"), "ens:m-5s7"),
    ],
)
def test_notice_names_the_image_as_state_does(image, name):
    notice = parse(str(Notice(str(image), Kind.EVERYONE)))

    assert notice == Notice(name, Kind.EVERYONE)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ecs:cn-hangzhou:m-bp1",
        "ecs:cn-hangzhou:m-bp1 is fine",
        "golden-web up removes 1234567890123456",
        "Diagnostics: 1 warning",
        "everyone can use this image",
    ],
)
def test_line_that_is_no_notice_is_none(line):
    assert parse(line) is None


def test_every_kind_reads_as_a_sentence_of_its_own():
    lines = [str(Notice(IMAGE, kind, detail="it")) for kind in Kind]

    assert [parse(line).kind for line in lines] == list(Kind)


@given(st.sampled_from(listing), st.dictionaries(ids, notes, min_size=1))
def test_notice_about_accounts_is_read_whatever_its_words_are(kind, accounts):
    notice = about(IMAGE, kind, accounts, accounts, secret=False)
    sentence = str(notice).removeprefix(f"{IMAGE}: ")

    assert parse(f"{IMAGE} Other words: {sentence}") == notice


@pytest.mark.parametrize("kind", listing)
def test_notice_about_secret_accounts_is_read_whatever_its_words_are(kind):
    line = f"{IMAGE}: 12 accounts (secret), in other words {marker(kind.name.lower(), IMAGE)}"

    assert parse(line) == Notice(IMAGE, kind, detail="12 accounts (secret)")


def old_line(kind, accounts, *, marked):
    detail = "{}" in kind.value and not kind.lists_accounts
    listed = tuple(accounts.items()) if kind.lists_accounts else ()
    words = ", ".join(f"{account} {quoted(note)}" if note else account for account, note in listed)
    notice = Notice(IMAGE, kind, listed, "no credentials" if detail else "")
    sentence = SENTENCES_OF_0_1_0[kind.name].format(words or "no credentials")
    return notice, " ".join([IMAGE, sentence, *([marker(kind.name.lower(), IMAGE)] if marked else [])])


@pytest.mark.parametrize("marked", [False, True])
@given(st.sampled_from([*map(Kind.__getitem__, SENTENCES_OF_0_1_0)]), st.dictionaries(ids, notes, min_size=1))
def test_notice_in_the_words_of_version_0_1_0_is_read_with_and_without_a_marker(marked, kind, accounts):
    notice, line = old_line(kind, accounts, marked=marked)

    assert parse(line) == notice


@given(st.sampled_from([*Kind]), st.dictionaries(ids, notes, min_size=1))
def test_notice_of_today_without_its_marker_is_none(kind, accounts):
    listed = tuple(accounts.items()) if kind.lists_accounts else ()

    assert parse(split_marker(str(Notice(IMAGE, kind, listed, "no credentials")))[0]) is None


@pytest.mark.parametrize("secret", [False, True])
@pytest.mark.parametrize(
    ("accounts", "verbs"), [([ACCOUNT], "has access but is"), ([ACCOUNT, OTHER], "have access but are")]
)
def test_notice_speaks_of_one_account_and_of_several_by_their_verbs(secret, accounts, verbs):
    assert f" {verbs} not listed; " in str(about(IMAGE, Kind.ALSO, accounts, {}, secret=secret))


@pytest.mark.parametrize(
    ("gains", "losses", "words"),
    [
        (2, 1, "2 accounts gain, 1 loses (secret)"),
        (1, 2, "1 account gains, 2 lose (secret)"),
        (0, 1, "1 account loses (secret)"),
        (12, 0, "12 accounts gain (secret)"),
        (0, 0, "nobody gains or loses access (secret)"),
    ],
)
def test_notice_on_an_update_of_secret_accounts_counts_both_ways(gains, losses, words):
    notice = counted(IMAGE, gains, losses)

    assert split_marker(str(notice))[0] == f"{IMAGE}: update: {words}"
    assert counts(parse(str(notice))) == (gains, losses)


def test_marker_that_a_note_holds_is_no_marker():
    notice = about(IMAGE, Kind.GAINS, [ACCOUNT], {ACCOUNT: marker("removes", "ecs:m-2")}, secret=False)

    assert parse(str(notice)) == notice
    assert parse(old_line(Kind.GAINS, {ACCOUNT: marker("removes", "ecs:m-2")}, marked=False)[1]) == notice


def test_message_is_shown_without_its_markers():
    lines = [str(Notice(IMAGE, Kind.EVERYONE)), "Nothing was written."]

    assert without_markers("\n".join(lines)) == f"{IMAGE}: everyone can use this image\nNothing was written."


@given(notes)
def test_quoted_note_is_printable_and_begins_and_ends_with_a_quote(note):
    assert quoted(note).isprintable()
    assert quoted(note)[0] == quoted(note)[-1] == '"'
