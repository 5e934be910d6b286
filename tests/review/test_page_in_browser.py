"""The page in headless Chromium, used as somebody uses it who is asked to approve."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from alicloud_image_share.review.page import to_html
from tests.support.browser import open_file, requested, run_browser, shown

from .scenarios import PARTNER, SHOP, STRANGER, WEB
from .test_formats import ONE_IN, ONE_OUT, large, one_in_one_out

Opened = Callable[..., webdriver.Chrome]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One browser for all tests of this module."""
    yield from run_browser(tmp_path_factory.mktemp("profile"))


@pytest.fixture
def page(browser: webdriver.Chrome, tmp_path: Path) -> Opened:
    """Opens a review in the browser, which has said nothing yet."""

    def opened(review, *, width=1280):
        file = tmp_path / "review.html"
        file.write_text(to_html(review), encoding="utf-8")
        return open_file(browser, file, width=width)

    return opened


def rows(browser):
    return [text.replace("\n", " ") for text in shown(browser, "#matrix tbody th")]


def columns(browser):
    return [text.split()[0] for text in shown(browser, "#matrix thead .account")]


def search(browser, text):
    browser.find_element(By.ID, "search").send_keys(text)


@pytest.mark.parametrize("name", ["exclusive", "failed", "nothing", "replace", "secret", "hostile"])
def test_page_runs_without_an_error_and_asks_for_nothing(name, page, reviewed):
    browser = page(reviewed(name))

    assert browser.get_log("browser") == []
    assert set(requested(browser)) <= {browser.current_url, "data:,"}


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("name", ["exclusive", "hostile", "failed", "large"])
def test_page_is_no_wider_than_the_window(width, name, page, reviewed):
    browser = page(large(20, 150) if name == "large" else reviewed(name), width=width)

    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_page_says_the_verdict_and_every_sign_in_words(page, reviewed):
    browser = page(reviewed("exclusive"))
    browser.find_element(By.ID, "only").click()
    cells = browser.find_elements(By.CSS_SELECTOR, "#matrix tbody tr:first-child td [role=img]")

    assert browser.find_element(By.TAG_NAME, "h1").text.startswith("2 accounts lose, 1 gains access")
    assert columns(browser) == [SHOP, PARTNER, STRANGER, WEB]
    assert [cell.get_attribute("aria-label") for cell in cells] == [
        "loses access",
        "gains access",
        "loses access, never listed",
        "keeps access",
    ]


def test_search_for_an_account_leaves_its_column_and_its_images(page, reviewed):
    browser = page(reviewed("exclusive"))
    search(browser, "Team Shop")

    assert (columns(browser), rows(browser)) == ([SHOP], ["golden ecs:cn-hangzhou:m-1"])
    assert shown(browser, "#found") == ["1 of 2 images, 1 of 4 accounts"]


def test_search_for_an_image_leaves_its_row_and_its_accounts(page, reviewed):
    browser = page(reviewed("exclusive"))
    search(browser, "m-2")

    assert (columns(browser), rows(browser)) == ([STRANGER], ["ecs:cn-hangzhou:m-2"])


def test_search_leaves_the_risks_that_are_about_it(page, reviewed):
    browser = page(reviewed("exclusive"))
    search(browser, "team shop")

    (risk,) = shown(browser, ".risks > li")
    assert SHOP in risk


@pytest.mark.parametrize("name", ["secret", "unread"])
def test_page_without_an_account_has_nothing_to_search(name, page, reviewed):
    assert shown(page(reviewed(name)), "#controls") == []


def test_search_that_is_emptied_shows_everything_again(page, reviewed):
    browser = page(reviewed("exclusive"))
    browser.find_element(By.ID, "only").click()
    search(browser, "nobody")
    assert rows(browser) == []
    search(browser, Keys.BACKSPACE * 6)

    assert (len(columns(browser)), len(rows(browser))) == (4, 2)


def test_search_counts_the_risks_that_it_leaves_and_hides_their_heading_where_none_is_left(page, reviewed):
    browser = page(reviewed("exclusive"))
    search(browser, "team shop")
    heading, risks = shown(browser, "#risks"), shown(browser, ".risks > li")
    search(browser, "zzz")

    assert (heading, len(risks)) == (["Risks 1 of 2"], 1)
    assert shown(browser, "h2") == ["Who can use what", "Not checked"]
    assert shown(browser, "#all summary .count") == ["0 of 4"]


