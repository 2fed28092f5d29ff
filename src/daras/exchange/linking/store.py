"""An index of people on disk: their features row after row, and every key with the rows that have it, in order.

It is mapped into memory, so that several processes share it and what is held in memory stays bounded whatever its size.
Keys are sorted part by part: a part holds a sixteenth of all there can be.
"""

from __future__ import annotations

import marshal
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from daras.matching import keys
from daras.matching.dates import BirthDate
from daras.matching.features import Home, PersonFeatures
from daras.matching.names import Name

Integers = npt.NDArray[np.int64]

_PARTS = 16
_PAIR = np.dtype([("key", "<i8"), ("row", "<u4")])
_MOST_DECODED = 60_000
#: So many rows of the index at the most are compared with one person: those that share the most keys.
MOST_COMPARED = 150


@dataclass(frozen=True, slots=True)
class Packed:
    """People of one stretch of a file, ready to be written: marshalled features, their lengths, keys and whose."""

    people: bytes
    lengths: list[int]
    keys: bytes
    owners: bytes


def packed(people: Sequence[tuple[str, PersonFeatures]]) -> Packed:
    """Pack ids with their features; owners are places within this stretch."""
    written = [marshal.dumps((id_, *plain_of_features(features))) for id_, features in people]
    numbers = [keys.numbers(features) for _, features in people]
    owners = np.repeat(np.arange(len(people), dtype="<u4"), [len(each) for each in numbers])
    flat = np.fromiter((number for each in numbers for number in each), dtype="<i8", count=len(owners))
    return Packed(b"".join(written), [len(each) for each in written], flat.tobytes(), owners.tobytes())


