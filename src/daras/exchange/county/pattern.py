"""A pattern of a history: the rows of a story as words, with places for what differs from one history to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Model

from daras.exchange.county.rows import COLUMNS

Row = Mapping[str, Any]
#: What the commands wrote, by model, each row by column, in the order of its key.
Written = Mapping[type[Model], list[Row]]


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in a pattern: so long after one of its steps."""

    step: int
    later: timedelta


@dataclass(frozen=True, slots=True)
class Due:
    """A duty of the pattern: its kind, the moment at which it was opened, and the one from which its clock counts;
    where the time was set by hand (an action), how it stands to a step."""

    kind: str
    opened: Moment
    anchor: Moment
    set_by_hand: Moment | None


@dataclass(slots=True)
class Pattern:
    """A story of one kind of sender, as words with places (`%(f12)s`) for what differs.

    `pieces` are the rows of each step by table; `states` those that tell how things stand after so many steps.
    `counts` says how many numbers of each kind it needs; `scopes` is the standing scope of each audience.
    """

    story: str
    sender: str
    steps: tuple[str, ...]
    pieces: list[dict[str, str]] = field(default_factory=list)
    states: list[dict[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    moments: dict[str, Moment] = field(default_factory=dict)
    days: dict[str, Moment] = field(default_factory=dict)
    dues: dict[str, Due] = field(default_factory=dict)
    scopes: list[int] = field(default_factory=list)

    @property
    def tables(self) -> set[str]:
        """The tables that it has rows of."""
        return {table for piece in (*self.pieces, *self.states) for table in piece}


def columns_of(table: str) -> str:
    """The columns of a table that are written, in their order."""
    if table in COLUMNS:
        return COLUMNS[table]
    model = next(each for each in apps.get_models() if each._meta.db_table == table)
    return " ".join(str(each.column) for each in model._meta.concrete_fields if each.column)
