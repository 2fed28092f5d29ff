"""People whom a form names become records of the agency that fills it in, looked up like anybody named (A5, F3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from daras.access import audiences
from daras.access.models import SERIAL_BITS
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.refusal import Refused
from daras.matching.commands import index_records
from daras.matching.dates import DateRefused
from daras.matching.features import PersonFeatures, describe, home
from daras.matching.queries import Candidate, MatchResult, decide_for_all
from daras.people.commands import add_records, new_persons, place
from daras.people.models import (
    AddressStay,
    BirthKnown,
    IdentifierKnown,
    LinkDecided,
    NameKnown,
    Person,
    PersonRecord,
    RelationshipKnown,
)

ROLES = ("child", "adult", "unborn", "unknown")


@dataclass(frozen=True, slots=True)
class Naming:
    """For which matter and audience people are named, and whose front door may undo a match."""

    recording: Recording
    matter_id: int
    audience_id: int
    authority: str


def name_people(naming: Naming, named: Sequence[Mapping[str, Any]]) -> list[int]:
    """A record for each of them, in order, placed under the person matched or under a number of its own.

    Raises `Refused` for a date of birth that is none.
    """
    if not named:
        return []
    features = {place_: _features(each, naming.recording.recorded_at.date()) for place_, each in enumerate(named)}
    matches = decide_for_all(features, agency=naming.recording.agency)
    records = add_records(naming.recording.agency, naming.audience_id, [""] * len(named))
    place(records, _persons(matches, len(named)))
    append(
        naming.recording,
        [
            entry
            for at, (record, each) in enumerate(zip(records, named, strict=True))
            for entry in _facts(naming, record, each, matches[at])
        ],
    )
    index_records([(record.pk, features[at], naming.audience_id) for at, record in enumerate(records)])
    return [record.pk for record in records]


def tie(naming: Naming, *, subject: int, record: int, relation: str) -> Entry:
    """The person of `record` is `relation` of whom the form is about; "lives-with" is one, too."""
    detail = RelationshipKnown(other_record_id=subject, relation=relation)
    return Entry(detail, naming.audience_id, person_record_id=record, matter_id=naming.matter_id)


def _features(held: Mapping[str, Any], told_on: date) -> PersonFeatures:
    try:
        return describe(
            given_name=held.get("given_name"),
            family_name=held.get("family_name"),
            date_of_birth=held.get("date_of_birth") or None,
            expected_birth=_day(held.get("expected_birth_on")),
            sex=held.get("sex"),
            other_identifiers=[("nhs-number", held["nhs_number"])] if held.get("nhs_number") else [],
            homes=[home(lines=_lines(held), town=held.get("town"), postcode=held.get("postcode"))],
            unborn=held.get("role") == "unborn",
            role=held.get("role"),
            told_on=told_on,
        )
    except (DateRefused, ValueError) as error:
        raise Refused("no-date", "/people", f"A date is none: {error}.", "Write it as day month year.") from error


def _lines(held: Mapping[str, Any]) -> list[str]:
    return [line.strip() for line in str(held.get("street", "")).splitlines() if line.strip()][:6]


def _day(written: object) -> date | None:
    return date.fromisoformat(str(written)) if written else None


def _persons(matches: Mapping[int, MatchResult], count: int) -> list[Person]:
    ids = [matches[at].person_id if matches[at].decision == "match" else None for at in range(count)]
    known = Person.objects.in_bulk([pk for pk in ids if pk is not None])
    fresh = iter(new_persons(sum(pk is None for pk in ids)))
    return [next(fresh) if pk is None else known[pk] for pk in ids]


def _facts(naming: Naming, record: PersonRecord, held: Mapping[str, Any], match: MatchResult) -> Iterator[Entry]:
    def entry(detail: Any, audience: int = naming.audience_id) -> Entry:
        return Entry(detail, audience, person_record_id=record.pk, matter_id=naming.matter_id)

    if held.get("given_name") or held.get("family_name"):
        yield entry(NameKnown(given_name=held.get("given_name") or "", family_name=held.get("family_name") or ""))
    role = str(held["role"]) if held.get("role") in ROLES else "unknown"
    written = str(held.get("date_of_birth") or "")
    yield entry(
        BirthKnown(
            date_of_birth=_day(written) if len(written) == 10 else None,
            expected_on=_day(held.get("expected_birth_on")),
            role=role,
            sex=held.get("sex") or "",
        )
    )
    if held.get("nhs_number"):
        yield entry(IdentifierKnown(system="nhs-number", value="".join(str(held["nhs_number"]).split())))
    lines, town, postcode = _lines(held), held.get("town") or "", held.get("postcode") or ""
    if lines or town or postcode:
        key = home(lines=lines, town=town, postcode=postcode).key or ", ".join([*lines, town]).casefold()
        yield entry(AddressStay(use="lives", lines=lines, town=town, postcode=postcode.upper(), place_key=key[:120]))
    for candidate in match.candidates:
        if match.decision == "match" and candidate.person_id == match.person_id:
            yield entry(
                LinkDecided(
                    other_record_id=candidate.record_id,
                    decision=LinkDecided.Decision.LINK,
                    probability=candidate.probability,
                    why=list(candidate.why),
                ),
                audience_of_candidate(candidate, audiences.front_door_scope(naming.authority)),
            )


def audience_of_candidate(candidate: Candidate, scope: str) -> int:
    """Who is told that somebody named may be somebody known: the front door, where it may see every record that this
    was made from; else the custodians, who are asked (G4)."""
    front_door = audiences.scope_id(scope)
    kept_back = any(audience >> SERIAL_BITS != front_door for audience in candidate.audience_ids)
    return audiences.standing(audiences.CUSTODIANS if kept_back else scope)
