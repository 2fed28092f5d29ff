"""PostgreSQL's trigram search with string similarity: what a database gives without anything else.

The ten records whose names look most alike are found by a trigram index, and the one whose names, date of birth and
postcode agree most is the answer, from the threshold on that gives the highest F1 on these very questions.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import psycopg
from rapidfuzz.distance import JaroWinkler

from daras.bench.figures import Figure, milliseconds, percentile
from daras.bench.matching_set import OpenSet
from daras.bench.peers import Fields, fields
from daras.bench.scoring import Answer, at_best_threshold, cut

NAME = "PostgreSQL trigrams with string similarity"
_FIND = "SELECT place FROM held WHERE words % %s ORDER BY words <-> %s LIMIT 10"
#: No further question is asked after so many seconds: of a million names one takes a fifth of a second.
ASKING_SECONDS = 180.0
_WEIGHTS = (0.3, 0.3, 0.3, 0.1)


def answered(found: OpenSet, owner_url: str) -> tuple[dict[str, list[Answer]], list[Figure]]:
    """The answers at the best threshold, and how long one question takes; a table of this session alone is used. Where
    time goes out, to the first questions alone."""
    held = [fields(record.named) for record in found.records]
    scored, seconds = [], []
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        connection.execute("CREATE TEMPORARY TABLE held (place integer, words text)")
        with connection.cursor().copy("COPY held FROM STDIN") as writer:
            for place, (given, family, _, _) in enumerate(held):
                writer.write_row((place, f"{given} {family}"))
        connection.execute("CREATE INDEX ON held USING gist (words gist_trgm_ops)")
        connection.execute("ANALYZE held")
        until = time.monotonic() + ASKING_SECONDS
        for question in found.questions:
            if time.monotonic() > until:
                break
            asked = fields(question.named)
            began = time.perf_counter()
            words = f"{asked[0]} {asked[1]}"
            places = [int(row[0]) for row in connection.execute(_FIND.replace("% %s", "%% %s"), [words, words])]
            best, score = _best(asked, held, places)
            seconds.append(time.perf_counter() - began)
            person = found.records[best].person if best is not None else None
            there = question.truth in {found.records[place].person for place in places}
            scored.append(Answer(question.truth, None, best=person, score=score, found=there))
    threshold, _ = at_best_threshold(scored)
    figures = [
        Figure("matching", f"{NAME}, one question, {name}", milliseconds(percentile(seconds, share)), "ms")
        for share, name in ((0.5, "p50"), (0.95, "p95"))
    ]
    return {f"{NAME}, at its best threshold {threshold:.3f}": cut(scored, threshold)}, figures


def _best(asked: Fields, held: Sequence[Fields], places: Sequence[int]) -> tuple[int | None, float]:
    """The place of the closest, and how close it is."""
    scored = [(_likeness(asked, held[place]), place) for place in places]
    score, best = max(scored, default=(0.0, None))
    return best, score


def _likeness(asked: Fields, held: Fields) -> float:
    told = [(weight, one, other) for weight, one, other in zip(_WEIGHTS, asked, held, strict=True) if one and other]
    total = sum(weight for weight, _, _ in told)
    return sum(weight * JaroWinkler.similarity(one, other) for weight, one, other in told) / total if total else 0.0