def test_page_shows_only_changes_until_all_is_asked_for(page, reviewed):
    browser = page(reviewed("exclusive"))

    assert (columns(browser), rows(browser)) == ([SHOP, PARTNER, STRANGER], ["golden ecs:cn-hangzhou:m-1"])
    browser.find_element(By.ID, "only").click()
    assert (len(columns(browser)), len(rows(browser))) == (4, 2)


@pytest.mark.parametrize("width", [1280, 360])
def test_page_of_one_in_and_one_out_opens_with_both_in_sight(width, page):
    browser = page(one_in_one_out(300, 40), width=width)

    lines = browser.find_elements(By.CSS_SELECTOR, ".changes > li")
    assert [" ".join(line.text.split()) for line in lines] == [
        f"+ {ONE_IN} team web gains access to 300 images",
        f"\N{MINUS SIGN} {ONE_OUT} team risk loses access to 300 images",
    ]
    assert all(line.rect["y"] + line.rect["height"] < 900 for line in lines)
    assert len(shown(browser, ".risks > li")) == 1
    assert set(columns(browser)) == {ONE_IN, ONE_OUT}
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_print_has_every_change_with_heads_on_each_page(page):
    pypdf = pytest.importorskip("pypdf")
    browser = page(one_in_one_out(300, 40))
    printed = b64decode(browser.print_page())
    pages = [sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(printed)).pages]
    text = "\n".join(pages)

    assert all(text.count(account) >= 300 for account in (ONE_IN, ONE_OUT))
    assert all(f"m-{number:05}" in text for number in range(300))
    assert all("what happens" in sheet and "stack prod" in sheet for sheet in pages[1:])


def test_link_to_an_image_that_does_not_change_shows_it(page, reviewed):
    browser = page(reviewed("exclusive"))
    browser.execute_script("location.hash = 'image-ecs:cn-hangzhou:m-2'")

    assert "ecs:cn-hangzhou:m-2" in rows(browser)


def test_sort_by_share_and_back_to_worst_first(page, reviewed):
    browser = page(reviewed("create"))
    worst = rows(browser)
    Select(browser.find_element(By.ID, "sort")).select_by_visible_text("by share")
    by_share = rows(browser)
    Select(browser.find_element(By.ID, "sort")).select_by_visible_text("worst first")

    assert [row.split()[0] for row in by_share] == ["edge", "golden", "strict"]
    assert worst == rows(browser)
    assert worst[0].startswith("strict")


def test_keyboard_reaches_every_control_and_the_matrix(page, reviewed):
    browser = page(reviewed("exclusive"))
    reached = []
    for _ in range(6):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(
            browser.execute_script("return document.activeElement.id || document.activeElement.className")
        )

    assert reached[:4] == ["search", "sort", "only", "scrolled"]


def test_list_of_changes_opens_and_is_searched_too(page, reviewed):
    browser = page(reviewed("exclusive"))
    browser.find_element(By.CSS_SELECTOR, "#all summary").click()
    search(browser, PARTNER)

    assert shown(browser, "#list tbody td:nth-child(2)") == [PARTNER]


def test_search_in_a_large_page_leaves_one_image(page):
    browser = page(large(300, 50))
    search(browser, "m-00123")

    assert [row.split()[0] for row in rows(browser)] == ["golden-123"]


@pytest.mark.parametrize(("table", "shared"), [("matrix", True), ("list", False)])
def test_rows_of_a_large_page_that_are_out_of_sight_are_not_laid_out(table, shared, page):
    browser = page(large(60, 40, shared=shared))
    script = """
        const rows = [...document.querySelectorAll(arguments[0])];
        return rows.map((row) => getComputedStyle(row).contentVisibility);
        """

    # Showing 300 images with 50 accounts again takes a tenth of the time that a table takes to measure them.
    assert {*browser.execute_script(script, f"#{table} tbody tr")} == {"auto"}


def test_page_too_large_for_a_matrix_lists_and_searches_all_the_same(page):
    browser = page(large(60, 40, shared=False))
    found = browser.find_elements(By.ID, "matrix")
    search(browser, "m-00012")

    assert found == []
    assert len(shown(browser, "#list tbody tr")) == 42
