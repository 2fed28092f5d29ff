"""An index of people on disk: their features row after row, and every key with the rows that have it, in order.

It is mapped into memory, so that several processes share it and what is held in memory stays bounded whatever its size.
Keys are sorted part by part: a part holds a sixteenth of all there can be.
"""

from __future__ import annotations

import marshal
import mmap
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from daras.exchange.linking.describing import BIRTH, CELLS, FAMILY, GIVEN, whole
from daras.exchange.linking.numbering import counting, distinct, numbered
from daras.exchange.linking.outlines import COLUMNS, NOBODY, ByColumn, outlined, renumbered
from daras.exchange.linking.parts import Part, Parts
from daras.exchange.linking.sides import Columns
from daras.exchange.linking.stretch import People, from_features
from daras.exchange.linking.written import read_part
from daras.matching import keys
from daras.matching.features import PersonFeatures
from daras.matching.names import Bearers, NamesCounted

Integers: TypeAlias = npt.NDArray[np.int64]

_PARTS = 16
_PAIR = np.dtype([("key", "<i8"), ("row", "<u4")])
#: So many parts, and so many people, are kept in a process once they were read: parts come again, people hardly.
_MOST_PARTS, _MOST_PEOPLE = 60_000, 10_000
#: So many parts of a kind are known again where they come again, when an index is written.
_MOST_KNOWN = 200_000
_LAST = np.uint64(0xFFFFFFFF)
#: So many rows of the index at the most are compared with one person: those that share the most keys.
MOST_COMPARED = 150


@dataclass(frozen=True, slots=True)
class Packed:
    """People of one stretch of a file, ready to be written: their ids, the distinct parts that describe them and which
    are whose; their keys, in the order of the files they go into, and whose (places within this stretch). Outlines, and
    the names that they number, where the list is looked through by outlines. How many bear each
    name."""

    ids: bytes
    id_lengths: bytes
    parts: tuple[Sequence[bytes], ...]
    of: Integers
    keys: bytes
    owners: bytes
    outlines: ByColumn = field(default_factory=dict)
    names: tuple[str, ...] = ()
    bearers: Bearers = field(default_factory=Bearers)


def packed(people: Sequence[tuple[str, PersonFeatures]]) -> Packed:
    """Pack ids with their features under the keys of `daras.matching.keys`, for asking about one after another."""
    numbers = [keys.numbers(features) for _, features in people]
    owners = np.repeat(np.arange(len(people)), [len(each) for each in numbers])
    flat = np.fromiter((number for each in numbers for number in each), dtype=np.int64, count=len(owners))
    return _packed(from_features(people), flat, owners)


def packed_together(people: People) -> Packed:
    """Pack a stretch under numbers of keys that are made together, with outlines."""
    numbers, owners = numbered(people)
    names = {"": NOBODY}
    columns = outlined(people.parts, people.of, names)
    return _packed(people, numbers, owners, columns, tuple(names)[1:])


def _packed(
    people: People, numbers: Integers, owners: Integers, outlines: ByColumn | None = None, names: tuple[str, ...] = ()
) -> Packed:
    ids = [id_.encode("utf-8", "surrogatepass") for id_ in people.ids]
    order = np.argsort(_part_of(numbers), kind="stable")
    return Packed(
        ids=b"".join(ids),
        id_lengths=np.fromiter(map(len, ids), "<u8", len(ids)).tobytes(),
        parts=tuple(described.written() for described in people.parts),
        of=people.of,
        keys=numbers[order].astype("<i8").tobytes(),
        owners=owners[order].astype("<u4").tobytes(),
        outlines=outlines or {},
        names=names,
        bearers=_bearers(people),
    )


def _bearers(people: People) -> Bearers:
    found = Bearers()
    for kind in (GIVEN, FAMILY):
        for place, many in enumerate(np.bincount(people.of[:, kind]).tolist()):
            if many:
                features = people.parts[kind].part(place).features
                found.add(features.given_names, features.family_names, many)
    found.records = len(people.ids)
    return found


