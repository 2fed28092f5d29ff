"""People of a stretch of a list, described together: what several share (a name, a home, a day) is described once.

A person is put together from the five parts of `describing`, each a description that knows only its own fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from daras.exchange.linking.describing import BIRTH, CELLS, FieldRefused, part, taken_apart, whole
from daras.exchange.linking.parts import Births, NhsNumbers, Part, Parts, Unreadable
from daras.matching.features import PersonFeatures

Integers: TypeAlias = npt.NDArray[np.int64]

#: So many parts of each kind are kept in a process once they were described: a number hardly comes again, and homes
#: less often than names and days.
_MOST_KEPT = (60_000, 40_000, 20_000, 1_000, 40_000)


@dataclass(frozen=True, slots=True)
class People:
    """The ids of some people, the distinct parts that describe them, and which describe each (rows by five)."""

    ids: Sequence[str]
    parts: tuple[Parts, ...]
    of: Integers

    def person(self, place: int) -> PersonFeatures:
        """The description of one of them."""
        return whole(
            *(parts.part(each).features for parts, each in zip(self.parts, self.of[place].tolist(), strict=True))
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was left out for what stands in a field."""

    place: int
    field: str
    what: str


def gathered(cells: Mapping[str, Sequence[str]], today: date) -> tuple[People, list[Refused]]:
    """People from columns of cells; rows with a date that is none are left out and named."""
    rows = len(cells["id"])
    of = np.zeros((rows, len(CELLS)), dtype=np.int64)
    parts: list[Parts] = []
    refused: dict[int, Unreadable] = {}
    for kind, fields in enumerate(CELLS):
        held = tuple(field for field in fields if field in cells)
        places: dict[tuple[str, ...], int] = {}
        if held:
            each_row = zip(*(cells[field] for field in held), strict=True)
            of[:, kind] = np.fromiter((places.setdefault(each, len(places)) for each in each_row), np.int64, rows)
        described = _Described(kind, held, today)
        parts.append(described.all(list(places) if held else [()]))
        if described.unreadable:
            bad = {places[written]: fault for written, fault in described.unreadable.items()}
            refused |= {row: bad[place] for row, place in enumerate(of[:, kind].tolist()) if place in bad}
    ids: Sequence[str] = cells["id"]
    if refused:
        kept = [row for row in range(rows) if row not in refused]
        ids, of = [ids[row] for row in kept], of[kept]
    named = [Refused(row, fault.field, fault.what) for row, fault in sorted(refused.items())]
    return People(ids, tuple(parts), of), named


class _Described:
    """Parts of one kind from their cells; and which cells cannot be used."""

    def __init__(self, kind: int, fields: tuple[str, ...], today: date) -> None:
        self._kind, self._fields, self._today = kind, fields, today
        self.unreadable: dict[tuple[str, ...], Unreadable] = {}

    def all(self, cells: Sequence[tuple[str, ...]]) -> Parts:
        """The parts that these cells describe."""
        if self._kind == BIRTH and self._fields:
            return Births(self._fields, cells, self.one, self._today)
        if self._fields == ("nhs_number",):
            return NhsNumbers(cells, self.one)
        return Parts(self._kind, [self.one(written) for written in cells])

    def one(self, written: tuple[str, ...]) -> Part:
        """One of them; of cells that cannot be used a part that knows nothing."""
        found = _KEPT[self._kind](self._kind, self._fields, written, self._today)
        if isinstance(found, Unreadable):
            self.unreadable[written] = found
            return _NOTHING[self._kind]
        return found


def _part(kind: int, fields: tuple[str, ...], written: tuple[str, ...], today: date) -> Part | Unreadable:
    try:
        return Part(kind, part(kind, dict(zip(fields, written, strict=True)), today))
    except FieldRefused as refused:
        return Unreadable(refused.field, str(refused))


_KEPT = tuple(lru_cache(maxsize=most)(_part) for most in _MOST_KEPT)
_NOTHING = tuple(Part(kind, PersonFeatures()) for kind in range(len(CELLS)))


def from_features(people: Iterable[tuple[str, PersonFeatures]]) -> People:
    """People who are described already."""
    ids: list[str] = []
    places: tuple[dict[PersonFeatures, int], ...] = tuple({} for _ in CELLS)
    of: list[list[int]] = []
    for id_, features in people:
        ids.append(id_)
        parts = taken_apart(features)
        of.append([held.setdefault(part, len(held)) for held, part in zip(places, parts, strict=True)])
    held = tuple(Parts(kind, [Part(kind, each) for each in described]) for kind, described in enumerate(places))
    return People(ids, held, np.array(of, dtype=np.int64).reshape(-1, len(CELLS)))
