"""The server's roles and the database, made once and again whenever their definition changes."""

import hashlib
from pathlib import Path

from daras.home import addresses
from daras.home.folder import Home

ADMINISTRATOR = "daras_administrator"
ROLES = Path(__file__).with_name("roles.sql")
DATABASE = Path(__file__).with_name("database.sql")
SOURCES = (ROLES, DATABASE, Path(__file__))
LOGINS = {addresses.OWNER: "owner", addresses.APPLICATION: "application"}


def ensure(home: Home, port: int) -> None:
    """Make roles, passwords and database where the server does not have them as they are written here."""
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in SOURCES)).hexdigest()
    if not home.is_done("roles", digest):
        _apply(home, port)
        home.set_done("roles", digest)


def administrator_url(home: Home, port: int, database: str = "postgres") -> str:
    """The address of the server's superuser: for setting up, never for work."""
    return addresses.local_url(ADMINISTRATOR, home.secret("administrator"), port, database)


def enter(owner_url: str) -> None:
    """Close a new database to everybody but its owner and the application."""
    import psycopg

    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(DATABASE.read_bytes())


def _apply(home: Home, port: int) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(administrator_url(home, port), autocommit=True) as connection:
        connection.execute(ROLES.read_bytes())
        for login, secret in LOGINS.items():
            # Sent already hashed, so that no log can hold the password.
            hashed = connection.pgconn.encrypt_password(home.secret(secret).encode(), login.encode(), b"scram-sha-256")
            statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
            connection.execute(statement.format(sql.Identifier(login), sql.Literal(hashed.decode())))
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [addresses.DATABASE]).fetchone()
        if known is None:
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(statement.format(sql.Identifier(addresses.DATABASE), sql.Identifier(addresses.OWNER)))
    enter(administrator_url(home, port, addresses.DATABASE))
