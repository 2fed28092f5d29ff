"""Looks that are unlike those of colleagues: found from the trail each night, for somebody else to ask about (G4).

A pattern says nothing of why. It is never shown to the worker's own team, never counted against anybody, and each is
reviewed by a custodian of another agency; a covert team's by its own agency's custodian, for nobody else may know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from daras.access import audiences, policy, trail
from daras.access.models import CovertTeam, TrailEntry, Worker, WorkerHome
from daras.access.session import custody, machine
from daras.agencies import load_directory
from daras.custodians.models import UnusualAccess, UnusualAccessReviewed
from daras.custodians.reviewing import open_review
from daras.duties.meeting import meet_by
from daras.ledger.commands import Entry, append
from daras.ledger.refusal import Refused
from daras.matching.features import plain_postcode
from daras.matters.commands import lock, open_matter
from daras.matters.models import Matter
from daras.people.queries import PersonKnown, known_of
from daras.practice import pack_for
from daras.working_time import clock
from daras.working_time.clocks import start_of_day

AUTHOR = "service:trail"
KIND = "unusual-access-review"
#: The kind of a matter on which only a review is owed.
REVIEW = "review"
#: Local targets: so many different people on a day, and so many times the colleagues' median, are many.
FEWEST_MANY = 20
TIMES_COLLEAGUES = 4
LOOKED = ("look", "search")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What was found of one worker on one day, and the entries of the trail that show it."""

    name: str
    words: str
    entries: tuple[int, ...]


def report(day: date) -> int:
    """Find what was unusual on a day, and open a review of each; returns how many are new. Safe to run twice."""
    with custody():
        looks = _looks(day)
        workers = {each.slug: each for each in Worker.objects.filter(slug__in=looks)}
        people = known_of({look.person_id for each in looks.values() for look in each if look.person_id})
        homes = dict(WorkerHome.objects.values_list("worker_id", "postcode"))
        seen = {slug: len({look.person_id for look in each if look.person_id}) for slug, each in looks.items()}
        made = 0
        for slug, worker in sorted(workers.items()):
            colleagues = [
                number for other, number in seen.items() if other != slug and _peer(workers.get(other), worker)
            ]
            for pattern in _patterns(worker, looks[slug], people, homes.get(worker.pk, ""), colleagues):
                made += _record(worker, day, pattern)
    return made


def _looks(day: date) -> Mapping[str, list[TrailEntry]]:
    since, until = start_of_day(day), start_of_day(day + timedelta(days=1))
    rows = TrailEntry.objects.filter(at__gte=since, at__lt=until, action__in=LOOKED, outcome="done").order_by("id")
    by_actor: defaultdict[str, list[TrailEntry]] = defaultdict(list)
    for each in rows:
        by_actor[each.actor].append(each)
    return by_actor


def _peer(other: Worker | None, worker: Worker) -> bool:
    return other is not None and other.role == worker.role


def _patterns(
    worker: Worker,
    looks: list[TrailEntry],
    people: Mapping[int, PersonKnown],
    home: str,
    colleagues: list[int],
) -> Iterator[Pattern]:
    at_people = [look for look in looks if look.person_id in people]
    name = worker.name.split()[-1].casefold()
    own = [look for look in at_people if name in _family_names(people[look.person_id or 0])]
    if own:
        yield Pattern("own-name", "Looked at somebody with the worker's own family name.", _ids(own))
    street = plain_postcode(home) if home else ""
    near = [look for look in at_people if street and street in _postcodes(people[look.person_id or 0])]
    if near:
        yield Pattern("own-street", "Looked at somebody at the worker's own postcode.", _ids(near))
    number = len({look.person_id for look in at_people})
    usual = median(colleagues) if colleagues else 0
    if number >= max(FEWEST_MANY, TIMES_COLLEAGUES * usual):
        words = f"Looked at {number} people on one day; colleagues in this role at {usual:g} (median)."
        yield Pattern("many", words, _ids(at_people))
    off = [look for look in at_people if _off_hours(worker, look)]
    if off:
        yield Pattern("off-hours", "Looked outside the hours in which the worker's team works.", _ids(off))


