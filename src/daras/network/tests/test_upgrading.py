"""A database made before anybody was kept apart leaves it out of the network once it is brought up to date (A17)."""

from __future__ import annotations

from importlib import import_module

from django.db import connections
from django.db.migrations.state import ProjectState

from daras.home import Addresses

NAMES = {"network_ties", "network_suspicions", "network_stays", "network_names", "network_risks"}
AGAIN = import_module("daras.network.migrations.0002_apart")
READING = AGAIN.READING


def test_the_functions_of_an_older_database_are_replaced(cloned_database: Addresses) -> None:
    """A17, G4: given the network's functions as they were before anybody was kept apart, when the database is brought
    up to date, then each compares from what its reader is kept apart, and nobody may run it who might not before."""
    owner = connections["owner"]
    for each in (READING.TIES, READING.SUSPICIONS, READING.STAYS, READING.NAMES, READING.RISKS):
        with owner.cursor() as cursor:
            cursor.execute(each.replace("access.apart()", "''").replace("access.hidden_apart", "access.former"))
    assert bodies() == dict.fromkeys(NAMES, False)
    may = runners()
    migration = AGAIN.Migration("0002_apart", "network")
    with owner.schema_editor() as editor:
        migration.apply(ProjectState(), editor)
    assert bodies() == dict.fromkeys(NAMES, True)
    assert runners() == may
    owner.close()


def bodies() -> dict[str, bool]:
    """Whether each function looks at who is kept apart."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT proname, prosrc LIKE '%%access.apart()%%' AND prosrc LIKE '%%access.hidden_apart(%%'"
            " FROM pg_proc WHERE proname LIKE 'network\\_%%' AND pronamespace = 'access'::regnamespace",
            [],
        )
        return dict(cursor.fetchall())


def runners() -> list[tuple[str, str]]:
    """Who may run each."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT proname, proacl::text FROM pg_proc WHERE proname LIKE 'network\\_%' ORDER BY 1")
        return list(cursor.fetchall())
