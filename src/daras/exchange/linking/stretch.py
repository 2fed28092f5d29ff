"""People of a stretch of a list, described together: what several share (a name, a home, a day) is described once.

A person is put together from the five parts of `describing`, each a description that knows only its own fields.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from daras.exchange.linking.describing import CELLS, FieldRefused, part, whole
from daras.exchange.linking.outlines import outline_of
from daras.exchange.linking.words import words_of
from daras.matching.dates import BirthDate
from daras.matching.features import Home, PersonFeatures
from daras.matching.names import Name

Integers: TypeAlias = npt.NDArray[np.int64]

#: So many parts of each kind are kept in a process once they were described: a number hardly comes again, and homes
#: less often than names and days.
_MOST_KEPT = (40_000, 40_000, 40_000, 1_000, 20_000)


class Part:
    """A part of a description, with what is made of it when it is asked for: once, however many share the part."""

    __slots__ = ("_born", "_outline", "_words", "_written", "features", "kind")

    def __init__(self, kind: int, features: PersonFeatures) -> None:
        self.kind = kind
        self.features = features
        self._written: bytes | None = None
        self._words: tuple[bytes, ...] | None = None
        self._outline: tuple[tuple[str, ...], bytes] | None = None
        self._born: str | None = None

    @property
    def born(self) -> str:
        """The date of birth as it is read in a reason."""
        if self._born is None:
            self._born = str(self.features.date_of_birth)
        return self._born

    @property
    def written(self) -> bytes:
        """What `read_part` reads again."""
        if self._written is None:
            self._written = marshal.dumps(_PLAIN[self.kind](self.features))
        return self._written

    @property
    def words(self) -> tuple[bytes, ...]:
        """The words of its keys."""
        if self._words is None:
            self._words = words_of(self.kind, self.features)
        return self._words

    @property
    def names(self) -> tuple[str, ...]:
        """The plain names that are compared."""
        return self._outlined()[0]

    @property
    def outline(self) -> bytes:
        """What else of it is compared."""
        return self._outlined()[1]

    def _outlined(self) -> tuple[tuple[str, ...], bytes]:
        if self._outline is None:
            self._outline = outline_of(self.kind, self.features)
        return self._outline


@dataclass(frozen=True, slots=True)
class People:
    """The ids of some people, the distinct parts that describe them, and which describe each (rows by five)."""

    ids: Sequence[str]
    parts: tuple[Sequence[Part], ...]
    of: Integers

    def person(self, place: int) -> PersonFeatures:
        """The description of one of them."""
        return whole(*(parts[each].features for parts, each in zip(self.parts, self.of[place].tolist(), strict=True)))


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was left out for what stands in a field."""

    place: int
    field: str
    what: str


def taken_apart(features: PersonFeatures) -> tuple[PersonFeatures, ...]:
    """The five parts of a description."""
    return (
        PersonFeatures(
            given_names=features.given_names,
            middle_names=features.middle_names,
            placeholder_name=features.placeholder_name,
            sex=features.sex,
        ),
        PersonFeatures(family_names=features.family_names),
        PersonFeatures(
            date_of_birth=features.date_of_birth,
            expected_birth=features.expected_birth,
            unborn=features.unborn,
            born_from=features.born_from,
            born_to=features.born_to,
        ),
        PersonFeatures(nhs_number=features.nhs_number, identifiers=features.identifiers),
        PersonFeatures(homes=features.homes),
    )


