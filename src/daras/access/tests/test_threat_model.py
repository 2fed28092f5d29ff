"""The threat model does not go stale: each row names tests that there are, or what is still to come."""

from __future__ import annotations

import ast
import re

from daras.access.tests.people import CHECKOUT

TO_COME = "comes with the gate issue"


def rows() -> list[list[str]]:
    """The rows of the threat tables: letter, threat, what stops it, shown by."""
    text = (CHECKOUT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    lines = [line.strip("|").split("|") for line in text.splitlines() if re.match(r"\| [STRIDE] \|", line)]
    return [[cell.strip() for cell in line] for line in lines]


def names_of_tests() -> set[str]:
    """Every test of the repository, by name."""
    found = set()
    for folder in ("src", "tests"):
        for path in (CHECKOUT / folder).rglob("test_*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return found


def test_every_threat_names_a_test_that_exists() -> None:
    """Given the threat model, when its rows are read, then each names a test that exists or says what comes later, and
    every kind of threat has a row that is shown (G4)."""
    known = names_of_tests()
    shown = set()
    for row in rows():
        assert len(row) == 4, row
        letter, threat, _, evidence = row
        named = re.findall(r"`(test_\w+)`", evidence)
        assert named or evidence == TO_COME, threat
        assert set(named) <= known, (threat, set(named) - known)
        if named:
            shown.add(letter)
    assert shown == set("STRIDE")
