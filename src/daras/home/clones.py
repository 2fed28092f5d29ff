"""Databases that live for one test or one measurement: each a copy of a template that was migrated once."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from daras.home import locks, roles
from daras.home.addresses import Addresses

TEMPLATE_PREFIX = "daras_template_"
CLONE_PREFIX = "daras_clone_"
#: What stays free on the disk where databases are put aside.
ROOM_BYTES = 8_000_000_000
#: PostgreSQL's own mark of an invalid database, in place of how many may connect (DATCONNLIMIT_INVALID_DB).
INVALID = -2

_serial = count(1)


def template(addresses: Addresses, digest: str, migrate: Callable[[Addresses], None], lock: Path) -> str:
    """The name of the database that `migrate` filled, made once for each digest of what it makes.

    Older templates are removed. Commands that ask at the same moment wait for the first of them.
    """
    name = f"{TEMPLATE_PREFIX}{digest[:16]}"
    with locks.alone(lock), _administering(addresses) as connection:
        if _is_complete(connection, name):
            return name
        _remove_templates(connection)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        roles.enter(addresses.of_database(name).owner_url)
        migrate(addresses.of_database(name))
        _close(connection, name)
    return name


def of_run(process: int, key: str) -> str:
    """A name for what is made once in a run; it is left over when the run's process is gone."""
    return f"{CLONE_PREFIX}{process}_{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def fill(addresses: Addresses, template_name: str, name: str, filling: Callable[[Addresses], None], lock: Path) -> None:
    """Make `name`, once, a copy of the template that `filling` fills; it is there to be copied in turn.

    Processes that ask at the same moment wait for the first of them.
    """
    with locks.alone(lock), _administering(addresses) as connection:
        if not _is_complete(connection, name):
            _drop(connection, name)
            _copy(connection, name, template_name)
            roles.enter(addresses.of_database(name).owner_url)
            filling(addresses.of_database(name))
            _close(connection, name)


@contextmanager
def cloned(addresses: Addresses, template_name: str, *, aside: Path | None = None) -> Iterator[Addresses]:
    """A database of its own for the block, dropped afterwards whoever is still connected to it.

    Where databases come and go by the hundred they are put aside instead, while there is room on the disk of the folder
    `aside`: closed to everybody, and dropped at the end by `drop_put_aside`. For a database is sixteen hundred files,
    and ext4 without a journal, as machines that are thrown away have it, looks for the place of each new file past
    every one that was deleted within the last minutes: the more databases were dropped, the longer the next takes.
    """
    name = f"{CLONE_PREFIX}{os.getpid()}_{next(_serial)}"
    with _administering(addresses) as connection:
        _copy(connection, name, template_name)
    clone = addresses.of_database(name)
    roles.enter(clone.owner_url)
    try:
        yield clone
    finally:
        with _administering(addresses) as connection:
            if aside is not None and shutil.disk_usage(aside).free > ROOM_BYTES:
                _put_aside(connection, name)
            else:
                _drop(connection, name)


def drop_put_aside(addresses: Addresses) -> None:
    """Drop what this process has put aside."""
    with _administering(addresses) as connection:
        own = f"{CLONE_PREFIX}{os.getpid()}_%"
        aside = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s AND NOT datallowconn", [own])
        for (name,) in aside.fetchall():
            _drop(connection, name)


def remove_leftovers(addresses: Addresses) -> None:
    """Drop the clones of processes that are gone."""
    with _administering(addresses) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            made_by = re.fullmatch(rf"{CLONE_PREFIX}(\d+)_[0-9a-f]+", name)
            if made_by and not Path(f"/proc/{made_by[1]}").exists():
                _drop(connection, name)


@contextmanager
def _administering(addresses: Addresses) -> Iterator[psycopg.Connection]:
    with psycopg.connect(addresses.owner_url, autocommit=True) as connection:
        yield connection


def _copy(connection: psycopg.Connection, name: str, template_name: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template_name)))


def _is_complete(connection: psycopg.Connection, name: str) -> bool:
    """A template is closed to connections when it is complete; an open one was left half made, an invalid one half
    gone."""
    row = connection.execute("SELECT datallowconn FROM pg_database WHERE datname = %s", [name]).fetchone()
    return row is not None and not row[0] and not _is_invalid(connection, name)


def _is_invalid(connection: psycopg.Connection, name: str) -> bool:
    """Whether PostgreSQL calls a database invalid: dropping it was interrupted. Nothing but dropping is left."""
    row = connection.execute("SELECT datconnlimit FROM pg_database WHERE datname = %s", [name]).fetchone()
    return row is not None and row[0] == INVALID


def _close(connection: psycopg.Connection, name: str) -> None:
    """It is complete: nobody connects to it any more, it is there to be copied."""
    closed = sql.SQL("ALTER DATABASE {} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false")
    connection.execute(closed.format(sql.Identifier(name)))


def _put_aside(connection: psycopg.Connection, name: str) -> None:
    """Nobody connects to it any more, and whoever still is connected no longer is."""
    connection.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
    connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def _remove_templates(connection: psycopg.Connection) -> None:
    known = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{TEMPLATE_PREFIX}%"])
    for (name,) in known.fetchall():
        _drop(connection, name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    if not _is_invalid(connection, name):
        with suppress(psycopg.errors.InvalidCatalogName):
            connection.execute(sql.SQL("ALTER DATABASE {} WITH IS_TEMPLATE false").format(sql.Identifier(name)))
    # Somebody may be copying a template, or (another process) have dropped the database already.
    with suppress(psycopg.errors.ObjectInUse, psycopg.errors.InvalidCatalogName):
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
