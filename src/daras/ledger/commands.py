"""The one way into the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from daras.ledger.inserting import insert
from daras.ledger.models import Detail, Fact, Regime
from daras.ledger.processing import processing_for
from daras.working_time import clock


@dataclass(frozen=True, slots=True)
class Recording:
    """Who records, for which agency, and when: made by `matters` after the matter's row is locked. The regime of data
    protection is that which the practice pack gives the agency, unless it is said."""

    agency: str
    author: str
    recorded_at: datetime
    regime: Regime | None = None


@dataclass(slots=True)
class Entry:
    """A fact about to be appended: its typed detail, and what the header needs beside the recording."""

    detail: Detail
    audience_id: int
    person_record_id: int | None = None
    matter_id: int | None = None
    occurred_from: datetime | None = None
    occurred_to: datetime | None = None
    supersedes: Fact | None = None
    basis: str = ""  # where it is another than the pack's
    confidentiality: str = ""


def append(recording: Recording, entries: Sequence[Entry]) -> list[Fact]:
    """Append facts, in order: one insert for the headers and one for each kind of detail.

    Must run under the machine role inside the transaction that also writes the duties, the trail and the outbox.
    """
    return append_each([(recording, entry) for entry in entries])


def append_each(recorded: Sequence[tuple[Recording, Entry]]) -> list[Fact]:
    """The same for facts of several recordings at once: a sweep's, whose owners differ."""
    days = {recording.recorded_at: clock.local_date(recording.recorded_at) for recording, _ in recorded}
    facts = insert([_header(recording, entry, days[recording.recorded_at]) for recording, entry in recorded])
    by_kind: defaultdict[type[Detail], list[Detail]] = defaultdict(list)
    for fact, (_, entry) in zip(facts, recorded, strict=True):
        entry.detail.fact = fact
        entry.detail.audience_id = entry.audience_id
        by_kind[type(entry.detail)].append(entry.detail)
    for details in by_kind.values():
        insert(details)
    return facts


def _header(recording: Recording, entry: Entry, on: date) -> Fact:
    default = processing_for(recording.agency, entry.detail.kind, on)
    regime = recording.regime or default.regime
    return Fact(
        kind=entry.detail.kind,
        person_record_id=entry.person_record_id,
        matter_id=entry.matter_id,
        agency=recording.agency,
        controller=recording.agency,
        regime=regime,
        basis=entry.basis or default.basis,
        confidentiality=entry.confidentiality or default.confidentiality,
        is_opinion=entry.detail.said_as_opinion,
        person_kind=entry.detail.of_person_kind if regime == "law-enforcement" else "",
        occurred_from=entry.occurred_from,
        occurred_to=entry.occurred_to,
        recorded_at=recording.recorded_at,
        author=recording.author,
        audience_id=entry.audience_id,
        supersedes=entry.supersedes,
    )
