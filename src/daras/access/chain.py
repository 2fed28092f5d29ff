"""How a trail entry is chained: the digest of each entry upon all before it. Pure, and short enough to write again.

digest(n) = SHA-256(digest(n-1) as 32 bytes || the entry as a JSON array of its columns, in UTF-8 and without spaces).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

#: What the first entry is chained to.
GENESIS = hashlib.sha256(b"daras-trail/1").hexdigest()

#: The columns of an entry in the order in which they are chained.
COLUMNS = (
    "id", "at", "actor", "agency", "action", "subject_kind", "subject_id", "matter_id", "person_id", "outcome",
    "reason", "audience_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One trail entry as it is chained."""

    id: int
    at: datetime
    actor: str
    agency: str
    action: str
    subject_kind: str
    subject_id: str
    matter_id: int | None
    person_id: int | None
    outcome: str
    reason: str
    audience_id: int

    def canonical(self) -> bytes:
        """The bytes that are digested: the same on every machine and in every session's time zone."""
        number, at, *rest = astuple(self)
        instant = at.astimezone(UTC).isoformat(timespec="microseconds")
        return json.dumps([number, instant, *rest], ensure_ascii=False, separators=(",", ":")).encode()


def link(previous: str, entry: Entry) -> str:
    """The digest of an entry upon all before it."""
    return hashlib.sha256(bytes.fromhex(previous) + entry.canonical()).hexdigest()
