"""People as numbers: all that the levels of a pair are worked out from, a row each, so that many pairs are compared at
once.

A row has places for so many names, homes and identifiers. Of whoever has more, or a home of many households, it says so
(`beyond`): such pairs are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from daras.exchange.linking.numbering import word
from daras.exchange.linking.stretch import BIRTH, FAMILY, GIVEN, HOMES, NUMBERS, People
from daras.matching.agreement import born_between, long_grown_up
from daras.matching.features import PersonFeatures
from daras.matching.names import Name

Outlines: TypeAlias = npt.NDArray[np.void]

NOBODY = -1
_FEW, _SEVERAL = 2, 3
#: What one row holds. Names are numbers of words (none: minus one), days are ordinals, homes and identifiers the numbers
#: of their words (none: nought). `halves` are those of double-barrelled names.
OUTLINE = np.dtype(
    [
        ("given", "<i4", (_FEW,)),
        ("middle", "<i4", (_SEVERAL,)),
        ("family", "<i4", (_SEVERAL,)),
        ("halves", "<i4", (_SEVERAL, _FEW)),
        ("year", "<i4"),
        ("month", "<i4"),
        ("day", "<i4"),
        ("earliest", "<i4"),
        ("latest", "<i4"),
        ("expected", "<i4"),
        ("nhs_number", "<u8"),
        ("identifier", "<u8", (_FEW,)),
        ("system", "<u8", (_FEW,)),
        ("home", "<u8", (_SEVERAL,)),
        ("line", "<u8", (_SEVERAL,)),
        ("postcode", "<u8", (_SEVERAL,)),
        ("district", "<u8", (_SEVERAL,)),
        ("sex", "u1"),
        ("unborn", "?"),
        ("long_grown_up", "?"),
        ("beyond", "?"),
    ]
)
#: The fields that hold numbers of names.
NAMED = ("given", "middle", "family", "halves")

NumberOf = Callable[[str], int]


def outlined(people: People, number_of: NumberOf) -> Outlines:
    """The outlines of some people; `number_of` gives the number of a name's plain form."""
    rows = np.zeros(len(people.ids), dtype=OUTLINE)
    for kind, (fields, make) in _MADE.items():
        # Only the fields of this part are written, and copied.
        part_of = np.dtype([(name, OUTLINE.fields[name][0]) for name in fields]) if OUTLINE.fields else OUTLINE
        table = np.array([make(part, number_of) for part in people.parts[kind]], dtype=part_of)
        of = people.of[:, kind]
        for name in fields:
            if name == "beyond":
                rows[name] |= table[name][of]
            else:
                rows[name] = table[name][of]
    return rows


def renumbered(rows: Outlines, numbers: npt.NDArray[np.int32]) -> None:
    """Give names their numbers in the whole list instead of those in a stretch of it."""
    # The last place stands for no name: minus one.
    numbers = np.append(numbers, np.int32(NOBODY))
    for name in NAMED:
        rows[name] = numbers[rows[name]]


def _padded(values: Sequence[int], places: int, empty: int) -> tuple[int, ...]:
    return (*values[:places], *(empty for _ in range(places - len(values))))


def _names(names: Iterable[Name], places: int, number_of: NumberOf) -> tuple[int, ...]:
    return _padded([number_of(name.plain) for name in names], places, NOBODY)


def _given(part: PersonFeatures, number_of: NumberOf) -> tuple[Any, ...]:
    beyond = len(part.given_names) > _FEW or len(part.middle_names) > _SEVERAL
    sex = {"F": 1, "M": 2}.get(part.sex or "", 0)
    given = _names(part.given_names, _FEW, number_of)
    return given, _names(part.middle_names, _SEVERAL, number_of), sex, beyond


def _family(part: PersonFeatures, number_of: NumberOf) -> tuple[Any, ...]:
    names = part.family_names
    beyond = len(names) > _SEVERAL or any(len(name.parts) > _FEW for name in names)
    halves = [
        _padded([number_of(each) for each in name.parts] if len(name.parts) > 1 else [], _FEW, NOBODY)
        for name in names[:_SEVERAL]
    ]
    none = _padded([], _FEW, NOBODY)
    return _names(names, _SEVERAL, number_of), (*halves, *(none for _ in range(_SEVERAL - len(halves)))), beyond


def _birth(part: PersonFeatures, _: NumberOf) -> tuple[Any, ...]:
    born = part.date_of_birth
    year, month, day = (born.year, born.month or 0, born.day or 0) if born else (0, 0, 0)
    earliest, latest = (day.toordinal() if day else 0 for day in born_between(part))
    expected = part.expected_birth.toordinal() if part.expected_birth else 0
    return year, month, day, earliest, latest, expected, part.unborn, long_grown_up(part)


def _numbers(part: PersonFeatures, _: NumberOf) -> tuple[Any, ...]:
    held = sorted(part.identifiers)
    systems = [_number(each.partition(":")[0]) for each in held]
    nhs_number = int(part.nhs_number or 0)
    beyond = len(held) > _FEW
    return nhs_number, _padded([_number(each) for each in held], _FEW, 0), _padded(systems, _FEW, 0), beyond


def _homes(part: PersonFeatures, _: NumberOf) -> tuple[Any, ...]:
    homes = part.homes[:_SEVERAL]
    beyond = len(part.homes) > _SEVERAL or any(home.shared for home in homes)
    texts = (
        [home.key for home in homes],
        [home.first_line for home in homes],
        [home.postcode for home in homes],
        [home.postcode[:-3] if home.postcode else None for home in homes],
    )
    return *(_padded([_number(text) for text in each], _SEVERAL, 0) for each in texts), beyond


@lru_cache(maxsize=100_000)
def _number(text: str | None) -> int:
    return int.from_bytes(word(text), "little") if text else 0


_MADE: dict[int, tuple[tuple[str, ...], Callable[[PersonFeatures, NumberOf], tuple[Any, ...]]]] = {
    GIVEN: (("given", "middle", "sex", "beyond"), _given),
    FAMILY: (("family", "halves", "beyond"), _family),
    BIRTH: (("year", "month", "day", "earliest", "latest", "expected", "unborn", "long_grown_up"), _birth),
    NUMBERS: (("nhs_number", "identifier", "system", "beyond"), _numbers),
    HOMES: (("home", "line", "postcode", "district", "beyond"), _homes),
}
