"""Whose eyes a transaction looks through: a worker's, or the machine's (design: Access).

The machine does not see what is protected (a refuge, an adoption, a covert matter), but for the worker it acts for, or
in custody. All are settings of the current transaction only. A setting made inside a savepoint outlives the release of
that savepoint in PostgreSQL, so each of these puts the former value back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, transaction

from daras.access.models import Worker
from daras.working_time import clock

#: The custody in which the machine sees all that is protected.
EVERYTHING = "all"


class _Looking(NamedTuple):
    """What a transaction looks with. `custody` says whose protected rows the machine sees: nobody's (empty), those of
    the worker it acts for (a number), or all."""

    role: str
    worker: str
    now: str
    custody: str


def _settings() -> _Looking:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('role'), coalesce(current_setting('daras.worker', true), ''),"
            " coalesce(current_setting('daras.now', true), ''), coalesce(current_setting('daras.custody', true), '')"
        )
        return _Looking(*cursor.fetchone())


def _put(looking: _Looking) -> None:
    """Say who looks, and forget what was found of who looked before: somebody may have been let in meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('daras.worker', %s, true),"
            " set_config('daras.now', %s, true), set_config('daras.custody', %s, true),"
            " set_config('daras.looked', '', true)",
            [*looking],
        )


@contextmanager
def _looking(role: str, worker: str, custody: str | None) -> Iterator[None]:
    """One role and worker for the block. With the outermost block the transaction ends, and they with it.

    Without a `custody` of its own the block has that of whoever was looking before it.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        before = None if outermost else _settings()
        if custody is None:
            custody = (before.worker or before.custody) if before else ""
        _put(_Looking(role, worker, clock.now().isoformat(), custody))
        yield
        if before is not None:
            _put(before)


@contextmanager
def acting_as(worker: Worker | None) -> Iterator[None]:
    """Within this block the database shows what `worker` may see now; with None, no person-related row at all.

    Opens a transaction or a savepoint of its own.
    """
    with _looking("daras_application", str(worker.pk) if worker else "", ""):
        yield


@contextmanager
def machine(*, blind: bool = False) -> Iterator[None]:
    """Within this block matching, network, rules and duties read everything and facts may be appended; of what is
    protected only what the worker may see for whom it acts.

    What comes out must be given the strictest audience of what it was made from (design idea 5). Opens a transaction
    or a savepoint of its own: an error puts the former role back by rolling back to it. `blind` sees nothing that is
    protected, whoever asks: for all that makes something for others (news, lists, counts), so that somebody protected
    is as absent (ADR 0024).
    """
    with _looking("daras_machine", "", "" if blind else None):
        yield


@contextmanager
def custody() -> Iterator[None]:
    """As the machine, and with everything that is protected: for what only custodians learn of, and for upkeep that
    tells nobody anything (ADR 0024). What is written of it is protected by the database itself."""
    with _looking("daras_machine", "", EVERYTHING):
        yield
