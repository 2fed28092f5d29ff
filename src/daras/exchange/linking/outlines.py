"""People as numbers: all that the levels of a pair are worked out from, a row each, so that many pairs are compared at
once.

A row has places for so many names, homes and identifiers. Of whoever has more, or a home of many households, it says so
(`beyond`): such pairs are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from struct import Struct
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from daras.exchange.linking.words import word
from daras.matching.agreement import born_between, long_grown_up
from daras.matching.features import PersonFeatures
from daras.matching.names import Name

Outlines: TypeAlias = npt.NDArray[np.void]
Integers: TypeAlias = npt.NDArray[np.int64]

NOBODY = -1
_FEW, _SEVERAL = 2, 3
#: What one row holds. Names are numbers of words (none: minus one), days are ordinals, homes and identifiers numbers
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
        ("grown_up", "?"),
        ("placeholder", "?"),
        ("beyond", "?"),
    ]
)
#: A field, and the place within it: a second given name, a third home.
Column: TypeAlias = tuple[str, int]
ByColumn: TypeAlias = dict[Column, npt.NDArray[Any]]
PLACES = {name: range(int(np.prod(OUTLINE[name].shape, dtype=int))) for name in OUTLINE.names or ()}
COLUMNS: Mapping[Column, np.dtype[Any]] = {
    (name, place): OUTLINE[name].base for name, places in PLACES.items() for place in places
}
#: The fields that hold numbers of names.
_NAMED = ("given", "middle", "family", "halves")

#: Of each part: the names in it, by field, and what else it says, as it is laid out in bytes.
_FIELDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("given", "middle"), ("sex", "placeholder", "beyond")),
    (("family", "halves"), ("placeholder", "beyond")),
    ((), ("year", "month", "day", "earliest", "latest", "expected", "unborn", "long_grown_up", "grown_up")),
    ((), ("nhs_number", "identifier", "system", "beyond")),
    ((), ("home", "line", "postcode", "district", "beyond")),
)
LAID_OUT = tuple(np.dtype([(name, OUTLINE[name].base, OUTLINE[name].shape) for name in rest]) for _, rest in _FIELDS)
_GIVEN, _FAMILY, _BIRTH, _NUMBERS, _HOMES = map(Struct, ("<B2?", "<2?", "<6i3?", "<5Q?", "<12Q?"))
_NONE = ("",)
_EMPTY = (0,) * _SEVERAL
#: A number that is none, and those of the second and third home where there is but one.
_NOTHING = bytes(8)
_REST = _NOTHING * (_SEVERAL - 1)


class Parts(Protocol):
    """What is asked of the distinct parts of a kind."""

    def names(self) -> Iterable[tuple[str, ...]]:
        """The plain names in the fields of each, "" where there is none."""
        ...

    def outlines(self) -> Outlines:
        """What else each says."""
        ...


def outlined(parts: Sequence[Parts], of: Integers, numbers: dict[str, int]) -> ByColumn:
    """The outlines of people of whom each is described by some of these parts, column by column; names that have no
    number get the next.

    `numbers` gives "" the number of nobody.
    """
    found: ByColumn = {}
    for kind, (named, rest) in enumerate(_FIELDS):
        places = of[:, kind]
        said = parts[kind].outlines()
        for name in rest:
            columns = said[name].reshape(len(said), len(PLACES[name]))
            for place in PLACES[name]:
                column = columns[:, place][places]
                # That a name is none, and that somebody has more than there are places, is said by several parts.
                found[name, place] = found[name, place] | column if (name, place) in found else column
        if named:
            # Nobody's number is there before all others, so the next is one less than there are.
            each = [
                numbers.setdefault(name, len(numbers) - 1) if name else NOBODY
                for names in parts[kind].names()
                for name in names
            ]
            columns_of = [(name, place) for name in named for place in PLACES[name]]
            table = np.array(each, dtype=np.int32).reshape(len(said), len(columns_of))
            found |= {column: table[:, at][places] for at, column in enumerate(columns_of)}
    return found


def renumbered(columns: ByColumn, numbers: npt.NDArray[np.int32]) -> ByColumn:
    """With the numbers that names have in the whole list instead of those in a stretch of it."""
    # The last place stands for no name: minus one.
    numbers = np.append(numbers, np.int32(NOBODY))
    return {column: numbers[values] if column[0] in _NAMED else values for column, values in columns.items()}


def outline_of(kind: int, part: PersonFeatures) -> tuple[tuple[str, ...], bytes]:
    """The names of a part, and what else it says."""
    return _OF[kind](part)


def _names(names: Sequence[Name], places: int) -> tuple[str, ...]:
    return (*[name.plain for name in names[:places]], *_NONE * (places - len(names)))


def _given(part: PersonFeatures) -> tuple[tuple[str, ...], bytes]:
    beyond = len(part.given_names) > _FEW or len(part.middle_names) > _SEVERAL
    sex = {"F": 1, "M": 2}.get(part.sex or "", 0)
    return _names(part.given_names, _FEW) + _names(part.middle_names, _SEVERAL), _GIVEN.pack(
        sex, part.placeholder_name, beyond
    )


def _family(part: PersonFeatures) -> tuple[tuple[str, ...], bytes]:
    names = part.family_names
    beyond = len(names) > _SEVERAL or any(len(name.parts) > _FEW for name in names)
    halves = [half for name in names[:_SEVERAL] for half in (_halves(name) if len(name.parts) > 1 else _NONE * _FEW)]
    return (*_names(names, _SEVERAL), *halves, *_NONE * (_SEVERAL * _FEW - len(halves))), _FAMILY.pack(
        part.placeholder_name, beyond
    )


def _halves(name: Name) -> tuple[str, ...]:
    return name.parts[:_FEW]


def _birth(part: PersonFeatures) -> tuple[tuple[str, ...], bytes]:
    born = part.date_of_birth
    year, month, day = (born.year, born.month or 0, born.day or 0) if born else (0, 0, 0)
    earliest, latest = (each.toordinal() if each else 0 for each in born_between(part))
    expected = part.expected_birth.toordinal() if part.expected_birth else 0
    grown_up = long_grown_up(part), part.born_to is not None
    return (), _BIRTH.pack(year, month, day, earliest, latest, expected, part.unborn, *grown_up)


def _numbers(part: PersonFeatures) -> tuple[tuple[str, ...], bytes]:
    held = sorted(part.identifiers)
    systems = _numbered([each.partition(":")[0] for each in held], _FEW)
    nhs_number = part.nhs_number or "0"
    number = int(nhs_number) if nhs_number.isascii() else int.from_bytes(word(nhs_number), "little")
    return (), _NUMBERS.pack(number, *_numbered(held, _FEW), *systems, len(held) > _FEW)


def _homes(part: PersonFeatures) -> tuple[tuple[str, ...], bytes]:
    homes = part.homes[:_SEVERAL]
    beyond = len(part.homes) > _SEVERAL or any(home.shared for home in homes)
    if len(homes) == 1:
        (one,) = homes
        code = one.postcode
        here = [word(each) if each else _NOTHING for each in (one.key, one.first_line, code, code and code[:-3])]
        return (), _REST.join(here) + _REST + (b"\1" if beyond else b"\0")
    codes = [home.postcode for home in homes]
    return (), _HOMES.pack(
        *_numbered([home.key for home in homes], _SEVERAL),
        *_numbered([home.first_line for home in homes], _SEVERAL),
        *_numbered(codes, _SEVERAL),
        *_numbered([code[:-3] if code else None for code in codes], _SEVERAL),
        beyond,
    )


def _numbered(texts: Sequence[str | None], places: int) -> tuple[int, ...]:
    numbers = [int.from_bytes(word(text), "little") if text else 0 for text in texts[:places]]
    return (*numbers, *_EMPTY[len(numbers) : places])


_OF: tuple[Callable[[PersonFeatures], tuple[tuple[str, ...], bytes]], ...] = (
    _given, _family, _birth, _numbers, _homes,
)  # fmt: skip
