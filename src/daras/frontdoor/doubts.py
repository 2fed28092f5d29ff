"""Records under one number that may be of two people: the front door owes a look, once, until a later record or
somebody's word settles it (A5).

It runs in the transaction of whatever brought a record or a decision, and nobody but the front door learns of it:
whoever sent the news is told nothing. Nothing is parted by the machine. What is protected raises no doubt and settles
none (ADR 0024).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from daras.access import audiences
from daras.access.models import SERIAL_BITS
from daras.access.session import machine
from daras.agencies import load_directory
from daras.duties.commands import Owed, meet, open_duties
from daras.duties.models import DutyOpened, DutyState
from daras.forms.hooks import Completed
from daras.forms.models import AnswerPerson
from daras.frontdoor.entering import Entered
from daras.frontdoor.matter_about import matter_about
from daras.ledger.commands import Recording
from daras.ledger.models import Fact
from daras.matching.clusters import Doubt, doubts_about
from daras.matters.commands import lock, project
from daras.matters.models import Matter
from daras.people.models import RecordPerson
from daras.people.queries import persons_of
from daras.practice import pack_for
from daras.working_time import clock

#: The kind of the duty, by the packs' id.
DOUBT = "who-is-who-doubtful"
AUTHOR = "service:matching"
WHY = "Records under one number may be of two people."
WITHHELD = (
    "What an agency keeps to itself speaks against records under one number being of one person. The custodians may"
    " read what it is: ask them."
)


def look_at_news(entered: Entered) -> None:
    """Look at everybody whom a document names and who was known before."""
    news = entered.news
    known = {news.person_of_ref[ref] for ref, meant in news.understood.meant.items() if not meant.is_new}
    look(
        dict.fromkeys(known, entered.received),
        agency=news.document.sender.agency,
        authority=news.understood.authority,
        matter=news.matter,
    )


def look_at_form(completed: Completed) -> None:
    """Look at everybody whom a completed form names; one that is news for the front door is looked at as news."""
    form = completed.fact
    if form.to_front_door:
        return
    named = AnswerPerson.objects.filter(form=form).values_list("person_record", flat=True)
    agency = completed.worker.agency
    authority = load_directory().agency_at_any_time(agency).authority
    look_at_records(list(named), form.fact, agency=agency, authority=authority)


def look_at_records(record_ids: Iterable[int], because_of: Fact, *, agency: str, authority: str) -> None:
    """Look at everybody whom these records are of, after a decision on them or a change of one."""
    look(dict.fromkeys(persons_of(record_ids).values(), because_of), agency=agency, authority=authority)


def look(touched: Mapping[int, Fact], *, agency: str, authority: str, matter: Matter | None = None) -> None:
    """Open the duty for each of these people about whom there is a doubt and nothing is owed for it yet; meet what is
    owed about those of whom there is none any more.

    `touched` gives for each person the fact that brought the doubt or its end. `matter` is where the duty stands; the
    newest that the records are in where none is given. Runs as the machine, after `turns.to_watch`.
    """
    if not touched:
        return
    with machine(blind=True):
        owed = _owed_about(touched)
        persons = persons_of(record for duty in owed for record in duty.about_record_ids)
        about = {duty.pk: {persons[each] for each in duty.about_record_ids if each in persons} for duty in owed}
        doubts = doubts_about({*touched, *(person for people in about.values() for person in people)})
        spoken_of: set[int] = set()
        for duty in owed:
            if about[duty.pk].isdisjoint(doubts):
                fact = next(touched[person] for person in sorted(about[duty.pk]) if person in touched)
                _settled(duty, fact, agency=agency)
            else:
                spoken_of |= about[duty.pk]
        for person in sorted(touched):
            if person in doubts and person not in spoken_of:
                _owed_now(person, doubts[person], touched[person], matter, agency=agency, authority=authority)


def _owed_about(people: Iterable[int]) -> list[DutyOpened]:
    """What is owed already about any record of these people."""
    records = list(RecordPerson.objects.filter(person_id__in=list(people)).values_list("record_id", flat=True))
    states = DutyState.objects.select_related("duty", "duty__fact").filter(
        duty__duty_kind=DOUBT, duty__about_record_ids__overlap=records, met_at__isnull=True
    )
    return [state.duty for state in states.order_by("duty_id")]


def _settled(duty: DutyOpened, by_fact: Fact, *, agency: str) -> None:
    recording = lock([duty.fact.matter_id or 0], agency=agency, author=AUTHOR)
    meet(recording, [duty], by_fact, recording.recorded_at)


def _owed_now(
    person: int, doubt: Doubt, because_of: Fact, matter: Matter | None, *, agency: str, authority: str
) -> None:
    members = dict(RecordPerson.objects.filter(person_id=person).values_list("record_id", "audience_id"))
    if matter is None:
        matter, recording = matter_about(members, agency=agency, author=AUTHOR, authority=authority, why=WHY)
    else:
        recording = lock([matter.pk], agency=agency, author=AUTHOR)
    scope = audiences.scope_id(audiences.front_door_scope(matter.authority))
    theirs = tuple(sorted(record for record, audience in members.items() if audience >> SERIAL_BITS == scope))
    why = " ".join(doubt.why) if len(theirs) == len(members) else WITHHELD
    _open(matter, recording, because_of, theirs or tuple(sorted(members)), why)
    project(matter, recording.recorded_at)


def _open(matter: Matter, recording: Recording, because_of: Fact, records: tuple[int, ...], why: str) -> None:
    on = clock.local_date(recording.recorded_at)
    pack = pack_for(on)
    kind = pack.duty(DOUBT)
    owner = load_directory().contact(kind.owner, authority=matter.authority, on=on)
    owed = Owed(
        kind=DOUBT,
        owner_agency=owner.agency,
        owner_team=owner.team,
        owner_role=kind.role,
        about_record_ids=records,
        anchor_at=recording.recorded_at,
        due_at=kind.clock.due(recording.recorded_at, pack.calendar),
        because=f"{kind.because} {why}",
        source=kind.cited,
        authority=kind.authority,
        told=kind.told,
        late_start=False,
        reference=matter.reference,
    )
    hub = audiences.standing(audiences.front_door_scope(matter.authority))
    open_duties(recording, matter, because_of, [owed], pack=pack, audience_of=[hub])
