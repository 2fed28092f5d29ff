"""Whoever writes news, lists, forms or decisions on who is who waits for those who wrote before to commit (ADR 0033).

Two files about one child at the same moment are one child (ADR 0001); and of two at once, each of whom writes one half
of what brings a child near somebody of risk, the later sees both (ADR 0023).

The order of locks, for everybody: the turn of news, then the turn of the watch, then the rows of matters (the lowest id
first), then duties. Whoever locks a matter first and then waits for a turn waits in a ring with whoever has the turn
and needs that matter: PostgreSQL ends one of the two, and what somebody wrote is refused. A turn lasts until the
transaction ends, and may be taken again within it.
"""

from __future__ import annotations

from django.db import connection

#: News, lists and completed forms; a dry run shares it, so that it waits for news that is being written.
NEWS = 0x6461_7261_7310
#: All that may bring a child near somebody of risk, or raise a doubt about who is who.
WATCH = 0x6461_7261_7311


def to_write_news() -> None:
    """The turn of news, then that of the watch: before anything is read that decides what is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NEWS])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WATCH])


def to_read_news() -> None:
    """Many may read together while nobody writes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [NEWS])


def to_watch() -> None:
    """The turn of the watch alone: before any matter's row is locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WATCH])
