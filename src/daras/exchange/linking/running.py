"""A whole run: read, index, look up, write. Two processes weigh; one reads and writes, in the order of the file."""

from __future__ import annotations

import csv
import gc
import io
import multiprocessing
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from multiprocessing.pool import AsyncResult, Pool
from pathlib import Path
from typing import Any, TextIO, TypeVar

from daras.exchange.linking import deciding, engines
from daras.exchange.linking.cells import Cells, Row, Text, of_rows, of_text
from daras.exchange.linking.engines import Engine
from daras.exchange.linking.looking_up import LookUp
from daras.exchange.linking.reading import NothingRead, Problem, Reader, Report
from daras.exchange.linking.store import Index, Packed, Writer, packed, packed_together
from daras.exchange.linking.stretch import People, gathered
from daras.exchange.linking.training import shares_beside
from daras.matching.comparison import Decision
from daras.matching.model import Model, load
from daras.matching.names import name_shares

_RISKY = frozenset("=+-@")
OUTPUT = ("id", "against_id", "probability", "decision", "why")
REJECTS = ("file", "line", "column", "heading", "problem", "row")
#: Of the index, where a list is looked through; of a file that is read, as many as stand in a stretch of it.
ROWS_AT_A_TIME = 5_000
UNDER_WAY = 4

Progress = Callable[[int, int, str], None]
Refusal = tuple[int, str, str, Row]
Stretch = Text | list[tuple[int, Row]]
_Given = TypeVar("_Given")


@dataclass(slots=True)
class Outcome:
    """What a run did."""

    reports: list[Report] = field(default_factory=list)
    asked: int = 0
    decisions: dict[Decision, int] = field(default_factory=lambda: {"match": 0, "possible": 0, "none": 0})
    rejects: Path | None = None
    first_problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Task:
    """What to do: `against` is another file, or nothing where a list is looked through for people who are twice in it.

    `today` tells two-digit years and days to come.
    """

    people: Path
    against: Path | None
    out: Path
    rejects: Path
    today: date
    processes: int = 2
    model: Path | None = None
    engine: Engine = "daras"


def run(task: Task, progress: Progress) -> Outcome:
    """Link, and write the links and what was rejected. Raises `NothingRead` when one of the files has no row to use."""
    outcome = Outcome()
    with _rejecting(task, outcome) as reject, tempfile.TemporaryDirectory(prefix="daras-match-") as scratch:
        folder = Path(scratch)
        with _pool(task, folder) as pool:
            outcome.reports.append(_write_index(pool, task.against or task.people, folder, reject, progress))
            if outcome.reports[0].rows == 0:
                raise NothingRead(f"{task.against or task.people}: no row could be used.")
            if task.engine == "daras":
                _look_up(pool, task, outcome, reject, progress)
            else:
                _look_up_by_engine(pool, task, folder, outcome, reject=reject, progress=progress)
    return outcome


@contextmanager
def _rejecting(task: Task, outcome: Outcome) -> Iterator[Callable[[Problem], None]]:
    """Write what is rejected into a file, which is there only when something was."""
    file: TextIO | None = None
    writer: Any = None

    def reject(problem: Problem) -> None:
        nonlocal file, writer
        if file is None:
            file = task.rejects.open("w", encoding="utf-8", newline="")
            writer = csv.writer(file)
            writer.writerow(REJECTS)
            outcome.rejects = task.rejects
        if len(outcome.first_problems) < 10:
            outcome.first_problems.append(problem)
        row = problem.row.strip("\r\n")
        writer.writerow((problem.file, problem.line, problem.column or "", problem.heading, problem.what, row))

    try:
        yield reject
    finally:
        if file is not None:
            file.close()


def _pool(task: Task, folder: Path) -> Any:
    # Never forked: a process that has learned weights holds the threads of DuckDB, and a fork of it may fail.
    return multiprocessing.get_context("spawn").Pool(task.processes, initializer=_begin, initargs=(task, folder))


# In the processes that weigh.

_task: Task
_folder: Path


