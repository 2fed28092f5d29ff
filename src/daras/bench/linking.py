"""A list against a list, as partners send them: `./daras match` by itself, and Splink's recipe on the same people.

Half of the people asked about are in nobody's list. Reading, making the index or training, and writing count as time;
what counts as right is what was written into the file of links.
"""

from __future__ import annotations

import csv
import multiprocessing
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path

from daras.bench.figures import Figure
from daras.bench.machine import available, load_after
from daras.bench.matching_set import OpenSet, Question, Record, open_set
from daras.bench.scoring import Answer, Worth, wilson, worth
from daras.home.folder import CHECKOUT

BENCH = "linking"
SEED = "unseen lists 1"
ROWS = 100_000
#: Splink's recipe is waited for so long, and may take such a share of the memory that is free; DuckDB is told to keep
#: what is more than the lesser share on disk.
MOST_SECONDS = 1_800
MOST_OF_MEMORY, MOST_OF_DATABASE = 0.9, 0.55
#: An agency's record is held of two people in three, once and a half each.
PEOPLE_A_ROW = 0.66
HEADINGS = (
    "id", "given_name", "middle_names", "family_name", "previous_family_names", "date_of_birth",
    "expected_date_of_birth", "sex", "role", "address", "town", "postcode", "nhs_number",
)  # fmt: skip


_Answered = tuple[dict[str, list[Answer]], list[Figure], float]


def measure(rows: int = ROWS) -> list[Figure]:
    """So many rows asked about, among about as many that agencies hold."""
    found = open_set(int(rows * PEOPLE_A_ROW), rows, SEED)
    what = f"{len(found.questions):,} rows against {len(found.records):,}"
    with tempfile.TemporaryDirectory(prefix="daras-bench-") as name:
        folder = Path(name)
        written(found, folder)
        ours, figures = _ours(found, folder, what)
    figures += _told(f"Daras, {what}", worth(ours))
    if find_spec("splink") is None:
        missing = "Splink: not measured, for it is not installed (requirements/peers.txt)"
        return [*figures, Figure(BENCH, missing, "", "")]
    return [*figures, *beside_splink(found, what), load_after(BENCH)]


def beside_splink(found: OpenSet, what: str) -> list[Figure]:
    """Splink's recipe on the same people, in a process of its own that may take most of the memory there is, and no
    more: where it does not come to an end, that is the figure."""
    processes = multiprocessing.get_context("fork")
    ours, its = processes.Pipe(duplex=False)
    child = processes.Process(target=_by_splink, args=(found, its))
    child.start()
    its.close()
    try:
        answer: _Answered | str = ours.recv() if ours.poll(MOST_SECONDS) else f"not ended after {MOST_SECONDS:,} s"
    except EOFError:
        child.join()
        answer = f"its process ended with status {child.exitcode}"
    if child.is_alive() and isinstance(answer, str):
        child.kill()
    child.join()
    if isinstance(answer, str):
        return [Figure(BENCH, f"Splink 5, {what}: {answer}", "", "")]
    theirs, times, memory = answer
    figures = [figure for name, answers in theirs.items() for figure in _told(f"{name}, {what}", worth(answers))]
    figures += [Figure(BENCH, each.figure, each.value, each.unit) for each in times]
    words = "memory of Splink's process at its highest, the people among it"
    return [*figures, Figure(BENCH, words, memory, "MiB")]


def _by_splink(found: OpenSet, answer: Connection) -> None:
    """Answers with what was found, the times and the memory in MiB, or with why it did not come to an end."""
    free = available()
    resource.setrlimit(resource.RLIMIT_DATA, (_held() + int(MOST_OF_MEMORY * free),) * 2)
    try:
        with tempfile.TemporaryDirectory(prefix="daras-bench-") as folder:
            database = {"memory_limit": f"{int(MOST_OF_DATABASE * free) >> 20}MiB", "temp_directory": folder}
            recipe = import_module("daras.bench.splink_recipe")
            theirs, times = recipe.answered(found, one_by_one=False, database=database)
    except Exception as fault:  # whatever DuckDB says of memory, disk or itself
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        said = " ".join(str(fault).split())[:160]
        answer.send(f"did not come to an end, with {memory:,} MiB held: {type(fault).__name__}: {said}")
        return
    answer.send((theirs, times, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def _held() -> int:
    """The bytes of data that this process has, as the limit counts them."""
    found = re.search(r"VmData:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) << 10 if found else 0


def written(found: OpenSet, folder: Path) -> None:
    """`index.csv`, what agencies hold, and `people.csv`, those asked about, as a partner's extract has them."""
    lists: dict[str, Sequence[Record | Question]] = {"index": found.records, "people": found.questions}
    for name, people in lists.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            writer.writerows(_row(f"{name}{place}", each) for place, each in enumerate(people))


def _row(id_: str, each: Record | Question) -> tuple[object, ...]:
    named, home = each.named, each.named.address
    where = (home.lines[0], home.town, home.postcode) if home else ("", "", "")
    born = (named.date_of_birth or "", named.expected_birth_on or "")
    names = (named.given_name, named.middle_names, named.family_name, ";".join(named.previous_family_names))
    number = dict(named.identifiers).get("nhs-number", "")
    return (id_, *names, *born, named.sex, named.role, *where, number)


def _ours(found: OpenSet, folder: Path, what: str) -> tuple[list[Answer], list[Figure]]:
    """In processes of its own, as a command is run."""
    links = folder / "links.csv"
    command = [sys.executable, "-m", "daras.cli", "match", str(folder / "people.csv")]
    command += ["--against", str(folder / "index.csv"), "--out", str(links)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": str(CHECKOUT / "src")}, capture_output=True)
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return read(found, links), [
        Figure(BENCH, f"Daras, {what}: from file to file", seconds, "s"),
        Figure(BENCH, f"Daras, {what}: processor time", worked, "s"),
        Figure(BENCH, "memory of the largest process of Daras", after.ru_maxrss / 1024, "MiB"),
    ]


def read(found: OpenSet, links: Path) -> list[Answer]:
    """What the file of links says of each who was asked about."""
    matched: defaultdict[int, list[int]] = defaultdict(list)
    possible: defaultdict[int, list[int]] = defaultdict(list)
    with links.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["decision"] != "none":
                who = found.records[int(row["against_id"].removeprefix("index"))].person
                kept = matched if row["decision"] == "match" else possible
                kept[int(row["id"].removeprefix("people"))].append(who)
    return [
        Answer(question.truth, _one(matched[place], question.truth), tuple(dict.fromkeys(possible[place])))
        for place, question in enumerate(found.questions)
    ]


def _one(persons: Sequence[int], truth: int | None) -> int | None:
    """Whom the rows that match are of: where one of them is of somebody else, it is a wrong match."""
    return next((person for person in persons if person != truth), persons[0] if persons else None)


def _told(name: str, counted: Worth) -> list[Figure]:
    low, high = wilson(counted.right, counted.right + counted.wrong)
    said = f"precision {counted.precision:.4f} ({low:.4f} to {high:.4f}), recall {counted.recall:.4f}"
    return [Figure(BENCH, f"{name}: {said}, F1", f"{counted.f1:.4f}", "")]
