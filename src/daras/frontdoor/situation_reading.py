"""From a document and what is known to the `Situation` that the rules read (A5, B1). Runs under the machine role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from daras.access.models import Worker
from daras.agencies import load_directory
from daras.frontdoor.document import PersonNamed, ReferralDocument, When
from daras.frontdoor.people_named import place_key
from daras.frontdoor.workplaces import agencies_apart, works_said
from daras.network.queries import Connected
from daras.people.queries import PersonKnown
from daras.rules import situation as rules
from daras.working_time import clock


@dataclass(frozen=True, slots=True)
class History:
    """What earlier news says of people, by person id."""

    suspected: frozenset[int] = frozenset()  # in a matter that is open still (B2)
    green_days: Mapping[int, tuple[date, ...]] = field(default_factory=dict)  # green ViSTs, of the household too (A3)
    answers: Mapping[int, tuple[rules.FormAnswer, ...]] = field(default_factory=dict)  # in forms about them
    staff: Mapping[int, Sequence[Worker]] = field(default_factory=dict)  # who signs in under a suspect's name


@dataclass(frozen=True, slots=True)
class Everyone:
    """Everybody in the situation by person id, and the key each has in it."""

    known: Mapping[int, PersonKnown]
    person_of_ref: Mapping[str, int]

    def key(self, person_id: int) -> str:
        return self.known[person_id].number

    def key_of_ref(self, ref: str) -> str:
        return self.key(self.person_of_ref[ref])

    def person(self, key: str) -> PersonKnown:
        """The person of a key."""
        return next(person for person in self.known.values() if person.number == key)


def situation(
    document: ReferralDocument,
    who: Everyone,
    connections: Iterable[Connected],
    *,
    authority: str,
    open_matters: Mapping[int, tuple[str, ...]],
    history: History,
    now: datetime,
) -> rules.Situation:
    """The whole situation at `now`. `open_matters` are references by person id."""
    on = clock.local_date(now)
    about = {who.person_of_ref[ref] for concern in document.concerns for ref in concern.about}
    open_references = tuple(dict.fromkeys(each for person in sorted(about) for each in open_matters.get(person, ())))
    return rules.Situation(
        news=_news(document, now),
        authority=authority,
        people={
            who.key(pk): person(known, document, who, open_matters=open_matters, history=history, on=on)
            for pk, known in who.known.items()
        },
        concerns=tuple(_concerns(document, who)),
        relationships=tuple(
            rules.Relationship(who.key_of_ref(tie.start), who.key_of_ref(tie.end), tie.relation)
            for tie in document.relationships
        ),
        involvements=tuple(_involvements(who)),
        connections=tuple(
            rules.Connection(who.key(each.person_id), each.steps, each.path, each.reason) for each in connections
        ),
        safe_now=tuple(
            rules.SafeNow(who.key_of_ref(ref), said.seen, said.seen_by or None, said.where or None, said.accompanied_by)
            for ref, said in document.safe_now.items()
        ),
        voices=tuple(
            rules.Voice(who.key_of_ref(ref), said.text or None, said.not_obtained_because or None)
            for ref, said in document.voices.items()
        ),
        open_case=bool(open_references),
        open_matter_references=open_references,
        kept_apart=agencies_apart(_suspects(document, who), load_directory(), on),
    )


def _suspects(document: ReferralDocument, who: Everyone) -> list[PersonKnown]:
    refs = dict.fromkeys(ref for concern in document.concerns for ref in concern.suspected)
    return [who.known[who.person_of_ref[ref]] for ref in refs]


def _news(document: ReferralDocument, now: datetime) -> rules.News:
    return rules.News(
        kind=document.kind,  # type: ignore[arg-type]
        sender_agency=document.sender.agency,
        sender_team=document.sender.team,
        sent_at=document.sent_at,
        received_at=now,
        addressed_to_worker=bool(document.addressed_to),
        grade=document.grade,
        parents_told=document.family.parents_told,
        agreement_given=document.family.agreement_given,
        hoped_for=document.hoped_for or None,
    )


def person(
    known: PersonKnown,
    document: ReferralDocument,
    who: Everyone,
    *,
    open_matters: Mapping[int, tuple[str, ...]],
    history: History,
    on: date,
) -> rules.Person:
    """One person of the situation, from everything known of them."""
    ref = next((ref for ref, pk in who.person_of_ref.items() if pk == known.person_id), None)
    named = document.person(ref) if ref else None
    group = known.age_group_on(on)
    return rules.Person(
        key=known.number,
        name=named.name if named else known.name,
        age_group=group,  # type: ignore[arg-type]
        age_years=known.age_on(on),
        number=known.number,
        ref=ref,
        sex=known.sex or None,
        disabilities=frozenset(code for each in known.disabilities for code in each.codes if code != "NONE"),
        poses_risk=tuple(_risks(known, named)),
        works_with_children=tuple(
            dict.fromkeys(works_said(known, load_directory(), on, history.staff.get(known.person_id, ())))
        ),
        anonymous_to_others=known.name_withheld,
        expected_birth_on=next((birth.expected_on for birth in known.births if birth.expected_on), None),
        addresses=tuple(_places(known)),
        open_matters=open_matters.get(known.person_id, ()),
        suspected_before=known.person_id in history.suspected,
        vist_green_days=history.green_days.get(known.person_id, ()),
        form_answers=history.answers.get(known.person_id, ()),
    )


def _risks(known: PersonKnown, named: PersonNamed | None) -> Iterator[rules.PosesRisk]:
    proposed = named.poses_risk.proposed_address if named and named.poses_risk else None
    place = proposed and rules.Place(proposed.text, proposed.town, proposed.postcode, place_key(proposed))
    for risk in known.risks:
        yield rules.PosesRisk(
            status=risk.status,
            basis=risk.basis,
            in_custody=risk.in_custody,
            release_on=risk.release_on,
            proposed_address=place or None,
            known_by=tuple(risk.known_by),
        )


def _places(known: PersonKnown) -> Iterator[rules.Place]:
    for stay in known.stays:
        if stay.use in {"lives", "stays"}:
            text = ", ".join(part for part in (*stay.lines, stay.town, stay.postcode) if part)
            yield rules.Place(text, stay.town or None, stay.postcode or None, stay.place_key, stay.many_households)


def _concerns(document: ReferralDocument, who: Everyone) -> Iterator[rules.Concern]:
    for concern in document.concerns:
        first, last = _days(concern.occurred)
        yield rules.Concern(
            about=tuple(who.key_of_ref(ref) for ref in concern.about),
            suspected=tuple(who.key_of_ref(ref) for ref in concern.suspected),
            category=concern.category,
            what_happened=concern.what_happened,
            occurred_from=first,
            occurred_to=last,
            seen_or_heard_by=concern.seen_or_heard_by or None,
        )


def _days(occurred: When | None) -> tuple[date | None, date | None]:
    if occurred is None:
        return None, None
    return clock.local_date(occurred.first), clock.local_date(occurred.last)


def _involvements(who: Everyone) -> Iterator[rules.Involvement]:
    for known in who.known.values():
        for each in known.involvements:
            yield rules.Involvement(
                known.number, each.agency, each.team or None, each.involvement, each.since, each.until
            )
