"""A stretch of a file as columns of cells, and what is wrong with its rows.

Rows are taken apart all at once where they are as wide as the headings, and one by one where they are not.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Row: TypeAlias = dict[str, str]


@dataclass(frozen=True, slots=True)
class Text:
    """Whole lines of a file in which no row runs over several and nothing has to be cleaned; the number of the first,
    and where each field stands in a row."""

    first: int
    text: str
    delimiter: str
    places: Mapping[str, int]
    width: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is left out: its line, the column where that is known (counted from one), and what it says."""

    line: int
    column: int
    heading: str
    what: str
    row: str


@dataclass(slots=True)
class Cells:
    """The cells of some rows, a column for each field, with the number of each row's line."""

    lines: Sequence[int]
    columns: Mapping[str, Sequence[str]]
    blank: int = 0
    faults: list[Fault] = field(default_factory=list)

    def row(self, place: int) -> Row:
        """One row, field by field."""
        return {name: column[place] for name, column in self.columns.items()}


def of_rows(rows: Sequence[tuple[int, Row]]) -> Cells:
    """The cells of rows that were read one by one."""
    names = rows[0][1] if rows else {"id": ""}
    return Cells([line for line, _ in rows], {name: [row[name] for _, row in rows] for name in names})


def of_text(stretch: Text) -> Cells:
    """The cells of a text."""
    lines = stretch.text.split("\n")
    if not lines[-1]:
        lines.pop()
    rows = list(csv.reader(lines, delimiter=stretch.delimiter))
    if len(rows) != len(lines):
        rows = [next(csv.reader([line], delimiter=stretch.delimiter), []) for line in lines]
    found = Cells(range(stretch.first, stretch.first + len(rows)), {})
    if set(map(len, rows)) != {stretch.width}:
        rows = _of_one_width(rows, lines, stretch, found)
    columns = [list(map(str.strip, column)) for column in zip(*rows, strict=True)] or [[]] * stretch.width
    ids = columns[stretch.places["id"]]
    if not all(ids):
        columns = _with_ids(columns, lines, stretch, found)
    found.columns = {name: columns[place] for name, place in stretch.places.items()}
    found.faults.sort(key=lambda fault: fault.line)
    return found


def _of_one_width(rows: list[list[str]], lines: list[str], stretch: Text, found: Cells) -> list[list[str]]:
    """Every row as wide as the headings; those that hold more are faults."""
    width, kept, numbers = stretch.width, [], []
    for number, row in zip(found.lines, rows, strict=True):
        if not any(cell.strip() for cell in row):
            found.blank += 1
        elif any(cell.strip() for cell in row[width:]):
            what = f"{len(row)} fields where the headings are {width}"
            found.faults.append(Fault(number, width + 1, "no heading", what, lines[number - stretch.first][:2_000]))
        else:
            numbers.append(number)
            kept.append([*row[:width], *[""] * (width - len(row))])
    found.lines = numbers
    return kept


def _with_ids(columns: list[list[str]], lines: list[str], stretch: Text, found: Cells) -> list[list[str]]:
    """The rows that have an id; of the others some are blank."""
    kept = []
    for place, (number, *row) in enumerate(zip(found.lines, *columns, strict=True)):
        if row[stretch.places["id"]]:
            kept.append(place)
        elif any(row):
            line = lines[number - stretch.first][:2_000]
            found.faults.append(Fault(number, stretch.places["id"] + 1, "id", "no id", line))
        else:
            found.blank += 1
    found.lines = [found.lines[place] for place in kept]
    return [[column[place] for place in kept] for column in columns]