def _family_names(person: PersonKnown) -> set[str]:
    return {each.family_name.casefold() for each in person.names if each.family_name}


def _postcodes(person: PersonKnown) -> set[str]:
    return {plain for each in person.stays if (plain := plain_postcode(each.postcode))}


def _ids(looks: Iterable[TrailEntry]) -> tuple[int, ...]:
    return tuple(look.pk for look in looks)


def _off_hours(worker: Worker, look: TrailEntry) -> bool:
    directory = load_directory()
    try:
        team = directory.agency_at_any_time(worker.agency).team(worker.team) if worker.team else None
    except LookupError:
        return False
    if team is None or team.hours == "always":
        return False
    return not pack_for(clock.local_date(look.at)).calendar.in_hours(look.at)


def _record(worker: Worker, day: date, pattern: Pattern) -> int:
    if UnusualAccess.objects.filter(worker_slug=worker.slug, day=day, pattern=pattern.name).exists():
        return 0
    covert = CovertTeam.objects.filter(agency=worker.agency, team=worker.team).exists()
    agency = worker.agency if covert else reviewing_agency(worker)
    audience = audiences.open_audience(audiences.covert_scope(agency) if covert else audiences.CUSTODIANS, "review")
    authority = load_directory().agency(agency, on=clock.today()).authority
    matter = open_matter(kind=REVIEW, authority=authority, agency=agency, audience_id=audience, opened_at=clock.now())
    recording = lock([matter.pk], agency=agency, author=AUTHOR)
    detail = UnusualAccess(
        worker_slug=worker.slug,
        worker_agency=worker.agency,
        pattern=pattern.name,
        day=day,
        words=pattern.words,
        entry_ids=list(pattern.entries),
    )
    (fact,) = append(recording, [Entry(detail, audience, matter_id=matter.pk)])
    open_review(recording, matter, fact, kind=KIND, agency=agency, audience_id=audience)
    return 1


def reviewing_agency(worker: Worker) -> str:
    """The agency whose custodians ask: another than the worker's where there is one with a custodian."""
    rows = Worker.objects.filter(role="custodian", is_active=True).exclude(slug=worker.slug)
    agencies = sorted(set(rows.values_list("agency", flat=True)))
    others = [each for each in agencies if each != worker.agency]
    return (others or agencies or [worker.agency])[0]


def review_unusual(worker: Worker, unusual_id: int, *, explained: bool, words: str) -> UnusualAccessReviewed:
    """What a custodian found; nobody reviews their own looks. Raises `PermissionDenied` or `Refused`."""
    policy.require(worker, "review-access")
    unusual = UnusualAccess.objects.select_related("fact").filter(pk=unusual_id, fact__agency=worker.agency).first()
    if unusual is None or unusual.worker_slug == worker.slug:
        raise Refused("no-such-review", "", "There is nothing of this here for you to review.", "See your list.")
    if not words.strip():
        raise Refused("reason-missing", "/words", "Say what you found.", "Write whom you asked.")
    matter_id = unusual.fact.matter_id
    assert matter_id is not None
    detail = UnusualAccessReviewed(unusual=unusual, explained=explained, words=words.strip())
    with machine():
        recording = lock([matter_id], agency=worker.agency, author=worker.slug)
        if UnusualAccessReviewed.objects.filter(unusual=unusual).exists():
            raise Refused("reviewed-already", "", "This has been reviewed.", "See your list.")
        facts = append(recording, [Entry(detail, unusual.audience_id, matter_id=matter_id)])
        meet_by(recording, Matter.objects.get(pk=matter_id), facts)
        trail.change(worker, "review", str(unusual.pk), "unusual access reviewed", matter_id=matter_id)
    return detail
