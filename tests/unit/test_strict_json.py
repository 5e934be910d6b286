"""JSON from outside has one meaning, or it is refused with the reason."""

import pytest

from alicloud_image_share.sharing.strict_json import DEEPEST, parse_json


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"Accounts": 1, "Accounts": 2}', "a key appears twice"),
        ('{"a": [{"b": {"c": 1, "c": 1}}]}', "a key appears twice"),
        ('{"\\u0061": 1, "a": 2}', "a key appears twice"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": -Infinity}', "-Infinity is not a JSON number"),
        ('{"a": 1e400}', "a number is too large"),
        ('{"a": -1E+999}', "a number is too large"),
        ('{"a": ' + "9" * 5_000 + "}", "integer string conversion"),
        ("[" * 5_000 + "]" * 5_000, "it is nested too deeply"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "it is nested too deeply"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "it is nested too deeply"),
        ('{"a": "\\ud800"}', "surrogates not allowed"),
        ('{"\\udc00": 1}', "surrogates not allowed"),
        ("{} {}", "Extra data"),
        ("", "Expecting value"),
        ('{"a": "\x00"}', "Invalid control character"),
        (b'{"a": "\xff"}', "invalid start byte"),
        ('{"a": 1}'.encode("utf-16"), "can't decode byte"),
    ],
)
def test_text_with_more_than_one_meaning_is_refused(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_json(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('\ufeff{"a": 1}'.encode(), {"a": 1}),
        (' \r\n\t{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]} \n', {"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}),
        ('"\\ud83d\\ude00 [[[ {{{ \\" [["', '\U0001f600 [[[ {{{ " [['),
        ("[" * DEEPEST + "]" * DEEPEST, eval("[" * DEEPEST + "]" * DEEPEST)),
        ('["' + "[" * 5_000 + '"]', ["[" * 5_000]),
        ("[1, 1.5, 1e3, -0, true, null]", [1, 1.5, 1000.0, 0, True, None]),
    ],
)
def test_text_with_one_meaning_is_read(text, value):
    assert parse_json(text) == value
