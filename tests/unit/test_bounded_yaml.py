"""Files of YAML are refused by their limits before anything is built of them."""

import time

import pytest
import yaml

from alicloud_image_share.sharing import bounded_yaml
from alicloud_image_share.sharing.bounded_yaml import DEEPEST, LARGEST, compose_yaml, load_yaml

MERGES = "\n".join(
    ["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: 1}}" for n in range(1, 40))]
)


@pytest.fixture(params=["libyaml", "Python"], autouse=True)
def loader(request, monkeypatch):
    if request.param == "Python":
        monkeypatch.setattr(bounded_yaml, "_Loader", yaml.SafeLoader)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "is nested too deeply: line 1"),
        ("a: " + "{a: " * 2_000, "is nested too deeply: line 1"),
        ("\n".join(f"{' ' * n}a:" for n in range(200)), "is nested too deeply: line 51"),
        ("- " * 2_000, "is nested too deeply: line 1"),
        ("? " * 2_000, "is nested too deeply: line 1"),
        (MERGES, "is too large with its aliases written out: line 17"),
        ("a: &a [x]\nb: &b {c: *b}", "has an alias inside of what it stands for: line 2"),
        ("#" * (LARGEST + 1), "is larger than 1 MB"),
        ("a: *b", "is not valid YAML: .* line 1"),
        (
            "a: 1\nb: !!set {x}",
            r"is not valid YAML here: the tag !!set gives neither a map nor a list nor a text, line 2",
        ),
        ("a: !!omap [{x: 1}]", "is not valid YAML here: the tag !!omap"),
        ("a: !<tag:yaml.org,2002:pairs> [{x: 1}]", "is not valid YAML here: the tag !!pairs"),
        ("- !!binary MTIzNDU2", "is not valid YAML here: the tag !!binary"),
        ("a: 1\nb: \0", r"is not valid YAML: the character U\+0000 is not allowed, line 2$"),
        ("a: 1\n\nb: '\x1b[0m'", r"is not valid YAML: the character U\+001B is not allowed, line 3$"),
        ("a: b: c", "is not valid YAML: mapping values are not allowed here"),
        ("a: 1\n---\nb: 1", "is not valid YAML: .* line 1"),
        ("!!python/object/apply:os.getcwd []", "is not valid YAML: could not determine a constructor"),
        ("a: !!timestamp x", "is not valid YAML"),
        ("a: !!bool x", "is not valid YAML"),
        ("a: !!float x", "is not valid YAML"),
        ("a: !!binary x", "is not valid YAML"),
        ("a: " + "9" * 5_000, "is not valid YAML"),
        ("? [a]\n: b", "is not valid YAML"),
        ('a: "\\ud83d\\ude00"', "(is not valid YAML: .*line 1|has half of a character)"),
    ],
)
def test_yaml_beyond_a_limit_is_refused_soon_with_its_line(text, reason):
    began = time.monotonic()

    with pytest.raises(ValueError, match=f"^{reason}"):
        load_yaml(text)

    assert time.monotonic() - began < 5


def test_aliases_of_ordinary_size_are_read():
    accounts = "".join(f'  "{16000000000000 + n}": team\n' for n in range(100))
    text = f"web: &web\n{accounts}shares:\n" + "".join(f"  s{n}: *web\n" for n in range(500))

    assert len(load_yaml(text)["shares"]) == 500


def test_nodes_are_composed_without_writing_aliases_out():
    assert compose_yaml(MERGES) is not None


@pytest.mark.parametrize("key", ["[a, b]", "{a: b}"])
def test_key_that_is_a_list_or_a_map_is_refused_in_words(key):
    with pytest.raises(ValueError, match="a list or a map cannot be a key, line 2, column 5"):
        load_yaml(f"config:\n  ? {key}\n  : 1\n")
