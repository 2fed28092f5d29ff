"""Attempts are counted in the database, by keyed hashes, for all web processes together (G4)."""

from __future__ import annotations

import threading
import time

from django.core.cache import cache
from django.db import connection, transaction
from django.test import override_settings

from daras.access import attempts
from daras.home import Addresses


def rows() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, value FROM access_attempts ORDER BY key")
        return list(cursor.fetchall())


def test_what_was_counted_is_found_until_it_ends(db: None) -> None:
    """G4: given a count that ends, when it has ended, then it is as if there were none, and it is tidied away."""
    cache.set("sign-in", [1.5, 2.5], timeout=60)
    assert cache.get("sign-in") == [1.5, 2.5]
    assert not cache.add("sign-in", [], timeout=60)
    assert cache.touch("sign-in", timeout=-1)
    assert cache.get("sign-in", "none") == "none"
    assert not cache.touch("sign-in", timeout=60)
    assert cache.add("sign-in", [3.5], timeout=60)
    cache.set("over", 1, timeout=-1)
    cache.set("kept", 1, timeout=None)
    assert attempts.tidy() == 1
    assert len(rows()) == 2
    assert cache.delete("kept")
    assert not cache.delete("kept")
    assert cache.get_many(["sign-in", "kept"]) == {"sign-in": [3.5]}
    cache.clear()
    assert rows() == []


def test_the_table_tells_neither_who_nor_where(db: None) -> None:
    """G4: given a count for an address and a place, then the table has a keyed hash: with another secret, another."""
    cache.set("login:192.0.2.7:loveday@council.example", True)
    ((first, value),) = rows()
    assert len(first) == 64
    assert value == "true"
    with override_settings(SECRET_KEY="another that is long enough to be one"):
        assert cache.get("login:192.0.2.7:loveday@council.example") is None


def test_who_adds_what_another_request_is_adding_waits_for_it(cloned_database: Addresses) -> None:
    """G4: given two attempts at the same moment, when both want the lock, then the second gets it after the first has
    let go of it: none is counted away."""
    taken: list[bool] = []

    def second() -> None:
        with transaction.atomic():
            taken.append(cache.add("lock", True))
        connection.close()

    with transaction.atomic():
        assert cache.add("lock", True)
        other = threading.Thread(target=second)
        other.start()
        until_waiting()
        assert taken == []
        cache.delete("lock")
    other.join(30)
    assert taken == [True]


def until_waiting() -> None:
    """Until some other connection waits for this one."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")
