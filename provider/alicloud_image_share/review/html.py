"""What every page has: one HTML file that asks for nothing else; its policy admits its own parts only."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, Template
from markupsafe import Markup

from alicloud_image_share.sharing.printable_text import printable, printable_lines

CELLS = 60_000
"""A matrix of more cells than this is left out: the list below it has every account all the same."""


@dataclass(frozen=True, slots=True)
class PagePart:
    """A script or a style sheet of this package, and the hash by which the page's policy admits it."""

    text: Markup
    hash: str


def page_part(name: str) -> PagePart:
    """Return the part that a file of this folder holds."""
    text = _file("alicloud_image_share.review", name)
    digest = b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return PagePart(Markup(text), f"sha256-{digest}")  # noqa: S704 - a file of this package


def page_template(package: str, **filters: Callable[..., Any]) -> Template:
    """Return the template `page.html.jinja` of a package, in which whatever a value quotes is escaped."""
    environment = Environment(
        loader=DictLoader({"page.html": _file(package, "page.html.jinja")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    environment.filters.update(printable=printable, **filters)
    return environment.get_template("page.html")


def _printable(value: Any) -> Any:
    return printable_lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _file(package: str, name: str) -> str:
    return (files(package) / name).read_text(encoding="utf-8")
