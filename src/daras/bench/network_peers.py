"""What somebody would take instead of `daras.network`: the whole network in memory, and one recursive statement.

All are told the same one-step connections, worked out here by plain SQL that shares nothing with Daras. They hold names
of nobody, no reasons and no gate; what is in memory is as old as its last loading.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import psycopg

#: Standing relationships and stays on a day, for those who do not stand in one audience; parentage does not end.
_ON_THE_DAY = (
    "DROP TABLE IF EXISTS bench_tied, bench_home, bench_edge, bench_place",
    """
CREATE UNLOGGED TABLE bench_tied AS
SELECT DISTINCT one.person_id AS s, other.person_id AS e,
  CASE WHEN tie.relation IN ('mother', 'father') THEN 'parent' WHEN tie.relation = 'partner' THEN 'partner' ELSE '' END
  AS kind
FROM people_relationshipknown tie JOIN ledger_fact fact ON fact.id = tie.fact_id
JOIN people_recordperson one ON one.record_id = fact.person_record_id
JOIN people_recordperson other ON other.record_id = tie.other_record_id
WHERE tie.audience_id <> %(hidden)s AND (tie.since IS NULL OR tie.since <= %(on)s)
  AND (tie.until IS NULL OR tie.until >= %(on)s OR tie.relation IN ('mother', 'father'))
  AND NOT EXISTS (SELECT FROM ledger_fact newer WHERE newer.supersedes_id = fact.id)
""",
    """
CREATE UNLOGGED TABLE bench_place AS
SELECT DISTINCT who.person_id AS p, stay.place_key AS place
FROM people_addressstay stay JOIN ledger_fact fact ON fact.id = stay.fact_id
JOIN people_recordperson who ON who.record_id = fact.person_record_id
WHERE (stay.since IS NULL OR stay.since <= %(on)s) AND (stay.until IS NULL OR stay.until >= %(on)s)
  AND NOT stay.many_households AND NOT EXISTS (SELECT FROM ledger_fact newer WHERE newer.supersedes_id = fact.id)
""",
    "CREATE INDEX ON bench_tied (s, kind); CREATE INDEX ON bench_tied (e, kind); CREATE INDEX ON bench_place (p);"
    " CREATE INDEX ON bench_place (place); ANALYZE bench_tied; ANALYZE bench_place",
)

#: Everybody one step from `here.p`: ties either way, brothers and sisters, a parent's partner and a partner's child,
#: step-brothers and step-sisters, and who lives together.
_STEP = """
SELECT e AS q FROM bench_tied WHERE s = here.p
UNION ALL SELECT s FROM bench_tied WHERE e = here.p
UNION ALL SELECT child.e FROM bench_tied mine JOIN bench_tied child ON child.s = mine.s AND child.kind = 'parent'
  WHERE mine.e = here.p AND mine.kind = 'parent'
UNION ALL SELECT CASE WHEN pair.s = mine.s THEN pair.e ELSE pair.s END FROM bench_tied mine
  JOIN bench_tied pair ON mine.s IN (pair.s, pair.e) AND pair.kind = 'partner'
  WHERE mine.e = here.p AND mine.kind = 'parent'
UNION ALL SELECT child.e FROM bench_tied pair JOIN bench_tied child ON child.kind = 'parent'
  AND child.s = CASE WHEN pair.s = here.p THEN pair.e ELSE pair.s END
  WHERE here.p IN (pair.s, pair.e) AND pair.kind = 'partner'
UNION ALL SELECT child.e FROM bench_tied mine
  JOIN bench_tied pair ON mine.s IN (pair.s, pair.e) AND pair.kind = 'partner'
  JOIN bench_tied child ON child.kind = 'parent' AND child.s = CASE WHEN pair.s = mine.s THEN pair.e ELSE pair.s END
  WHERE mine.e = here.p AND mine.kind = 'parent'
