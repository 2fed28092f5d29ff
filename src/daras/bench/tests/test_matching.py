"""The bench of matching: a fair set, counted rightly (A5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from daras.bench import linking, matching
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
    answers, seconds, worked = answered(found)
    ours, theirs = worth(answers), worth(simple(found)["NHS number, else 3 of 4 fields"])
    assert len(seconds) == len(worked) == len(found.questions)
    assert ours.precision >= 0.995
    assert ours.precision > theirs.precision
    assert ours.shown >= 0.94 * ours.there
    assert ours.possibles <= 1.5 * ours.asked
    assert ours.for_nobody <= 0.06 * ours.nobody


def test_a_bench_ends_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A5: given no time, then one county is asked and every other way is named as not measured; given that somebody
    ends it, then what was measured by then is told."""
    told = {each.figure: each for each in matching.measure(600, 60, 0)}
    assert told["possible ones a question"].holds
    assert any(name.startswith("one of") and name.endswith("p99") for name in told)
    assert "recordlinkage: not measured, for the time was over" in told

    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("daras.bench.febrl.measure", ended)
    monkeypatch.setattr("daras.bench.matching.signal.signal", lambda *_: None)
    assert any(each.figure.startswith("precision of matches") for each in matching.measure(600, 60, 0))


def test_what_a_file_of_links_says(found: OpenSet, tmp_path: Path) -> None:
    """A5: given a file of links, then somebody is matched where every row that matches is of one person, and a row of
    somebody else is a wrong match whatever else is right."""
    first = found.questions[0]
    right = next(place for place, record in enumerate(found.records) if record.person == first.truth)
    wrong = next(place for place, record in enumerate(found.records) if record.person != first.truth)
    links = tmp_path / "links.csv"
    head = "id,against_id,decision\n"
    links.write_text(f"{head}people0,index{right},match\npeople1,,none\npeople2,index{wrong},possible\n", "utf-8")
    answers = linking.read(found, links)
    assert [each.matched for each in answers[:3]] == [first.truth, None, None]
    assert answers[2].possible == (found.records[wrong].person,)
    links.write_text(f"{head}people0,index{right},match\npeople0,index{wrong},match\n", "utf-8")
    assert linking.read(found, links)[0].matched == found.records[wrong].person


@pytest.mark.parametrize(("limit", "value"), [("MOST_OF_MEMORY", 0.0001), ("MOST_SECONDS", 0)])
def test_what_cannot_be_measured_is_said(
    found: OpenSet, monkeypatch: pytest.MonkeyPatch, limit: str, value: float
) -> None:
    """A5: given too little memory or time for Splink's recipe, then that is the figure, and the bench goes on."""
    monkeypatch.setattr(linking, limit, value)
    (figure,) = linking.beside_splink(found, "some rows")
    assert figure.figure.startswith("Splink 5, some rows: ")
    assert "ended" in figure.figure or "did not come to an end" in figure.figure


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
