"""Attempts from one place, or at one account, counted where every web process sees them (G4).

Django's cache, in one table of PostgreSQL: the sign-in framework and the form for the public count in it. Keys are
keyed hashes, so the table tells neither an address nor where somebody sat; values are JSON, never pickles.
"""

from __future__ import annotations

import json
import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.utils.crypto import salted_hmac

_READ = "SELECT value FROM access_attempts WHERE key = %s AND ends > %s"
_SET = """
    INSERT INTO access_attempts (key, value, ends) VALUES (%s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, ends = excluded.ends
"""
_ADD = _SET + " WHERE access_attempts.ends <= %s"
_TOUCH = "UPDATE access_attempts SET ends = %s WHERE key = %s AND ends > %s"
_DELETE = "DELETE FROM access_attempts WHERE key = %s"
_COUNT = """
    INSERT INTO access_attempts (key, value, ends) VALUES (%s, '1', %s)
    ON CONFLICT (key) DO UPDATE SET value = (access_attempts.value::int + 1)::text
"""
_COUNTED = "SELECT coalesce(sum(value::int), 0) FROM access_attempts WHERE key = ANY(%s)"
#: Calls of one token at the same moment count in so many places, so that few of them wait for each other.
SHARDS = 8
_TIDY = "DELETE FROM access_attempts WHERE ends <= %s"


def keyed(key: str, prefix: str, version: int) -> str:
    """What a key is known by in the table."""
    return salted_hmac("daras.access.attempts", f"{prefix}:{version}:{key}", algorithm="sha256").hexdigest()


class Attempts(BaseCache):
    """The cache. Whoever adds a key that another request is adding waits for that request to end, so none is lost."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__({**params, "KEY_FUNCTION": keyed})

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(_READ, [self.make_key(key, version), time.time()])
            row = cursor.fetchone()
        return json.loads(row[0]) if row else default

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._change(_ADD, [*self._row(key, value, timeout, version), time.time()])

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._change(_SET, self._row(key, value, timeout, version))

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._change(_TOUCH, [self._ends(timeout), self.make_key(key, version), time.time()])

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._change(_DELETE, [self.make_key(key, version)])

    def clear(self) -> None:
        self._change("DELETE FROM access_attempts", [])

    def _row(self, key: Any, value: Any, timeout: Any, version: int | None) -> list[Any]:
        return [self.make_key(key, version), json.dumps(value), self._ends(timeout)]

    def _ends(self, timeout: Any) -> float:
        ends: float | None = self.get_backend_timeout(timeout)
        return float("inf") if ends is None else ends

    def _change(self, statement: str, values: list[Any]) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return bool(cursor.rowcount)


def tidy() -> int:
    """Remove what counts no longer; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_TIDY, [time.time()])
        return int(cursor.rowcount)


def counted_in_minute(key: str) -> int:
    """Count once more in this minute, over all web processes; how often it has been so far."""
    minute = int(time.time() // 60)
    keys = [keyed(f"{key}:{minute}:{shard}", "counted", 1) for shard in range(SHARDS)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
        cursor.execute(_COUNT, [keys[process % SHARDS], (minute + 2) * 60.0])
        cursor.execute(_COUNTED, [keys])
        (number,) = cursor.fetchone()
    return int(number)
