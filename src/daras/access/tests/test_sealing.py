"""The chain over the trail: whatever committed is in it once, and whatever is changed afterwards is located (G4)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from daras.access import trail
from daras.access.chain import COLUMNS, GENESIS, Entry, link
from daras.access.models import TrailEntry, TrailLink
from daras.access.sealing import anchor, seal, verify
from daras.access.session import acting_as, machine
from daras.access.tests.people import settle, superuser
from daras.access.tests.trailing import entries, found, looks
from daras.home import Addresses


@pytest.fixture
def sealed(cloned_database: Addresses) -> Iterator[psycopg.Connection]:
    """Thirty looks, sealed and anchored after each ten; and a superuser."""
    settle()
    for batch in range(3):
        looks(10, first=1 + 10 * batch)
        assert seal() == 10
        assert anchor() is not None
    assert verify().holds
    with superuser(cloned_database) as connected:
        yield connected


def chained(connected: psycopg.Connection, position: int) -> int:
    """The number of the entry that was sealed at a position."""
    row = connected.execute("SELECT entry_id FROM access_traillink WHERE position = %s", [position]).fetchone()
    assert row is not None
    return int(row[0])


def rebuild(connected: psycopg.Connection) -> None:
    """What somebody does who knows how the chain is made: digest everything anew, so that it fits itself again."""
    columns = ", ".join(f"entry.{column}" for column in COLUMNS)
    rows = connected.execute(
        f"SELECT {columns} FROM access_traillink chained JOIN access_trailentry entry ON entry.id = chained.entry_id"
        " ORDER BY position"
    ).fetchall()
    connected.execute("DELETE FROM access_traillink")
    digest = GENESIS
    for position, row in enumerate(rows, 1):
        entry = Entry(*row)
        digest = link(digest, entry)
        connected.execute("INSERT INTO access_traillink VALUES (%s, %s, %s, 1)", [position, entry.id, digest])


CHANGES: dict[str, object] = {
    "at": "2020-01-01", "actor": "somebody-else", "agency": "x", "action": "export", "subject_kind": "x",
    "subject_id": "D-9999", "matter_id": None, "person_id": 9, "outcome": "refused", "reason": "x", "audience_id": 7,
}  # fmt: skip


def test_an_edited_entry_is_named(sealed: psycopg.Connection) -> None:
    """Given a sealed trail, when a superuser changes any column of one entry, then verification names that entry and no
    other; and holds again when the column is put back (G4)."""
    number = chained(sealed, 14)
    assert {*CHANGES, "id"} == set(COLUMNS)
    for column, value in CHANGES.items():
        before = sealed.execute(f"SELECT {column} FROM access_trailentry WHERE id = %s", [number]).fetchone()
        assert before is not None
        change = f"UPDATE access_trailentry SET {column} = %s WHERE id = %s"
        sealed.execute(change, [value, number])
        assert found(verify()) == [("entry-edited", 14, number)], column
        sealed.execute(change, [before[0], number])
    assert verify().holds


def test_removed_entries_are_named(sealed: psycopg.Connection) -> None:
    """Given a sealed trail, when a superuser removes entries, then verification names them, those that follow each
    other together (G4)."""
    first, other = chained(sealed, 5), chained(sealed, 20)
    sealed.execute("DELETE FROM access_trailentry WHERE id IN (%s, %s, %s)", [first, chained(sealed, 6), other])
    report = verify()
    assert found(report) == [("entry-removed", 5, first), ("entry-removed", 20, other)]
    assert report.findings[0].words == f"Entries {first} to {first + 1} are gone (positions 5 to 6)."


def test_removed_links_are_located(sealed: psycopg.Connection) -> None:
    """Given a sealed trail, when a superuser removes an entry together with its link, then verification says where the
    chain has a gap (G4)."""
    number = chained(sealed, 8)
    sealed.execute("DELETE FROM access_trailentry WHERE id = %s", [number])
    sealed.execute("DELETE FROM access_traillink WHERE position = 8")
    assert [(kind, position) for kind, position, _ in found(verify())] == [("link-removed", 8)]


def test_an_edited_link_is_told_from_an_edited_entry(sealed: psycopg.Connection) -> None:
    """Given a sealed trail, when a superuser changes a link's digest, then verification names the link, and neither its
    entry nor the next (G4)."""
    sealed.execute("UPDATE access_traillink SET digest = %s WHERE position = 12", ["0" * 64])
    assert found(verify()) == [("link-edited", 12, chained(sealed, 12))]


def test_entries_that_changed_places_are_named(sealed: psycopg.Connection) -> None:
    """Given a sealed trail, when a superuser lets two entries change places, then both places are named, with the entry
    that was sealed there (G4)."""
    early, late = chained(sealed, 4), chained(sealed, 17)
    sealed.execute("UPDATE access_traillink SET entry_id = 0 WHERE position = 4")
    sealed.execute("UPDATE access_traillink SET entry_id = %s WHERE position = 17", [early])
    sealed.execute("UPDATE access_traillink SET entry_id = %s WHERE position = 4", [late])
    report = verify()
    assert found(report) == [("entries-reordered", 4, late), ("entries-reordered", 17, early)]
    assert report.findings[0].words.endswith(f"entry {early} was sealed there.")


def test_links_that_changed_places_are_named(sealed: psycopg.Connection) -> None:
    """Given a sealed trail, when a superuser lets two whole links change places, then those two places are named and
    not the ones after them (G4)."""
    early, late = chained(sealed, 4), chained(sealed, 17)
    for before, after in ((4, 0), (17, 4), (0, 17)):
        sealed.execute("UPDATE access_traillink SET position = %s WHERE position = %s", [after, before])
    assert found(verify()) == [("entries-reordered", 4, late), ("entries-reordered", 17, early)]


def test_a_cut_end_is_located_by_the_anchors(sealed: psycopg.Connection) -> None:
    """Given an anchored trail, when a superuser removes its end, entries and links alike, then the chain fits itself
    and the anchors say how much longer it was (G4)."""
    sealed.execute("DELETE FROM access_trailentry WHERE id >= %s", [chained(sealed, 26)])
    sealed.execute("DELETE FROM access_traillink WHERE position >= 26")
    assert found(verify()) == [("chain-cut", 26, None)]
    sealed.execute("TRUNCATE access_trailentry")
    sealed.execute("TRUNCATE access_traillink")
    assert found(verify()) == [("chain-cut", 1, None)]


def test_a_rebuilt_chain_is_located_between_two_anchors(sealed: psycopg.Connection) -> None:
    """Given an anchored trail, when a superuser removes an entry and digests the whole chain anew, then the first
    anchor that disagrees locates it after the last that agrees (G4)."""
    sealed.execute("DELETE FROM access_trailentry WHERE id = %s", [chained(sealed, 15)])
    rebuild(sealed)
    report = verify()
    assert found(report) == [("chain-rebuilt", 11, None)]
    assert report.findings[0].words == "Between positions 11 to 20 the chain is not what anchor 2 says."


def test_an_edit_after_the_last_anchor_that_is_rebuilt_is_found_by_nobody(sealed: psycopg.Connection) -> None:
    """Given a look sealed after the last anchor, when a superuser edits it and digests the chain anew, then
    verification cannot know; so it says up to where the anchors reach, and anchors are five minutes apart (G4)."""
    looks(1, first=31)
    seal()
    sealed.execute("UPDATE access_trailentry SET actor = 'x' WHERE id = %s", [chained(sealed, 31)])
    rebuild(sealed)
    report = verify()
    assert report.holds
    assert (report.sealed, report.anchored) == (31, 30)


def test_the_unsealed_tail_is_reported(sealed: psycopg.Connection) -> None:
    """Given looks that no sealer has reached yet, when the trail is verified, then it holds, and how many are unsealed,
    and since when, is reported (G4)."""
    looks(3, first=31)
    report = verify()
    assert report.holds
    assert (report.sealed, report.unsealed, report.anchors) == (30, 3, 3)
    assert report.oldest_unsealed_at is not None
    assert report.last_anchor_at is not None


def test_nothing_of_the_trail_can_be_changed_by_its_owner(sealed: psycopg.Connection) -> None:
    """Given the trail, when its tables' owner updates, removes or truncates, then the database refuses (G4)."""
    for table in ("access_trailentry", "access_traillink", "access_trailanchor"):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"UPDATE {table} SET signed_at = NULL"):
            used = statement.replace(
                "signed_at = NULL", "digest = ''" if table != "access_trailentry" else "actor = ''"
            )
            with pytest.raises(DatabaseError, match="never changed or removed"):
                connections["owner"].cursor().execute(used)
    connections["owner"].close()


