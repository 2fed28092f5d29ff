"""Processor time, which a machine that is busy with other things does not falsify: ours, and the database's for us."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

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


def server_seconds() -> float | None:
    """The processor time so far of the whole database server, backends that have ended included; none where it is on
    another machine. To two figures after the point."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), inet_server_addr() = inet_client_addr()")
        process, here = cursor.fetchone()
    if not here:
        return None
    with suppress(OSError, ValueError):
        server = _stat(process)[1]
        ended = sum(int(ticks) for ticks in _stat(server)[13:15]) / os.sysconf("SC_CLK_TCK")
        living = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
        return ended + sum(seconds_of(each) or 0.0 for each in living if _is_child(each, server))
    return None


def _is_child(process: int, server: int) -> bool:
    with suppress(OSError, ValueError):
        return _stat(process)[1] == server
    return False


def _stat(process: int) -> list[int]:
    """What the kernel says of a process after its name and state: the parent comes second of what counts here."""
    words = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return [0, *(int(word) for word in words[1:])]


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
