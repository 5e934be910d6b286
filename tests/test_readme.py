"""What the README and the pages say of services, keys and variables is what the modules say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.environment_variables import ENVIRONMENT
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.preview_json import read_preview
from alicloud_image_share.review.terminal import to_terminal
from alicloud_image_share.sharing.model import Batch, ImageKey
from alicloud_image_share.stack_file import KEYS, Place, StackValues, definitions, value_problems
from alicloud_image_share.stack_file.fields import FIELDS
from alicloud_image_simulator.services import every_service

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SERVICES = (ROOT / "docs/services.md").read_text()
STACK_FILE = (ROOT / "docs/stack-file.md").read_text()
CONFIGURATION = (ROOT / "docs/configuration.md").read_text()
RESOURCE = (ROOT / "docs/resource.md").read_text()


def rows() -> dict[str, list[str]]:
    """Service → the cells of its row in the table of limits."""
    lines = re.findall(r"^\| \[`(\w+)`\].*$", SERVICES, re.MULTILINE)
    found = {}
    for name in lines:
        line = next(line for line in SERVICES.splitlines() if line.startswith(f"| [`{name}`]"))
        found[name] = [cell.strip() for cell in line.strip("|").split("|")]
    return found


def test_page_of_services_has_a_row_for_every_service_and_no_other():
    assert sorted(rows()) == list(services.names())


def test_simulator_has_every_service_of_the_provider():
    simulated = {service.name for service in every_service()}

    assert set(services.names()) <= simulated


@pytest.mark.parametrize("name", services.names())
def test_row_of_limits_says_what_the_service_module_says(name: str):
    service = services.service(name)
    quota = service.LIMITS.accounts_per_image

    assert rows()[name][1:] == [
        service.API.version,
        str(service.LIMITS.add),
        str(service.LIMITS.remove),
        "not documented" if quota is None else str(quota),
    ]


@pytest.mark.parametrize("name", services.names())
def test_services_page_names_the_actions_that_the_service_calls(name: str):
    service = services.service(name)
    image = ImageKey(name, "cn-hangzhou" if service.API.regional else None, "m-1")
    batch = Batch(("11111",), ("22222",), True if service.API.shares_to_ecs else None)
    calls = [
        service.image_call(image),
        service.accounts_call(image, 1),
        *service.change_calls(image, batch),
    ]

    for call in calls:
        assert f"`{service.API.ram_prefix}:{call.action}`" in SERVICES


@pytest.mark.parametrize("name", services.names())
def test_service_module_has_40_to_120_lines(name: str):
    module = ROOT / "provider/alicloud_image_share/cloud/services" / f"{name}.py"

    assert 40 <= len(module.read_text().splitlines()) <= 120


PAGES_WITH_A_STACK_FILE = {
    "README.md": ["golden-web"],
    "docs/getting-started.md": ["golden-web"],
    "docs/stack-file.md": ["golden-web", "base-cn-hangzhou", "base-cn-shanghai"],
}


@pytest.mark.parametrize("page", PAGES_WITH_A_STACK_FILE)
def test_stack_file_of_a_page_is_a_good_one(page: str):
    text = next(block for block in re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(), re.DOTALL))
    config = yaml.safe_load(text)["config"]
    values = StackValues(
        groups_place=Place("Pulumi.dev.yaml", "image-shares:groups"),
        shares_place=Place("Pulumi.dev.yaml", "image-shares:shares"),
        groups=config["image-shares:groups"],
        shares=config["image-shares:shares"],
    )

    assert list(value_problems(values)) == []
    names = [definition.name for definition in definitions(values) if definition.image_id]
    assert names == PAGES_WITH_A_STACK_FILE[page]


def test_python_example_of_the_resource_compiles():
    text = next(block for block in re.findall(r"```python\n(.*?)```", RESOURCE, re.DOTALL))

    compile(text, "resource.md", "exec")
    assert len(text.splitlines()) <= 15


@pytest.mark.parametrize("key", sorted(set(KEYS) - {"groups", "shares"}))
def test_page_of_the_configuration_says_what_every_key_of_ours_does(key: str):
    rows_of_ours = [line for line in CONFIGURATION.splitlines() if line.startswith("| `")]

    assert any(f"`{key}`" in line.split("|")[1] for line in rows_of_ours)


@pytest.mark.parametrize("key", ENVIRONMENT)
def test_page_of_the_configuration_names_the_variables_of_every_key(key: str):
    names = ", ".join(f"`{name}`" for name in ENVIRONMENT[key])

    assert f"| `{key}` | {names}" in CONFIGURATION


@pytest.mark.parametrize("key", sorted(FIELDS))
def test_page_of_the_stack_file_explains_every_key_of_a_share(key: str):
    rows_of_keys = [line.split("|")[1] for line in STACK_FILE.splitlines() if line.startswith("| `")]

    assert any(f"`{key}`" in row for row in rows_of_keys)


def test_readme_has_at_most_600_words():
    assert len(README.split()) <= 600


def test_readme_says_on_its_first_screen_that_the_tool_was_not_tried_on_the_real_cloud():
    assert "Beta" in README[:800]
    assert "not yet on the real cloud" in README[:800]


def preview_of_the_readme() -> str:
    """The recorded preview of an update, with the names and the notes of the README."""
    recorded = (ROOT / "tests/review/inputs/update.json").read_text(encoding="utf-8")
    document = recorded.replace("web and mobile", "team web").replace('"golden"', '"golden-web"')
    document = document.replace("::golden", "::golden-web").replace(":m-1", ":m-bp1golden0000000001")
    return document.replace('"m-1"', '"m-bp1golden0000000001"').replace("urn:pulumi:dev", "urn:pulumi:prod")


def test_review_in_the_readme_is_the_one_that_the_command_prints():
    (shown,) = re.findall(r"^\$ image-share review --stack prod\n(.*?)^\$ ", README, re.DOTALL | re.MULTILINE)
    printed = to_terminal(review(read_preview(preview_of_the_readme()))).plain.splitlines()

    assert shown
    for line in shown.splitlines():
        begins = line.removesuffix("…")
        assert any(full == line or (begins != line and full.startswith(begins)) for full in printed), line
