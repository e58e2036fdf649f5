"""The documentation holds: its table is the rule book's, its conventions are the tested ones."""

import importlib.util
import re
from pathlib import Path

import pytest

from autograd_lite.ops import COMPOSED, RULE_BOOK
from tests.test_conventions import CONVENTIONS

DOCS = Path(__file__).parents[1] / "docs"


def maker():
    spec = importlib.util.spec_from_file_location("operations", DOCS / "operations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_operations_is_current():
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert page == maker().page(), "run: python docs/operations.py"


@pytest.mark.parametrize("entry", [*RULE_BOOK.values(), *COMPOSED.values()], ids=lambda e: e.name)
def test_every_entry_has_one_line_in_the_table(entry):
    lines = [x for x in (DOCS / "operations.md").read_text(encoding="utf-8").splitlines() if f"| `{entry.name}(" in x]
    assert len(lines) == 1
    assert re.search(r"\$.+\$|none", lines[0]), lines[0]


@pytest.mark.parametrize("entry", [*RULE_BOOK.values(), *COMPOSED.values()], ids=lambda e: e.name)
def test_formulas_are_whole(entry):
    """Braces and delimiters pair up, and nothing ends a formula or a cell before its time."""
    formulas = [entry.formula] if entry.name in COMPOSED else [entry.each[0]] if entry.each else entry.latex
    for latex in formulas:
        depth = 0
        for brace in re.findall(r"(?<!\\)[{}]", latex):
            depth += 1 if brace == "{" else -1
            assert depth >= 0, latex
        assert depth == 0, latex
        assert len(re.findall(r"\\left\b", latex)) == len(re.findall(r"\\right\b", latex)), latex
        assert "$" not in latex
        assert "\n" not in latex
        assert re.sub(r"\\\\?[a-zA-Z]+|\\.", "", latex).isprintable()


def documented():
    """The first column of the conventions, without its markup."""
    text = (DOCS / "conventions.md").read_text(encoding="utf-8").partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| .+ \|$", text, re.M)
    return [row.replace("`", "") for row in rows if row not in ("convention", "---")]


def test_every_convention_is_tested_and_every_tested_one_documented():
    assert documented() == list(dict.fromkeys(documented())), "a convention stands twice"
    assert sorted(documented()) == sorted(CONVENTIONS)
