"""The one way into the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from daras.ledger.inserting import Same, insert, insert_columns
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
    on = clock.local_date(recording.recorded_at)
    facts = insert([_header(recording, entry, on) for entry in entries])
    by_kind: defaultdict[type[Detail], list[Detail]] = defaultdict(list)
    for fact, entry in zip(facts, entries, strict=True):
        entry.detail.fact = fact
        entry.detail.audience_id = entry.audience_id
        by_kind[type(entry.detail)].append(entry.detail)
    for details in by_kind.values():
        insert(details)
    return facts


class Alike(NamedTuple):
    """Whose fact it is of many of one kind, on which matter, and for which audience."""

    agency: str
    matter_id: int
    audience_id: int


def append_alike(
    kind: type[Detail], heads: Sequence[Alike], details: Mapping[str, Sequence[Any]], *, author: str, at: datetime
) -> list[int]:
    """Append many facts of one kind, of several agencies, in order, with the columns of their details: in the same
    statements as `append`, and no object is made of any. Returns their ids.

    Raises `TypeError` for a kind that is written object by object: one with sealed columns, or one that says by each
    fact whether it is an opinion, or of whom.
    """
    if (kind.said_as_opinion, kind.of_person_kind) != (Detail.said_as_opinion, Detail.of_person_kind):
        raise TypeError(f"{kind.__name__} is written object by object.")
    if not heads:
        return []
    agencies, matters, audiences = (list(column) for column in zip(*heads, strict=True))
    on = clock.local_date(at)
    held = {agency: processing_for(agency, kind.kind, on) for agency in set(agencies)}
    shared: dict[str, Sequence[Any] | Same] = {
        "kind": Same(kind.kind),
        "matter_id": matters,
        "agency": agencies,
        "controller": agencies,
        "regime": [held[agency].regime for agency in agencies],
        "basis": [held[agency].basis for agency in agencies],
        "confidentiality": [held[agency].confidentiality for agency in agencies],
        "recorded_at": Same(at),
        "author": Same(author),
        "audience_id": audiences,
    }
    facts = insert_columns(Fact, len(heads), shared)
    insert_columns(kind, len(heads), {"fact_id": facts, "audience_id": audiences, **details})
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
