"""What somebody would use instead of an index of exact keys: PostgreSQL's trigram search over names."""

from __future__ import annotations

import time
from collections.abc import Sequence

import psycopg

from daras.bench.figures import milliseconds, percentile
from daras.matching.features import PersonFeatures

_PREPARE = """
CREATE TABLE trigram_name AS
SELECT record_id, lower(coalesce(given_names[1], '') || ' ' || coalesce(family_names[1], '')) AS name
FROM matching_profile;
CREATE INDEX ON trigram_name USING gin (name gin_trgm_ops);
ANALYZE trigram_name;
"""
_SEARCH = "SELECT record_id FROM trigram_name WHERE name %% %s ORDER BY similarity(name, %s) DESC LIMIT 20"


def candidates(connection: psycopg.Connection, people: Sequence[PersonFeatures]) -> str:
    """How long it takes to find twenty candidates a person, without comparing them, in words; the owner searches."""
    try:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except psycopg.Error:
        return "PostgreSQL trigram search is not installed here"
    connection.execute(_PREPARE)
    times = []
    for person in people:
        name = person.shown_name.lower()
        began = time.perf_counter()
        connection.execute(_SEARCH, [name, name]).fetchall()
        times.append(time.perf_counter() - began)
    p50, p95 = (milliseconds(percentile(times, share)) for share in (0.50, 0.95))
    return f"PostgreSQL trigram search for candidates alone, without access policy: p50 {p50:.1f} ms, p95 {p95:.1f} ms"
