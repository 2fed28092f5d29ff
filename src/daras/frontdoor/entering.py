"""What was weighed goes into the record: what the document says, what the rules say of it, and what is owed from now
(A5, A7, B1, C5). Runs as the machine, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from daras.access import audiences
from daras.duties.commands import Owed, open_duties
from daras.frontdoor.authorities import stated_by_rule
from daras.frontdoor.markers import marks_by_rule
from daras.frontdoor.models import AgencyToInvite, IndicatorMet, ThresholdSuggested
from daras.frontdoor.recording import News, index_people, meet_duties, open_news, said
from daras.frontdoor.weighing import Weighed
from daras.ledger.commands import Entry, append
from daras.ledger.models import Fact
from daras.matters.commands import open_matter, project
from daras.matters.models import Matter, MatterOpened
from daras.people.models import PersonInMatter
from daras.rules.findings import DutyOwed

#: The kind of a matter of a young person who may have harmed.
YOUNG_PERSONS_OWN = "child-in-need"


@dataclass(frozen=True, slots=True)
class Entered:
    """What was written: the news, the fact that it was received, and each young person's own matter by key."""

    news: News
    received: Fact
    own_matters: Mapping[str, Matter]


def enter(weighed: Weighed, *, author: str, idempotency_key: str | None) -> Entered:
    """Write all of it."""
    news = open_news(weighed, author=author, idempotency_key=idempotency_key)
    entries = [*said(news), *_findings(news), *marks_by_rule(news), *stated_by_rule(news)]
    facts = append(news.recording, entries)
    meet_duties(news, facts)
    index_people(news)
    own_matters = {key: _own_matter(news, key) for key in weighed.findings.own_matters}
    _open_duties(news, facts[0], own_matters)
    project(news.matter, news.recording.recorded_at)
    return Entered(news, facts[0], own_matters)


def _findings(news: News) -> Iterator[Entry]:
    """All of it is for the front door alone, whatever it was made from, until a manager convenes (G4)."""
    findings = news.weighed.findings
    for each in findings.indicators:
        indicator = IndicatorMet(
            indicator=each.id,
            level=each.level,
            why=each.why,
            words=list(each.words),
            about_record_ids=[news.record_of(key) for key in each.about],
        )
        yield news.entry(indicator, news.hub)
    threshold = findings.threshold
    suggested = ThresholdSuggested(
        level=threshold.level,
        level_name=threshold.level_name,
        strategy_discussion=threshold.strategy_discussion,
        why=threshold.why,
        pack=news.understood.pack.id,
    )
    yield news.entry(suggested, news.hub)
    for invitation in findings.invitations:
        to_invite = AgencyToInvite(agency=invitation.agency, team=invitation.team or "", because=invitation.because)
        yield news.entry(to_invite, news.hub)


def _own_matter(news: News, key: str) -> Matter:
    """A young person who may have harmed is a child too, with a matter of their own, opened once (C5, J2, J3)."""
    person = news.weighed.who.person(key)
    open_now = [pk for pk, _ in news.understood.earlier.get(person.person_id, ())]
    known = Matter.objects.filter(pk__in=open_now, kind=YOUNG_PERSONS_OWN).first()
    if known is not None:
        return known
    circle = audiences.open_audience(audiences.front_door_scope(news.understood.authority), "circle")
    matter = open_matter(
        kind=YOUNG_PERSONS_OWN,
        authority=news.understood.authority,
        agency=news.document.sender.agency,
        audience_id=circle,
        opened_at=news.recording.recorded_at,
        parent=news.matter,
    )
    opened = MatterOpened(
        reason=f"{person.name} is under 18 and may have harmed another child: a child to be helped, too."
    )
    ref = next((ref for ref, each in news.understood.meant.items() if each.number == key), "")
    record_id = news.record_of(key)
    first = person.record_ids[0] if person.record_ids else record_id
    subject = PersonInMatter(part="subject", ref=ref)
    entries = (Entry(opened, circle, first, matter.pk), Entry(subject, circle, record_id, matter.pk))
    append(news.recording, entries)
    project(matter, news.recording.recorded_at)
    return matter


def _open_duties(news: News, received: Fact, own_matters: Mapping[str, Matter]) -> None:
    owner_audiences: dict[tuple[str, str, str], int] = {}
    for matter, owed in _by_matter(news, own_matters):
        open_duties(
            news.recording,
            matter,
            received,
            [_owed(news, matter, each) for each in owed],
            pack=news.understood.pack,
            audience_of=[_audience(news, each, owner_audiences) for each in owed],
        )


def _by_matter(news: News, own_matters: Mapping[str, Matter]) -> Iterator[tuple[Matter, list[DutyOwed]]]:
    """The duties of the news' own matter, then those of each young person's."""
    own = {matter.pk: matter for matter in own_matters.values()}
    grouped: dict[int, list[DutyOwed]] = {news.matter.pk: [], **{pk: [] for pk in own}}
    for duty in news.weighed.findings.duties:
        matter = own_matters.get(duty.about[0]) if duty.own_matter and duty.about else None
        grouped[(matter or news.matter).pk].append(duty)
    for pk, duties in grouped.items():
        if duties:
            yield own.get(pk, news.matter), duties


def _owed(news: News, matter: Matter, duty: DutyOwed) -> Owed:
    """A sender knows its duties by the receipt: the matter's reference would say that others sent news of it, too."""
    return Owed(
        reference=news.stored.receipt if _is_senders(news, duty) else matter.reference,
        kind=duty.kind,
        owner_agency=duty.owner_agency,
        owner_team=duty.owner_team,
        owner_role=duty.owner_role,
        about_record_ids=tuple(news.record_of(key) for key in duty.about),
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
    waits = duty.told != "at once"
    if _is_senders(news, duty) and not waits:
        return news.submission
    owner = (duty.owner_agency, duty.owner_team or "", duty.told)
    if owner not in made:
        made[owner] = audiences.open_audience(audiences.front_door_scope(news.understood.authority), "duty")
        if not waits:
            audiences.grant(
                made[owner], agency=owner[0], team=owner[1], reason=f"owes {duty.kind}", granted_by="service:rules"
            )
    return made[owner]


def _is_senders(news: News, duty: DutyOwed) -> bool:
    sender = news.document.sender
    return duty.owner_agency == sender.agency and (duty.owner_team or "") in {"", sender.team or ""}
