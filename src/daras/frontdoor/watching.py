"""The watch on the network outside news: a child is near somebody who poses a risk now, and was not before (E2).

A record was changed, an agency's list came, or two records turned out to be one person. It runs in the transaction of
the change. The front door's manager owes a decision, on the child's open matter or on one opened for it; the police who
manage offenders and probation are told that there is something, and not what. Whoever made the change learns nothing
of it. A path that the manager holds to be known and managed is silent until that expires.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from daras.access import audiences
from daras.access.models import SERIAL_BITS
from daras.access.session import machine
from daras.agencies import Directory, Owner, UnknownContact, load_directory
from daras.duties.commands import Opening, Owed, open_each
from daras.forms.hooks import Completed
from daras.forms.models import AnswerPerson
from daras.frontdoor import turns
from daras.frontdoor.entering import Entered
from daras.frontdoor.known_and_managed import silenced
from daras.frontdoor.models import IndicatorMet
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.matters.commands import lock, open_matter, project_each
from daras.matters.models import Matter, MatterOpened
from daras.network.exposure import Pair, exposures, near
from daras.network.queries import connected
from daras.outbox.commands import Tell, tell_each
from daras.people.models import PersonInMatter
from daras.people.queries import PersonKnown, known_of, open_matters_of, persons_of
from daras.practice import pack_for
from daras.working_time import clock

#: An indicator of this level owes a decision by itself.
DECIDED_AT = 4
INDICATOR = "person-of-risk-in-family"
DECISION = "strategy-decision-due"
AUTHOR = "service:watch"
_MOMENT = timedelta(microseconds=1)
#: Who is told beside the front door.
TOLD = ("police-offender-management", "probation-offender-manager")


@dataclass(frozen=True, slots=True)
class Near:
    """A child one step from somebody who poses an established risk, and how, in words."""

    child: PersonKnown
    adult: PersonKnown
    reason: str
    audience_ids: frozenset[int]

    def read_at(self, scope: int) -> bool:
        """Whether whoever stands in a scope may read all that it was made from."""
        return all(audience >> SERIAL_BITS == scope for audience in self.audience_ids)

    def why(self, what: str) -> str:
        """All of it in words."""
        return f"{what}: {self.reason}. {self.adult.name} poses a risk to children."

    def why_withheld(self, what: str) -> str:
        """That there is something, where the front door may not read what it is."""
        return (
            f"{what}: what an agency keeps to itself says that {self.child.name} is near somebody who poses a risk to"
            " children. The custodians may read who, and how: ask them."
        )


def watch(
    changed: Iterable[int], what: str, *, authority: str, agency: str, since: datetime, but: Collection[int] = ()
) -> list[Matter]:
    """Look at everybody named in what was recorded at `since`: for every child and every person of established risk
    who are one step apart now and were not before, a decision is owed. Returns the matters. Runs as the machine.

    `what` says in a few words what happened: "A record was changed". `but` are children about whom the same news owes
    a decision already.
    """
    turns.to_watch()
    people = frozenset(changed)
    with machine(blind=True):
        now = frozenset(pair for pair in near(people, on=clock.today()) if pair[0] not in but)
        # Those found now are asked about by themselves: who was near whom before may have been farther from the change.
        found = people | {person for pair in now for person in pair}
        new = now - near(found, on=clock.today(), known_on=since - _MOMENT) if now else now
    return decisions_owed(new, what, authority=authority, agency=agency)


def watch_news(entered: Entered) -> list[Matter]:
    """Look at everybody a document names: it may bring a child near somebody of risk whom it is not about.

    What the threshold rules say of the same news is not said twice.
    """
    news = entered.news
    weighed = news.weighed
    spoken_of = {key for each in weighed.findings.indicators if each.level >= DECIDED_AT for key in each.about}
    meant = {news.understood.meant[ref].person_id: person for ref, person in news.person_of_ref.items()}
    covered = [weighed.who.person(key).person_id for key in spoken_of]
    return watch(
        news.person_of_ref.values(),
        "News came",
        authority=news.understood.authority,
        agency=news.document.sender.agency,
        since=news.recording.recorded_at,
        but={meant.get(person, person) for person in covered},
    )


def watch_form(completed: Completed) -> list[Matter]:
    """Look at everybody a completed form names; one that is news for the front door is looked at as news."""
    form = completed.fact
    if form.to_front_door:
        return []
    named = AnswerPerson.objects.filter(form=form).values_list("person_record", flat=True)
    return watch(
        persons_of([*named, form.fact.person_record_id or 0]).values(),
        "A form was completed",
        authority=load_directory().agency_at_any_time(completed.worker.agency).authority,
        agency=completed.worker.agency,
        since=form.fact.recorded_at,
    )


@contextmanager
def watched_match(record_ids: Iterable[int], *, authority: str, agency: str) -> Iterator[None]:
    """Two records become one person within: what either was near to is not new, what both together are near to is.
    Runs as the machine."""
    turns.to_watch()
    records = tuple(record_ids)
    apart = set(persons_of(records).values())
    around = {each.person_id for each in connected(sorted(apart), on=clock.today(), steps=1)}
    before = near_now(apart | around)
    yield
    together = set(persons_of(records).values())
    if len(together) > 1:
        return
    (kept,) = together
    known = {(kept if child in apart else child, kept if adult in apart else adult) for child, adult in before}
    new = near_now(together) - known
    decisions_owed(new, "Two records are one person", authority=authority, agency=agency)


def near_now(people: Iterable[int]) -> frozenset[Pair]:
    """As `network.exposure.near` of today, with nobody protected, whoever the change acts for: what is found is told to
    others (ADR 0024)."""
    with machine(blind=True):
        return near(people, on=clock.today())


def _told(pairs: Iterable[Pair]) -> list[Near]:
    """Each with its reason and with who may read it, as it stands now."""
    wanted = sorted(pairs)
    with machine(blind=True):
        told = {
            (each.child.key, each.other.key): each
            for each in exposures([child for child, _ in wanted], on=clock.today(), steps=1)
        }
        known = known_of({person for pair in wanted for person in pair})
    return [
        Near(known[child], known[adult], told[child, adult].reason, told[child, adult].audience_ids)
        for child, adult in wanted
    ]


def decisions_owed(found: Collection[Pair], what: str, *, authority: str, agency: str) -> list[Matter]:
    """A decision is owed for each that is not held to be known and managed, on the child's oldest open matter or on one
    opened for it. All of them at once: a list may bring a hundred. Runs as the machine."""
    spoken = frozenset(found) - silenced(found, clock.today()) if found else frozenset()
    if not spoken:
        return []
    told = _told(spoken)
    matters = _matters_of({each.child.person_id for each in told}, authority=authority, agency=agency)
    near_on = [(each, matters[each.child.person_id]) for each in told]
    recording = lock(sorted({matter.pk for _, matter in near_on}), agency=agency, author=AUTHOR)
    said = [_said(each, what, matter) for each, matter in near_on]
    facts = iter(append(recording, [entry for each in said for entry in each.entries]))
    opened = [next(iter(tuple(islice(facts, len(each.entries))))) for each in said]
    _open_duties(recording, said, opened)
    matters_now = [each.matter for each in said]
    project_each(matters_now, recording.recorded_at)
    return matters_now


def _matters_of(children: Collection[int], *, authority: str, agency: str) -> dict[int, Matter]:
    """The oldest matter open about each child, or a new one."""
    open_ids = {child: min(pk for pk, _ in matters) for child, matters in open_matters_of(children).items()}
    found = Matter.objects.in_bulk(set(open_ids.values())) if open_ids else {}
    of_child = {child: found[pk] for child, pk in open_ids.items()}
    for child in sorted(set(children) - of_child.keys()):
        circle = audiences.open_audience(audiences.front_door_scope(authority), "circle")
        of_child[child] = open_matter(
            kind="referral", authority=authority, agency=agency, audience_id=circle, opened_at=clock.now()
        )
    return of_child


@dataclass(frozen=True, slots=True)
class _Said:
    """What is recorded about one child and somebody of risk, on which matter, and why a decision is owed."""

    matter: Matter
    hub: int
    child: PersonKnown
    why: str
    entries: tuple[Entry, ...]


def _said(near_risk: Near, what: str, matter: Matter) -> _Said:
    child, adult = near_risk.child, near_risk.adult
    hub = audiences.standing(audiences.front_door_scope(matter.authority))
    open_to_all = near_risk.read_at(hub >> SERIAL_BITS)
    strict = hub if open_to_all else audiences.standing(audiences.CUSTODIANS)
    why = near_risk.why(what) if open_to_all else near_risk.why_withheld(what)
    about = child.record_ids[-1]
    details: list[tuple[int, int | None, MatterOpened | PersonInMatter | IndicatorMet]] = [
        (hub, None, MatterOpened(reason=why)),
        (hub, about, PersonInMatter(part="subject")),
        (strict, adult.record_ids[-1], PersonInMatter(part="named")),
        (hub, None, IndicatorMet(indicator=INDICATOR, level=4, why=why, about_record_ids=[about])),
    ]
    if not open_to_all:
        whole = IndicatorMet(indicator=INDICATOR, level=4, why=near_risk.why(what), about_record_ids=[about])
        details.append((strict, None, whole))
    entries = tuple(
        Entry(detail, audience, person_record_id=record, matter_id=matter.pk) for audience, record, detail in details
    )
    return _Said(matter, hub, child, why, entries)


def _open_duties(recording: Recording, said: Sequence[_Said], opened_by: Sequence[Fact]) -> None:
    """The decision owed about each, and who is told of it."""
    on = clock.local_date(recording.recorded_at)
    pack, directory = pack_for(on), load_directory()
    wanted = pack.duty(DECISION)
    late = bool(wanted.out_of_hours) and not pack.calendar.in_hours(recording.recorded_at)
    role = wanted.out_of_hours if late and wanted.out_of_hours else wanted.owner
    due_at = wanted.clock.due(recording.recorded_at, pack.calendar)
    openings, tellings = list[Opening](), list[tuple[Matter, int, Tell]]()
    for each, fact in zip(said, opened_by, strict=True):
        owner = directory.contact(role, authority=each.matter.authority, on=on)
        owed = Owed(
            kind=DECISION,
            owner_agency=owner.agency,
            owner_team=owner.team,
            owner_role=wanted.role,
            about_record_ids=(each.child.record_ids[-1],),
            anchor_at=recording.recorded_at,
            due_at=due_at,
            because=each.why,
            source=wanted.cited,
            authority=wanted.authority,
            told=wanted.told,
            late_start=False,
            reference=each.matter.reference,
        )
        openings.append(Opening(each.matter, fact, owed, each.hub))
        tellings += [(each.matter, fact.pk, telling) for telling in _tellings(each.matter, owner, directory, on)]
    open_each(recording, openings, pack=pack)
    tell_each(tellings)


def _tellings(matter: Matter, owner: Owner, directory: Directory, on: date) -> Iterator[Tell]:
    yield Tell(owner.agency, owner.team, "decision-due", interrupts=True)
    for each in TOLD:
        with suppress(UnknownContact):
            other = directory.contact(each, authority=matter.authority, on=on)
            yield Tell(other.agency, other.team, "call-the-front-door")
