"""Tables without indexes and foreign keys while they are filled: made again afterwards, two at a time, as they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue

import psycopg
from psycopg import sql

#: So many processes of the database make indexes at a time, each with so much memory.
AT_A_TIME = 2
MEMORY = "512MB"


#: Is told what is begun, in words.
Begins = Callable[[str], None]


def _unheard(_: str) -> None:
    return None


@contextmanager
def bare(owner_url: str, tables: Iterable[str], begins: Begins = _unheard) -> Iterator[None]:
    """These tables without indexes and foreign keys within this block; they are made again whatever happens in it, and
    `begins` is told of each kind when its turn comes.

    Every table that is filled has to be named: an index that stands is kept up row by row, at random places.
    Nobody tidies the tables up meanwhile: that would be done for nothing, and again after every further part.
    """
    names = list(tables)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        constraints = owner.execute(_CONSTRAINTS, {"tables": names}).fetchall()
        indexes = [definition for (definition,) in owner.execute(_INDEXES, {"tables": names}).fetchall()]
        for table, name, _, _ in constraints:
            owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}".encode())
        for (name,) in owner.execute(_NAMES, {"tables": names}).fetchall():
            owner.execute(f"DROP INDEX {name}".encode())
        for name in names:
            owner.execute(_TIDYING.format(sql.Identifier(name), sql.SQL("SET (autovacuum_enabled = false)")))
    try:
        yield
    finally:
        _make_again(owner_url, indexes, constraints, begins)
        with psycopg.connect(owner_url, autocommit=True) as owner:
            for name in names:
                owner.execute(_TIDYING.format(sql.Identifier(name), sql.SQL("RESET (autovacuum_enabled)")))


def _make_again(
    owner_url: str, indexes: Sequence[str], constraints: Sequence[tuple[str, str, str, str]], begins: Begins
) -> None:
    """Every index, then the keys that stand on one, then foreign keys: written down at once, and each looked through
    afterwards, which may be done of several tables at a time."""
    keys = [each for each in constraints if each[3] in {"p", "u"}]
    foreign = [each for each in constraints if each[3] == "f"]
    begins("indexes")
    _side_by_side(owner_url, indexes)
    begins("foreign keys")
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for table, name, definition, kind in keys:
            words = "PRIMARY KEY" if kind == "p" else "UNIQUE"
            later = definition.rpartition(")")[2]  # what may be deferred; columns are the index's
            owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {words} USING INDEX {name}{later}".encode())
        for table, name, definition, _ in foreign:
            owner.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID".encode())
    _side_by_side(owner_url, [f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}" for table, name, _, _ in foreign])


def _side_by_side(owner_url: str, statements: Sequence[str]) -> None:
    """Two statements at a time, begun in this order."""
    waiting = SimpleQueue[str]()
    for statement in statements:
        waiting.put(statement)

    def work() -> None:
        with psycopg.connect(owner_url, autocommit=True) as owner, suppress(Empty):
            owner.execute(f"SET maintenance_work_mem = '{MEMORY}'".encode())
            owner.execute(b"SET max_parallel_maintenance_workers = 0")
            while True:
                owner.execute(waiting.get_nowait().encode())

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for done in [pool.submit(work) for _ in range(AT_A_TIME)]:
            done.result()


_TIDYING = sql.SQL("ALTER TABLE {} {}")
#: Foreign keys first, then unique and primary keys.
_CONSTRAINTS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype::text
FROM pg_constraint
WHERE (contype = 'f' AND (conrelid::regclass::text = ANY(%(tables)s) OR confrelid::regclass::text = ANY(%(tables)s)))
   OR (contype IN ('u', 'p') AND conrelid::regclass::text = ANY(%(tables)s))
ORDER BY contype = 'f' DESC, contype = 'u' DESC, oid
"""
#: With those of unique and primary keys; that of the index of people, the longest work, first.
_INDEXES = """
SELECT pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid::regclass::text = ANY(%(tables)s)
ORDER BY array_position(ARRAY['matching_key', 'ledger_fact'], indrelid::regclass::text), indexrelid
"""
#: Once constraints are gone, those that stand alone.
_NAMES = "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid::regclass::text = ANY(%(tables)s)"
