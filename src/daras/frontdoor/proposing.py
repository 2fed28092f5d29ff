"""Changes that agencies propose to each other's records, and what becomes of them (G2).

Nothing is overwritten. The agency whose record it is answers; accepted, a new fact takes the place of the former, which
can still be read "as known on" its day. Where the former was wrong, every agency that read it is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from django.core.exceptions import PermissionDenied

from daras.access import policy
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.frontdoor import turns
from daras.frontdoor.corrections import changed, matter_for, mine_to_see, no_such, open_breach_duty, recall, who_looked
from daras.frontdoor.document import Address
from daras.frontdoor.doubts import look_at_records
from daras.frontdoor.people_named import place_key
from daras.frontdoor.watching import watch
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Detail, Fact
from daras.ledger.refusal import Refused
from daras.matching.commands import index_record
from daras.matters.commands import project
from daras.matters.models import Matter
from daras.outbox.commands import Tell, tell
from daras.people.models import (
    AddressStay,
    BirthKnown,
    ChangeAnswered,
    ChangeProposed,
    NameKnown,
    PersonInMatter,
    PersonRecord,
    RecordPerson,
)
from daras.people.queries import standing_details
from daras.working_time import clock
from daras.working_time.wording import short_date

#: What a proposal may be about. The first three have fields of their own and change the record when they are accepted;
#: of the others the agency says in words what it has changed.
FIELDS = frozenset({"name", "date-of-birth", "address", "family", "risk", "other"})
TYPED = ("name", "date-of-birth", "address")
#: What those are told who read the former version, in words that name nobody.
WRONG = {
    "name": "A name that you read of somebody was wrong.",
    "date-of-birth": "A date of birth that you read of somebody was wrong.",
    "address": "An address that you read of somebody was wrong. It may be that of other people.",
}

Known = TypeVar("Known", bound=Detail)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a record should say."""

    of: str
    words: str = ""
    given_name: str = ""
    family_name: str = ""
    date_of_birth: date | None = None
    lines: Sequence[str] = field(default_factory=tuple)
    town: str = ""
    postcode: str = ""
    was_wrong: bool = True
    since: date | None = None

    def said(self) -> str:
        """All of it in one line."""
        if self.of == "name":
            return " ".join(part for part in (self.given_name.strip(), self.family_name.strip()) if part)
        if self.of == "date-of-birth":
            return short_date(self.date_of_birth) if self.date_of_birth else ""
        if self.of == "address":
            return self.place().text
        return self.words.strip()

    def place(self) -> Address:
        lines = tuple(line.strip() for line in self.lines if line.strip())
        return Address(lines, self.town.strip(), re.sub(r"\s+", " ", self.postcode.strip().upper()))


def propose_change(worker: Worker, *, number: str, record_id: int, proposed: Proposed, because: str) -> None:
    """Say that a record is wrong or out of date. The agency whose record it is is told, and answers.

    Any agency that may see the record may propose. Raises `Refused` for what is not said, or not theirs to see.
    """
    policy.require(worker, "contribute")
    _checked(proposed, because)
    mine_to_see(number, record_id)
    place = proposed.place()
    with machine():
        record = PersonRecord.objects.get(pk=record_id)
        detail = ChangeProposed(
            of=proposed.of,
            proposed=proposed.said(),
            because=because.strip(),
            was_wrong=proposed.was_wrong,
            since=proposed.since,
            given_name=proposed.given_name.strip(),
            family_name=proposed.family_name.strip(),
            date_of_birth=proposed.date_of_birth,
            lines=list(place.lines),
            town=place.town,
            postcode=place.postcode,
        )
        (fact,) = append(_recording(worker), [Entry(detail, record.audience_id, person_record_id=record_id)])
        part = PersonInMatter.objects.select_related("fact").filter(fact__person_record_id=record_id).first()
        if part is not None and record.agency != worker.agency:
            matter = Matter.objects.get(pk=part.fact.matter_id or 0)
            tell(matter, fact.pk, [Tell(record.agency, None, "change-proposed", reference=number)])
        changed(worker, number, "a change was proposed")


def _checked(proposed: Proposed, because: str) -> None:
    if proposed.of not in FIELDS:
        raise Refused("unknown-field", "/of", "Choose what is to be changed.", "Choose one of the list.")
    if not proposed.said():
        first = {"name": "given_name", "date-of-birth": "date_of_birth", "address": "lines"}
        at = f"/{first.get(proposed.of, 'proposed')}"
        raise Refused("proposal-missing", at, "What it should say is missing.", "Write what it should say.")
    today = clock.today()
    if proposed.date_of_birth and proposed.date_of_birth > today:
        raise Refused("in-the-future", "/date_of_birth", "That day is still to come.", "Check the year.")
    if proposed.since and proposed.since > today:
        raise Refused("in-the-future", "/since", "That day is still to come.", "Check the year.")
    if not because.strip():
        raise Refused("reason-missing", "/because", "How you know is missing.", "Write how you know.")


