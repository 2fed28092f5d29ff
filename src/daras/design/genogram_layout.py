"""Where everybody stands in the family picture: generations in rows, households side by side. The same people give
the same picture.

A household takes a band of columns of its own, so that its outline holds nobody else. Bands are put, one after
another from those the picture is about, where the lines to those already standing are shortest.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

Shape = Literal["square", "circle", "diamond", "triangle"]
LineKind = Literal["parent", "partner", "other", "risk"]


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody in the picture. Square: man or boy; circle: woman or girl; diamond: not known; triangle: not yet
    born."""

    key: int
    name: str
    about: str = ""  # "aged 11"
    shape: Shape = "diamond"
    risk: str = ""  # what risk they pose, in few words
    focus: bool = False
    href: str = ""
    proposed: bool = False  # an agency says that there is such a person, and nobody has decided on it
    may_be: str = ""  # what is proposed to be said of somebody who is there, in few words


@dataclass(frozen=True, slots=True)
class Line:
    """Why two people stand together. A parent is the start of a line, `generations` rows above the end."""

    start: int
    end: int
    kind: LineKind
    words: str  # the whole reason, as the table beside it says it
    label: str = ""  # few words on the line
    past: bool = False
    generations: int = 0
    proposed: bool = False  # said by an agency, not decided: never drawn as what is known


@dataclass(frozen=True, slots=True)
class Household:
    """People who live at one address; in the past where it is no longer so."""

    name: str
    members: tuple[int, ...]
    past: bool = False


Band = tuple[Household | None, tuple[int, ...]]


@dataclass(slots=True)
class Standing:
    """Where everybody stands: row and column, columns counted across the whole picture; and each band's columns."""

    row: dict[int, int] = field(default_factory=dict)
    column: dict[int, float] = field(default_factory=dict)
    bands: list[tuple[Household | None, tuple[int, ...]]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    columns: int = 0

    @property
    def rows(self) -> int:
        return max(self.row.values(), default=-1) + 1


def standing(figures: Sequence[Figure], lines: Sequence[Line], households: Sequence[Household]) -> Standing:
    """Rows by generation, columns by household."""
    found = Standing(row=_generations(figures, lines))
    bands = _bands(figures, households)
    order = _order(bands, figures, lines)
    partners = _partners(lines)
    for band in order:
        _, members = band
        by_row: defaultdict[int, list[int]] = defaultdict(list)
        for key in members:
            by_row[found.row[key]].append(key)
        width = max(len(keys) for keys in by_row.values())
        found.bands.append(band)
        if _fits_above_or_below(found, band):  # somebody alone shares the column of another who is alone
            found.columns -= 1
        found.starts.append(found.columns)
        for keys in by_row.values():
            left = found.columns + (width - len(keys)) / 2
            for place, key in enumerate(_couples_together(keys, partners)):
                found.column[key] = left + place
        found.columns += width
    return found


def _fits_above_or_below(found: Standing, band: Band) -> bool:
    """Whether this is somebody alone beside those alone in the column before, none of them in the same row."""
    if band[0] is not None or len(found.bands) < 2:
        return False
    here = [key for key, column in found.column.items() if found.columns - 1 <= column < found.columns]
    alone = {members[0] for household, members in found.bands[:-1] if household is None}
    rows = {found.row[key] for key in here}
    return set(here) <= alone and bool(here) and found.row[band[1][0]] not in rows


def _generations(figures: Sequence[Figure], lines: Sequence[Line]) -> dict[int, int]:
    """Rows from those the picture is about outward: parents and partners say most, every other tie less."""
    near: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for line in lines:
        cost = 1 if line.kind in {"parent", "partner"} else 100
        near[line.start].append((line.end, line.generations, cost))
        near[line.end].append((line.start, -line.generations, cost))
    rows: dict[int, int] = {}
    order = count()
    waiting = [(0 if figure.focus else 100_000, next(order), figure.key, 0) for figure in figures]
    heapq.heapify(waiting)
    known = {figure.key for figure in figures}
    while waiting:
        cost, _, key, row = heapq.heappop(waiting)
        if key in rows or key not in known:
            continue
        rows[key] = row
        for other, below, further in near[key]:
            if other not in rows:
                heapq.heappush(waiting, (cost + further, next(order), other, row + below))
    top = min(rows.values(), default=0)
    return {key: row - top for key, row in rows.items()}


def _bands(
    figures: Sequence[Figure], households: Sequence[Household]
) -> list[tuple[Household | None, tuple[int, ...]]]:
    """Each present household with those who stand in no earlier one; everybody else alone."""
    known = [figure.key for figure in figures]
    placed: set[int] = set()
    bands: list[tuple[Household | None, tuple[int, ...]]] = []
    for household in households:
        members = tuple(key for key in known if key in household.members and key not in placed)
        if not household.past and len(members) > 1:
            bands.append((household, members))
            placed |= set(members)
    return bands + [(None, (key,)) for key in known if key not in placed]


def _order(bands: Sequence[Band], figures: Sequence[Figure], lines: Sequence[Line]) -> list[Band]:
    focus = {figure.key for figure in figures if figure.focus}
    waiting = sorted(bands, key=lambda band: not focus & set(band[1]))
    band_of = {key: place for place, (_, members) in enumerate(waiting) for key in members}
    ties: defaultdict[int, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        one, other = band_of.get(line.start), band_of.get(line.end)
        if one is not None and other is not None and one != other:
            weight = 3 if line.kind in {"parent", "partner"} else 1
            ties[one][other] += weight
            ties[other][one] += weight
    order = [0] if waiting else []
    left = set(range(1, len(waiting)))
    while left:
        chosen = max(sorted(left), key=lambda band: sum(ties[band][other] for other in order))
        left.remove(chosen)
        order.insert(_best_place(order, chosen, ties), chosen)
    return [waiting[place] for place in order]


def _best_place(order: Sequence[int], chosen: int, ties: defaultdict[int, defaultdict[int, int]]) -> int:
    """Where the lines of all that stand become shortest; to the right where it makes no difference."""

    def length(at: int) -> int:
        tried = [*order[:at], chosen, *order[at:]]
        place = {band: index for index, band in enumerate(tried)}
        return sum(
            weight * abs(place[one] - place[other])
            for one in tried
            for other, weight in ties[one].items()
            if other in place and one < other
        )

    return min(range(len(order), -1, -1), key=length)


def _partners(lines: Sequence[Line]) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for line in lines:
        if line.kind == "partner" and not line.past:
            found[line.start].append(line.end)
            found[line.end].append(line.start)
    return found


def _couples_together(keys: Sequence[int], partners: dict[int, list[int]]) -> list[int]:
    placed: list[int] = []
    for key in keys:
        if key in placed:
            continue
        placed.append(key)
        placed += [other for other in partners.get(key, ()) if other in keys and other not in placed]
    return placed
