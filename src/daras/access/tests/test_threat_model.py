"""The threat model does not go stale: each row names tests that there are, and that are run."""

from __future__ import annotations

import ast
import re
from functools import cache

from daras.access.tests.people import CHECKOUT

#: What would leave a test out of the run: a mark of pytest's, or calling it within.
LEFT_OUT = {"skip", "skipif", "xfail", "importorskip"}


def rows() -> list[list[str]]:
    """The rows of the threat tables: letter, threat, what stops it, shown by."""
    text = (CHECKOUT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    lines = [line.strip("|").split("|") for line in text.splitlines() if re.match(r"\| [STRIDE] \|", line)]
    return [[cell.strip() for cell in line] for line in lines]


@cache
def names_of_tests() -> frozenset[str]:
    """Every test of the repository that an ordinary run runs, by name: none that is skipped, is expected to fail, or
    runs with `--long` alone."""
    found: set[str] = set()
    for folder in ("src", "tests"):
        for path in (CHECKOUT / folder).rglob("test_*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            of_file = {name for node in tree.body if isinstance(node, ast.Assign) for name in _named_in(node)}
            if not of_file & {*LEFT_OUT, "long"}:
                found |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and _is_run(node)}
    return frozenset(found)


def _is_run(test: ast.FunctionDef) -> bool:
    marks = {name for mark in test.decorator_list for name in _named_in(mark)}
    only_long = any(isinstance(mark, ast.Attribute) and mark.attr == "long" for mark in test.decorator_list)
    return not only_long and not marks & LEFT_OUT and not _named_in(test) & LEFT_OUT


def _named_in(node: ast.AST) -> set[str]:
    return {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def test_every_threat_names_a_test_that_exists() -> None:
    """Given the threat model, when its rows are read, then each names tests that exist and that an ordinary run runs,
    and every kind of threat has a row that is shown (G4)."""
    known = names_of_tests()
    shown = set()
    for row in rows():
        assert len(row) == 4, row
        letter, threat, _, evidence = row
        named = re.findall(r"`(test_\w+)`", evidence)
        assert named, threat
        assert set(named) <= known, (threat, set(named) - known)
        shown.add(letter)
    assert shown == set("STRIDE")


def test_what_is_left_out_of_the_run_shows_nothing() -> None:
    """Given tests that are skipped, expected to fail, or run with `--long` alone, when they are looked for, then none
    of them counts; one with a long case among others does (G4)."""
    left_out = (
        "@pytest.mark.skip(reason='x')\ndef test_a() -> None: ...",
        "@pytest.mark.xfail\ndef test_b() -> None: ...",
        "def test_c() -> None:\n    pytest.skip('x')",
        "@pytest.mark.long\ndef test_d() -> None: ...",
    )
    for source in left_out:
        (test,) = ast.parse(source).body
        assert isinstance(test, ast.FunctionDef)
        assert not _is_run(test), source
    (test,) = ast.parse(
        "@pytest.mark.parametrize('x', [1, pytest.param(2, marks=pytest.mark.long)])\ndef test_e(x) -> None: ..."
    ).body
    assert isinstance(test, ast.FunctionDef)
    assert _is_run(test)
