"""The same people in every test of the gate: who holds the record, colleagues elsewhere, and an outsider."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.db import connection

from daras.access.installation import install
from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.agencies import load_directory
from daras.home import Addresses
from daras.home.folder import Home
from daras.home.roles import administrator_url
from daras.working_time import clock

CHECKOUT = Path(__file__).resolve().parents[4]

SEATS = {
    "duty-manager": ("cornwall-childrens-services", "maru", "duty-manager"),
    "out-of-hours": ("cornwall-childrens-services", "out-of-hours", "out-of-hours-worker"),
    "scilly-social-worker": ("isles-of-scilly-childrens-services", "children", "social-worker"),
    "maru-health": ("cornwall-partnership-trust", "maru-health", "health-practitioner"),
    "school-nurse": ("cornwall-partnership-trust", "school-nursing", "school-nurse"),
    "school-lead": ("carn-brea-academy", "safeguarding", "designated-safeguarding-lead"),
    "outsider": ("hayle-academy", "safeguarding", "designated-safeguarding-lead"),
    "custodian": ("safeguarding-partnership", "business-unit", "custodian"),
    "administrator": ("cornwall-childrens-services", "maru", "administrator"),
    "data-officer": ("cornwall-childrens-services", "maru", "data-officer"),
}


def settle() -> dict[str, Worker]:
    """One worker in each seat, in a database where everybody's place has been installed."""
    with machine():
        install(load_directory())
        return {
            seat: Worker.objects.create(
                slug=seat, email=f"{seat}@workers.example", name=seat.title(), agency=agency, team=team, role=role
            )
            for seat, (agency, team, role) in SEATS.items()
        }


def record_for(audience_id: int, local_id: str = "") -> int:
    """A person record that only an audience sees: its id. (By table, for this layer knows no people.)"""
    with machine(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_personrecord (agency, local_id, made_at, audience_id)"
            " VALUES (%s, %s, %s, %s) RETURNING id",
            ["carn-brea-academy", local_id, clock.now(), audience_id],
        )
        return int(cursor.fetchone()[0])


def records_seen() -> set[int]:
    """The person records that whoever is looking sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_personrecord")
        return {int(number) for (number,) in cursor.fetchall()}


def seen_by(worker: Worker | None) -> set[int]:
    """The person records that a worker sees now."""
    with acting_as(worker):
        return records_seen()


@contextmanager
def superuser(addresses: Addresses) -> Iterator[psycopg.Connection]:
    """Somebody who can do anything at all to a test's own database: no trigger and no policy holds them."""
    home = Home(Path(os.environ.get("DARAS_TEST_HOME") or CHECKOUT / ".daras-test"))
    parts = urlsplit(addresses.owner_url)
    assert parts.port is not None
    url = administrator_url(home, parts.port, parts.path.removeprefix("/"))
    with psycopg.connect(url, autocommit=True) as opened:
        opened.execute("SET session_replication_role = replica")
        yield opened
