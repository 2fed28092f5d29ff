"""Facts by the thousand: headers chosen by a statement of the caller's, and the details of one kind for them.

Rows become the same objects as anywhere else; only the statements are written by hand, since most of what an ordinary
query costs is putting its words together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

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
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(facts)])
        rows = cursor.fetchall()
    found = [kind.from_db(connection.alias, names, row) for row in rows]
    for each in found:
        Detail.fact.field.set_cached_value(each, facts[each.pk])
    return sorted(found, key=lambda each: -each.pk)


@cache
def _reading(kind: type[Detail]) -> tuple[list[str], str]:
    fields = [(field.attname, str(field.column)) for field in kind._meta.concrete_fields]
    columns = ", ".join(f'"{column}"' for _, column in fields)
    statement = f'SELECT {columns} FROM "{kind._meta.db_table}" WHERE fact_id = ANY(%s)'  # noqa: S608 - a model's words
    return [name for name, _ in fields], statement
