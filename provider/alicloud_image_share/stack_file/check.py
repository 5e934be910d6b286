"""What can be wrong with the values of a stack file, found all at once and in the order given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.alicloud_keys import CONFIG_KEYS, namespace_meant
from alicloud_image_share.stack_file.definitions import (
    ABSENT,
    REGION,
    SELECTING,
    StackValues,
    resource_names,
    rotates,
)
from alicloud_image_share.stack_file.fields import FIELDS, NOTHING_SAID
from alicloud_image_share.stack_file.group_file import group_problems
from alicloud_image_share.stack_file.keys import KEYS, NAMESPACE, PROVIDERS
from alicloud_image_share.stack_file.place import Place, Problem, known_name

_KEYS_OF = MappingProxyType({"alicloud": CONFIG_KEYS, NAMESPACE: KEYS})


def key_problems(configured: Iterable[str], file: str, project: object) -> Iterator[Problem]:
    """Find keys that nothing reads; `configured` are all keys of the stack, `namespace:name`.

    A key without a namespace is one of the project, whose name is the namespace: `pulumi config set region`.
    """
    for key in sorted(map(str, configured)):
        namespace, _, name = key.rpartition(":")
        place = Place(file, key)
        if namespace in ("", project) and namespace not in _KEYS_OF:
            yield from (
                place.problem(f"nothing reads a key of the project; did you mean {meant}:{name}?")
                for meant, names in _KEYS_OF.items()
                if name in names
            )
        elif namespace == "alicloud":
            if name not in CONFIG_KEYS:
                yield place.problem(f"unknown key{known_name(name, CONFIG_KEYS)}")
        elif namespace != NAMESPACE:
            if meant := namespace_meant(namespace):
                yield place.problem(f"unknown namespace; did you mean {meant}:{name}?")
        elif name not in KEYS:
            yield place.problem(f"unknown key{known_name(name, KEYS)}")


def provider_problems(value: Any, place: Place) -> Iterator[Problem]:
    """Find what is wrong with the name of the provider; ABSENT is right."""
    if value is not ABSENT and value not in PROVIDERS:
        yield place.wrong(value, f"is neither {' nor '.join(PROVIDERS)}")


def value_problems(values: StackValues) -> Iterator[Problem]:
    """Find what is wrong with the groups and the shares."""
    place, shares = values.shares_place, values.shares
    yield from _groups(values)
    if shares is ABSENT:
        yield place.problem("missing; write {} if the stack shares nothing")
    elif shares in (None, ""):
        yield place.problem("empty; write {} if the stack shares nothing")
    elif not isinstance(shares, Mapping):
        yield place.wrong(shares, "is not a map from names to shares")
    else:
        for name, fields in shares.items():
            yield from _share(fields, place.at(name), values.groups)
        yield from _repeated_names(shares, place)


def _groups(values: StackValues) -> Iterator[Problem]:
    if values.groups in (None, ""):
        yield values.groups_place.problem("empty; write {} or remove the key")
        return
    if not isinstance(values.groups, Mapping):
        yield values.groups_place.wrong(values.groups, "is not a map from names to groups")
        return
    for name, members in values.groups.items():
        yield from group_problems(members, values.groups_place.at(name))


def _repeated_names(shares: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    shapes = [(name, fields) for name, fields in shares.items() if isinstance(fields, Mapping)]
    names = Counter(resource for shape in shapes for resource in resource_names(*shape))
    for name, count in names.items():
        if count > 1:
            yield place.problem(
                f"{count} shares would be named {name} (a share of several images has a name for each);"
                " rename one"
            )


def _share(fields: Any, place: Place, groups: Any) -> Iterator[Problem]:
    if not isinstance(fields, Mapping):
        parts = "a share has service, image_id and accounts or groups"
        missing = place.problem(f"there is no value; {parts}")
        yield missing if fields is None else place.wrong(fields, f"is not a share; {parts}")
        return
    for name, value in fields.items():
        if name not in FIELDS:
            yield place.at(name).problem(f"unknown key{known_name(name, FIELDS)}")
        elif value is None and name not in NOTHING_SAID:
            yield place.at(name).problem("there is no value")
        else:
            yield from FIELDS[name].problems(value, place.at(name))
    yield from _unknown_groups(fields.get("groups"), place.at("groups"), groups)
    yield from _missing(fields, place)
    yield from selection_problems(fields, place)
    yield from _contradictions(fields, place)


def _unknown_groups(names: Any, place: Place, groups: Any) -> Iterator[Problem]:
    known = groups if isinstance(groups, Mapping) else {}
    for position, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, str) and name not in known:
            yield place.at(position).problem(f"there is no group {name}{known_name(name, known)}")


def _missing(fields: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    if "service" not in fields:
        yield place.problem("service is missing")
    if not (rotates(fields) or "image_id" in fields or "images" in fields):
        yield place.problem("image_id is missing, or images for one share a region")
    emptied = fields.get("exclusive") is True or fields.get("share_to_ecs") is not None
    if not (fields.get("accounts") or fields.get("groups") or emptied):
        yield place.problem(
            "no accounts and no groups; only exclusive: true or share_to_ecs gives that a meaning"
        )


def _contradictions(fields: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    service = fields.get("service")
    if "images" in fields:
        for name in ("image_id", "region_id"):
            if name in fields:
                yield place.at(name).problem("images says this already; keep one of them")
    if service not in services.names():
        return
    api = services.service(service).API
    if not api.shares_to_ecs and fields.get("share_to_ecs") is not None:
        with_it = " and ".join(name for name in services.names() if services.service(name).API.shares_to_ecs)
        yield place.at("share_to_ecs").problem(f"only {with_it} images have it")
    if not api.regional:
        for name in (*REGION, "images"):
            if name in fields:
                yield place.at(name).problem(f"{service} images have no region")


def selection_problems(fields: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    """Find what is missing from a rotation, and what contradicts it."""
    if not rotates(fields):
        for name in ("keep", "regions"):
            if name in fields:
                yield place.at(name).problem("it is allowed only with family or name, which select images")
        return
    if "keep" not in fields:
        yield place.problem("keep is missing: how many of the newest images are shared")
    if "family" in fields and "name" in fields:
        yield place.at("name").problem("family selects the images already; keep one of them")
    for name in ("image_id", "images"):
        if name in fields:
            selecting = next(field for field in SELECTING if field in fields)
            yield place.at(name).problem(f"{selecting} selects the images already; keep one of them")
    if "region_id" in fields and "regions" in fields:
        yield place.at("region_id").problem("regions says this already; keep one of them")
    service = fields.get("service")
    if "family" in fields and service in services.names() and not services.service(service).API.families:
        yield place.at("family").problem(f"{service} images have no family; select them by name")
