"""How well people are recognised, on the hard open set of a county, at the shipped thresholds, beside what somebody
would take instead. Nothing was tuned on these seeds."""

from __future__ import annotations

import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from daras.bench.figures import Figure, milliseconds, percentile
from daras.bench.matching_set import DIFFICULTIES, OpenSet, Question, open_set
from daras.bench.scoring import Answer, Worth, at_best_threshold, calibration, recall_without_error, wilson, worth
from daras.exchange.linking.store import Index, Writer, packed
from daras.frontdoor.people_named import features
from daras.matching import keys
from daras.matching.comparison import RANK, explain, judge
from daras.matching.features import PersonFeatures
from daras.matching.grouping import RecordCompared, conclude
from daras.matching.model import Model, load

BENCH = "matching"
SEEDS = ("unseen 1", "unseen 2", "unseen 3")
PEOPLE = 20_000
QUESTIONS = 3_000
STRETCH = 2_000


def measure(people: int = PEOPLE, questions: int = QUESTIONS) -> list[Figure]:
    """Three counties of so many people, each asked about so often; the figures are of all of them together."""
    from daras.bench import peers

    answers: list[Answer] = []
    labels: list[str] = []
    seconds: list[float] = []
    beside: defaultdict[str, list[Answer]] = defaultdict(list)
    told: list[Figure] = []
    records = 0
    for place, seed in enumerate(SEEDS):
        found = open_set(people, questions, seed)
        records += len(found.records)
        given, took = answered(found)
        answers += given
        seconds += took
        labels += [question.difficulty for question in found.questions]
        for name, theirs in peers.simple(found).items():
            beside[name] += theirs
        if place == 0:
            trained, told = peers.trained(found)
            beside.update(trained)
    where = f"{len(SEEDS)} counties of {people:,} people, {records:,} records, {len(answers):,} questions"
    return [
        *_of_all(answers, where),
        *_of_each(answers, labels),
        *_reliability(answers),
        *_time(seconds),
        *_beside(beside, answers, len(answers) // len(SEEDS)),
        *told,
    ]


def answered(found: OpenSet, model: Model | None = None) -> tuple[list[Answer], list[float]]:
    """What matching says to every question, and how many seconds each took: keys, looking up, weighing, deciding.

    Which records are one person is taken as decided, as in the partnership's index.
    """
    model = model or load()
    with tempfile.TemporaryDirectory(prefix="daras-bench-") as folder:
        index = _index(found, Path(folder))
        answers, seconds = [], []
        for question in found.questions:
            asked = features(question.named, question.on)
            began = time.perf_counter()
            answer = _answer(question, asked, index, model)
            seconds.append(time.perf_counter() - began)
            answers.append(answer)
    return answers, seconds


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


def _time(seconds: Sequence[float]) -> list[Figure]:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shares = ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))
    return [
        *(
            Figure(BENCH, f"one person in the process, without a database, {name}",
                   milliseconds(percentile(seconds, share)), "ms")
            for share, name in shares
        ),
        Figure(BENCH, "memory of the measurement at its highest", memory, "MiB"),
    ]  # fmt: skip


def _beside(beside: dict[str, list[Answer]], ours: Sequence[Answer], first: int) -> list[Figure]:
    """Every other way on the same questions; those that had the first county only, beside ours on the first county."""
    threshold, best = at_best_threshold(ours)
    figures = [
        Figure(BENCH, f"Daras, as shipped: {_told(worth(ours))}", "", ""),
        Figure(BENCH, f"Daras, the likeliest at its best threshold {threshold:.3f}: {_told(best)}", "", ""),
    ]
    if any(len(theirs) == first for theirs in beside.values()):
        figures.append(Figure(BENCH, f"Daras, first county alone: {_told(worth(ours[:first]))}", "", ""))
    for name, theirs in beside.items():
        which = "" if len(theirs) == len(ours) else ", first county alone"
        alone = f", recall at no wrong match {recall_without_error(theirs):.4f}" if "threshold" in name else ""
        figures.append(Figure(BENCH, f"{name}{which}: {_told(worth(theirs))}{alone}", "", ""))
    return figures


def _told(counted: Worth) -> str:
    return f"precision {counted.precision:.4f}, recall {counted.recall:.4f}, F1 {counted.f1:.4f}"
