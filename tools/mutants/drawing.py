"""Mutants: one changed comparison, operator, constant or term of a module, at most one a line."""

from __future__ import annotations

import ast
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "provider"
PACKAGE = PACKAGES / "alicloud_image_share"

_COMPARISONS = ("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Is_IsNot", "IsNot_Is")
_TERMS = ("BitOr_BitAnd", "BitOr_Sub", "BitAnd_BitOr", "BitAnd_Sub", "Sub_BitOr", "Sub_BitAnd")
_KEYWORDS = (
    "AndWithOr",
    "OrWithAnd",
    "TrueWithFalse",
    "FalseWithTrue",
    "BreakWithContinue",
    "ContinueWithBreak",
)
OPERATORS = (
    "core/AddNot",
    "core/NumberReplacer",
    "core/ReplaceUnaryOperator_Delete_Not",
    *(f"core/Replace{keyword}" for keyword in _KEYWORDS),
    *(f"core/ReplaceComparisonOperator_{pair}" for pair in _COMPARISONS),
    *(f"core/ReplaceBinaryOperator_{pair}" for pair in _TERMS),
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one line."""

    file: Path
    line: int
    before: str
    after: str
    code: str
    """The whole module, changed."""

    def __str__(self) -> str:
        """Return the line before and after."""
        return f"{self.file.relative_to(ROOT)}:{self.line}\n  - {self.before}\n  + {self.after}"

    @property
    def key(self) -> tuple[str, str, str]:
        """What a list of harmless mutants names it by."""
        return str(self.file.relative_to(PACKAGE)), self.before, self.after


@dataclass(frozen=True, slots=True)
class Module:
    """A module, and where it can be changed."""

    file: Path
    source: str
    places: Mapping[int, Sequence[tuple[str, int]]]
    """Line → the operators that change it, each with its occurrence in the module."""

    @classmethod
    def read(cls, name: str) -> Module:
        """Find the places of a module; a type and a decorator of a class are none."""
        source = (PACKAGE / name).read_text(encoding="utf-8")
        nodes, left_out = list(ast_nodes(get_ast(source))), set(_lines_that_decide_nothing(source))
        places: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
        for operator in OPERATORS:
            find = get_operator(operator)().mutation_positions
            starts = [start for node in nodes for start, _ in find(node)]
            for occurrence, (line, _) in enumerate(starts):
                if line not in left_out:
                    places[line].append((operator, occurrence))
        return cls(PACKAGE / name, source, places)

    def text(self, line: int) -> str:
        """Return a line."""
        return self.source.splitlines()[line - 1].strip()

    def mutant(self, line: int, place: tuple[str, int]) -> Mutant:
        """Make one change."""
        operator, occurrence = place
        code = mutate_code(self.source, get_operator(operator)(), occurrence)
        return Mutant(self.file, line, self.text(line), code.splitlines()[line - 1].strip(), code)

    def mutants_of(self, text: str) -> Iterator[Mutant]:
        """Make every change of the lines with this text."""
        for line, places in self.places.items():
            if self.text(line) == text:
                yield from (self.mutant(line, place) for place in places)


def draw(modules: Sequence[Module], seed: int) -> Iterator[Mutant]:
    """Draw at most one mutant a line. A line that moves or that others join keeps its mutant and its turn."""
    lines = {
        (str(module.file.relative_to(PACKAGE)), line): module for module in modules for line in module.places
    }
    turns = sorted(lines, key=lambda at: _digest(seed, at[0], lines[at].text(at[1]), 0))
    for name, line in turns:
        module = lines[name, line]
        first = module.places[line][0][1]
        place = min(
            module.places[line],
            key=lambda place: _digest(seed, module.text(line), place[0], place[1] - first),
        )
        mutant = module.mutant(line, place)
        if mutant.before != mutant.after and _is_python(mutant.code):
            yield mutant


def _is_python(code: str) -> bool:
    """Tell whether a change can be compiled: the grammar takes no `not` before a named expression."""
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def _digest(*parts: object) -> bytes:
    return hashlib.sha256(repr(parts).encode()).digest()


def _lines_that_decide_nothing(source: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(source)):
        annotations = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        decorators = node.decorator_list if isinstance(node, ast.ClassDef) else []
        for part in (*filter(None, annotations), *decorators):
            yield from range(part.lineno, part.end_lineno + 1)
