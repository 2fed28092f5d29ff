"""Processor time, which a machine that is busy with other things does not falsify: ours, and the database's for us."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import TypeVar

import psycopg
from django.db import connection

from daras.bench.figures import milliseconds

Given = TypeVar("Given")


def of_calls(call: Callable[[Given], object], given: Sequence[Given]) -> tuple[float, float | None]:
    """Milliseconds a call in this process and in its database backend; none where the server is on another machine."""
    backend = _backend_seconds()
    began = time.process_time()
    for each in given:
        call(each)
    ours = time.process_time() - began
    after = _backend_seconds()
    theirs = after - backend if backend is not None and after is not None else None
    each_ours = milliseconds(ours) / len(given)
    return each_ours, milliseconds(theirs) / len(given) if theirs is not None else None


@contextmanager
def of_backends(owner_url: str, role: str) -> Iterator[dict[int, float]]:
    """The processor seconds that each backend of a role takes within the block, those that end before it ends too, as
    far as they were looked at every tenth of a second; nothing where the server is on another machine."""
    taken, stop = dict[int, float](), Event()
    with psycopg.connect(owner_url, autocommit=True) as owner:

        def look() -> dict[int, float]:
            found = {process: seconds_of(process) for (process,) in owner.execute(_BACKENDS, [role]).fetchall()}
            return {process: seconds for process, seconds in found.items() if seconds is not None}

        before = look()

        def looking() -> None:
            while not stop.wait(0.1):
                taken.update({process: seconds - before.get(process, 0.0) for process, seconds in look().items()})

        thread = Thread(target=looking)
        thread.start()
        try:
            yield taken
        finally:
            stop.set()
            thread.join()
            taken.update({process: seconds - before.get(process, 0.0) for process, seconds in look().items()})


_BACKENDS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND usename = %s AND inet_server_addr() = inet_client_addr()
"""


def _backend_seconds() -> float | None:
    """The processor time so far of the process that serves our connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), inet_server_addr() = inet_client_addr()")
        process, here = cursor.fetchone()
    if not here:
        return None
    return seconds_of(process)


def seconds_of(process: int) -> float | None:
    """The processor time so far of a process of this machine; none where that is not to be read."""
    with suppress(OSError, ValueError):
        return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
    return None
