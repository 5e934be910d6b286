"""Whether a program is the one that reads stack files: its import alone, whatever a comment says."""

from __future__ import annotations

import ast
from collections.abc import Iterator

PROGRAM = "alicloud_image_share.stack_program"
"""The module that the `__main__.py` of such a project imports."""

_PACKAGE, _, _MODULE = PROGRAM.rpartition(".")


def is_stack_program(source: str) -> bool:
    """Tell whether a program imports the one that reads stack files, and does nothing besides."""
    try:
        statements = list(_statements(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return len(statements) == 1 and _is_import(statements[0])


def _statements(program: ast.Module) -> Iterator[ast.stmt]:
    """Yield what a program does: neither its text on itself nor an import of the future does anything."""
    for statement in program.body:
        is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_text and not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            yield statement


def _is_import(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Import):
        return [name.name for name in statement.names] == [PROGRAM]
    if isinstance(statement, ast.ImportFrom) and statement.level == 0:
        return (statement.module, [name.name for name in statement.names]) == (_PACKAGE, [_MODULE])
    return False
