"""A partner's file row by row: whatever can be read is, and whatever cannot is named with its line and column.

Streams in bounded memory, whatever the file is: a quotation mark that is never closed, a line without end, bytes of
several encodings, a million blank rows.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from daras.exchange.linking.cells import Cells, Row, Text
from daras.exchange.linking.columns import Columns, columns

#: A line is cut at so many bytes, and a quoted field may run over so many lines.
LONGEST_LINE = 1 << 20
MOST_LINES_QUOTED = 40
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufeff\ufffd]")
_BREAKS = re.compile(r"[\r\n\t\x0b\x0c]+")

#: Text that is handed on as it stands, some ten thousand rows of a usual list; a line of it is no longer than this.
STRETCH = 1 << 20
_LONGEST_LINE_TOGETHER = 100_000
_ROWS_TOGETHER = 10_000
#: What has to be looked at line by line: control characters, a tab within a cell, a return within a line.
_UNUSUAL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufeff\ufffd]|\r(?!\n)")


class NothingRead(Exception):
    """Nothing in the file could be read; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in which file, line and column (nought: the line as a whole). `row` is the line as it came."""

    file: str
    line: int
    column: int
    heading: str
    what: str
    row: str = ""

    def __str__(self) -> str:
        where = f", column {self.column} ({self.heading})" if self.column else ""
        return f"{self.file}, line {self.line}{where}: {self.what}"


@dataclass(slots=True)
class Report:
    """What became of a file's lines. `noticed` are oddities of rows that were kept, the first of each kind."""

    file: str
    rows: int = 0
    blank: int = 0
    rejected: int = 0
    noticed: dict[str, Problem] = field(default_factory=dict)
    often: Counter[str] = field(default_factory=Counter)

    def notice(self, line: int, column: int, heading: str, what: str) -> None:
        """An oddity of a row that is kept all the same."""
        self.often[what] += 1
        if what not in self.noticed:
            self.noticed[what] = Problem(self.file, line, column, heading, what)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    fault: str = ""


