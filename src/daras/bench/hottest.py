"""What the names and places of many cost: people asked about who stand under the ten keys with the most rows."""

from __future__ import annotations

import time
from collections.abc import Sequence

import psycopg

from daras.access.session import machine
from daras.bench.figures import Figure, milliseconds, percentile
from daras.exchange.linking.deciding import Candidates, decide
from daras.exchange.linking.store import Index
from daras.matching import keys
from daras.matching.features import PersonFeatures
from daras.matching.model import Model
from daras.matching.profiles import features_of, kept

BENCH = "matching"
KEYS, ASKED_UNDER_EACH = 10, 30
#: Broader keys, by which people search, have more rows than those of matching: so many are looked through for them.
LOOKED_THROUGH = 20_000


def figures(index: Index, model: Model) -> list[Figure]:
    """Those of the ten hottest keys."""
    asked, most = _asked(index)
    for features in asked[:KEYS]:
        _one(features, index, model)
    seconds = [_one(features, index, model) for features in asked]
    words = f"one of {len(asked)} people under the {KEYS} hottest keys (up to {most:,} rows under one)"
    return [
        Figure(BENCH, f"{words}, p50", milliseconds(percentile(seconds, 0.5)), "ms"),
        Figure(BENCH, f"{words}, p95", milliseconds(percentile(seconds, 0.95)), "ms"),
        Figure(BENCH, f"{words}, p99", milliseconds(percentile(seconds, 0.99)), "ms"),
    ]


def _one(features: PersonFeatures, index: Index, model: Model) -> float:
    began = time.perf_counter()
    (rows,) = index.under([keys.numbers(features)])
    decide(features, Candidates(rows), index, model)
    return time.perf_counter() - began


def _asked(index: Index) -> tuple[Sequence[PersonFeatures], int]:
    """People under the hottest keys, in turn, and how many rows the hottest has."""
    under = index.hottest(KEYS)
    turns = zip(*(rows[:ASKED_UNDER_EACH] for rows in under), strict=False)
    return [index.person(row)[1] for turn in turns for row in turn], len(under[0])


_HOTTEST = "SELECT key, count(*) FROM matching_key GROUP BY key ORDER BY count(*) DESC, key LIMIT %s"
_UNDER = "SELECT record_id FROM matching_key WHERE key = %s ORDER BY record_id DESC LIMIT %s"


def in_database(owner: psycopg.Connection) -> tuple[list[PersonFeatures], int]:
    """People whose records stand under the keys of matching with the most rows in the partnership's index, in turn, and
    how many rows the hottest has."""
    found: list[list[PersonFeatures]] = []
    most = 0
    for key, rows in owner.execute(_HOTTEST, [LOOKED_THROUGH]).fetchall():
        records = [record for (record,) in owner.execute(_UNDER, [key, ASKED_UNDER_EACH]).fetchall()]
        if not all(key in keys.numbers(features) for features in _described(records[:1])):
            continue
        under = [features for features in _described(records) if key in keys.numbers(features)]
        found.append(under)
        most = max(most, rows)
        if len(found) == KEYS:
            break
    return [features for turn in zip(*found, strict=False) for features in turn], most


def _described(records: list[int]) -> list[PersonFeatures]:
    with machine():
        return [features_of(row.says) for row in kept(records).values()]
