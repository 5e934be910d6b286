"""Modules and functions stay so short that each is read in one go."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path for folder in ("provider", "simulator") for path in (ROOT / folder).rglob("*.py"))
MOST_OF_A_MODULE = 250
MOST_OF_A_FUNCTION = 40


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_and_its_functions_are_short(path: Path):
    text = path.read_text(encoding="utf-8")
    functions = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= MOST_OF_A_FUNCTION]

    assert (len(text.splitlines()) <= MOST_OF_A_MODULE, long) == (True, [])