def _begin(task: Task, folder: Path) -> None:
    global _task, _folder  # noqa: PLW0603 (each process is told once)
    _task = task
    _folder = folder
    # What is made here lives as long as its stretch, or as the process: looking for circles in it finds none.
    gc.disable()


@cache
def _index() -> LookUp:
    """The index, opened once in each process, when it is whole."""
    index = Index(_folder)
    return LookUp(index, _weights(_task.model).among(index.rows, index.names_counted()))


def _weights(path: Path | None) -> Model:
    """The shipped weights, or those that were learned with the name shares beside them."""
    if path is None:
        return load()
    shares = shares_beside(path)
    return replace(load(path), shares=name_shares(shares)) if shares.exists() else load(path)


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a stretch of a file: its cells where it came as text, without the columns, and the rows that were
    left out for a field."""

    text: Cells | None
    refused: list[Refusal]
    rows: int


def _people(stretch: Stretch) -> tuple[People, Read]:
    cells = of_text(stretch) if isinstance(stretch, Text) else of_rows(stretch)
    people, bad = gathered(cells.columns, _task.today)
    refused = [(cells.lines[each.place], each.field, each.what, cells.row(each.place)) for each in bad]
    told = replace(cells, columns={}) if isinstance(stretch, Text) else None
    return people, Read(told, refused, len(people.ids))


def _pack(stretch: Stretch) -> tuple[Packed, Read]:
    people, read = _people(stretch)
    if _task.engine == "daras":
        return packed_together(people), read
    return packed([(id_, people.person(place)) for place, id_ in enumerate(people.ids)]), read


def _link(stretch: Stretch) -> tuple[Lines, Read]:
    """The lines of the output for a stretch of people."""
    people, read = _people(stretch)
    found = _index().asked(people)
    return _lines(line for place, id_ in enumerate(people.ids) for line in _of_one(id_, found.get(place, ()))), read


def _of_one(id_: str, links: Sequence[deciding.Found]) -> Sequence[Line]:
    return [_line(id_, link) for link in links] if links else [(_defused(id_), "", "", "none", "")]


def _twice(first: int) -> Lines:
    """The pairs within the index of which the first row is in a stretch beginning here."""
    look_up = _index()
    found = look_up.twice(range(first, min(first + ROWS_AT_A_TIME, look_up.index.rows)))
    return _lines(_line(look_up.index.id(row), link) for row, links in found.items() for link in links)


Line = tuple[str, str, str, Decision, str]


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines as they stand in the file of links, and how many of them there are of each decision."""

    text: str
    decisions: Counter[Decision]


def _lines(lines: Iterable[Line]) -> Lines:
    text, held = io.StringIO(), list(lines)
    csv.writer(text).writerows(held)
    return Lines(text.getvalue(), Counter([line[3] for line in held]))


def _line(id_: str, link: deciding.Found) -> Line:
    why = " ".join(link.why)
    return _defused(id_), _defused(link.against_id), f"{link.probability:.6f}", link.decision, _defused(why)


