"""Chaining what has been committed to the trail, in batches (G4; docs/decisions/0005-trail.md).

A look writes its entry and waits for nobody; the sealer comes after it. It takes an entry whenever it finds it
committed and not yet chained, so one that committed late, with a lower number than others, is chained later and never
lost.
"""

from __future__ import annotations

from django.db import connection

from daras.access import audiences
from daras.access.anchoring import anchor
from daras.access.chain import COLUMNS, GENESIS, Entry, link
from daras.access.session import custody
from daras.access.verifying import verify

__all__ = ["anchor", "seal", "verify"]

#: One sealer at a time in a database ("daras seal").
SEALING = 0x6461_7261_7301
#: How far behind the newest chained entry a sealer looks for late ones; beyond it only a sweep does.
LATE = 20_000

_HEAD = "SELECT position, digest FROM access_traillink ORDER BY position DESC LIMIT 1"
_UNCHAINED = f"""
    SELECT {", ".join(f"entry.{column}" for column in COLUMNS)} FROM access_trailentry entry
    WHERE entry.id > %s AND NOT EXISTS (SELECT FROM access_traillink chained WHERE chained.entry_id = entry.id)
    ORDER BY entry.id LIMIT %s
"""  # noqa: S608 (the columns are ours)
_CHAIN = """
    INSERT INTO access_traillink (position, entry_id, digest, audience_id)
    SELECT chained.position, chained.entry_id, chained.digest, %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS chained (position, entry_id, digest)
"""


def seal(limit: int = 1000, *, sweep: bool = False) -> int:
    """Chain every committed entry that is not chained yet, `limit` in each transaction; returns how many.

    Safe to run in several processes at once: they take turns. With `sweep` it looks at the whole trail for an entry
    that committed more than 20,000 entries late.
    """
    sealed = 0
    after = 0 if sweep else _oldest_looked_at()
    while True:
        entries = _seal_batch(after, limit)
        sealed += len(entries)
        if len(entries) < limit:
            return sealed
        # One that commits meanwhile with a lower number is found by the next run.
        after = entries[-1].id


def _seal_batch(after: int, limit: int) -> list[Entry]:
    with custody(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING])
        cursor.execute(_HEAD)
        position, digest = cursor.fetchone() or (0, GENESIS)
        cursor.execute(_UNCHAINED, [after, limit])
        entries = [Entry(*row) for row in cursor.fetchall()]
        if not entries:
            return []
        digests = []
        for entry in entries:
            digest = link(digest, entry)
            digests.append(digest)
        places = list(range(position + 1, position + 1 + len(entries)))
        custodians = audiences.standing(audiences.CUSTODIANS)
        cursor.execute(_CHAIN, [custodians, places, [entry.id for entry in entries], digests])
    return entries


def _oldest_looked_at() -> int:
    with custody(), connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(entry_id), 0) FROM access_traillink")
        (newest,) = cursor.fetchone()
    return int(newest) - LATE
