"""New rows of one table in one prepared statement, a column an array: a sweep costs little more than what it writes.

Django's own writes every value of every row into the words of the statement, which PostgreSQL then reads again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import Model

from daras.ledger.reading import rows

Row = TypeVar("Row", bound=Model)

#: What an array of a column is written as.
_TYPES = {
    "CharField": "text", "SlugField": "text", "TextField": "text", "UUIDField": "uuid", "BooleanField": "boolean",
    "BigIntegerField": "bigint", "BigAutoField": "bigint", "IntegerField": "integer", "SmallIntegerField": "smallint",
    "DateTimeField": "timestamptz", "DateField": "date", "FloatField": "double precision",
}  # fmt: skip


class Same(NamedTuple):
    """A value that every new row has."""

    value: Any


def insert(objects: Sequence[Row]) -> list[Row]:
    """Insert new objects of one model, in order, each with its key from then on."""
    found = list(objects)
    statement = _statement(type(found[0])) if found else None
    if statement is None:
        return list(type(found[0])._default_manager.bulk_create(found)) if found else []
    keys = statement.written([each.array(map(each.reading, found)) for each in statement.columns])
    for each, key in zip(found, keys, strict=True) if statement.key else ():
        setattr(each, statement.key, key)
    for each in found:
        each._state.adding, each._state.db = False, connection.alias
    return found


def insert_columns(model: type[Model], many: int, columns: Mapping[str, Sequence[Any] | Same]) -> list[Any]:
    """The same of so many rows of which no objects are made: a column by its attribute, those not named as the model
    has them. Returns the keys that the table gave, in order.

    Raises `TypeError` for a model one of whose columns needs its object to be written, such as a sealed text."""
    statement = _statement(model)
    if statement is None or not all(each.plain for each in statement.columns):
        raise TypeError(f"{model.__name__} is written object by object.")
    if unknown := columns.keys() - {each.name for each in statement.columns}:
        raise TypeError(f"{model.__name__} has no {sorted(unknown)}.")
    if not many:
        return []
    return statement.written(
        [each.of(columns.get(each.name, Same(each.default())), many) for each in statement.columns]
    )


class _Column(NamedTuple):
    """How a column's values are read off objects, or made where none is said, and written. `plain`: as it stands."""

    name: str
    reading: Callable[[Any], Any]
    plain: bool
    default: Callable[[], Any]
    writing: Callable[[Any], str]

    def array(self, values: Iterable[object]) -> str:
        return _array(values, self.writing)

    def of(self, given: Sequence[Any] | Same, many: int) -> str:
        if isinstance(given, Same):
            return "{" + ",".join([_written(given.value, self.writing)] * many) + "}"
        if len(given) != many:
            raise ValueError(f"{self.name}: {len(given)} values for {many} rows.")
        return self.array(given)


class _Statement(NamedTuple):
    """The words, the columns in order, and the attribute of a key that the table gives, if it does."""

    words: str
    columns: list[_Column]
    key: str

    def written(self, arrays: Sequence[str]) -> list[Any]:
        """Write the rows of these arrays; the keys that the table gave, in order."""
        return [key for (key,) in rows(self.words, arrays, returning=bool(self.key))]


@cache
def _statement(model: type[Model]) -> _Statement | None:
    """None where a column is of a type that is no element of an array here."""
    own_key = model._meta.pk.get_internal_type() == "BigAutoField"
    fields = [field for field in model._meta.concrete_fields if not (own_key and field.primary_key)]
    of_list = [_TYPES.get(_kind(base)) if (base := getattr(field, "base_field", None)) else None for field in fields]
    types = ["text" if listed else _TYPES.get(_kind(field)) for field, listed in zip(fields, of_list, strict=True)]
    if None in types:
        return None
    columns = ", ".join(f'"{field.column}"' for field in fields)
    chosen = ", ".join(
        f'"{field.column}"::{listed}[]' if listed else f'"{field.column}"'
        for field, listed in zip(fields, of_list, strict=True)
    )
    given = ", ".join(f"%s::{each}[]" for each in types)
    returning = f' RETURNING "{model._meta.pk.column}"' if own_key else ""
    words = (
        f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {chosen} FROM'  # noqa: S608 - the models' own words
        f" unnest({given}) WITH ORDINALITY AS given({columns}, place_) ORDER BY place_{returning}"
    )
    made = [
        _Column(
            field.attname, _reading(field), _is_plain(field), field.get_default,
            _list if listed else _WRITING.get(each or "", str),
        )
        for field, each, listed in zip(fields, types, of_list, strict=True)
    ]  # fmt: skip
    return _Statement(words, made, str(model._meta.pk.attname) if own_key else "")


def _is_plain(field: Any) -> bool:
    return bool(type(field).pre_save.__module__.startswith("django."))


def _reading(field: Any) -> Callable[[Model], Any]:
    """What is written of an object in a column: its attribute, unless the field does something with it before, such as
    sealing it."""
    if _is_plain(field):
        return attrgetter(field.attname)
    return lambda each: field.pre_save(each, add=True)


def _array(values: Iterable[object], writing: Callable[[Any], str]) -> str:
    """An array as PostgreSQL reads it. The driver's own way asks the type of every element."""
    return "{" + ",".join(["NULL" if value is None else writing(value) for value in values]) + "}"


def _written(value: object, writing: Callable[[Any], str]) -> str:
    return "NULL" if value is None else writing(value)


def _quoted(value: object) -> str:
    """One of a list of choices is written as its word."""
    word = str(value)
    if "\\" in word or '"' in word:
        word = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{word}"'


def _moment(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else _quoted(value)


def _list(values: Iterable[object]) -> str:
    """A list within a row is a word of the array: lists of several lengths are no array of arrays."""
    return _quoted(_array(values, _quoted))


#: How an element is written; any other as it is said.
_WRITING: dict[str, Callable[[Any], str]] = {"text": _quoted, "timestamptz": _moment, "date": _moment}


def _kind(field: Any) -> str:
    """A key to another table is of that table's kind."""
    while field.is_relation:
        field = field.target_field
    return str(field.get_internal_type())
