"""The assessment by OWASP ASVS does not go stale: each row names tests and files that there are (G4)."""

from __future__ import annotations

import re

from daras.access.tests.people import CHECKOUT
from daras.access.tests.test_threat_model import names_of_tests

STATES = {"met", "not met", "administrator", "n/a"}
CHAPTERS = range(1, 15)  # of version 4.0.3


def rows() -> list[list[str]]:
    """Every requirement: id, what it asks, how it stands, what shows it."""
    text = (CHECKOUT / "docs" / "administrator" / "asvs.md").read_text(encoding="utf-8")
    lines = [line.strip().strip("|").split("|") for line in text.splitlines() if re.match(r"\| \d+\.\d+\.\d+ \|", line)]
    return [[cell.strip() for cell in line] for line in lines]


def test_every_requirement_says_how_it_stands_and_by_what() -> None:
    """G4: given the assessment, when its rows are read, then each id stands once and in order, says whether it is met,
    and what is said to be met names tests and files that exist; what is not says why."""
    known = names_of_tests()
    ids = []
    for row in rows():
        assert len(row) == 4, row
        number, asks, state, evidence = row
        assert state in STATES, number
        assert asks, number
        assert evidence, number
        ids.append(tuple(int(part) for part in number.split(".")))
        named = re.findall(r"`([^`]+)`", evidence)
        if state == "met":
            assert named, number
        for each in named:
            if each.startswith("test_"):
                assert each in known, (number, each)
            elif "/" in each:
                assert (CHECKOUT / each).exists(), (number, each)
    assert ids == sorted(set(ids))
    assert {chapter for chapter, *_ in ids} == set(CHAPTERS)
    assert len(ids) > 200
