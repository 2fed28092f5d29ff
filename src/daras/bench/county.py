"""What it costs to make the synthetic county, as `./daras demo --people N` loads it (issue: know who they are)."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.core.management import call_command

from daras.bench import services
from daras.bench.figures import Figure
from daras.bench.machine import load_after
from daras.exchange.county.loading import load

BENCH = "county"
YEARS, SEED = 2, "1"
MILLION, MOST_SECONDS = 1_000_000, 600.0


def measure(people: int) -> list[Figure]:
    """A county of so many people, with the histories of two years: how long, processor time, memory and size."""
    call_command("install", skip_checks=True)
    owner_url = os.environ["DATABASE_OWNER_URL"]
    parts = _Parts(_server(owner_url))
    with tempfile.TemporaryDirectory() as folder:
        loaded = load(
            owner_url=owner_url,
            people=people,
            years=YEARS,
            seed=SEED,
            truth=Path(folder),
            progress=lambda *_: None,
            begins=parts.begin,
        )
    parts.begin("")
    whole = parts.whole
    what = f"a county of {loaded.people:,} people, {loaded.records:,} records, {loaded.histories:,} histories"
    return [
        Figure(BENCH, f"{what}: made in", whole.wall, "s", MOST_SECONDS if people == MILLION else None),
        Figure(BENCH, "processor time of Daras for it", whole.ours, "s"),
        Figure(BENCH, "processor time of PostgreSQL for it", whole.theirs, "s"),
        Figure(BENCH, "most memory of one process of Daras", _most_memory_mib(), "MiB"),
        Figure(BENCH, "size of the database", _size_mib(owner_url), "MiB"),
        *(figure for name, taken in parts.taken.items() for figure in _figures(name, taken)),
        load_after(BENCH),
    ]


@dataclass(frozen=True, slots=True)
class _Taken:
    """Seconds: of the clock, and of the processor by Daras and by PostgreSQL."""

    wall: float
    ours: float
    theirs: float

    def since(self, before: _Taken) -> _Taken:
        return _Taken(self.wall - before.wall, self.ours - before.ours, self.theirs - before.theirs)


class _Parts:
    """What each part of the loading takes: everything since it began goes to it."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._name, self._began = "", self._now()
        self._first = self._began
        self.taken: dict[str, _Taken] = {}

    def begin(self, name: str) -> None:
        """The part so far has ended, and another begins; shown at once, for a loading that is ended unfinished."""
        now = self._now()
        if self._name:
            taken = self.taken[self._name] = now.since(self._began)
            said = f"{taken.wall:.0f} s, processor {taken.ours:.0f} s ours, {taken.theirs:.0f} s PostgreSQL's"
            print(f"daras: {self._name}: {said}", file=sys.stderr, flush=True)
        self._name, self._began = name, now

    @property
    def whole(self) -> _Taken:
        """All parts together."""
        return self._began.since(self._first)

    def _now(self) -> _Taken:
        return _Taken(time.monotonic(), _seconds_of_us(), _seconds_of_family(self._server))


def _figures(name: str, taken: _Taken) -> list[Figure]:
    return [
        Figure(BENCH, f"{name}: made in", taken.wall, "s"),
        Figure(BENCH, f"{name}: processor time of Daras", taken.ours, "s"),
        Figure(BENCH, f"{name}: processor time of PostgreSQL", taken.theirs, "s"),
    ]


def _seconds_of_us() -> float:
    both = (resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def _most_memory_mib() -> float:
    return max(resource.getrusage(each).ru_maxrss for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def _server(owner_url: str) -> int:
    """The server's own process: the parent of whoever serves a connection."""
    with psycopg.connect(owner_url) as owner:
        return int(_stat(owner.info.backend_pid)[1])


def _seconds_of_family(process: int) -> float:
    """The processor time of a process and of all its children, those that have ended among them."""
    ticks = 0
    for each in services.family(process):
        with suppress(OSError):
            ticks += sum(map(int, _stat(each)[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()


def _size_mib(owner_url: str) -> float:
    with psycopg.connect(owner_url) as owner:
        row = owner.execute("SELECT pg_database_size(current_database())").fetchone()
    return float(row[0]) / 2**20 if row else 0.0
