"""Set-up: each test that commits has a database of its own, copied from one template, which nobody sees but itself."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from daras.home import Addresses, clones, roles
from daras.home.folder import Home

CHECKOUT = Path(__file__).resolve().parents[4]


def tables_of(addresses: Addresses) -> set[str]:
    with psycopg.connect(addresses.owner_url) as connected:
        rows = connected.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace").fetchall()
    return {name for (name,) in rows}


def databases(addresses: Addresses) -> set[str]:
    with psycopg.connect(addresses.owner_url) as connected:
        return {name for (name,) in connected.execute("SELECT datname FROM pg_database").fetchall()}


def marks_invalid(addresses: Addresses, names: list[str]) -> None:
    """What PostgreSQL itself does first when it drops these: whoever is interrupted after that leaves it so."""
    home = Home(Path(os.environ.get("DARAS_TEST_HOME") or CHECKOUT / ".daras-test"))
    port = urlsplit(addresses.owner_url).port
    assert port
    with psycopg.connect(roles.administrator_url(home, port), autocommit=True) as connected:
        connected.execute("UPDATE pg_database SET datconnlimit = %s WHERE datname = ANY(%s)", [clones.INVALID, names])


def test_each_copy_is_the_template_and_nobody_elses(test_server: Addresses, template_database: str) -> None:
    """Set-up: given one migrated template, when two tests ask for a database, then each has all tables, neither sees
    what the other writes, and nothing of either is left."""
    with clones.cloned(test_server, template_database) as one, clones.cloned(test_server, template_database) as other:
        assert "frontdoor_document" in tables_of(one)
        with psycopg.connect(one.owner_url) as connected:
            connected.execute("CREATE TABLE mine (id int)")
        assert "mine" in tables_of(one)
        assert "mine" not in tables_of(other)
        names = {each.owner_url.rpartition("/")[2] for each in (one, other)}
        assert names <= databases(test_server)
    assert not names & databases(test_server)


def test_what_is_put_aside_is_closed_until_it_goes(
    test_server: Addresses, template_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set-up: given copies that are put aside while the disk has room, then whoever was connected no longer is, nobody
    connects again, and all go together, but for what is another process's; on a full disk each goes at once."""
    with clones.cloned(test_server, template_database, aside=tmp_path) as one:
        connected = psycopg.connect(one.application_url)
    name = one.owner_url.rpartition("/")[2]
    with pytest.raises(psycopg.OperationalError):
        connected.execute("SELECT 1")
    for closed in (one.application_url, one.owner_url):
        with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
            psycopg.connect(closed)
    assert name in databases(test_server)
    monkeypatch.setattr(clones, "ROOM_BYTES", 10**18)
    with clones.cloned(test_server, template_database, aside=tmp_path) as other:
        pass
    assert other.owner_url.rpartition("/")[2] not in databases(test_server)
    before = databases(test_server)
    clones.drop_put_aside(test_server)
    gone = before - databases(test_server)
    assert name in gone
    assert all(each.startswith(f"{clones.CLONE_PREFIX}{os.getpid()}_") for each in gone)
    assert template_database in databases(test_server)


def test_what_a_killed_run_left_is_removed(test_server: Addresses, template_database: str) -> None:
    """Set-up: given the copy of a process that was killed, when the next run begins, then it is dropped, and the copies
    of whoever is alive stay."""
    dead, alive = f"{clones.CLONE_PREFIX}4194305_1", f"{clones.CLONE_PREFIX}{os.getpid()}_999999"
    with psycopg.connect(test_server.owner_url, autocommit=True) as connected:
        for name in (dead, alive):
            connected.execute(f"CREATE DATABASE {name} TEMPLATE {template_database}".encode())
    try:
        clones.remove_leftovers(test_server)
        assert dead not in databases(test_server)
        assert alive in databases(test_server)
    finally:
        with psycopg.connect(test_server.owner_url, autocommit=True) as connected:
            connected.execute(f"DROP DATABASE {alive}".encode())


def test_what_was_half_dropped_is_dropped(test_server: Addresses, template_database: str, tmp_path: Path) -> None:
    """Set-up: given a copy, and what one run made for all its tests, which dropping left invalid when it was
    interrupted, when the next run begins, then the copy is gone; and what is asked for by its name is made anew."""
    dead, shared = f"{clones.CLONE_PREFIX}4194305_1", clones.of_run(os.getpid(), "half-dropped")
    with psycopg.connect(test_server.owner_url, autocommit=True) as connected:
        for name in (dead, shared):
            connected.execute(f"CREATE DATABASE {name} TEMPLATE {template_database}".encode())
        connected.execute(f"ALTER DATABASE {shared} WITH ALLOW_CONNECTIONS false".encode())
        marks_invalid(test_server, [dead, shared])
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="invalid database"):
            connected.execute(f"ALTER DATABASE {dead} WITH IS_TEMPLATE false".encode())
    clones.remove_leftovers(test_server)
    assert dead not in databases(test_server)
    filled: list[str] = []
    try:
        clones.fill(test_server, template_database, shared, lambda at: filled.append(at.owner_url), tmp_path / "lock")
        assert filled
        with clones.cloned(test_server, shared) as copy:
            assert "frontdoor_document" in tables_of(copy)
    finally:
        clones.drop_put_aside(test_server)
    assert shared not in databases(test_server)