UNION ALL SELECT there.p FROM bench_place mine JOIN bench_place there USING (place) WHERE mine.p = here.p
"""
_EDGES = f"""
CREATE UNLOGGED TABLE bench_edge AS
SELECT DISTINCT here.p AS a, step.q AS b
FROM (SELECT id AS p FROM people_person) AS here CROSS JOIN LATERAL ({_STEP}) AS step WHERE step.q <> here.p
"""  # noqa: S608 - our own words
_RECURSIVE = f"""
WITH RECURSIVE walk(p, depth) AS (
  SELECT %(start)s::bigint, 0
  UNION SELECT step.q, here.depth + 1 FROM walk here CROSS JOIN LATERAL ({_STEP}) AS step WHERE here.depth < %(steps)s
) SELECT DISTINCT p FROM walk WHERE p <> %(start)s
"""  # noqa: S608 - our own words
#: A recursive statement that takes longer than this is told as such.
LONGEST = "15s"

Walk = Callable[[int, int], set[int]]


@dataclass(frozen=True, slots=True)
class Peer:
    """Another way to the same answer, how long it took to be ready, and what it holds in memory."""

    name: str
    walk: Walk
    ready_seconds: float = 0
    memory_mib: float = 0
    most_seconds: float = 30.0


def prepare(owner: psycopg.Connection, on: str, hidden: int) -> None:
    """Work the one-step connections out, without what is for the hidden audience."""
    for statement in _ON_THE_DAY:
        psycopg.ClientCursor(owner).execute(statement.encode(), {"on": on, "hidden": hidden})
    owner.execute("SET work_mem = '256MB'")
    owner.execute(_EDGES.encode())


def edges(owner: psycopg.Connection) -> list[tuple[int, int]]:
    """All of them, each once."""
    return list(owner.execute("SELECT a, b FROM bench_edge WHERE a < b").fetchall())


def exposed(owner: psycopg.Connection, on: str) -> set[tuple[int, int]]:
    """Every child and person of established risk one step apart: the full recount."""
    rows = owner.execute(_EXPOSED, {"on": on}).fetchall()
    return {(child, other) for child, other in rows}


_EXPOSED = """
SELECT DISTINCT edge.a, edge.b FROM bench_edge edge
JOIN people_recordperson child ON child.person_id = edge.a
JOIN ledger_fact born ON born.person_record_id = child.record_id AND born.kind = 'birth'
JOIN people_birthknown birth ON birth.fact_id = born.id AND birth.date_of_birth > %(on)s::date - interval '18 years'
JOIN people_recordperson other ON other.person_id = edge.b
JOIN ledger_fact said ON said.person_record_id = other.record_id AND said.kind = 'poses-risk'
JOIN people_posesriskknown risk ON risk.fact_id = said.id
  AND risk.basis IN ('convicted', 'charged', 'ordered', 'assessed')
"""


def recursive(owner: psycopg.Connection) -> Peer:
    """One statement as the tables' owner, on ties and homes made ready for it."""

    def walk(start: int, steps: int) -> set[int]:
        owner.execute(f"SET statement_timeout = '{LONGEST}'".encode())
        try:
            asked = {"start": start, "steps": steps}
            return {row[0] for row in owner.execute(_RECURSIVE.encode(), asked).fetchall()}
        finally:
            owner.execute("RESET statement_timeout")

    return Peer("plain recursive CTE, without the gate, names or reasons", walk)


def in_memory(pairs: Sequence[tuple[int, int]], people: int) -> Iterable[Peer | str]:
    """networkx and igraph where they are installed, else the words that one is not."""
    for name, make in (("networkx", _networkx), ("igraph", _igraph)):
        if find_spec(name) is None:
            yield f"{name}: not measured, for it is not installed (requirements/peers.txt)"
            continue
        before, began = _resident_mib(), time.perf_counter()
        walk = make(pairs, people)
        yield Peer(f"{name} in memory", walk, time.perf_counter() - began, _resident_mib() - before)


def _networkx(pairs: Sequence[tuple[int, int]], people: int) -> Walk:
    networkx = import_module("networkx")
    graph = networkx.Graph()
    graph.add_nodes_from(range(1, people + 1))
    graph.add_edges_from(pairs)

    def walk(start: int, steps: int) -> set[int]:
        return set(networkx.single_source_shortest_path_length(graph, start, cutoff=steps)) - {start}

    return walk


def _igraph(pairs: Sequence[tuple[int, int]], people: int) -> Walk:
    graph = import_module("igraph").Graph(n=people + 1, edges=pairs)

    def walk(start: int, steps: int) -> set[int]:
        return set(graph.neighborhood(start, order=steps)) - {start}

    return walk


def _resident_mib() -> float:
    from daras.bench.services import resident_mib

    return resident_mib(os.getpid())