def test_an_entry_that_commits_late_is_chained_later(cloned_database: Addresses) -> None:
    """Given a look whose transaction is still open while later ones are sealed, when it commits, then it is sealed
    after them, and once (G4)."""
    settle()
    with psycopg.connect(cloned_database.application_url, options="-c role=daras_application") as slow:
        slow.execute(
            "INSERT INTO access_trailentry (at, actor, agency, action, subject_kind, subject_id, outcome, reason,"
            " audience_id) VALUES (now(), 'slow', '', 'look', 'matter', 'D-1', 'done', '', 1)"
        )
        looks(5)
        assert seal() == 5
        slow.commit()
    assert seal() == 1
    assert seal() == seal(sweep=True) == 0
    with machine():
        last = TrailLink.objects.order_by("-position").first()
        assert last is not None
        assert TrailEntry.objects.get(pk=last.entry_id).actor == "slow"
        assert last.entry_id < max(entries())
    assert verify().holds


def test_fifty_looking_at_once_with_rollbacks_and_sealers(cloned_database: Addresses) -> None:
    """Given fifty workers who look at once, a third of whose requests fail, while three sealers run, when all is done,
    then every look whose answer was delivered is in the chain exactly once, no other is, and the trail holds (G4)."""
    settle()
    chance = random.Random(7)
    plans = [(f"worker-{number}", [chance.random() < 1 / 3 for _ in range(6)]) for number in range(50)]

    def look(plan: tuple[str, list[bool]]) -> list[str]:
        actor, fails = plan
        delivered = []
        for number, fail in enumerate(fails):
            with suppress(ZeroDivisionError), acting_as(None):
                trail.write(
                    actor=actor, agency="", action="look", subject_kind="matter", subject_id=f"{actor}/{number}"
                )
                if fail:
                    raise ZeroDivisionError
                delivered.append(f"{actor}/{number}")
        connection.close()
        return delivered

    def seal_along(rounds: int) -> list[str]:
        for _ in range(rounds):
            seal(limit=20)
        connection.close()
        return []

    with ThreadPoolExecutor(12) as pool:
        sealing = [pool.submit(seal_along, 15) for _ in range(3)]
        delivered = [subject for subjects in pool.map(look, plans) for subject in subjects]
        for each in sealing:
            each.result()
    seal()
    anchor()
    with machine():
        chained_subjects = list(
            TrailEntry.objects.filter(pk__in=TrailLink.objects.values("entry_id")).values_list("subject_id", flat=True)
        )
        places = list(TrailLink.objects.order_by("position").values_list("position", flat=True))
    assert sorted(chained_subjects) == sorted(delivered)
    assert places == list(range(1, len(delivered) + 1))
    report = verify()
    assert report.holds
    assert (report.unsealed, report.anchored) == (0, len(delivered))


def test_a_batch_that_fails_leaves_the_chain_whole(sealed: psycopg.Connection) -> None:
    """Given a sealer whose transaction is taken back, when the next one runs, then the chain goes on where it was
    (G4)."""
    looks(4, first=31)
    with suppress(ZeroDivisionError), transaction.atomic():
        seal()
        raise ZeroDivisionError
    assert verify().sealed == 30
    assert seal(limit=3) == 4
    assert verify().holds
    assert verify().sealed == 34
