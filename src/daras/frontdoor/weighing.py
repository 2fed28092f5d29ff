"""What the news means: the network around it, what the rules say, and what is owed from now (A5, A7, B1, B2, B3,
C5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from daras.access import audiences
from daras.duties.commands import Owed, open_duties
from daras.frontdoor.authorities import stated_by_rule
from daras.frontdoor.history import read_history
from daras.frontdoor.markers import marks_by_rule
from daras.frontdoor.models import AgencyToInvite, IndicatorMet, ThresholdSuggested
from daras.frontdoor.recording import News
from daras.frontdoor.situation_reading import Everyone, everyone, situation
from daras.ledger.commands import Entry, append
from daras.matters.commands import open_matter, project
from daras.matters.models import Matter, MatterOpened
from daras.network.queries import Connected, connected
from daras.people.models import PersonInMatter
from daras.people.queries import holders_of_parental_responsibility
from daras.practice import Pack
from daras.rules.assess import assess
from daras.rules.findings import DutyOwed, Findings
from daras.working_time import clock

#: How far from those the news is about, and those suspected, everybody is looked for (design: within two steps).
STEPS = 2


@dataclass(frozen=True, slots=True)
class Weighed:
    """The news with all that follows from it."""

    news: News
    who: Everyone
    connections: tuple[Connected, ...]
    findings: Findings
    own_matters: dict[str, Matter]
    responsible: dict[int, set[int]]  # holders of parental responsibility, by child's person

    def seen_before(self) -> set[int]:
        """Everybody in it who was known before this document: whoever looks at it looks at them."""
        return {pk for pk, person in self.who.known.items() if person.number not in self.news.new_numbers}


def weigh(news: News) -> Weighed:
    """Read the situation, let the rules speak, and record what they say and what is owed."""
    connections = _network(news)
    who = everyone(news.person_of_ref, connections)
    records = [pk for person in who.known.values() for pk in person.record_ids]
    responsible = holders_of_parental_responsibility(records, news.on)
    open_references = {person: tuple(ref for _, ref in each) for person, each in news.earlier.items()}
    assert news.received is not None
    read = situation(
        news.document,
        who,
        connections,
        authority=news.authority,
        open_matters=open_references,
        history=read_history(who, before_fact=news.received.pk, now=news.recording.recorded_at),
        now=news.recording.recorded_at,
    )
    pack = news.pack
    findings = assess(read, pack, news.directory, news.recording.recorded_at)
    append(news.recording, [*_findings(news, who, findings, pack), *marks_by_rule(news), *stated_by_rule(news)])
    own_matters = {key: _own_matter(news, who, key) for key in findings.own_matters}
    weighed = Weighed(news, who, connections, findings, own_matters, dict(responsible))
    _open_duties(weighed)
    project(news.matter, clock.now())
    return weighed


def _network(news: News) -> tuple[Connected, ...]:
    concerned = dict.fromkeys(ref for concern in news.document.concerns for ref in (*concern.about, *concern.suspected))
    start = [news.person_of_ref[ref] for ref in concerned]
    return tuple(connected(start, on=news.on, known_on=None, steps=STEPS))


def _findings(news: News, who: Everyone, findings: Findings, pack: Pack) -> Iterator[Entry]:
    """All of it is for the front door alone, whatever it was made from, until a manager convenes (G4)."""
    for each in findings.indicators:
        indicator = IndicatorMet(
            indicator=each.id,
            level=each.level,
            why=each.why,
            words=list(each.words),
            about_record_ids=who.records_of(each.about),
        )
        yield news.entry(indicator, news.hub)
    threshold = findings.threshold
    suggested = ThresholdSuggested(
        level=threshold.level,
        level_name=threshold.level_name,
        strategy_discussion=threshold.strategy_discussion,
        why=threshold.why,
        pack=pack.id,
    )
    yield news.entry(suggested, news.hub)
    for invitation in findings.invitations:
        to_invite = AgencyToInvite(agency=invitation.agency, team=invitation.team or "", because=invitation.because)
        yield news.entry(to_invite, news.hub)


def _own_matter(news: News, who: Everyone, key: str) -> Matter:
    """A young person who may have harmed is a child too, with a matter of their own, opened once (C5, J2, J3)."""
    person = who.person(key)
    open_now = [pk for pk, _ in news.earlier.get(person.person_id, ())]
    known = Matter.objects.filter(pk__in=open_now, kind="child-in-need").first()
    if known is not None:
        return known
    circle = audiences.open_audience(audiences.front_door_scope(news.authority), "circle")
    matter = open_matter(
        kind="child-in-need",
        authority=news.authority,
        agency=news.document.sender.agency,
        audience_id=circle,
        opened_at=news.recording.recorded_at,
        parent=news.matter,
    )
    opened = MatterOpened(
        reason=f"{person.name} is under 18 and may have harmed another child: a child to be helped, too."
    )
    subject = PersonInMatter(
        part="subject", ref=next((r for r, p in who.person_of_ref.items() if p == person.person_id), "")
    )
    append(
        news.recording,
        [
            Entry(opened, circle, person_record_id=person.record_ids[0], matter_id=matter.pk),
            Entry(subject, circle, person_record_id=person.record_ids[-1], matter_id=matter.pk),
        ],
    )
    project(matter, clock.now())
    return matter


def _open_duties(weighed: Weighed) -> None:
    news = weighed.news
    assert news.received is not None
    owner_audiences: dict[tuple[str, str, str], int] = {}
    for matter, owed in _by_matter(weighed):
        open_duties(
            news.recording,
            matter,
            news.received,
            [_owed(weighed, matter, each) for each in owed],
            pack=weighed.news.pack,
            audience_of=[_audience(news, each, owner_audiences) for each in owed],
        )


def _by_matter(weighed: Weighed) -> Iterator[tuple[Matter, list[DutyOwed]]]:
    """The duties of the news' own matter, then those of each young person's."""
    own = {matter.pk: matter for matter in weighed.own_matters.values()}
    grouped: dict[int, list[DutyOwed]] = {weighed.news.matter.pk: [], **{pk: [] for pk in own}}
    for duty in weighed.findings.duties:
        matter = weighed.own_matters.get(duty.about[0]) if duty.own_matter and duty.about else None
        grouped[(matter or weighed.news.matter).pk].append(duty)
    for pk, duties in grouped.items():
        if duties:
            yield own.get(pk, weighed.news.matter), duties


def _owed(weighed: Weighed, matter: Matter, duty: DutyOwed) -> Owed:
    """A sender knows its duties by the receipt: the matter's reference would say that others sent news of it, too."""
    stored = weighed.news.stored
    assert stored is not None
    return Owed(
        reference=stored.receipt if _is_senders(weighed.news, duty) else matter.reference,
        kind=duty.kind,
        owner_agency=duty.owner_agency,
        owner_team=duty.owner_team,
        owner_role=duty.owner_role,
        about_record_ids=tuple(weighed.who.records_of(duty.about)),
        anchor_at=duty.anchor_at,
        due_at=duty.due_at,
        because=duty.because,
        source=duty.source,
        authority=duty.authority,
        told=duty.told,
        late_start=duty.late_start,
    )


def _audience(news: News, duty: DutyOwed, made: dict[tuple[str, str, str], int]) -> int:
    """Who sees a duty: the front door, and its owner once the owner may be told (`duties.releasing`). A sender's own
    is in its submission."""
    waits = duty.told == "when convened"
    if _is_senders(news, duty) and not waits:
        return news.submission
    owner = (duty.owner_agency, duty.owner_team or "", duty.told)
    if owner not in made:
        made[owner] = audiences.open_audience(audiences.front_door_scope(news.authority), "duty")
        if not waits:
            audiences.grant(
                made[owner], agency=owner[0], team=owner[1], reason=f"owes {duty.kind}", granted_by="service:rules"
            )
    return made[owner]


def _is_senders(news: News, duty: DutyOwed) -> bool:
    sender = news.document.sender
    return duty.owner_agency == sender.agency and (duty.owner_team or "") in {"", sender.team or ""}
