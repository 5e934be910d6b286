"""The examples of the pages are good ones, their links lead somewhere, and no page is too long."""

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
ROTATION = (ROOT / "docs/rotation.md").read_text()
PAGES = sorted((ROOT / "docs").glob("*.md"))
TOP = [ROOT / name for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "DESIGN.md")]
EXAMPLES = sorted((ROOT / "examples").rglob("README.md"))
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
PROGRAMS = [
    program
    for page in ("resource", "rotation", "regions")
    for program in re.findall(r"```python\n(.*?)```", (ROOT / f"docs/{page}.md").read_text(), re.DOTALL)
]


def shares_with_groups(text: str) -> list[str]:
    """Say what is wrong with the shares of a stack file, of which a page shows a part."""
    document = yaml.safe_load(text)
    config = document.get("config") or {"image-shares:shares": document}
    shares = config["image-shares:shares"]
    groups = config.get("image-shares:groups", {"web-teams": {"1234567890123456": "team web"}})
    place = Place("Pulumi.dev.yaml", "image-shares:shares")
    return [str(problem) for problem in value_problems(StackValues(place, place, groups, shares))]


@pytest.mark.parametrize("text", PROGRAMS)
def test_program_compiles_and_imports_what_the_package_offers(text: str):
    tree = ast.parse(text)
    compile(tree, "page.md", "exec")
    imported = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "alicloud_image_share"
        for alias in node.names
    ]

    assert imported
    assert set(imported) <= set(alicloud_image_share.__all__)


@pytest.mark.parametrize("page", ["docs/stack-file.md", "docs/rotation.md", "docs/owners.md"])
def test_stack_file_with_a_rotation_is_a_good_one(page: str):
    texts = re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    rotating = [text for text in texts if "keep:" in text]

    assert rotating
    assert [shares_with_groups(text) for text in rotating] == [[] for _ in rotating]


def test_page_explains_the_fields_of_a_rotation():
    assert {"family", "name", "keep", "regions"} <= FIELDS.keys()
    assert all(f"`{name}`" in ROTATION for name in ("family", "name", "keep", "regions"))


def anchors(page: Path) -> set[str]:
    """The anchors of the headings of a page, as GitHub and MkDocs make them."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*TOP, *PAGES, *EXAMPLES], ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_to_files_and_headings_that_are_there(page: Path):
    links = re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page.read_text()))
    broken = []
    for link in links:
        target, _, anchor = link.partition("#")
        if "://" in target:
            continue
        file = (page.parent / target).resolve() if target else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(link)

    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_has_at_most_a_thousand_words_beside_its_tables_and_listings(page: Path):
    text = FENCE.sub("", page.read_text())
    prose = [line for line in text.splitlines() if not line.startswith("|")]

    assert len(" ".join(prose).split()) <= 1000


def test_every_page_can_be_reached_from_the_readme():
    linked = set(re.findall(r"\]\(docs/([\w-]+)\.md", (ROOT / "README.md").read_text()))

    assert {page.stem for page in PAGES} - linked == set()
