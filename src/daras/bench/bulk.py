"""Rows by the thousand into an empty database: COPY as its owner, who stands outside the gate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from django.db.models import Model
from psycopg import sql
from psycopg.types.json import Jsonb


def copy(connection: psycopg.Connection, model: type[Model], rows: Iterable[Model]) -> int:
    """Copy unsaved objects into their table with the keys they have; returns how many."""
    fields = [field for field in model._meta.concrete_fields if field.column]
    columns = sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields])
    table = sql.Identifier(model._meta.db_table)
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)) as writer,
    ):
        for row in rows:
            writer.write_row([_plain(getattr(row, field.attname)) for field in fields])
            count += 1
    return count


def _plain(value: Any) -> Any:
    """What the driver writes: an empty list has no type of its own, so it is written as text; a document as JSON."""
    return Jsonb(value) if isinstance(value, dict) else "{}" if value == [] else value


def set_sequences(connection: psycopg.Connection, *models: type[Model]) -> None:
    """Let the sequences go on after the keys that were copied."""
    for model in models:
        table, column = model._meta.db_table, str(model._meta.pk.column)
        connection.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({}, {}), (SELECT max({}) FROM {}))").format(
                sql.Literal(table), sql.Literal(column), sql.Identifier(column), sql.Identifier(table)
            )
        )
