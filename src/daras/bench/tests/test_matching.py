"""The bench of matching: a fair set, counted rightly (A5)."""

from __future__ import annotations

import pytest

from daras.bench.matching import answered
from daras.bench.matching_set import DIFFICULTIES, OpenSet, open_set
from daras.bench.peers import simple
from daras.bench.scoring import Answer, at_best_threshold, calibration, recall_without_error, wilson, worth


@pytest.fixture(scope="module")
def found() -> OpenSet:
    return open_set(2_000, 600, "a test")


def test_half_of_those_asked_about_are_held_by_nobody(found: OpenSet) -> None:
    """A5: every difficulty is asked for, half without partner, and no record is of somebody left out."""
    assert sum(question.truth is None for question in found.questions) == 300
    assert {question.difficulty for question in found.questions} == set(DIFFICULTIES)
    held = {record.person for record in found.records}
    assert all(question.truth in held for question in found.questions if question.truth is not None)
    again = open_set(2_000, 600, "a test")
    assert again.questions[:50] == found.questions[:50]


def test_matching_is_better_than_a_rule_of_thumb(found: OpenSet) -> None:
    """A5: hardly ever a wrong person, and nobody is flooded with possible ones."""
    answers, seconds = answered(found)
    ours, theirs = worth(answers), worth(simple(found)["NHS number, else 3 of 4 fields"])
    assert len(seconds) == len(found.questions)
    assert ours.precision >= 0.995
    assert ours.precision > theirs.precision
    assert ours.shown >= 0.94 * ours.there
    assert ours.possibles <= 1.5 * ours.asked
    assert ours.for_nobody <= 0.06 * ours.nobody


def test_counting() -> None:
    """A5: a match of a wrong person counts against precision, and against recall where the right one is there."""
    answers = [
        Answer(1, 1, (), 1, 0.99, True),
        Answer(2, 3, (), 3, 0.98, True),
        Answer(4, None, (4, 5), 4, 0.5, True),
        Answer(None, 6, (), 6, 0.6),
        Answer(None, None, (7,), 7, 0.2),
        Answer(None, None),
    ]
    counted = worth(answers)
    assert (counted.right, counted.wrong, counted.there, counted.shown) == (1, 2, 3, 2)
    assert (counted.possibles, counted.for_nobody, counted.nobody) == (3, 1, 3)
    assert counted.precision == pytest.approx(1 / 3)
    assert counted.f1 == pytest.approx(2 / 6)
    assert recall_without_error(answers) == pytest.approx(1 / 3)
    threshold, best = at_best_threshold(answers)
    assert threshold == pytest.approx(0.5)
    assert best.right == 2
    assert sum(row[1] for row in calibration(answers)) == 5


def test_bounds_of_a_share() -> None:
    """A5: Wilson's interval, checked against published values."""
    low, high = wilson(0, 10)
    assert low == pytest.approx(0.0, abs=1e-9)
    assert high == pytest.approx(0.2775, abs=1e-3)
    low, high = wilson(95, 100)
    assert low == pytest.approx(0.8882, abs=1e-3)
    assert high == pytest.approx(0.9785, abs=1e-3)
