"""A whole run: read, index, look up, write. Two processes weigh; one reads and writes, in the order of the file."""

from __future__ import annotations

import csv
import multiprocessing
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from multiprocessing.pool import AsyncResult, Pool
from pathlib import Path
from typing import Any, TextIO, TypeVar

from daras.exchange.linking import deciding, engines
from daras.exchange.linking.describing import FieldRefused, described
from daras.exchange.linking.engines import Engine
from daras.exchange.linking.reading import NothingRead, Problem, Reader, Report, Row
from daras.exchange.linking.store import Index, Packed, Writer, packed
from daras.exchange.linking.training import shares_beside
from daras.matching import keys
from daras.matching.comparison import Decision
from daras.matching.features import PersonFeatures
from daras.matching.model import Model, load
from daras.matching.names import name_shares

OUTPUT = ("id", "against_id", "probability", "decision", "why")
REJECTS = ("file", "line", "column", "heading", "problem", "row")
ROWS_AT_A_TIME = 400
UNDER_WAY = 8

Progress = Callable[[int, int, str], None]
Refusal = tuple[int, str, str, Row]
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
_model: Model
_folder: Path


def _begin(task: Task, folder: Path) -> None:
    global _task, _model, _folder  # noqa: PLW0603 (each process is told once)
    _task = task
    _model = _weights(task.model)
    _folder = folder


@cache
def _index() -> Index:
    """The index, opened once in each process, when it is whole."""
    return Index(_folder)


def _weights(path: Path | None) -> Model:
    """The shipped weights, or those that were learned with the name shares beside them."""
    if path is None:
        return load()
    shares = shares_beside(path)
    return replace(load(path), shares=name_shares(shares)) if shares.exists() else load(path)


def _described(rows: list[tuple[int, Row]]) -> tuple[list[tuple[int, Row, PersonFeatures]], list[Refusal]]:
    good, bad = [], []
    for line, row in rows:
        try:
            good.append((line, row, described(row, _task.today)))
        except FieldRefused as refused:
            bad.append((line, refused.field, str(refused), row))
    return good, bad


def _pack(rows: list[tuple[int, Row]]) -> tuple[Packed, list[Refusal]]:
    good, bad = _described(rows)
    return packed([(row["id"], features) for _, row, features in good]), bad


Line = tuple[str, str, str, Decision, str]


def _link(rows: list[tuple[int, Row]]) -> tuple[list[Line], list[Refusal], int]:
    """The lines of the output for a stretch of people."""
    good, bad = _described(rows)
    index = _index()
    found = index.under([keys.numbers(features) for _, _, features in good])
    lines: list[Line] = []
    for (_, row, features), candidates in zip(good, found, strict=True):
        links = deciding.decide(features, candidates, index, _model)
        lines += [_line(row["id"], link) for link in links] or [(row["id"], "", "", "none", "")]
    return lines, bad, len(good)


def _twice(first: int) -> tuple[list[Line], int]:
    """The pairs within the index of which the first row is in a stretch beginning here."""
    index = _index()
    rows = range(first, min(first + ROWS_AT_A_TIME, index.rows))
    people = [index.person(row) for row in rows]
    found = index.under([keys.numbers(features) for _, features in people])
    lines: list[Line] = []
    for row, (id_, features), candidates in zip(rows, people, found, strict=True):
        later = [each for each in candidates if each > row]
        lines += [_line(id_, link) for link in deciding.pairs(features, later, index, _model)]
    return lines, len(rows)


def _line(id_: str, link: deciding.Found) -> Line:
    return id_, link.against_id, f"{link.probability:.6f}", link.decision, " ".join(link.why)


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


def _stretches(rows: Iterator[tuple[int, Row]]) -> Iterator[list[tuple[int, Row]]]:
    stretch = []
    for each in rows:
        stretch.append(each)
        if len(stretch) == ROWS_AT_A_TIME:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _write_index(pool: Pool, path: Path, folder: Path, reject: Callable[[Problem], None], progress: Progress) -> Report:
    reader = Reader(path, reject)
    size = path.stat().st_size if path.exists() else 0
    with Writer(folder) as writer:
        for stretch, bad in _in_order(pool, _pack, _stretches(reader.rows())):
            writer.add(stretch)
            _refuse(reader, bad)
            progress(min(reader.bytes_read, size - 1) >> 10, (size >> 10) + 1, f"KiB of {path.name} into the index")
        writer.finish()
    return reader.report


def _refuse(reader: Reader, bad: Iterable[Refusal]) -> None:
    for line, name, what, row in bad:
        reader.refuse(line, name, what, row)


def _look_up(pool: Pool, task: Task, outcome: Outcome, reject: Callable[[Problem], None], progress: Progress) -> None:
    _write_links(task, outcome, _linked(pool, task, outcome, reject, progress))


def _write_links(task: Task, outcome: Outcome, linked: Iterable[tuple[list[Line], int]]) -> None:
    with _whole(task.out) as file:
        writer = csv.writer(file)
        writer.writerow(OUTPUT)
        for lines, done in linked:
            writer.writerows([map(_defused, line) for line in lines])
            outcome.asked += done
            for line in lines:
                outcome.decisions[line[3]] += 1


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
    index, model = Index(folder), _weights(task.model)
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
) -> Iterator[tuple[list[Line], int]]:
    """The lines of each row in turn, of rows without a pair as well where a list is looked for in another."""
    asked = people or index
    found = engines.together(pairs)
    row, others = next(found, (-1, []))
    for place in range(asked.rows):
        links: list[deciding.Found] = []
        id_, features = asked.person(place)
        if place == row:
            links = (deciding.decide if people else deciding.pairs)(features, others, index, model)
            row, others = next(found, (-1, []))
        nobody: list[Line] = [(id_, "", "", "none", "")] if people else []
        yield [_line(id_, link) for link in links] or nobody, 1
        if place % ROWS_AT_A_TIME == 0:
            progress(place, asked.rows, "people decided")


def _linked(
    pool: Pool, task: Task, outcome: Outcome, reject: Callable[[Problem], None], progress: Progress
) -> Iterator[tuple[list[Line], int]]:
    if task.against is None:
        rows = outcome.reports[0].rows
        for number, (lines, done) in enumerate(_in_order(pool, _twice, range(0, rows, ROWS_AT_A_TIME)), start=1):
            progress(min(number * ROWS_AT_A_TIME, rows), rows, "people compared")
            yield lines, done
        return
    reader = Reader(task.people, reject)
    outcome.reports.append(reader.report)
    size = task.people.stat().st_size if task.people.exists() else 0
    for lines, bad, done in _in_order(pool, _link, _stretches(reader.rows())):
        _refuse(reader, bad)
        progress(min(reader.bytes_read, size - 1) >> 10, (size >> 10) + 1, f"KiB of {task.people.name} looked up")
        yield lines, done
    if reader.report.rows == 0:
        raise NothingRead(f"{task.people}: no row could be used.")


def _defused(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula begins with an apostrophe instead; a number is none."""
    risky = cell[:1] in {"=", "+", "-", "@"} and not cell[1:].replace(".", "", 1).isdigit()
    return f"'{cell}" if risky else cell