def _part_of(numbers: Integers) -> npt.NDArray[np.uint8]:
    """The part of all keys that each is in: by its highest bits."""
    return ((numbers >> np.int64(64 - _PARTS.bit_length() + 1)) + _PARTS // 2).astype(np.uint8)


def _first_of_each(ordered: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where in what is sorted another number begins."""
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return first


class Writer:
    """Writes an index into a folder, stretch by stretch."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = 0
        self._ends = np.zeros(2, dtype=np.uint64)
        self._names: dict[str, int] = {}
        self._bearers = Bearers()
        self._known: dict[int, dict[bytes, int]] = {kind: {} for kind in (GIVEN, FAMILY, BIRTH)}
        self._files = {name: (folder / name).open("wb") for name in ("ids", "id-ends", "parts", "places")}
        self._outlined = {column: _column(folder, column).open("wb") for column in COLUMNS}
        self._parts = [(folder / f"part-{part}").open("wb") for part in range(_PARTS)]

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (*self._files.values(), *self._outlined.values(), *self._parts):
            file.close()

    def add(self, stretch: Packed) -> None:
        """Add a stretch after those that are there."""
        id_ends = self._ends[0] + np.cumsum(np.frombuffer(stretch.id_lengths, dtype="<u8"))
        self._files["ids"].write(stretch.ids)
        self._files["id-ends"].write(id_ends.astype("<u8").tobytes())
        self._add_parts(stretch)
        self._add_outlines(stretch)
        self._add_keys(stretch)
        self._bearers.add_all(stretch.bearers)
        self.rows += len(id_ends)
        self._ends[0] += np.uint64(len(stretch.ids))

    def _add_parts(self, stretch: Packed) -> None:
        """Names and births, which are read again for whoever is shown, only once as long as few are known."""
        places, end, new = np.empty(stretch.of.shape, dtype="<u8"), int(self._ends[1]), []
        for kind, written in enumerate(stretch.parts):
            at = []
            known = self._known.get(kind, {})
            for part in written:
                place = known.get(part)
                if place is None:
                    place = end
                    new.append(part)
                    end += len(part)
                    if len(known) < _MOST_KNOWN:
                        known[part] = place
                at.append(place)
            places[:, kind] = np.array(at, dtype=np.uint64)[stretch.of[:, kind]]
        self._files["parts"].write(b"".join(new))
        self._files["places"].write(places.tobytes())
        self._ends[1] = end

    def _add_outlines(self, stretch: Packed) -> None:
        """With the numbers that names have in the whole list."""
        if not stretch.outlines:
            return
        numbers = (self._names.setdefault(name, len(self._names)) for name in stretch.names)
        columns = renumbered(stretch.outlines, np.fromiter(numbers, np.int32, len(stretch.names)))
        for column, values in columns.items():
            self._outlined[column].write(values.tobytes())

    def _add_keys(self, stretch: Packed) -> None:
        pairs = np.empty(len(stretch.keys) // 8, dtype=_PAIR)
        pairs["key"] = np.frombuffer(stretch.keys, dtype="<i8")
        pairs["row"] = np.frombuffer(stretch.owners, dtype="<u4") + np.uint32(self.rows)
        bounds = np.searchsorted(_part_of(pairs["key"]), np.arange(1, _PARTS))
        for file, some in zip(self._parts, np.split(pairs, bounds), strict=True):
            file.write(some.tobytes())

    def finish(self) -> None:
        """Sort every part and join them into the files that are looked up."""
        self.__exit__(None, None, None)
        (self.folder / "names").write_bytes(marshal.dumps(tuple(self._names)))
        borne = (self._bearers.records, dict(self._bearers.given), dict(self._bearers.family))
        (self.folder / "borne").write_bytes(marshal.dumps(borne))
        end = 0
        files = [(self.folder / name).open("wb") for name in ("keys", "starts", "owners")]
        for part in range(_PARTS):
            file = self.folder / f"part-{part}"
            pairs = np.fromfile(file, dtype=_PAIR)
            file.unlink()
            order = np.argsort(pairs["key"])
            found = pairs["key"][order]
            first = _first_of_each(found)
            # Later rows first under each key, as the partnership's own index gives them; each once.
            place = (np.cumsum(first) - 1).astype(np.uint64)
            later_first = np.sort((place << np.uint64(32)) | (_LAST - pairs["row"][order]))
            later_first = later_first[_first_of_each(later_first)]
            starts = np.flatnonzero(_first_of_each(later_first >> np.uint64(32)))
            files[0].write(found[first].tobytes())
            files[1].write((starts + end).astype("<u8").tobytes())
            files[2].write((_LAST - (later_first & _LAST)).astype("<u4").tobytes())
            end += len(later_first)
        files[1].write(np.array([end], dtype="<u8").tobytes())
        for written in files:
            written.close()


class Index:
    """An index that was written, opened for looking up."""

    def __init__(self, folder: Path) -> None:
        self._id_ends = _mapped(folder / "id-ends", "<u8")
        self.rows = len(self._id_ends)
        self._keys = _mapped(folder / "keys", "<i8")
        self._starts = _mapped(folder / "starts", "<u8")
        self._owners = _mapped(folder / "owners", "<u4")
        self._places = _mapped(folder / "places", "<u8").reshape(-1, len(CELLS))
        self.outlines = Columns({column: _mapped(_column(folder, column), kind) for column, kind in COLUMNS.items()})
        self._names, self._borne = folder / "names", folder / "borne"
        self._ids, self._parts = (_mapped_bytes(folder / name) for name in ("ids", "parts"))
        self.person = lru_cache(maxsize=_MOST_PEOPLE)(self._person)
        #: The names and the birth of a row: all that rules and reasons look at where it is known how far a pair agrees.
        self.told = lru_cache(maxsize=_MOST_PEOPLE)(self._told)
        #: A part of a description, by its kind and where it stands.
        self.part = lru_cache(maxsize=_MOST_PARTS)(self._read_part)

    def names(self) -> tuple[str, ...]:
        """The names that the outlines number."""
        return tuple(marshal.loads(self._names.read_bytes()))  # noqa: S302 (written by this very run)

    def names_counted(self) -> NamesCounted:
        """How common names are in the list."""
        bearers = Bearers()
        bearers.records, given, family = marshal.loads(self._borne.read_bytes())  # noqa: S302 (written by this very run)
        bearers.given.update(given)
        bearers.family.update(family)
        return bearers.counted()

    def id(self, row: int) -> str:
        """The id of a row."""
        start = int(self._id_ends[row - 1]) if row else 0
        return str(self._ids[start : int(self._id_ends[row])], "utf-8", "surrogatepass")

    def ids(self, rows: Integers) -> list[str]:
        """The ids of some rows."""
        ends = self._id_ends[rows].tolist()
        starts = np.where(rows > 0, self._id_ends[rows - 1], np.uint64(0)).tolist()
        ids = self._ids
        return [str(ids[start:end], "utf-8", "surrogatepass") for start, end in zip(starts, ends, strict=True)]

    def _person(self, row: int) -> tuple[str, PersonFeatures]:
        """The id and the features of a row."""
        places = enumerate(self._places[row].tolist())
        return self.id(row), whole(*(self.part(kind, place).features for kind, place in places))

    def _told(self, row: int) -> PersonFeatures:
        given, family, birth, *_ = self._places[row].tolist()
        nothing = PersonFeatures()
        names = self.part(GIVEN, given).features, self.part(FAMILY, family).features
        return whole(*names, self.part(BIRTH, birth).features, nothing, nothing)

    def _read_part(self, kind: int, place: int) -> Part:
        return Part(kind, read_part(kind, self._parts[place:]))

    def parts_of(self, rows: Integers) -> npt.NDArray[np.uint64]:
        """Where the parts of some rows stand."""
        return np.asarray(self._places[rows])

    def people(self, rows: range) -> People:
        """The people of some rows that stand next to each other, what several share read once."""
        places = self._places[rows.start : rows.stop]
        of = np.empty(places.shape, dtype=np.int64)
        parts = []
        for kind in range(len(CELLS)):
            once = distinct(places[:, kind].astype(np.int64))
            of[:, kind] = np.searchsorted(once, places[:, kind].astype(np.int64))
            parts.append(Parts(kind, [self.part(kind, place) for place in once.tolist()]))
        return People(self.ids(np.arange(rows.start, rows.stop)), tuple(parts), of)

    def under_numbers(self, numbers: Integers, whose: Integers, people: int) -> Found:
        """For the keys of so many people, the rows found under them, and how many keys each shares."""
        order = np.argsort(numbers)
        numbers, whose = numbers[order], whose[order]
        place = np.minimum(np.searchsorted(self._keys, numbers), max(0, len(self._keys) - 1))
        there = np.flatnonzero(self._keys[place] == numbers) if len(self._keys) else place[:0]
        # A key that somebody has twice counts once.
        both = np.sort(place[there] * np.int64(max(1, people)) + whose[there])
        place, whose = np.divmod(both[_first_of_each(both)], np.int64(max(1, people)))
        first = self._starts[place].astype(np.int64)
        many = np.minimum(self._starts[place + 1].astype(np.int64) - first, keys.MOST_UNDER_ONE_KEY)
        places = np.repeat(first, many) + counting(many)
        # One number for a person asked about and a row: found as often as they share keys.
        both = np.sort(np.repeat(whose, many) * np.int64(self.rows) + self._owners[places])
        starts = np.flatnonzero(_first_of_each(both))
        shared = np.diff(np.append(starts, len(both)))
        pairs = both[starts]
        return _most_alike(Found(pairs // self.rows, pairs % self.rows, shared), people)

    def under(self, asked: Sequence[Sequence[int]]) -> list[list[int]]:
        """For each person's keys, the rows found under them, those that share the most keys first."""
        lengths = np.array([len(each) for each in asked], dtype=np.int64)
        flat = np.fromiter((key for each in asked for key in each), dtype=np.int64, count=int(lengths.sum()))
        found = self.under_numbers(flat, np.repeat(np.arange(len(asked)), lengths), len(asked))
        ends = np.searchsorted(found.whose, np.arange(len(asked) + 1)).tolist()
        rows = found.rows.tolist()
        return [rows[start:end] for start, end in pairwise(ends)]

    def hottest(self, most: int) -> list[Sequence[int]]:
        """The rows under each of the keys that have the most, in turn from the hottest."""
        first = np.argsort(-np.diff(self._starts.astype(np.int64)), kind="stable")[:most].tolist()
        return [self._owners[int(self._starts[each]) : int(self._starts[each + 1])].tolist() for each in first]

    def is_within_bound(self, key: int, row: int) -> bool:
        """Whether a row is one of those that are taken under this key."""
        place = int(np.searchsorted(self._keys, key))
        if place == len(self._keys) or self._keys[place] != key:
            return True
        first, end = self._starts[place : place + 2].tolist()
        return bool((self._owners[first : min(end, first + keys.MOST_UNDER_ONE_KEY)] == row).any())


@dataclass(frozen=True, slots=True)
class Found:
    """Pairs of somebody asked about and a row, in the order of people, with how many keys they share."""

    whose: Integers
    rows: Integers
    shared: Integers


def _most_alike(found: Found, people: int) -> Found:
    """For each person those that share the most keys first, of equal ones the later row; so many at the most."""
    found = _by_likeness(found)
    within = counting(np.bincount(found.whose, minlength=people)) < MOST_COMPARED
    return found if within.all() else Found(found.whose[within], found.rows[within], found.shared[within])


def _by_likeness(found: Found) -> Found:
    """In the order of people, of the most shared keys, and of later rows: sorted as one number where that can be."""
    most, last = (int(each.max(initial=0)) for each in (found.shared, found.rows))
    people, of_shared, of_rows = (each.bit_length() for each in (int(found.whose.max(initial=0)), most, last))
    if people + of_shared + of_rows > 63:
        order = np.lexsort((-found.rows, -found.shared, found.whose))
        return Found(found.whose[order], found.rows[order], found.shared[order])
    each = found.whose << of_shared
    each |= most - found.shared
    each <<= of_rows
    each |= last - found.rows
    each.sort()
    rows = last - (each & (1 << of_rows) - 1)
    each >>= of_rows
    return Found(each >> of_shared, rows, most - (each & (1 << of_shared) - 1))


def _column(folder: Path, column: tuple[str, int]) -> Path:
    """The file of one column of the outlines."""
    name, place = column
    return folder / f"outline-{name}-{place}"


def _mapped(path: Path, kind: Any) -> Any:
    if not path.stat().st_size:
        return np.empty(0, dtype=kind)
    # As a plain array: every look at a memmap would make another one.
    return np.memmap(path, dtype=kind, mode="r").view(np.ndarray)


def _mapped_bytes(path: Path) -> memoryview:
    """What is in a file; what is mapped stays when the file is closed."""
    with path.open("rb") as file:
        size = path.stat().st_size
        return memoryview(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b"")
