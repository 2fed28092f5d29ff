"""Facts by the thousand: headers chosen by a statement of the caller's, and the details of one kind for them; and all
that stands on one matter, whose headers a page reads once.

Rows become the same objects as anywhere else; only the statements are written by hand, since most of what an ordinary
query costs is putting its words together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, Generic, TypeVar

import psycopg
from django.db import connection
from django.db.models import Model
from psycopg._preparing import PrepareManager

from daras.ledger.models import Detail, Fact

Kind = TypeVar("Kind", bound=Detail)
Row = TypeVar("Row", bound=Model)

#: Whether `fact` stands: nothing superseded it; with `known_on`, as it stood in the ledger at that moment (G2).
STANDING = """
  (%(known_on)s::timestamptz IS NULL OR fact.recorded_at <= %(known_on)s)
  AND NOT EXISTS (
    SELECT 1 FROM ledger_fact newer WHERE newer.supersedes_id = fact.id
    AND (%(known_on)s::timestamptz IS NULL OR newer.recorded_at <= %(known_on)s)
  )
"""


class _Kept(PrepareManager):
    """What is prepared outlives a rollback, as it does in PostgreSQL. The driver would forget all of it, for fear of
    tables made and taken back: the roles of the application make none. After each form that is sent back, every page
    would plan anew what it asks."""

    def clear(self) -> bool:
        """Nothing is forgotten."""
        return False


#: A connection keeps so many statements prepared: those of every kind of fact, to read and to write, and the pages'.
PREPARED = 400


def rows(
    statement: str, asked: Mapping[str, Any] | Sequence[Any], *, returning: bool = True, prepared: bool = True
) -> list[tuple[Any, ...]]:
    """The rows of a prepared statement, none where it is not `returning` any. Planning a look-up of ours takes three
    times as long as looking up.

    Whoever looks is asked each time: PostgreSQL plans anew when the role is another, and the gate is part of the plan.
    What is not to be `prepared` is planned for what is asked: a thousand at once, of tables that were empty just now.
    """
    connection.ensure_connection()
    if not isinstance(connection.connection._prepared, _Kept):
        connection.connection._prepared = _Kept()
    # Django's own cursors write values into their statements: none of them is prepared.
    connection.connection.prepare_threshold = 0 if prepared else None
    connection.connection.prepared_max = PREPARED
    cursor: Any = psycopg.Cursor(connection.connection)
    with connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor) as made:
        made.execute(statement, asked)
        return list(made.fetchall()) if returning else []


class Columns(Generic[Row]):
    """The columns of a table under the alias it has in a statement, and the object that a row of them is."""

    def __init__(self, model: type[Row], alias: str) -> None:
        fields = model._meta.concrete_fields
        self._model = model
        self._names = [field.attname for field in fields]
        self._key = self._names.index(str(model._meta.pk.attname))
        #: As they are written in the statement.
        self.sql = ", ".join(f'{alias}."{field.column}"' for field in fields)

    def take(self, values: Iterator[Any]) -> Row:
        """The object of the next columns of a row. Tables are read from a row in the order of the statement."""
        return self._model.from_db(connection.alias, self._names, list(islice(values, len(self._names))))

    def take_joined(self, values: Iterator[Any]) -> Row | None:
        """The same of a table that is joined from the left: none where nothing was found."""
        found = list(islice(values, len(self._names)))
        return None if found[self._key] is None else self._model.from_db(connection.alias, self._names, found)


_FACT = Columns(Fact, "fact")
#: The columns that `header` reads, in order, of a table named `fact`.
HEADER = _FACT.sql


def header(row: Iterable[Any]) -> Fact:
    """A header from the columns of `HEADER`."""
    return _FACT.take(iter(row))


def details(kind: type[Kind], facts: Mapping[int, Fact]) -> list[Kind]:
    """The details of one kind for these headers, by fact id, the newest first: one look each in the primary key, and
    no question where there is no header."""
    if not facts:
        return []
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


_ON_MATTER = f"""
SELECT newer.id IS NULL, {HEADER}
FROM ledger_fact fact LEFT JOIN ledger_fact newer ON newer.supersedes_id = fact.id
WHERE fact.matter_id = %(matter)s AND fact.kind = ANY(%(kinds)s::text[])
ORDER BY fact.id
"""  # noqa: S608 - the ledger's own words


def standing_of(kind: type[Kind], record_ids: Iterable[int], known_on: datetime | None = None) -> list[Kind]:
    """What stands of one kind about these person records, or stood at a moment, the newest first: one query."""
    asked = {"records": sorted(set(record_ids)), "kind": kind.kind, "known_on": known_on}
    if not asked["records"]:
        return []
    columns, statement = _standing(kind)
    found = []
    for row in rows(statement, asked):
        values = iter(row)
        each = columns.take(values)
        Detail.fact.field.set_cached_value(each, header(values))
        found.append(each)
    return found


@cache
def _standing(kind: type[Kind]) -> tuple[Columns[Kind], str]:
    columns = Columns(kind, "detail")
    chosen = "fact.person_record_id = ANY(%(records)s::bigint[]) AND fact.kind = %(kind)s"
    joined = f'"{kind._meta.db_table}" detail JOIN ledger_fact fact ON fact.id = detail.fact_id'
    statement = f"SELECT {columns.sql}, {HEADER} FROM {joined} WHERE {chosen} AND {STANDING} ORDER BY fact.id DESC"  # noqa: S608 - a model's words
    return columns, statement


_OF_RECORDS = f"""
SELECT {HEADER} FROM ledger_fact fact
WHERE fact.person_record_id = ANY(%(records)s::bigint[]) AND fact.kind = ANY(%(kinds)s::text[]) AND {STANDING}
"""  # noqa: S608 - the ledger's own words


class OfRecords:
    """What stands about some person records, of some kinds, as far as whoever looks may see it; with `known_on`, what
    stood at that moment (G2). One query for the headers, and one for each kind that is there and is asked for."""

    def __init__(
        self, record_ids: Iterable[int], kinds: Iterable[type[Detail]], known_on: datetime | None = None
    ) -> None:
        self._headers: dict[str, dict[int, Fact]] = {kind.kind: {} for kind in kinds}
        asked = {"records": sorted(set(record_ids)), "kinds": sorted(self._headers), "known_on": known_on}
        for row in rows(_OF_RECORDS, asked) if asked["records"] else ():
            fact = header(row)
            self._headers[fact.kind][fact.pk] = fact

    def newest(self, kind: type[Kind]) -> list[Kind]:
        """Those of a kind, the newest first. A kind that was not named when this was made is a mistake of the
        caller's: `KeyError`."""
        return details(kind, self._headers[kind.kind])


