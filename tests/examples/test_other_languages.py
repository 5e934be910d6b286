"""The examples in other languages name what the schema has, and the same shares.

No compiler of theirs runs here: names of fields and values are compared with the schema.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from alicloud_image_share.plugin.package_schema import schema
from alicloud_image_share.sharing.share_types import NATIVE_TYPE

FOLDER = Path(__file__).parents[2] / "examples/other-languages"
RESOURCE = schema()["resources"][NATIVE_TYPE]
FIELDS = set(RESOURCE["inputProperties"])
SERVICES = {service["name"] for service in next(iter(schema()["types"].values()))["enum"]}


def program(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def camel(name: str) -> str:
    """Give a field in the spelling of the schema: ImageId and image_id are imageId."""
    words = re.sub(r"_(\w)", lambda match: match[1].upper(), name)
    return words[:1].lower() + words[1:]


FIELDS_OF = {
    "typescript/index.ts": r"(?m)^    (\w+): ",
    "go/main.go": r"(?m)^\t\t\t(\w+): ",
    "csharp/Program.cs": r"(?m)^        (\w+) =(?: |\n)",
    "python/__main__.py": r"(?m)^    (?!opts)(\w+)=",
}
"""A program and what a field of a share looks like there."""


@pytest.mark.parametrize("name", FIELDS_OF)
def test_program_in_another_language_names_fields_that_the_schema_has(name: str):
    named = {camel(field) for field in re.findall(FIELDS_OF[name], program(name))}

    assert named <= FIELDS
    assert {"service", "imageId", "accounts", "exclusive"} == named


def test_program_in_yaml_names_fields_that_the_schema_has():
    resources = yaml.safe_load(program("yaml/Pulumi.yaml"))["resources"]

    assert {resource["type"] for resource in resources.values()} == {NATIVE_TYPE.replace(":index", "")}
    assert {field for resource in resources.values() for field in resource["properties"]} <= FIELDS


@pytest.mark.parametrize("name", ["go/main.go", "csharp/Program.cs", "python/__main__.py"])
def test_program_in_another_language_names_a_service_that_the_schema_has(name: str):
    named = re.findall(r"(?:Service\.|imageshares\.Service)([A-Z]\w+)", program(name))

    assert named
    assert {service.capitalize() for service in named} <= SERVICES


@pytest.mark.parametrize("name", [*FIELDS_OF, "yaml/Pulumi.yaml"])
def test_programs_in_all_languages_share_the_same_images_with_the_same_accounts(name: str):
    def named(text: str) -> list[str]:
        return re.findall(r'"(?:\d{16})"|m-bp1\w+|golden-\w+', text)

    assert sorted(set(named(program(name)))) == sorted(set(named(program("typescript/index.ts"))))


@pytest.mark.parametrize("language", ["typescript", "go", "csharp", "python", "yaml"])
def test_folder_of_a_language_is_a_project(language: str):
    project = yaml.safe_load(program(f"{language}/Pulumi.yaml"))

    assert project["name"] == "images"
    assert project["runtime"] == {"typescript": "nodejs", "csharp": "dotnet"}.get(language, language)
