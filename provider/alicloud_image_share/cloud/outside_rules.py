"""Rules from outside of a project: files that `IMAGE_SHARES_RULES` names, in JSON.

Whoever may change a stack file may loosen the rules in it. These hold besides, and the stricter one counts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from alicloud_image_share.cloud.regular_file import open_regular
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.printable_text import printable
from alicloud_image_share.sharing.rule_settings import KEYS, read_rules
from alicloud_image_share.sharing.rules import Rules
from alicloud_image_share.sharing.spelling import did_you_mean
from alicloud_image_share.sharing.strict_json import parse_json

VARIABLE = "IMAGE_SHARES_RULES"
"""The variable that names the files, parted as those of PATH are."""

PREFIX = "image-shares:"
ACCOUNTS_PER_IMAGE, CALLS_PER_MINUTE = f"{PREFIX}accountsPerImage", f"{PREFIX}callsPerMinute"
PREFLIGHT = f"{PREFIX}preflight"
LIMITS = (ACCOUNTS_PER_IMAGE, CALLS_PER_MINUTE, PREFLIGHT)
"""Keys that are no rules, and can be set more or less strictly as well."""
LARGEST = 1_000_000
"""Bytes of a file."""


@dataclass(frozen=True, slots=True)
class OutsideRules:
    """What the files say; all of it holds."""

    rules: tuple[Rules, ...] = ()
    texts: tuple[Mapping[str, str], ...] = ()
    """Every key with its text, for each file."""
    problems: tuple[str, ...] = ()


NO_OUTSIDE_RULES = OutsideRules()


def outside_files(environment: Mapping[str, str], file: Path | None) -> dict[str, str]:
    """Return the variable with the files that it names and one more, as absolute paths; empty for none."""
    added = [str(file)] if file else []
    paths = [str(Path(path).absolute()) for path in (*_paths(environment), *added)]
    return {VARIABLE: os.pathsep.join(paths)} if paths else {}


def read_outside_rules(environment: Mapping[str, str]) -> OutsideRules:
    """Read the files; what is wrong with them becomes sentences, and nothing raises."""
    problems: list[str] = []
    texts = [_texts(path, problems) for path in _paths(environment)]
    rules = tuple(replace(read_rules(values.get, problems), outside=True) for values in texts)
    return OutsideRules(rules, tuple(texts), tuple(problems))


def read_besides(environment: Mapping[str, str], of_provider: Mapping[str, str] | None) -> OutsideRules:
    """Read what holds besides the rules of the stack: the files, and what one provider has of its own."""
    outside = read_outside_rules(environment)
    if not of_provider:
        return outside
    problems = list(outside.problems)
    own = replace(read_rules(of_provider.get, problems), place=" of the provider that the program declares")
    return OutsideRules((*outside.rules, own), (*outside.texts, of_provider), tuple(problems))


def preflight(lookup: Callable[[str], str | None], problems: list[str]) -> str:
    """Return when what the cloud would refuse is found out: `up`, or `preview` already."""
    value = lookup(PREFLIGHT)
    if value not in (None, "up", "preview"):
        problems.append(f"{PREFLIGHT}: {show(value)} is neither up nor preview.")
    return value or "up"


def _paths(environment: Mapping[str, str]) -> list[str]:
    return [path for path in environment.get(VARIABLE, "").split(os.pathsep) if path]


def _texts(path: str, problems: list[str]) -> Mapping[str, str]:
    try:
        with open_regular(path) as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError("it is too large")
        document = parse_json(content)
        if not isinstance(document, dict):
            raise TypeError("it is no map of rules")
        values = _by_whole_key(document)
    except (OSError, ValueError, TypeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        problems.append(f"{VARIABLE}: {printable(path)} cannot be read as rules in JSON: {reason}.")
        return {}
    problems.extend(_unknown(path, values))
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()}


def _by_whole_key(document: Mapping[str, object]) -> Mapping[str, object]:
    values = {key if key.startswith(PREFIX) else f"{PREFIX}{key}": value for key, value in document.items()}
    if len(values) != len(document):
        raise ValueError(f"a rule is in it twice, with {PREFIX} before it and without")
    return values


def _unknown(path: str, values: Mapping[str, object]) -> Iterator[str]:
    known = [key.removeprefix(PREFIX) for key in (*KEYS, *LIMITS)]
    for key in values.keys() - {*KEYS, *LIMITS}:
        name = key.removeprefix(PREFIX)
        yield f"{VARIABLE}: {show(name)} in {printable(path)} is no rule.{did_you_mean(name, known)}"
