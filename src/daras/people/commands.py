"""Making person records and deciding which of them are one person (A5). All of it runs under the machine role."""

from __future__ import annotations

from collections.abc import Sequence

from daras.access.models import SERIAL_BITS
from daras.access.policies import PROTECTED_SCOPE
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import random_reference
from daras.people.models import LinkDecided, Person, PersonRecord, RecordPerson
from daras.people.replaying import decisions_on, replay, said_by_people
from daras.working_time import clock


def add_records(agency: str, audience_id: int, local_ids: Sequence[str]) -> list[PersonRecord]:
    """New records of an agency, one for each local id, in order. They are nobody's yet: place them."""
    now = clock.now()
    return PersonRecord.objects.bulk_create(
        PersonRecord(agency=agency, local_id=local_id, made_at=now, audience_id=audience_id) for local_id in local_ids
    )


def new_persons(count: int) -> list[Person]:
    """New numbers for people nobody has met before."""
    return add_persons([random_reference("P") for _ in range(count)])


def add_persons(numbers: Sequence[str]) -> list[Person]:
    """People nobody has met before, under numbers chosen already, in order."""
    now = clock.now()
    return Person.objects.bulk_create(Person(number=number, made_at=now) for number in numbers)


def place(records: Sequence[PersonRecord], persons: Sequence[Person]) -> None:
    """Put new records under persons, in order."""
    RecordPerson.objects.bulk_create(
        RecordPerson(record=record, person=person, number=person.number, audience_id=record.audience_id)
        for record, person in zip(records, persons, strict=True)
    )


def decide_link(
    recording: Recording,
    *,
    record_id: int,
    other_record_id: int,
    decision: str,
    probability: float,
    why: Sequence[str],
    audience_id: int,
    by_person: bool,
    matter_id: int | None = None,
    supersedes: Fact | None = None,
) -> Fact:
    """Append a decision on two records and make the projection follow it.

    Linking moves every record of the younger person under the older number. Unlinking gives the record a number of
    its own. Nothing is rewritten: the decisions stand, and the projection can be replayed from them. With a protected
    record only its custodian decides (raises `Refused`; `custodians.commands.decide_naming`).

    What somebody said is never forgotten: a link that would bring two records together of which a person said that they
    are two is refused, unless a person decides now on two of which that was said. Raises `Refused`.
    """
    if decision == LinkDecided.Decision.LINK:
        _refuse_against_what_was_said(record_id, other_record_id, by_person=by_person)
    detail = LinkDecided(
        other_record_id=other_record_id, decision=decision, probability=probability, why=list(why), by_person=by_person
    )
    entry = Entry(detail, audience_id, person_record_id=record_id, matter_id=matter_id, supersedes=supersedes)
    (fact,) = append(recording, [entry])
    if decision == LinkDecided.Decision.LINK:
        _join(record_id, other_record_id)
    elif decision == LinkDecided.Decision.UNLINK:
        _part(record_id)
    return fact


def _refuse_against_what_was_said(record_id: int, other_record_id: int, *, by_person: bool) -> None:
    persons = RecordPerson.objects.filter(record__in=[record_id, other_record_id]).values("person_id")
    together = set(RecordPerson.objects.filter(person_id__in=persons).values_list("record_id", flat=True))
    decided = decisions_on(together)
    _, two = said_by_people(decided)
    if by_person and frozenset((record_id, other_record_id)) in two:
        return
    of_these = {pair for pair in two if pair <= together}
    now = replay(decided)
    # What stands under one number already was brought together in spite of it, and that was somebody's last word.
    if any(len({now[record] for record in pair}) == 2 for pair in of_these):
        raise Refused(
            "said-to-be-two",
            "/match",
            "Somebody has said of two of these records that they are two people.",
            "Decide on those two first, with the reason why they are one person after all.",
        )


def _join(record_id: int, other_record_id: int) -> None:
    rows = list(RecordPerson.objects.select_for_update().filter(record__in=[record_id, other_record_id]))
    if len(rows) < 2:  # hidden and absent are one answer
        raise Refused("no-such-match", "/match", "There is no such match here for you.", "Open the matter again.")
    if any(row.audience_id >> SERIAL_BITS == PROTECTED_SCOPE for row in rows):
        raise Refused("needs-custodian", "/match", "One of them is protected.", "Ask the custodian to decide it.")
    persons = sorted({row.person_id for row in rows})
    if len(persons) < 2:
        return
    kept = Person.objects.get(pk=persons[0])
    RecordPerson.objects.filter(person_id__in=persons[1:]).update(person=kept, number=kept.number)


def _part(record_id: int) -> None:
    (person,) = new_persons(1)
    RecordPerson.objects.filter(record_id=record_id).update(person=person, number=person.number)
