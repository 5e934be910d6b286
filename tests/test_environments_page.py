"""The examples of docs/environments.md are good ones."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

import alicloud_image_share
from alicloud_image_share.stack_file import Place, StackValues, value_problems
from alicloud_image_share.stack_file.fields import FIELDS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/environments.md").read_text()
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def shares_with_groups(text: str) -> list[str]:
    """Say what is wrong with the shares of a stack file, of which the README shows a part."""
    document = yaml.safe_load(text)
    config = document.get("config") or {"image-shares:shares": document}
    shares = config["image-shares:shares"]
    groups = config.get("image-shares:groups", {"web-teams": {"1234567890123456": "team web"}})
    place = Place("Pulumi.dev.yaml", "image-shares:shares")
    return [str(problem) for problem in value_problems(StackValues(place, place, groups, shares))]


@pytest.mark.parametrize("text", PROGRAMS)
def test_program_compiles_and_imports_what_the_package_offers(text: str):
    tree = ast.parse(text)
    compile(tree, "environments.md", "exec")
    imported = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "alicloud_image_share"
        for alias in node.names
    ]

    assert imported
    assert set(imported) <= set(alicloud_image_share.__all__)


@pytest.mark.parametrize("page", ["README.md", "docs/environments.md"])
def test_stack_file_with_a_rotation_is_a_good_one(page: str):
    texts = re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    rotating = [text for text in texts if "keep:" in text]

    assert rotating
    assert [shares_with_groups(text) for text in rotating] == [[] for _ in rotating]


def test_page_explains_the_fields_of_a_rotation():
    assert {"family", "name", "keep", "regions"} <= FIELDS.keys()
    assert all(f"`{name}`" in PAGE for name in ("family", "name", "keep", "regions"))
