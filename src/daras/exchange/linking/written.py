"""A part of a description as bytes, in a file that this run reads again."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from daras.exchange.linking.describing import taken_apart, whole
from daras.matching.dates import BirthDate
from daras.matching.features import Home, PersonFeatures
from daras.matching.names import Name


def written_part(kind: int, part: PersonFeatures) -> bytes:
    """What `read_part` reads again."""
    return marshal.dumps(_PLAIN[kind](part))


def written_birth(born: tuple[int, int, int], after: date | None, before: date | None) -> bytes:
    """The same of somebody born on a day, who was told of as a child or an adult."""
    return marshal.dumps((born, False, None, _day(after), _day(before)))


def written_number(nhs_number: str | None) -> bytes:
    """The same of somebody of whom no other number is known."""
    return marshal.dumps((nhs_number, ()))


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
