"""The machine that was measured on: figures without it say nothing."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import psycopg

from daras.bench.figures import Figure


def describe(database_url: str) -> list[Figure]:
    """Cores, memory, processor and versions."""
    with psycopg.connect(database_url) as connection:
        version = connection.info.server_version
        row = connection.execute("SELECT current_setting('fsync')").fetchone()
    return [
        Figure("machine", "cores", float(len(os.sched_getaffinity(0))), ""),
        Figure("machine", "memory", _memory_gib(), "GiB"),
        Figure("machine", "processor", _processor(), ""),
        Figure("machine", "PostgreSQL", f"{version // 10000}.{version % 10000}, fsync {row[0] if row else '?'}", ""),
        Figure("machine", "Python", platform.python_version(), ""),
        Figure("machine", "load before", os.getloadavg()[0], "processes"),
    ]


def load_after(bench: str) -> Figure:
    """What else the machine did while it was measured: over about one and five on two cores, times are too long."""
    one, five, _ = os.getloadavg()
    return Figure(bench, "load after, one and five minutes", f"{one:.1f}, {five:.1f}", "processes")


def _memory_gib() -> float:
    first = Path("/proc/meminfo").read_text(encoding="ascii").split("\n", 1)[0]
    return int(first.split()[1]) / 2**20


def available() -> int:
    """The bytes of memory that are free or can be made so."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
