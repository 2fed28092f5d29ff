"""recordlinkage's unsupervised classifier (expectation conditional maximisation), as its documentation teaches it."""

from __future__ import annotations

import time
import warnings
from typing import Any

from daras.bench.figures import Figure
from daras.bench.matching_set import OpenSet
from daras.bench.peers import fields
from daras.bench.scoring import Answer, at_best_threshold, cut
from daras.frontdoor.document import PersonNamed

_COLUMNS = ("given_name", "family_name", "date_of_birth", "postcode")
_BLOCKS = (
    ("date_of_birth", "given_name"),
    ("date_of_birth", "family_name"),
    ("given_name", "family_name"),
    ("postcode", "given_name"),
    ("postcode", "date_of_birth"),
)
NAME = "recordlinkage ECM"


def answered(found: OpenSet) -> tuple[dict[str, list[Answer]], list[Figure]]:
    """The answers at the threshold with the highest F1 on these very questions, and the seconds."""
    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scored = _scored(found)
    threshold, _ = at_best_threshold(scored)
    words = f"{NAME}: {len(found.questions):,} questions in a batch"
    told = [Figure("matching", words, time.perf_counter() - began, "s")]
    return {f"{NAME}, at its best threshold {threshold:.3f}": cut(scored, threshold)}, told


def _scored(found: OpenSet) -> list[Answer]:
    import recordlinkage

    asked = _frame([question.named for question in found.questions])
    held = _frame([record.named for record in found.records])
    indexer = recordlinkage.Index()
    for pair in _BLOCKS:
        indexer.block(list(pair))
    pairs = indexer.index(asked, held)
    compare = recordlinkage.Compare()
    for name in ("given_name", "family_name"):
        compare.string(name, name, method="jarowinkler", threshold=0.88, label=name)
    for name in ("date_of_birth", "postcode"):
        compare.exact(name, name, label=name)
    vectors = compare.compute(pairs, asked, held)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(vectors)
    weights = sum(_weight(classifier.log_weights[name], vectors[name]) for name in _COLUMNS)
    lowest = float("-inf")
    best: dict[int, tuple[float, int]] = {}
    for (question, record), score in weights.items():
        if score > best.get(question, (lowest, 0))[0]:
            best[question] = (float(score), found.records[record].person)
    nobody: tuple[float, int | None] = (lowest, None)
    return [
        Answer(question.truth, None, best=best.get(place, nobody)[1], score=best.get(place, nobody)[0])
        for place, question in enumerate(found.questions)
    ]


def _weight(learned: Any, agreement: Any) -> Any:
    """The learned weight of agreement or of disagreement, by which pairs are told apart where likelihoods are all 1."""
    by_level = {int(level): weight for level, weight in learned.items()}
    return agreement.map(lambda value: by_level.get(int(value), 0.0))


def _frame(people: list[PersonNamed]) -> Any:
    import pandas

    rows = [[value or None for value in fields(named)] for named in people]
    return pandas.DataFrame(rows, columns=list(_COLUMNS))
