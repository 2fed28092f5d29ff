"""What it costs to make the synthetic county, as `./daras demo --people N` loads it (issue: know who they are)."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from pathlib import Path

import psycopg
from django.core.management import call_command

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
    server, before = _server(owner_url), _seconds_of_us()
    spent, began = _seconds_of_family(server), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        loaded = load(
            owner_url=owner_url,
            people=people,
            years=YEARS,
            seed=SEED,
            truth=Path(folder),
            progress=lambda *_: None,
        )
    seconds = time.monotonic() - began
    what = f"a county of {loaded.people:,} people, {loaded.records:,} records, {loaded.histories:,} histories"
    return [
        Figure(BENCH, f"{what}: made in", seconds, "s", MOST_SECONDS if people == MILLION else None),
        Figure(BENCH, "processor time of Daras for it", _seconds_of_us() - before, "s"),
        Figure(BENCH, "processor time of PostgreSQL for it", _seconds_of_family(server) - spent, "s"),
        Figure(BENCH, "most memory of one process of Daras", _most_memory_mib(), "MiB"),
        Figure(BENCH, "size of the database", _size_mib(owner_url), "MiB"),
        load_after(BENCH),
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
    """The processor time of a process and of all its children that have ended, as each connection's has."""
    return sum(int(ticks) for ticks in _stat(process)[11:15]) / os.sysconf("SC_CLK_TCK")


def _stat(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()


def _size_mib(owner_url: str) -> float:
    with psycopg.connect(owner_url) as owner:
        row = owner.execute("SELECT pg_database_size(current_database())").fetchone()
    return float(row[0]) / 2**20 if row else 0.0
