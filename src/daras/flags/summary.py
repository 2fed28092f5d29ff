"""One safeguarding summary of somebody by NHS number, in one call, for an emergency department or a midwife (F10).

It is for a person who is named, and holds what that person may see: flags that somebody published to their agency, and
what their own agency knows. Who somebody is, is found by the machine; what is said of them goes through the gate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from stdnum.gb import nhs

from daras.access import policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.flags.disclosing import disclosed
from daras.flags.queries import Flag, of_people
from daras.ledger.refusal import Refused
from daras.matching import keys
from daras.matching.models import Key
from daras.people.models import IdentifierKnown, RecordPerson
from daras.people.queries import PersonKnown, known_of, standing_details
from daras.safety.models import ProtectionRecorded
from daras.working_time import clock

#: Test numbers that the check digit lets through.
NO_NUMBERS = frozenset({"0000000000", "9999999999"})


@dataclass(frozen=True, slots=True)
class Summary:
    """What its reader may see of somebody, and nothing of whether there is more."""

    nhs_number: str
    asked_at: datetime
    asked_by: str
    person: PersonKnown | None
    several: bool  # the number stands on records of more than one person: a human finds out whose it is
    flags: tuple[Flag, ...]
    protections: tuple[ProtectionRecorded, ...]


def summary(worker: Worker, number: str, *, reason: str) -> Summary:
    """The summary, for this worker and this reason; the look is theirs in the trail, whether anything was found or not;
    where something was shown, that is a fact on the person, too.

    Raises `PermissionDenied` for a role that sees no child, `Refused` for what is no NHS number or without a reason.
    """
    policy.require(worker, "search")
    compact = "".join(number.split())
    if not nhs.is_valid(compact) or compact in NO_NUMBERS:
        raise Refused("no-nhs-number", "/nhs_number", "This is no NHS number.", "Ten digits, the last a check digit.")
    if not reason.strip():
        raise Refused(
            "missing", "/reason", "Say what it is needed for.", "A few words: seen in the department, booked."
        )
    people = _people(compact)
    known = known_of(people)
    seen = {person_id: person for person_id, person in known.items() if person.names}
    person = next(iter(seen.values())) if len(seen) == 1 and len(people) == 1 else None
    found = Summary(
        nhs_number=compact,
        asked_at=clock.now(),
        asked_by=worker.name,
        person=person,
        several=len(seen) > 1,
        flags=tuple(flag for flag in of_people(people) if flag.raised.nhs_number == compact),
        protections=tuple(_protections(known.values())),
    )
    _looked(worker, people, reason.strip())
    disclosed(worker, _shown_on(found))
    return found


def _shown_on(found: Summary) -> set[int]:
    """The records of everybody of whom the summary shows something."""
    said = [each.raised.fact.person_record_id for each in found.flags]
    said += [each.fact.person_record_id for each in found.protections]
    return {each for each in said if each is not None} | set(found.person.record_ids if found.person else ())


def _people(number: str) -> list[int]:
    """Everybody on whose records the number stands: by the index of keys, under the machine role."""
    with machine():
        under = Key.objects.filter(key=keys.number(f"find-number:{number}")).values_list("record_id", flat=True)
        records = [
            each.fact.person_record_id
            for each in standing_details(IdentifierKnown, list(under))
            if each.value == number
        ]
        rows = RecordPerson.objects.filter(record_id__in=records).values_list("person_id", flat=True)
        return sorted(set(rows))


def _protections(people: Iterable[PersonKnown]) -> list[ProtectionRecorded]:
    """What keeps them safe tonight and is in force, as far as the reader may see it."""
    records = [record for person in people for record in person.record_ids]
    now = clock.now()
    rows = ProtectionRecorded.objects.select_related("fact").filter(fact__person_record_id__in=records)
    return [each for each in rows if each.expires_at is None or each.expires_at > now]


def _looked(worker: Worker, people: list[int], reason: str) -> None:
    """One entry for each of them; one without a person where nobody is known by the number."""
    about: list[int | None] = [*people] or [None]
    for person in about:
        trail.write(
            actor=worker.slug,
            agency=worker.agency,
            action="look",
            subject_kind="summary",
            subject_id="summary",
            person_id=person,
            reason=reason[:200],
        )