class Reader:
    """The rows of a file; `reject` is told of each row that is left out, and why."""

    def __init__(self, path: Path, reject: Callable[[Problem], None]) -> None:
        self.path = path
        self.report = Report(path.name)
        self.bytes_read = 0
        self._number = 0
        self._wide = False
        self._waiting: deque[_Line] = deque()
        self._reject = reject
        self._columns = Columns({}, 0, (), ())
        self._delimiter = ","

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Every row that can be used, with the number of its line: the fields that are there, by name.

        Raises `NothingRead` for a file that is not there, is empty, or has no column for the id.
        """
        with self._opened() as file:
            lines = self._joined(self._decoded(file))
            self._headings(lines)
            yield from self._rows(lines)

    def stretches(self) -> Iterator[Text | list[tuple[int, Row]]]:
        """The same rows, many together: as text where every line of it is a row and needs no cleaning, else the rows.

        What became of the lines of a text has to be told to `taken`. Raises `NothingRead` as `rows` does.
        """
        with self._opened() as file:
            lines = self._joined(self._decoded(file))
            self._headings(lines)
            if self._wide or self._waiting:
                yield from self._one_by_one(lines, until=None)
                return
            while raw := file.read(STRETCH):
                raw += file.readline(LONGEST_LINE)
                if (text := self._plain_text(raw)) is None:
                    file.seek(self.bytes_read)
                    yield from self._one_by_one(self._joined(self._lines(file)), until=self.bytes_read + len(raw))
                    continue
                first = self._number + 1
                self._number += text.count("\n") + (not text.endswith("\n"))
                self.bytes_read += len(raw)
                yield Text(first, text, self._delimiter, self._columns.places, self._columns.width)

    def _one_by_one(self, lines: Iterator[_Line], until: int | None) -> Iterator[list[tuple[int, Row]]]:
        """The rows of lines, at least as far as `until` in the file, and no line is left that was looked at."""
        rows: list[tuple[int, Row]] = []
        for line in lines:
            rows += self._rows(iter((line,)))
            if len(rows) == _ROWS_TOGETHER:
                yield rows
                rows = []
            if until is not None and self.bytes_read >= until and not self._waiting:
                break
        yield rows

    def taken(self, cells: Cells) -> None:
        """Count what became of the lines of a text."""
        self.report.rows += len(cells.lines)
        self.report.blank += cells.blank
        for fault in cells.faults:
            heading = self.place("id")[1] if fault.heading == "id" else fault.heading
            self._out(Problem(self.report.file, fault.line, fault.column, heading, fault.what, fault.row))

    def _opened(self) -> BinaryIO:
        try:
            return self.path.open("rb")
        except OSError as error:
            raise NothingRead(f"{self.path}: {error.strerror or error}. Name a file that can be read.") from None

    def _rows(self, lines: Iterator[_Line]) -> Iterator[tuple[int, Row]]:
        for line in lines:
            row = self._row(line)
            if row is not None:
                self.report.rows += 1
                yield line.number, row

    def _plain_text(self, raw: bytes) -> str | None:
        """The text, where each of its lines is a row of which nothing has to be taken out."""
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if _UNUSUAL.search(text):
            return None
        lines = text.split("\n")
        if len(max(lines, key=len)) > _LONGEST_LINE_TOGETHER:
            return None
        return None if '"' in text and any(line.count('"') % 2 for line in lines) else text

    def place(self, field_name: str) -> tuple[int, str]:
        """The column of a field, counted from one, with its heading; nought where the file has none."""
        place = self._columns.places.get(field_name)
        return (0, field_name) if place is None else (place + 1, field_name)

    def refuse(self, line: int, field_name: str, what: str, row: Mapping[str, str]) -> None:
        """Leave out a row that was read, for what stands in a field."""
        self.report.rows -= 1
        column, heading = self.place(field_name)
        self._out(Problem(self.report.file, line, column, heading, what, self._delimiter.join(row.values())))

    def _out(self, problem: Problem) -> None:
        self.report.rejected += 1
        self._reject(problem)

    def _headings(self, lines: Iterator[_Line]) -> None:
        for line in lines:
            if line.text.strip(" ,;\t|\r\n\"'"):
                self._delimiter = max(",;\t|", key=lambda each: (line.text.count(each), each == ","))
                headings = next(csv.reader([line.text], delimiter=self._delimiter), [])
                self._columns = columns(headings)
                self._noted(line.number)
                return
            self.report.blank += 1
        raise NothingRead(f"{self.path}: there is nothing in it. The first row names the columns, id among them.")

    def _noted(self, number: int) -> None:
        found = self._columns
        if "id" not in found.places:
            first = ", ".join(word[:30] for word in found.unknown[:8])
            raise NothingRead(
                f"{self.path}, line {number}: no column for the id among the headings ({first or 'none'})."
                " Call the column that names each row id."
            )
        for heading in found.unknown:
            self.report.notice(number, 0, heading[:40], f"the column {heading[:40]!r} means nothing here: not read")
        for heading in found.twice:
            self.report.notice(number, 0, heading[:40], f"a second column {heading[:40]!r}: the first counts")

    def _row(self, line: _Line) -> Row | None:
        if line.fault:
            self._out(Problem(self.report.file, line.number, 0, "", line.fault, line.text[:2_000]))
            return None
        try:
            cells = next(csv.reader(io.StringIO(line.text, newline=""), delimiter=self._delimiter), [])
        except csv.Error as error:
            self._out(Problem(self.report.file, line.number, 0, "", f"cannot be taken apart: {error}", line.text))
            return None
        if not any(cell.strip() for cell in cells):
            self.report.blank += 1
            return None
        if len(cells) > self._columns.width and any(cell.strip() for cell in cells[self._columns.width :]):
            what = f"{len(cells)} fields where the headings are {self._columns.width}"
            beyond = self._columns.width + 1
            self._out(Problem(self.report.file, line.number, beyond, "no heading", what, line.text[:2_000]))
            return None
        row = {name: self._cell(line, place, name, cells) for name, place in self._columns.places.items()}
        if not row["id"]:
            column, heading = self.place("id")
            self._out(Problem(self.report.file, line.number, column, heading, "no id", line.text[:2_000]))
            return None
        return row

    def _cell(self, line: _Line, place: int, name: str, cells: list[str]) -> str:
        if place >= len(cells):
            return ""
        cell = _BREAKS.sub(" ", cells[place]).strip()
        if _CONTROL.search(cell):
            self.report.notice(line.number, place + 1, name, "control characters taken out")
            cell = " ".join(_CONTROL.sub("", cell).split())
        return cell

    def _decoded(self, file: BinaryIO) -> Iterator[_Line]:
        """The lines as text: UTF-8, or UTF-16 with a mark; a line that is neither is read as Windows-1252."""
        start = file.read(4)
        file.seek(0)
        self._wide = start[:2] in (b"\xff\xfe", b"\xfe\xff")
        yield from (self._wide_lines if self._wide else self._lines)(file)

    def _lines(self, file: BinaryIO) -> Iterator[_Line]:
        while raw := file.readline(LONGEST_LINE):
            self._number = number = self._number + 1
            self.bytes_read += len(raw)
            if number == 1 and raw.startswith(b"\xef\xbb\xbf"):
                raw = raw[3:]
            if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
                self._skip_to_the_end(file)
                yield _Line(number, raw[:200].decode("utf-8", "replace"), "a line of more than a million bytes")
                continue
            yield _Line(number, self._text(number, raw))

    def _skip_to_the_end(self, file: BinaryIO) -> None:
        while (more := file.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
            self.bytes_read += len(more)
        self.bytes_read += len(more)

    def _text(self, number: int, raw: bytes) -> str:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            text = raw.decode("cp1252", "replace")
            column = raw[: error.start].count(self._delimiter.encode()) + 1
            self.report.notice(number, column, "", "not UTF-8, read as Windows-1252")
            return text

    def _wide_lines(self, file: BinaryIO) -> Iterator[_Line]:
        with io.TextIOWrapper(file, encoding="utf-16", errors="replace", newline="") as wide:
            for number, text in enumerate(wide, start=1):
                self.bytes_read += 2 * len(text)
                yield _Line(number, text)

    def _joined(self, lines: Iterator[_Line]) -> Iterator[_Line]:
        """Lines that belong to one row, because a quoted field runs over them, as one.

        Where the quotation mark is never closed, its line alone is at fault, and reading goes on after it.
        """
        waiting = self._waiting
        while True:
            line = waiting.popleft() if waiting else next(lines, None)
            if line is None:
                return
            if line.fault or line.text.count('"') % 2 == 0:
                yield line
                continue
            taken = [line]
            while len(taken) < MOST_LINES_QUOTED:
                following = waiting.popleft() if waiting else next(lines, None)
                if following is None:
                    break
                taken.append(following)
                if following.text.count('"') % 2:
                    break
            text = "".join(each.text for each in taken)
            if len(taken) > 1 and text.count('"') % 2 == 0 and self._is_one_row(text):
                yield _Line(line.number, text)
            else:
                waiting.extendleft(reversed(taken[1:]))
                yield _Line(line.number, line.text, "a quotation mark that is never closed")

    def _is_one_row(self, text: str) -> bool:
        """Whether each mark that closes a field stands at its end: else it opened another row's."""
        try:
            return len(list(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter, strict=True))) == 1
        except csv.Error:
            return False
