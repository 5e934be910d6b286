"""Take the picture of the README, from the page of a recorded preview: python -m tools.review_picture."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import click
from selenium import webdriver

from alicloud_image_share import __version__
from alicloud_image_share.review.assembly import review
from alicloud_image_share.review.origin import Origin
from alicloud_image_share.review.page import to_html
from alicloud_image_share.review.preview_json import read_preview

ROOT = Path(__file__).parents[1]
RECORDED = ROOT / "tests" / "review" / "inputs" / "exclusive.json"
PICTURE = ROOT / "docs" / "review.png"
SIZE = {"width": 1100, "height": 724, "deviceScaleFactor": 1, "mobile": False}


@click.command()
def main() -> None:
    """Write docs/review.png; needs chromium and chromium-driver."""
    origin = Origin(__version__, "2026-11-29 09:30 UTC", "3f9c2e7a51d0", "approval.json")
    result = review(read_preview(RECORDED.read_text(encoding="utf-8")))
    page = to_html(replace(result, origin=origin))
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for option in ("--headless", "--no-sandbox", "--hide-scrollbars"):
        options.add_argument(option)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "review.html"
        file.write_text(page, encoding="utf-8")
        browser = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
        try:
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SIZE)
            browser.get(file.as_uri())
            browser.save_screenshot(str(PICTURE))
        finally:
            browser.quit()
    click.echo(f"wrote {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