def _defused(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe instead; a number is none."""
    risky = cell[:1] in _RISKY and not cell[1:].replace(".", "", 1).isdigit()
    return f"'{cell}" if risky else cell


# In the process that reads and writes.


def _in_order(pool: Pool, work: Callable[[_Given], Any], stretches: Iterable[_Given]) -> Iterator[Any]:
    """What becomes of each stretch, in order; only so many are under way at a time."""
    waiting: deque[AsyncResult[Any]] = deque()
    for stretch in stretches:
        waiting.append(pool.apply_async(work, (stretch,)))
        if len(waiting) >= UNDER_WAY:
            yield waiting.popleft().get()
    while waiting:
        yield waiting.popleft().get()


def _write_index(pool: Pool, path: Path, folder: Path, reject: Callable[[Problem], None], progress: Progress) -> Report:
    reader = Reader(path, reject)
    size = path.stat().st_size if path.exists() else 0
    with Writer(folder) as writer:
        for stretch, read in _in_order(pool, _pack, reader.stretches()):
            writer.add(stretch)
            _told(reader, read)
            progress(min(reader.bytes_read, size - 1) >> 10, (size >> 10) + 1, f"KiB of {path.name} into the index")
        writer.finish()
    return reader.report


def _told(reader: Reader, read: Read) -> None:
    if read.text is not None:
        reader.taken(read.text)
    for line, name, what, row in read.refused:
        reader.refuse(line, name, what, row)


def _look_up(pool: Pool, task: Task, outcome: Outcome, reject: Callable[[Problem], None], progress: Progress) -> None:
    _write_links(task, outcome, _linked(pool, task, outcome, reject, progress))


def _write_links(task: Task, outcome: Outcome, linked: Iterable[tuple[Lines, int]]) -> None:
    with _whole(task.out) as file:
        csv.writer(file).writerow(OUTPUT)
        for lines, done in linked:
            file.write(lines.text)
            outcome.asked += done
            for decision, many in lines.decisions.items():
                outcome.decisions[decision] += many


@contextmanager
def _whole(out: Path) -> Iterator[TextIO]:
    """A file that stands under its name only when it is whole: a run that is refused or stopped leaves what was there
    before. What is no file (a pipe) is written to as it goes."""
    if out.exists() and not out.is_file():
        with out.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    growing = out.with_name(f"{out.name}.part")
    try:
        with growing.open("w", encoding="utf-8", newline="") as file:
            yield file
        growing.replace(out)
    finally:
        growing.unlink(missing_ok=True)


def _look_up_by_engine(
    pool: Pool, task: Task, folder: Path, outcome: Outcome, *, reject: Callable[[Problem], None], progress: Progress
) -> None:
    """The pairs come from Splink; who is who is then decided as ever."""
    index = Index(folder)
    model = _weights(task.model).among(index.rows, index.names_counted())
    people = None
    if task.against is not None:
        asked = folder / "asked"
        asked.mkdir()
        outcome.reports.append(_write_index(pool, task.people, asked, reject, progress))
        if outcome.reports[1].rows == 0:
            raise NothingRead(f"{task.people}: no row could be used.")
        people = Index(asked)
    pairs = engines.scored(task.engine, index, people, model, folder)
    _write_links(task, outcome, _decided(pairs, index, people, model, progress))


def _decided(
    pairs: Iterator[engines.Scored], index: Index, people: Index | None, model: Model, progress: Progress
) -> Iterator[tuple[Lines, int]]:
    """The lines of each row in turn, of rows without a pair as well where a list is looked for in another."""
    asked = people or index
    found = engines.together(pairs)
    row, others = next(found, (-1, []))
    for place in range(asked.rows):
        links: list[deciding.Found] = []
        id_, features = asked.person(place)
        if place == row:
            candidates = deciding.Candidates(others)
            links = (deciding.decide if people else deciding.pairs)(features, candidates, index, model)
            row, others = next(found, (-1, []))
        yield _lines(_of_one(id_, links) if people or links else []), 1
        if place % ROWS_AT_A_TIME == 0:
            progress(place, asked.rows, "people decided")


def _linked(
    pool: Pool, task: Task, outcome: Outcome, reject: Callable[[Problem], None], progress: Progress
) -> Iterator[tuple[Lines, int]]:
    if task.against is None:
        rows = outcome.reports[0].rows
        for number, lines in enumerate(_in_order(pool, _twice, range(0, rows, ROWS_AT_A_TIME))):
            done = min(ROWS_AT_A_TIME, rows - number * ROWS_AT_A_TIME)
            progress(number * ROWS_AT_A_TIME + done, rows, "people compared")
            yield lines, done
        return
    reader = Reader(task.people, reject)
    outcome.reports.append(reader.report)
    size = task.people.stat().st_size if task.people.exists() else 0
    for lines, read in _in_order(pool, _link, reader.stretches()):
        _told(reader, read)
        progress(min(reader.bytes_read, size - 1) >> 10, (size >> 10) + 1, f"KiB of {task.people.name} looked up")
        yield lines, read.rows
    if reader.report.rows == 0:
        raise NothingRead(f"{task.people}: no row could be used.")
