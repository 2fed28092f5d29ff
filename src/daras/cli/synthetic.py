"""The mark on a database of synthetic people: put only on an empty one, and never on a partnership's."""

import hashlib
from dataclasses import dataclass

import psycopg

from daras.cli.refusal import CommandRefused
from daras.home import Addresses
from daras.home.folder import CHECKOUT

DEMO = CHECKOUT / "demo"
LOADER = CHECKOUT / "src" / "daras" / "exchange" / "demonstration"
OURS = "access_installation"
# What shows that somebody works here already: workers, and what is written about people.
TELLING_TABLES = ("access_worker", "ledger_fact", "matters_matter", "people_personrecord")
# Whom most visitors want to be first.
FIRST = {
    role: place for place, role in enumerate(("duty-manager", "social-worker", "detective", "health-practitioner"))
}


@dataclass(frozen=True)
class DemonstrationWorker:
    """Somebody to sign in as."""

    email: str
    description: str


def digest() -> str:
    """Changes whenever what the demo loads does: its data, or what reads it."""
    content = hashlib.sha256()
    for folder, pattern in ((DEMO, "**/*.*"), (LOADER, "*.py")):
        for path in sorted(folder.glob(pattern)):
            content.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()


def refuse_foreign(addresses: Addresses) -> None:
    """Raise CommandRefused unless the database is empty or was marked as synthetic by an earlier demo."""
    with psycopg.connect(addresses.owner_url, autocommit=True) as connection:
        tables = _tables(connection)
        if not tables:
            return
        if OURS not in tables:
            raise CommandRefused(_refusal(f"it has tables of something else, such as {min(tables)}"))
        mark = connection.execute("SELECT synthetic FROM access_installation").fetchone()
        if mark is not None:
            if not mark[0]:
                raise CommandRefused(_refusal("it is a partnership's"))
            return
        for table in TELLING_TABLES:
            if table in tables and connection.execute(f"SELECT FROM {table} LIMIT 1").fetchone() is not None:
                raise CommandRefused(_refusal(f"it already has rows in {table}, and no mark that they are synthetic"))


def claim(addresses: Addresses) -> None:
    """Mark the database as synthetic; as its owner, because the application may not."""
    from daras.working_time import clock

    with psycopg.connect(addresses.owner_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO access_installation (id, synthetic, made_at) VALUES (1, true, %s) ON CONFLICT DO NOTHING",
            [clock.now()],
        )


def workers(addresses: Addresses) -> tuple[list[DemonstrationWorker], int]:
    """One synthetic worker of each role, those of the front door first; and how many there are in all."""
    with psycopg.connect(addresses.owner_url) as connection:
        rows = connection.execute(
            "SELECT email, name, role, agency FROM access_worker WHERE is_demonstration AND is_active"
            " ORDER BY agency, slug"
        ).fetchall()
    by_role: dict[str, DemonstrationWorker] = {}
    for email, name, role, agency in rows:
        by_role.setdefault(role, DemonstrationWorker(email, f"{name}, {role.replace('-', ' ')}, {agency}"))
    roles = sorted(by_role, key=lambda role: (FIRST.get(role, len(FIRST)), role))
    return [by_role[role] for role in roles], len(rows)


def _tables(connection: psycopg.Connection) -> set[str]:
    rows = connection.execute(
        "SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
        " WHERE relkind IN ('r', 'p') AND nspname NOT IN ('pg_catalog', 'information_schema')"
        " AND nspname NOT LIKE 'pg\\_toast%' AND nspname NOT LIKE 'pg\\_temp%'"
    )
    return {str(name) for (name,) in rows.fetchall()}


def _refusal(why: str) -> str:
    return f"The demo loads its people only into an empty database, and this one is not: {why}. Name another database."
