"""How well people are recognised, on the hard open set of a county, at the shipped thresholds, beside what somebody
would take instead. Nothing was tuned on these seeds.

How long one person takes in the partnership's own index, under the gate, is measured by `screening`.

Bounded by the seconds that are given: nothing further is begun that would, by what the like took before, end after
them.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from daras.bench.figures import Figure, milliseconds, percentile
from daras.bench.machine import load_after
from daras.bench.matching_set import DIFFICULTIES, OpenSet, Question, open_set
from daras.bench.scoring import Answer, Worth, at_best_threshold, calibration, recall_without_error, wilson, worth
from daras.design.reliability_picture import Band, draw
from daras.exchange.linking.store import Index, Writer, packed
from daras.frontdoor.people_named import features
from daras.matching import keys
from daras.matching.comparison import RANK, explain, judge
from daras.matching.features import PersonFeatures
from daras.matching.grouping import RecordCompared, conclude
from daras.matching.model import Model, load

BENCH = "matching"
SEEDS = tuple(f"unseen {number}" for number in range(22, 28))
#: Whose misses were read, one by one, when rules were made.
TRIED = ("dev 1", "dev 2", "dev 3", "dev 12")
PEOPLE = 20_000
QUESTIONS = 10_000
SECONDS = 1_200
STRETCH = 2_000
#: Where the reliability picture is written, when the command asks for it.
PICTURE = "DARAS_BENCH_PICTURE"

_Asked = TypeVar("_Asked")


@dataclass(slots=True)
class Measured:
    """What was found out so far, the first county's first."""

    seeds: Sequence[str]
    answers: list[Answer] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)  # of the processor
    beside: defaultdict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    told: list[Figure] = field(default_factory=list)
    records: int = 0
    counties: int = 0


