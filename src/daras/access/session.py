"""Whose eyes a transaction looks through: a worker's, or the machine's (design: Access).

Both are settings of the current transaction only. A setting made inside a savepoint outlives the release of that
savepoint in PostgreSQL, so each of these puts the former value back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from daras.access.models import Worker
from daras.working_time import clock


def _settings() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('role'), coalesce(current_setting('daras.worker', true), ''),"
            " coalesce(current_setting('daras.now', true), '')"
        )
        role, worker, now = cursor.fetchone()
        return role, worker, now


def _put(role: str, worker: str, now: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('daras.worker', %s, true),"
            " set_config('daras.now', %s, true)",
            [role, worker, now],
        )


@contextmanager
def _looking(role: str, worker: str) -> Iterator[None]:
    """One role and worker for the block. With the outermost block the transaction ends, and they with it."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        before = None if outermost else _settings()
        _put(role, worker, clock.now().isoformat())
        yield
        if before is not None:
            _put(*before)


@contextmanager
def acting_as(worker: Worker | None) -> Iterator[None]:
    """Within this block the database shows what `worker` may see now; with None, no person-related row at all.

    Opens a transaction or a savepoint of its own.
    """
    with _looking("daras_application", str(worker.pk) if worker else ""):
        yield


@contextmanager
def machine() -> Iterator[None]:
    """Within this block matching, network, rules and duties read everything and facts may be appended.

    What comes out must be given the strictest audience of what it was made from (design idea 5). Opens a transaction
    or a savepoint of its own: an error puts the former role back by rolling back to it.
    """
    with _looking("daras_machine", ""):
        yield
