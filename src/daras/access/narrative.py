"""Words that are for a few only, kept under keys that the database never sees: a restricted section, why somebody is
protected (G4).

A `Narrative` is a text like any other to whoever reads the model. Where it is sealed, what stands in the row is
encrypted under `$DARAS_ENCRYPTION_KEYS`; `access.reseal` brings it under a newer key and changes nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, models
from django.db.models.query_utils import DeferredAttribute

from daras.access.keys import UnreadableSecret, decrypt, encrypt

#: What a sealed text begins with in its row.
SEAL = "daras-sealed:"
GONE = "These words lie under a key that is not named any more. Ask an administrator."


class _Opened(DeferredAttribute):
    """What stands in the row, opened when somebody reads it."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        return opened(value) if isinstance(value, str) else value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    Text = models.TextField[str, str]
else:
    Text = models.TextField


class Narrative(Text):
    """A text that is sealed always, or where another field of its row has a value: `Narrative(sealed_where=("section",
    "restricted"))`. To a migration it is a text."""

    descriptor_class = _Opened

    def __init__(self, *positional: Any, sealed_where: tuple[str, object] | None = None, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.sealed_where = sealed_where

    def deconstruct(self) -> Any:
        name, _, positional, named = super().deconstruct()
        return name, "django.db.models.TextField", positional, named

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002 (the framework passes it)
        """What is written into the row."""
        value = getattr(model_instance, self.attname)
        if not value or (self.sealed_where and getattr(model_instance, self.sealed_where[0]) != self.sealed_where[1]):
            return value
        return sealed(value)


def sealed(text: str) -> str:
    """A text as it stands in a row."""
    return SEAL + encrypt(text)


def opened(value: str) -> str:
    """The text again; of one whose key is gone, that it is."""
    if not value.startswith(SEAL):
        return value
    try:
        return decrypt(value.removeprefix(SEAL))
    except UnreadableSecret:
        return GONE


def narratives() -> list[tuple[type[models.Model], str]]:
    """Every table and column that may hold a sealed text."""
    return [
        (model, str(each.column))
        for model in apps.get_models()
        for each in model._meta.concrete_fields
        if isinstance(each, Narrative)
    ]


def reseal_all() -> int:
    """Bring every sealed text under the newest key; how many. In custody. Raises `UnreadableSecret`."""
    number = 0
    with connection.cursor() as cursor:
        for model, column in narratives():
            table = model._meta.db_table
            cursor.execute(f'SELECT fact_id, "{column}" FROM "{table}" WHERE starts_with("{column}", %s)', [SEAL])  # noqa: S608
            for fact_id, value in cursor.fetchall():
                again = sealed(decrypt(value.removeprefix(SEAL)))
                cursor.execute("SELECT access.reseal(%s, %s, %s, %s)", [table, column, fact_id, again])
                number += 1
    return number
