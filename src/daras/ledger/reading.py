"""Facts by the thousand: headers chosen by a statement of the caller's, and the details of one kind for them.

Rows become the same objects as anywhere else; only the statements are written by hand, since most of what an ordinary
query costs is putting its words together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

import psycopg
from django.db import connection

from daras.ledger.models import Detail, Fact

Kind = TypeVar("Kind", bound=Detail)

#: Whether `fact` stands: nothing superseded it; with `known_on`, as it stood in the ledger at that moment (G2).
STANDING = """
  (%(known_on)s::timestamptz IS NULL OR fact.recorded_at <= %(known_on)s)
  AND NOT EXISTS (
    SELECT 1 FROM ledger_fact newer WHERE newer.supersedes_id = fact.id
    AND (%(known_on)s::timestamptz IS NULL OR newer.recorded_at <= %(known_on)s)
  )
"""


def rows(statement: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a prepared statement. Planning a look-up of ours takes three times as long as looking up.

    Whoever looks is asked each time: PostgreSQL plans anew when the role is another, and the gate is part of the plan.
    """
    connection.ensure_connection()
    connection.connection.prepare_threshold = 0  # Django's own cursors write values into their statements: none of them
    cursor: Any = psycopg.Cursor(connection.connection)
    with connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor) as made:
        made.execute(statement, dict(asked))
        return list(made.fetchall())


_FACT = [(field.attname, str(field.column)) for field in Fact._meta.concrete_fields]
#: The columns that `header` reads, in order, of a table named `fact`.
HEADER = ", ".join(f'fact."{column}"' for _, column in _FACT)
_HEADER_NAMES = [name for name, _ in _FACT]


def header(row: Sequence[Any]) -> Fact:
    """A header from the columns of `HEADER`."""
    return Fact.from_db(connection.alias, _HEADER_NAMES, row)


def details(kind: type[Kind], facts: Mapping[int, Fact]) -> list[Kind]:
    """The details of one kind for these headers, by fact id, the newest first: one look each in the primary key."""
    names, statement = _reading(kind)
    found = [kind.from_db(connection.alias, names, row) for row in rows(statement, {"facts": list(facts)})]
    for each in found:
        Detail.fact.field.set_cached_value(each, facts[each.pk])
    return sorted(found, key=lambda each: -each.pk)


@cache
def _reading(kind: type[Detail]) -> tuple[list[str], str]:
    fields = [(field.attname, str(field.column)) for field in kind._meta.concrete_fields]
    columns = ", ".join(f'"{column}"' for _, column in fields)
    statement = f'SELECT {columns} FROM "{kind._meta.db_table}" WHERE fact_id = ANY(%(facts)s::bigint[])'  # noqa: S608 - a model's words
    return [name for name, _ in fields], statement