def gathered(cells: Mapping[str, Sequence[str]], today: date) -> tuple[People, list[Refused]]:
    """People from columns of cells; rows with a date that is none are left out and named."""
    rows = len(cells["id"])
    of = np.zeros((rows, len(CELLS)), dtype=np.int64)
    parts: list[list[Part]] = []
    refused: dict[int, Unreadable] = {}
    for kind, fields in enumerate(CELLS):
        held = tuple(field for field in fields if field in cells)
        places: dict[tuple[str, ...], int] = {}
        if held:
            each_row = zip(*(cells[field] for field in held), strict=True)
            of[:, kind] = np.fromiter((places.setdefault(each, len(places)) for each in each_row), np.int64, rows)
        found = [_KEPT[kind](kind, held, written, today) for written in (places if held else ((),))]
        bad = {place: fault for place, fault in enumerate(found) if isinstance(fault, Unreadable)}
        if bad:
            refused |= {row: bad[place] for row, place in enumerate(of[:, kind].tolist()) if place in bad}
        parts.append([_NOTHING[kind] if isinstance(each, Unreadable) else each for each in found])
    ids: Sequence[str] = cells["id"]
    if refused:
        kept = [row for row in range(rows) if row not in refused]
        ids, of = [ids[row] for row in kept], of[kept]
    named = [Refused(row, fault.field, fault.what) for row, fault in sorted(refused.items())]
    return People(ids, tuple(parts), of), named


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A field whose cell cannot be used, and why."""

    field: str
    what: str


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
    held = tuple([Part(kind, each) for each in described] for kind, described in enumerate(places))
    return People(ids, held, np.array(of, dtype=np.int64).reshape(-1, len(CELLS)))


# A part as bytes, in a file that this run reads again.


def read_part(kind: int, written: bytes | memoryview) -> PersonFeatures:
    """A part that begins here; what stands behind it is left."""
    plain = marshal.loads(written)  # noqa: S302 (written by this very run)
    return _READ[kind](plain)


def plain_of_features(features: PersonFeatures) -> tuple[Any, ...]:
    """What `features_of_plain` reads again."""
    return tuple(_PLAIN[kind](part) for kind, part in enumerate(taken_apart(features)))


def features_of_plain(plain: Sequence[Any]) -> PersonFeatures:
    """A description from what `plain_of_features` gave."""
    return whole(*(_READ[kind](part) for kind, part in enumerate(plain)))


def _plain_names(names: tuple[Name, ...]) -> tuple[Any, ...]:
    return tuple((name.plain, name.written, name.parts) for name in names)


def _read_names(plain: Iterable[Any]) -> tuple[Name, ...]:
    return tuple(Name(*each) for each in plain)


def _day(day: date | None) -> int | None:
    return day.toordinal() if day else None


def _read_day(plain: int | None) -> date | None:
    return date.fromordinal(plain) if plain else None


def _plain_birth(part: PersonFeatures) -> tuple[Any, ...]:
    born = part.date_of_birth
    days = (part.expected_birth, part.born_from, part.born_to)
    return ((born.year, born.month, born.day) if born else None, part.unborn, *map(_day, days))


def _read_birth(plain: Any) -> PersonFeatures:
    born, unborn, expected, after, before = plain
    return PersonFeatures(
        date_of_birth=BirthDate(*born) if born else None,
        expected_birth=_read_day(expected),
        unborn=unborn,
        born_from=_read_day(after),
        born_to=_read_day(before),
    )


_PLAIN = (
    lambda told: (
        _plain_names(told.given_names), _plain_names(told.middle_names), told.placeholder_name, told.sex
    ),
    lambda told: (_plain_names(told.family_names), told.placeholder_name),
    _plain_birth,
    lambda told: (told.nhs_number, tuple(told.identifiers)),
    lambda told: tuple((home.key, home.postcode, home.shared) for home in told.homes),
)  # fmt: skip
_READ = (
    lambda plain: PersonFeatures(
        given_names=_read_names(plain[0]), middle_names=_read_names(plain[1]), placeholder_name=plain[2], sex=plain[3]
    ),
    lambda plain: PersonFeatures(family_names=_read_names(plain[0]), placeholder_name=plain[1]),
    _read_birth,
    lambda plain: PersonFeatures(nhs_number=plain[0], identifiers=frozenset(plain[1])),
    lambda plain: PersonFeatures(homes=tuple(Home(*home) for home in plain)),
)