class Writer:
    """Writes an index into a folder, stretch by stretch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = 0
        self._offsets: list[npt.NDArray[np.uint64]] = []
        self._end = 0
        self._people = (folder / "people").open("wb")
        self._parts = [(folder / f"part-{part}").open("wb") for part in range(_PARTS)]

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (self._people, *self._parts):
            file.close()

    def add(self, stretch: Packed) -> None:
        """Add a stretch after those that are there."""
        self._people.write(stretch.people)
        ends = self._end + np.cumsum(np.array(stretch.lengths, dtype=np.uint64))
        self._offsets.append(ends.astype(np.uint64))
        self._end = int(ends[-1]) if len(ends) else self._end
        pairs = np.empty(len(stretch.keys) // 8, dtype=_PAIR)
        pairs["key"] = np.frombuffer(stretch.keys, dtype="<i8")
        pairs["row"] = np.frombuffer(stretch.owners, dtype="<u4") + self.rows
        # The upper four bits of a signed number, the least first: minus eight to seven.
        part_of = (pairs["key"] >> 60) + 8
        for part in range(_PARTS):
            self._parts[part].write(pairs[part_of == part].tobytes())
        self.rows += len(stretch.lengths)

    def finish(self) -> None:
        """Sort every part and join them into the files that are looked up."""
        self.__exit__(None, None, None)
        ends = np.concatenate([np.zeros(1, dtype=np.uint64), *self._offsets])
        (self.folder / "offsets").write_bytes(ends.tobytes())
        with (self.folder / "keys").open("wb") as keys_file, (self.folder / "owners").open("wb") as owners_file:
            for part in range(_PARTS):
                file = self.folder / f"part-{part}"
                pairs = np.fromfile(file, dtype=_PAIR)
                # Later rows first under each key, as the partnership's own index gives them.
                order = np.lexsort((-pairs["row"].astype(np.int64), pairs["key"]))
                keys_file.write(pairs["key"][order].tobytes())
                owners_file.write(pairs["row"][order].tobytes())
                file.unlink()


class Index:
    """An index that was written, opened for looking up."""

    def __init__(self, folder: Path) -> None:
        self.offsets = _mapped(folder / "offsets", "<u8")
        self.rows = len(self.offsets) - 1
        self._keys = _mapped(folder / "keys", "<i8")
        self._owners = _mapped(folder / "owners", "<u4")
        file = (folder / "people").open("rb")
        size = int(self.offsets[-1])
        self._people = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b""
        file.close()  # what is mapped stays
        self.person = lru_cache(maxsize=_MOST_DECODED)(self._person)

    def _person(self, row: int) -> tuple[str, PersonFeatures]:
        """The id and the features of a row."""
        start, end = self.offsets[row : row + 2]
        id_, *plain = marshal.loads(self._people[int(start) : int(end)])  # noqa: S302 (written by this very run)
        return id_, features_of_plain(plain)

    def under(self, asked: Sequence[Sequence[int]]) -> list[list[int]]:
        """For each person's keys, the rows found under them, those that share the most keys first."""
        lengths = np.array([len(each) for each in asked], dtype=np.int64)
        flat = np.fromiter((key for each in asked for key in each), dtype=np.int64, count=int(lengths.sum()))
        first = np.searchsorted(self._keys, flat, side="left")
        many = np.minimum(np.searchsorted(self._keys, flat, side="right") - first, keys.MOST_UNDER_ONE_KEY)
        who = np.repeat(np.repeat(np.arange(len(asked)), lengths), many)
        places = np.repeat(first, many) + _counting(many)
        # One number for a person asked about and a row: found as often as they share keys.
        pairs, shared = np.unique(who * np.int64(self.rows) + self._owners[places], return_counts=True)
        found: list[list[int]] = [[] for _ in asked]
        order = np.lexsort((-pairs, -shared, pairs // max(self.rows, 1)))
        for pair in pairs[order].tolist():
            person, row = divmod(pair, self.rows)
            if len(found[person]) < MOST_COMPARED:
                found[person].append(row)
        return found

    def hottest(self, most: int) -> list[Sequence[int]]:
        """The rows under each of the keys that have the most, in turn from the hottest."""
        starts = np.flatnonzero(np.concatenate([[True], self._keys[1:] != self._keys[:-1]])[: len(self._keys)])
        counts = np.diff(np.append(starts, len(self._keys)))
        first = np.argsort(-counts, kind="stable")[:most]
        return [self._owners[starts[each] : starts[each] + counts[each]].tolist() for each in first]

    def is_within_bound(self, key: int, row: int) -> bool:
        """Whether a row is one of those that are taken under this key."""
        first = int(np.searchsorted(self._keys, key, side="left"))
        taken = self._owners[first : first + keys.MOST_UNDER_ONE_KEY]
        last = first + keys.MOST_UNDER_ONE_KEY
        if last >= len(self._keys) or self._keys[last] != key:
            return True
        return bool((taken == row).any())


def _counting(many: Integers) -> Integers:
    """0, 1, 2 ... anew for each of the given lengths."""
    ends = np.cumsum(many)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - many, many)


def _mapped(path: Path, kind: str) -> Any:
    return np.memmap(path, dtype=kind, mode="r") if path.stat().st_size else np.empty(0, dtype=kind)


def plain_of_features(features: PersonFeatures) -> tuple[Any, ...]:
    """What `features_of_plain` reads again."""
    born = features.date_of_birth
    return (
        tuple(tuple((name.plain, name.written, name.parts) for name in names) for names in _names(features)),
        (born.year, born.month, born.day) if born else None,
        features.expected_birth.toordinal() if features.expected_birth else None,
        features.sex,
        features.nhs_number,
        tuple(features.identifiers),
        tuple((home.key, home.postcode, home.shared) for home in features.homes),
        features.unborn,
        features.placeholder_name,
        features.born_from.toordinal() if features.born_from else None,
        features.born_to.toordinal() if features.born_to else None,
    )


def _names(features: PersonFeatures) -> tuple[tuple[Name, ...], ...]:
    return features.given_names, features.middle_names, features.family_names


def features_of_plain(plain: Sequence[Any]) -> PersonFeatures:
    names, born, expected, sex, nhs_number, identifiers, homes, unborn, placeholder, after, before = plain
    given, middle, family = (tuple(Name(*name) for name in each) for each in names)
    return PersonFeatures(
        given_names=given,
        middle_names=middle,
        family_names=family,
        date_of_birth=BirthDate(*born) if born else None,
        expected_birth=date.fromordinal(expected) if expected else None,
        sex=sex,
        nhs_number=nhs_number,
        identifiers=frozenset(identifiers),
        homes=tuple(Home(*home) for home in homes),
        unborn=unborn,
        placeholder_name=placeholder,
        born_from=date.fromordinal(after) if after else None,
        born_to=date.fromordinal(before) if before else None,
    )