class Clock:
    """What time is left, and what the longest of the like has taken."""

    def __init__(self, seconds: float) -> None:
        self._began = time.monotonic()
        self._until = self._began + seconds

    def left(self) -> float:
        return self._until - time.monotonic()

    def said(self, words: str) -> None:
        """Progress, for whoever waits."""
        passed = time.monotonic() - self._began
        print(f"daras: matching, {words}, {passed:.0f} s, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)


def measure(
    people: int = PEOPLE, questions: int = QUESTIONS, seconds: int = SECONDS, tried: int = False
) -> list[Figure]:
    """Counties of so many people, each asked about so often, one after another in the seconds given; the figures are of
    all of them together, peers' of the first. `tried`: those on which rules are tried. Interrupted, it gives what it
    has by then."""
    measured, clock = Measured(seeds=TRIED if tried else SEEDS), Clock(seconds)
    try:
        took = _first(measured, people, questions, clock)
        for seed in measured.seeds[1:]:
            if clock.left() < took:
                break
            here = clock.left()
            _asked(measured, open_set(people, questions, seed), clock)
            took = here - clock.left()
    except KeyboardInterrupt:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        print("daras: interrupted; what was measured by then follows", file=sys.stderr, flush=True)
    return _figures(measured, people) if measured.answers else []


def _first(measured: Measured, people: int, questions: int, clock: Clock) -> float:
    """The first county: ours, then everybody else's, as far as time goes; returns the seconds that ours took."""
    from daras.bench import febrl, hottest, peers

    here = clock.left()
    found = open_set(people, questions, measured.seeds[0])
    clock.said(f"{len(found.records):,} records of {people:,} people made")

    def ask(index: Index, model: Model) -> None:
        _asked(measured, found, clock, index, model)
        measured.told += hottest.figures(index, model)

    _with_index(found, ask)
    took = here - clock.left()
    measured.told += febrl.measure()
    clock.said("FEBRL asked")
    for name, answered_by in peers.trained(found):
        if clock.left() < 0:
            measured.told.append(Figure(BENCH, f"{name}: not measured, for the time was over", "", ""))
            continue
        theirs, figures = answered_by()
        measured.beside.update(theirs)
        measured.told += figures
        clock.said(f"{name} asked")
    return took


def _asked(
    measured: Measured, found: OpenSet, clock: Clock, index: Index | None = None, model: Model | None = None
) -> None:
    """Ask all the questions of one county."""
    from daras.bench import peers

    given, took, worked = _all_answered(found, index, model) if index and model else answered(found)
    measured.answers += given
    measured.seconds += took
    measured.worked += worked
    measured.labels += [question.difficulty for question in found.questions]
    measured.records += len(found.records)
    measured.counties += 1
    for name, theirs in peers.simple(found).items():
        measured.beside[name] += theirs
    clock.said(f"{measured.counties} of {len(measured.seeds)} counties asked")


def _figures(measured: Measured, people: int) -> list[Figure]:
    answers = measured.answers
    _draw(answers)
    of = f"{people:,} people, {measured.records:,} records, {len(answers):,} questions"
    where = f"{measured.counties} counties{', looked at before,' if measured.seeds is TRIED else ''} of {of}"
    return [
        *_of_all(answers, where),
        *_of_each(answers, measured.labels),
        *_reliability(answers),
        *_time(measured, f"{measured.records // measured.counties:,} records"),
        *_beside(measured.beside, answers),
        *measured.told,
        load_after(BENCH),
    ]


def answered(found: OpenSet, model: Model | None = None) -> tuple[list[Answer], list[float], list[float]]:
    """What matching says to every question, and how many seconds each took, by the clock and of the processor: keys,
    looking up, weighing, deciding. `model` instead of the shipped one.

    Which records are one person is taken as decided, and how common names are as counted, as in the partnership's
    index.
    """
    return _with_index(found, lambda index, shipped: _all_answered(found, index, model or shipped))


def _all_answered(found: OpenSet, index: Index, model: Model) -> tuple[list[Answer], list[float], list[float]]:
    answers, seconds, worked = [], [], []
    for question in found.questions:
        asked = features(question.named, question.on)
        began, idle = time.perf_counter(), time.process_time()
        answer = _answer(question, asked, index, model)
        seconds.append(time.perf_counter() - began)
        worked.append(time.process_time() - idle)
        answers.append(answer)
    return answers, seconds, worked


def _with_index(found: OpenSet, ask: Callable[[Index, Model], _Asked]) -> _Asked:
    """Ask with the index and the shipped model for it."""
    with tempfile.TemporaryDirectory(prefix="daras-bench-") as folder:
        index = _index(found, Path(folder))
        return ask(index, load().among(index.rows, index.names_counted()))


def _index(found: OpenSet, folder: Path) -> Index:
    with Writer(folder) as writer:
        for at in range(0, len(found.records), STRETCH):
            stretch = found.records[at : at + STRETCH]
            writer.add(packed([(str(record.person), features(record.named, record.on)) for record in stretch]))
        writer.finish()
    return Index(folder)


def _answer(question: Question, asked: PersonFeatures, index: Index, model: Model) -> Answer:
    rows = index.under([keys.numbers(asked)])[0]
    compared = []
    for row in rows:
        id_, other = index.person(row)
        judged = judge(asked, other, model)
        if judged.counts:
            person = int(id_)
            compared.append(RecordCompared(person, id_, row, "", 0, explain(asked, other, judged)))
    result = conclude(compared)
    best = max(compared, key=lambda each: (RANK[each.comparison.decision], each.comparison.probability), default=None)
    return Answer(
        truth=question.truth,
        matched=result.person_id,
        possible=tuple(each.person_id for each in result.candidates if each.decision == "possible"),
        best=best.person_id if best and best.comparison.decision != "none" else None,
        score=best.comparison.probability if best and best.comparison.decision != "none" else 0.0,
        found=question.truth is not None and str(question.truth) in {index.person(row)[0] for row in rows},
    )


def _of_all(answers: Sequence[Answer], where: str) -> list[Figure]:
    counted = worth(answers)
    low_p, high_p = wilson(counted.right, counted.right + counted.wrong)
    low_r, high_r = wilson(counted.right, counted.there)
    low_s, high_s = wilson(counted.shown, counted.there)
    flooded = counted.for_nobody / max(1, counted.nobody)
    return [
        _share("candidates: the partner is among those compared", counted.found / max(1, counted.there), where),
        _share(f"precision of matches (95 %: {low_p:.4f} to {high_p:.4f})", counted.precision, "target >= 0.998"),
        _share(f"recall of matches (95 %: {low_r:.4f} to {high_r:.4f})", counted.recall, "target >= 0.95"),
        _share("F1 of matches", counted.f1),
        _share(
            f"match or possible (95 %: {low_s:.4f} to {high_s:.4f})", counted.shown / max(1, counted.there),
            "target >= 0.99",
        ),
        _share("recall at no wrong match", recall_without_error(answers)),
        Figure(BENCH, "possible ones a question", counted.possibles / max(1, counted.asked), "", 1.5),
        Figure(BENCH, "questions without partner that get a possible one", 100 * flooded, "%", 5.0),
    ]  # fmt: skip


def _share(figure: str, value: float, against: str | None = None) -> Figure:
    return Figure(BENCH, figure, f"{value:.4f}", "", against=against)


def _of_each(answers: Sequence[Answer], labels: Sequence[str]) -> list[Figure]:
    """What is reached with each difficulty."""
    figures = []
    for difficulty in DIFFICULTIES:
        counted = worth([each for each, label in zip(answers, labels, strict=True) if label == difficulty])
        said = (
            f"recall {counted.recall:.3f}, match or possible {counted.shown / max(1, counted.there):.3f},"
            f" {counted.wrong} wrong of {counted.right + counted.wrong} matches"
        )
        figures.append(Figure(BENCH, f"{difficulty} ({counted.asked} questions): {said}", "", ""))
    return figures


def _reliability(answers: Sequence[Answer]) -> list[Figure]:
    return [
        Figure(BENCH, f"said {band} ({number} times, {said:.3f} on average): right", f"{true:.3f}", "")
        for band, number, said, true in calibration(answers)
    ]


def _draw(answers: Sequence[Answer]) -> None:
    """The reliability picture, where one was asked for."""
    if path := os.environ.get(PICTURE):
        bands = [
            Band(said, true, *wilson(round(true * number), number), number)
            for _, number, said, true in calibration(answers)
        ]
        title = f"Likelihoods of matching, as said and as they were, of {len(answers):,} questions"
        Path(path).write_text(f"{draw(bands, title=title)}\n", encoding="utf-8")


def _time(measured: Measured, among: str) -> list[Figure]:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shares = ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))
    return [
        *(
            Figure(BENCH, f"one person among {among}, in the process, every pair weighed whole, {name}",
                   milliseconds(percentile(measured.seconds, share)), "ms")
            for share, name in shares
        ),
        *(
            Figure(BENCH, f"of it, time of the processor, {name}",
                   milliseconds(percentile(measured.worked, share)), "ms")
            for share, name in shares
        ),
        Figure(BENCH, "memory of the measurement at its highest", memory, "MiB"),
    ]  # fmt: skip


def _beside(beside: dict[str, list[Answer]], ours: Sequence[Answer]) -> list[Figure]:
    """Every other way on the same questions; those that had the first of them only, beside ours on these."""
    threshold, best = at_best_threshold(ours)
    figures = [
        Figure(BENCH, f"Daras, as shipped: {_told(worth(ours))}", "", ""),
        Figure(BENCH, f"Daras, the likeliest at its best threshold {threshold:.3f}: {_told(best)}", "", ""),
    ]
    for first in sorted({len(theirs) for theirs in beside.values()} - {len(ours)}):
        said = f"Daras, the first {first:,} questions alone: {_told(worth(ours[:first]))}"
        figures.append(Figure(BENCH, said, "", ""))
    for name, theirs in beside.items():
        which = "" if len(theirs) == len(ours) else f", the first {len(theirs):,} questions alone"
        alone = f", recall at no wrong match {recall_without_error(theirs):.4f}" if "threshold" in name else ""
        figures.append(Figure(BENCH, f"{name}{which}: {_told(worth(theirs))}{alone}", "", ""))
    return figures


def _told(counted: Worth) -> str:
    return f"precision {counted.precision:.4f}, recall {counted.recall:.4f}, F1 {counted.f1:.4f}"