class OnMatter:
    """The facts of some kinds on one matter, as far as whoever looks may see them.

    The headers are read once, when this is made; the details of a kind when they are first asked for, and for a kind
    of which nothing is there, never. Most kinds are absent from most matters: a page that asked each table would ask
    in vain.
    """

    def __init__(self, matter_id: int, kinds: Iterable[type[Detail]]) -> None:
        self.matter_id = matter_id
        self._headers: dict[str, dict[int, Fact]] = {kind.kind: {} for kind in kinds}
        self._standing: set[int] = set()
        self._read: dict[type[Detail], list[Any]] = {}
        for stands, *row in rows(_ON_MATTER, {"matter": matter_id, "kinds": sorted(self._headers)}):
            fact = header(row)
            self._headers[fact.kind][fact.pk] = fact
            if stands:
                self._standing.add(fact.pk)

    def every(self, kind: type[Kind]) -> list[Kind]:
        """All of a kind in the order recorded, also what something else has superseded. A kind that was not named
        when this was made is a mistake of the caller's: `KeyError`."""
        if kind not in self._read:
            self._read[kind] = details(kind, self._headers[kind.kind])[::-1]
        return list(self._read[kind])

    def standing(self, kind: type[Kind]) -> list[Kind]:
        """Those of a kind that nothing has superseded, in the order recorded."""
        return [each for each in self.every(kind) if each.pk in self._standing]
