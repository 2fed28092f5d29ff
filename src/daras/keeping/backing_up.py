"""Backing up with PostgreSQL's own tools, encrypted, and tried by restoring; and bringing one back (issue: Retention).

What the file says of itself (how many rows each table holds, where the trail ended) is read in the same snapshot as
the dump, and counted again in what was restored. The keys are never in it.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from daras.home import Addresses, dumping, roles
from daras.keeping import backup_file
from daras.keeping.backup_file import BackupUnreadable
from daras.working_time import clock

FORMAT = "daras-backup/1"


class BackupFault(Exception):
    """A backup could not be made or brought back; the message says what PostgreSQL said."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself."""

    made_at: str
    server: str
    migrations: int
    trail_position: int
    trail_digest: str
    rows: dict[str, int]

    @property
    def number_of_rows(self) -> int:
        return sum(self.rows.values())


def back_up(addresses: Addresses, target: Path) -> Manifest:
    """Write a backup, whole or not at all, readable by its owner alone. Raises `BackupFault`."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with psycopg.connect(addresses.owner_url) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            manifest = read_manifest(connection)
            (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                backup_file.write(file, _contents(manifest, addresses.owner_url, str(snapshot)))
                file.flush()
                os.fsync(file.fileno())
        os.link(draft, target)
    except FileExistsError:
        raise BackupFault(f"{target} is there already: a backup is never written over.") from None
    except (OSError, psycopg.Error) as error:
        raise BackupFault(f"{target} could not be written: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _contents(manifest: Manifest, url: str, snapshot: str) -> Iterator[bytes]:
    yield json.dumps({"format": FORMAT, **asdict(manifest)}).encode()
    dumping_now = dumping.dump(url, snapshot)
    assert dumping_now.stdout is not None
    try:
        yield from backup_file.pieces(dumping_now.stdout)
    finally:
        _ended(dumping_now)


def read_manifest(connection: psycopg.Connection) -> Manifest:
    """What a database holds now, as its owner sees it."""
    tables = [
        name
        for (name,) in connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
    ]
    head = connection.execute("SELECT position, digest FROM access_traillink ORDER BY position DESC LIMIT 1").fetchone()
    position, digest = head or (0, "")
    return Manifest(
        made_at=clock.now().isoformat(),
        server=str(_one(connection, sql.SQL("SHOW server_version"))),
        migrations=int(_one(connection, sql.SQL("SELECT count(*) FROM django_migrations"))),
        trail_position=int(position),
        trail_digest=str(digest),
        rows={
            name: int(_one(connection, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))))
            for name in tables
        },
    )


def _one(connection: psycopg.Connection, query: sql.SQL | sql.Composed) -> Any:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def check(source: Path) -> Manifest:
    """Read a backup to its end: every piece is there, in its place, and opens. Raises `BackupUnreadable`."""
    try:
        with source.open("rb") as file:
            contents = backup_file.read(file)
            first = next(contents)
            for _ in contents:
                pass
    except OSError as error:
        raise BackupUnreadable(f"{source} cannot be read: {error.strerror}.") from error
    return _manifest(first)


def _manifest(first: bytes) -> Manifest:
    try:
        fields = json.loads(first)
        if fields.pop("format") != FORMAT:
            raise BackupUnreadable("A backup of an unknown format.")
        return Manifest(**fields)
    except (ValueError, TypeError, KeyError) as error:
        raise BackupUnreadable("The backup does not say what it holds.") from error


def bring_back(source: Path, addresses: Addresses) -> Manifest:
    """Restore into an empty database, in one transaction, and count again. Raises `BackupUnreadable`, before anything
    is written, or `BackupFault`."""
    manifest = check(source)
    _refuse_unless_empty(addresses.owner_url)
    with source.open("rb") as file:
        contents = backup_file.read(file)
        next(contents)
        restoring = dumping.restore(addresses.owner_url)
        assert restoring.stdin is not None
        try:
            for content in contents:
                restoring.stdin.write(content)
        except BrokenPipeError:
            pass  # it ended, and says why
        finally:
            _ended(restoring)
    roles.enter(addresses.owner_url)
    with psycopg.connect(addresses.owner_url) as connection:
        held = read_manifest(connection)
    if (held.rows, held.trail_position, held.trail_digest) != (
        manifest.rows,
        manifest.trail_position,
        manifest.trail_digest,
    ):
        differ = sorted(name for name in {*held.rows, *manifest.rows} if held.rows.get(name) != manifest.rows.get(name))
        raise BackupFault(f"What was restored is not what the backup says: {', '.join(differ) or 'the trail'}.")
    return manifest


def try_out(source: Path, addresses: Addresses) -> Manifest:
    """Restore a backup into a database that is dropped again: the only proof that it can be. Raises as `bring_back`."""
    with _scratch(addresses) as scratch:
        return bring_back(source, scratch)


@contextmanager
def _scratch(addresses: Addresses) -> Iterator[Addresses]:
    name = f"daras_tried_{os.getpid()}_{secrets.token_hex(3)}"
    with psycopg.connect(addresses.owner_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield addresses.of_database(name)
    finally:
        with psycopg.connect(addresses.owner_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _refuse_unless_empty(url: str) -> None:
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LIMIT 1"
            ).fetchone()
    except psycopg.Error as error:
        raise BackupFault(f"The database to restore into cannot be reached: {error}") from error
    if row is not None:
        raise BackupFault(f"The database to restore into is not empty: it holds {row[0]}. Name an empty one.")


def _ended(process: subprocess.Popen[bytes]) -> None:
    """Wait for a program of PostgreSQL. Raises `BackupFault` with its own words."""
    _, said = process.communicate()
    if process.returncode != 0:
        raise BackupFault(said.decode(errors="replace").strip().splitlines()[0] if said else "It ended by itself.")