def answer_change(worker: Worker, *, number: str, proposal_id: int, accepted: bool, reason: str) -> Fact | None:
    """The agency whose record it is answers a proposal, once. Accepted, the record says what was proposed: returns the
    fact that took the former's place, where there is one. Raises `Refused` or `PermissionDenied`."""
    policy.require(worker, "answer")
    if not reason.strip():
        raise Refused("reason-missing", "/reason", "The reason is missing.", "Write why.")
    proposal = ChangeProposed.objects.select_related("fact").filter(pk=proposal_id).first()
    if proposal is None:
        raise no_such()
    with machine():
        turns.to_watch()
        record = PersonRecord.objects.get(pk=proposal.fact.person_record_id or 0)
        if record.agency != worker.agency:
            raise PermissionDenied("The agency whose record it is answers.")
        if ChangeAnswered.objects.filter(proposal=proposal).exists():
            raise Refused("answered", "/reason", "This has been answered already.", "Read the answer on the page.")
        detail = ChangeAnswered(proposal=proposal, accepted=accepted, reason=reason.strip())
        recording = _recording(worker)
        append(recording, [Entry(detail, proposal.audience_id, person_record_id=record.pk)])
        put_right = _correct(worker, recording, proposal, record) if accepted and proposal.of in TYPED else None
        changed(worker, number, "a proposal was answered")
    return put_right


def _correct(worker: Worker, recording: Recording, proposal: ChangeProposed, record: PersonRecord) -> Fact:
    """Append what was proposed in the place of the former, and recall the former where it was wrong."""
    former, entries = _anew(proposal, record)
    if former is not None and former.recorded_at > proposal.fact.recorded_at:
        raise Refused("changed-since", "/reason", "The record was changed since.", "Read it again, and answer then.")
    facts = append(recording, entries)
    index_record(record.pk)
    member = RecordPerson.objects.get(record_id=record.pk)
    authority = load_directory().agency_at_any_time(worker.agency).authority
    if proposal.of == "address":
        what = "A record was changed"
        watch([member.person_id], what, authority=authority, agency=worker.agency, since=recording.recorded_at)
    look_at_records([record.pk], facts[-1], agency=worker.agency, authority=authority)
    if former is not None and proposal.was_wrong:
        told = [each for each in who_looked(member.person_id, former.recorded_at) if each != record.agency]
        if told:
            matter, of_matter = matter_for(worker, record.pk)
            what = f"{WRONG[proposal.of]} Read the record again, and delete what you kept of the former."
            recall(of_matter, matter, facts[-1], told, what)
            open_breach_duty(of_matter, matter, facts[-1], (record.pk,))
            project(matter, of_matter.recorded_at)
    return facts[-1]


def _anew(proposal: ChangeProposed, record: PersonRecord) -> tuple[Fact | None, list[Entry]]:
    """The fact that is superseded, and what takes its place, what was proposed last: the newest is what is shown."""
    makes = {"name": _name, "date-of-birth": _birth, "address": _stay}
    return makes[proposal.of](proposal, record)


def _entry(detail: Detail, record: PersonRecord, former: Fact | None, *, instead: bool = True) -> Entry:
    return Entry(
        detail,
        former.audience_id if former else record.audience_id,
        person_record_id=record.pk,
        matter_id=former.matter_id if former else None,
        supersedes=former if instead else None,
    )


def _newest(kind: type[Known], record: PersonRecord, **said: object) -> Known | None:
    standing = standing_details(kind, [record.pk])
    return next((each for each in standing if all(getattr(each, name) == value for name, value in said.items())), None)


def _name(proposal: ChangeProposed, record: PersonRecord) -> tuple[Fact | None, list[Entry]]:
    former = _newest(NameKnown, record, use="current")
    fact = former.fact if former else None
    made = NameKnown(
        use="current",
        given_name=proposal.given_name,
        middle_names=former.middle_names if former else "",
        family_name=proposal.family_name,
    )
    entries = [_entry(made, record, fact)]
    if former is not None and not proposal.was_wrong:
        before = NameKnown(use="previous", given_name=former.given_name, family_name=former.family_name)
        entries.insert(0, _entry(before, record, fact, instead=False))
    return fact, entries


def _birth(proposal: ChangeProposed, record: PersonRecord) -> tuple[Fact | None, list[Entry]]:
    former = _newest(BirthKnown, record)
    fact = former.fact if former else None
    made = BirthKnown(
        date_of_birth=proposal.date_of_birth,
        expected_on=former.expected_on if former else None,
        role=former.role if former else "unknown",
        sex=former.sex if former else "",
    )
    return fact, [_entry(made, record, fact)]


def _stay(proposal: ChangeProposed, record: PersonRecord) -> tuple[Fact | None, list[Entry]]:
    """A wrong address is replaced; a former one was right, and ends when the new one began."""
    former = _newest(AddressStay, record, use="lives", until=None)
    fact = former.fact if former else None
    place = Address(tuple(proposal.lines), proposal.town, proposal.postcode)
    moved_on = proposal.since or clock.local_date(proposal.fact.recorded_at)
    made = AddressStay(
        use="lives",
        lines=list(place.lines),
        town=place.town,
        postcode=place.postcode,
        place_key=place_key(place),
        since=proposal.since if not proposal.was_wrong else former.since if former else None,
    )
    if former is None or proposal.was_wrong:
        return fact, [_entry(made, record, fact)]
    ended = AddressStay(
        use="lives",
        lines=list(former.lines),
        town=former.town,
        postcode=former.postcode,
        place_key=former.place_key,
        many_households=former.many_households,
        since=former.since if former.since and former.since < moved_on else None,
        until=moved_on - timedelta(days=1),
    )
    return fact, [_entry(ended, record, fact), _entry(made, record, fact, instead=False)]


def _recording(worker: Worker) -> Recording:
    return Recording(agency=worker.agency, author=worker.slug, recorded_at=clock.now())
