"""The page of an audit in headless Chromium: search, filter and sort, on a desk and on a phone."""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from alicloud_image_simulator import Simulator
from tests.support.browser import open_file, requested, run_browser, shown

from .conftest import Command, StackWriter
from .world import image, put

WEB, SHOP, STRANGER = "1234567890123456", "1550809237710001", "1999999999999999"
WIDTHS = pytest.mark.parametrize("width", [1280, 360])

Opened = Callable[..., webdriver.Chrome]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One browser for all tests of this module."""
    yield from run_browser(tmp_path_factory.mktemp("profile"))


@pytest.fixture
def page(
    browser: webdriver.Chrome, cloud: Simulator, stack: StackWriter, image_share: Command, tmp_path: Path
) -> Opened:
    """Opens the page of an audit: one image as its stack says, one drifted, one that no stack lists."""
    put(
        cloud,
        image(image_id="m-right", name="right", accounts=[WEB]),
        image(image_id="m-drifted", name="drifted", accounts=[WEB]),
        image(image_id="m-foreign", name="foreign", accounts=[STRANGER, SHOP]),
    )
    accounts = {WEB: "team web"}
    stack(
        {
            "right": {"service": "ecs", "image_id": "m-right", "accounts": accounts},
            "drifted": {"service": "ecs", "image_id": "m-drifted", "accounts": {**accounts, SHOP: "shop"}},
        }
    )
    file = tmp_path / "audit.html"
    image_share("audit", "--format", "html", "--output", str(file))
    return lambda *, width=1280: open_file(browser, file, width=width)


def rows(browser: webdriver.Chrome) -> list[str]:
    """Give the names of the images that are shown."""
    return [text.split()[0] for text in shown(browser, "#matrix tbody th")]


def lines(browser: webdriver.Chrome) -> list[str]:
    """Give the verdicts of the list that are shown."""
    return [text.split()[-1] for text in shown(browser, "#list tbody td:first-child")]


@WIDTHS
def test_audit_page_runs_without_an_error_asks_for_nothing_and_fits(page: Opened, width: int):
    browser = page(width=width)

    assert browser.get_log("browser") == []
    assert set(requested(browser)) <= {browser.current_url, "data:,"}
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@WIDTHS
def test_audit_page_opens_with_what_differs_and_counts_all(page: Opened, width: int):
    browser = page(width=width)

    assert shown(browser, "h1") == ["1 DRIFTED · 1 UNMANAGED · 1 OK"]
    assert rows(browser) == ["drifted", "foreign"]
    assert set(lines(browser)) == {"DRIFTED", "UNMANAGED"}
    browser.find_element(By.ID, "only").click()
    assert rows(browser) == ["drifted", "foreign", "right"]
    assert "OK" in lines(browser)


@pytest.mark.parametrize(
    ("words", "images"),
    [("shop", ["drifted", "foreign"]), ("m-right", ["right"]), ("unmanaged", ["foreign"]), ("zzz", [])],
)
def test_audit_page_is_searched_by_note_image_and_verdict(page: Opened, words: str, images: list[str]):
    browser = page()
    browser.find_element(By.ID, "search").send_keys(words)

    assert rows(browser) == images


def test_audit_page_is_sorted_by_name_and_by_accounts(page: Opened):
    browser = page()
    order = Select(browser.find_element(By.ID, "sort"))
    browser.find_element(By.ID, "only").click()

    order.select_by_value("name")
    assert rows(browser) == ["drifted", "foreign", "right"]
    order.select_by_value("accounts")
    assert rows(browser)[-1] == "right"


@WIDTHS
def test_audit_page_stands_in_columns_of_its_own(page: Opened, width: int):
    browser = page(width=width)
    if folder := os.environ.get("PICTURES"):
        shot = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        (Path(folder) / f"audit-{width}.png").write_bytes(b64decode(shot["data"]))
    cells = browser.find_elements(By.CSS_SELECTOR, "#list tbody tr:not([hidden]) td")[:4]
    places = [(cell.rect["x"], cell.rect["y"]) for cell in cells]

    if width > 640:
        assert len({y for _, y in places}) == 1
        assert cells[2].rect["width"] > cells[3].rect["width"]
    else:
        assert len({x for x, _ in places}) == 1
