"""Many new rows of one table in one statement, a column an array: a sweep costs little more than what it writes.

Django's own writes every value of every row into the words of the statement, which PostgreSQL then reads again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

import psycopg
from django.db import connection
from django.db.models import Model

Row = TypeVar("Row", bound=Model)

#: Fewer are as quick in Django's own way.
MANY = 20
#: What an array of a column is written as.
_TYPES = {
    "CharField": "text", "SlugField": "text", "TextField": "text", "UUIDField": "uuid", "BooleanField": "boolean",
    "BigIntegerField": "bigint", "BigAutoField": "bigint", "IntegerField": "integer", "SmallIntegerField": "smallint",
    "DateTimeField": "timestamptz", "DateField": "date",
}  # fmt: skip


def insert(objects: Sequence[Row]) -> list[Row]:
    """Insert new objects of one model, in order, each with its key from then on."""
    found = list(objects)
    statement = _statement(type(found[0])) if len(found) >= MANY else None
    if statement is None:
        return list(type(found[0])._default_manager.bulk_create(found)) if found else []
    words, names, key = statement
    connection.ensure_connection()
    connection.connection.prepare_threshold = 0
    cursor: Any = psycopg.Cursor(connection.connection)
    values = [[getattr(each, name) for each in found] for name in names]
    with connection.make_debug_cursor(cursor) if connection.queries_logged else connection.make_cursor(cursor) as made:
        made.execute(words, values)
        keys = made.fetchall() if key else []
    for each, (made_key,) in zip(found, keys, strict=True) if key else ():
        setattr(each, key, made_key)
    for each in found:
        each._state.adding, each._state.db = False, connection.alias
    return found


@cache
def _statement(model: type[Model]) -> tuple[str, list[str], str] | None:
    """The words, the attributes in order, and the attribute of a key that the table gives; none where a column is of a
    type that is no element of an array here."""
    own_key = model._meta.pk.get_internal_type() == "BigAutoField"
    fields = [field for field in model._meta.concrete_fields if not (own_key and field.primary_key)]
    types = [_TYPES.get(_kind(field)) for field in fields]
    if None in types:
        return None
    columns = ", ".join(f'"{field.column}"' for field in fields)
    given = ", ".join(f"%s::{each}[]" for each in types)
    returning = f' RETURNING "{model._meta.pk.column}"' if own_key else ""
    words = (
        f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {columns} FROM'  # noqa: S608 - the models' own words
        f" unnest({given}) WITH ORDINALITY AS given({columns}, place_) ORDER BY place_{returning}"
    )
    return words, [field.attname for field in fields], str(model._meta.pk.attname) if own_key else ""


def _kind(field: Any) -> str:
    """A key to another table is of that table's kind."""
    while field.is_relation:
        field = field.target_field
    return str(field.get_internal_type())
