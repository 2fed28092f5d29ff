"""One matter, in the order that people ask: who, are they safe, what is owed, what came in, what may happen next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.urls import reverse

from daras.access import policy
from daras.access.models import Worker
from daras.design.parts import DutyLine, Identity, Link, Person, together
from daras.duties.models import DutyState
from daras.frontdoor import authorities
from daras.frontdoor.models import ConcernReported, IndicatorMet, ReferralReceived
from daras.frontdoor.queries import MatterAround
from daras.ledger.models import Detail
from daras.pages import wording
from daras.pages.matter.shown import (
    IndicatorLine,
    IndicatorsAbout,
    InvitationLine,
    MatchLine,
    MatterPage,
    NewsItem,
    SafeLine,
    Suggestion,
    ToldLine,
    VoiceLine,
    Worry,
)
from daras.pages.our_referrals.presenting import family_told
from daras.pages.requests import presenting as requests
from daras.pages.safety import presenting as safety
from daras.people.models import LinkDecided
from daras.people.queries import PersonKnown
from daras.working_time import clock
from daras.working_time import wording as time_wording


def matter_page(story: MatterAround, worker: Worker, now: datetime) -> MatterPage:
    """Everything on the page, from what this reader may see."""
    on = clock.local_date(now)
    ours = [state for state in story.duties if _ours(state, worker)]
    others = [state for state in story.duties if not _ours(state, worker)]
    return MatterPage(
        reference=story.matter.reference,
        actions=tuple(_actions(story, worker)),
        opened_from=_opened_from(story),
        identity=_identity(story, on),
        status=_status(story),
        protections=tuple(safety.protections(story, now)),
        records_protection=policy.may(worker, "keep-safe"),
        more=tuple(_more(story, worker)),
        authorities=tuple(_authorities(story)),
        safe=tuple(_safe(story)),
        no_child=not any(person.age_group_on(on) in {"child", "unborn"} for person in _named(story)),
        owed=together(_duty(story, state, now) for state in ours if state.met_at is None),
        owed_by_others=together(_duty(story, state, now) for state in others if state.met_at is None),
        met=together(_duty(story, state, now) for state in story.duties if state.met_at is not None),
        news=tuple(_news(story, received) for received in reversed(story.news)),
        people=tuple(_people(story, on)),
        connected=any(each.person_id in story.people for each in story.connections),
        matches=tuple(_matches(story)),
        indicators=tuple(_indicators(story)),
        suggestion=_suggestion(story),
        analysis=next(iter(safety.analyses(story)), None),
        analyses=len(story.analyses),
        analyses_here=policy.may(worker, "analyse"),
        invitations=tuple(_invitations(story)),
        told=tuple(_told(story)),
        requests=tuple(_requests(story, now)),
        left=_left(story),
    )


def _actions(story: MatterAround, worker: Worker) -> Iterator[Link]:
    """What this worker may do next here, the most urgent first."""
    reference = [story.matter.reference]
    if policy.may(worker, "decide") and getattr(getattr(story.matter, "state", None), "decision_owed", False):
        yield Link("Decide what happens", reverse("decide", args=reference))
    if story.discussions:
        yield Link("The discussion", reverse("discussion", args=[story.discussions[0].reference]))
    if policy.may(worker, "convene"):
        yield Link("Convene a strategy discussion", reverse("convene", args=reference))
    if policy.may(worker, "confirm-match") and story.links:
        yield Link("Who is who", reverse("who_is_who", args=reference))
    if policy.may(worker, "give-feedback"):
        yield Link("Tell the referrer what became of it", reverse("give_feedback", args=reference))


def _more(story: MatterAround, worker: Worker) -> Iterator[Link]:
    """What is done less often, beside the main actions."""
    reference = [story.matter.reference]
    yield Link("Decisions so far", reverse("decisions", args=reference))
    if policy.may(worker, "decide"):
        yield Link("Discussions that partners ask for", reverse("decline_discussion", args=reference))
    elif policy.may(worker, "contribute"):
        yield Link("Ask for a strategy discussion", reverse("ask_for_discussion", args=reference))
    if policy.may(worker, "contribute"):
        yield Link("Ask another agency", f"{reverse('requests')}?matter={story.matter.reference}#ask")
    if policy.may(worker, "keep-safe"):
        yield Link("Which authority", reverse("authority", args=[story.matter.reference]))
        yield Link("Calls to parents", reverse("calls", args=[story.matter.reference]))
    yield Link("Files", reverse("matter_files", args=reference))


def _authorities(story: MatterAround) -> Iterator[str]:
    """Where two authorities have a part in it, and what waits between them (A14)."""
    newest = {story.name(each.fact.person_record_id): each for each in story.authorities}
    for name, each in newest.items():
        responsible = authorities.name_of(each.responsible, each.responsible_name)
        found = authorities.name_of(each.found_in, "elsewhere")
        if responsible != found:
            place = f" ({each.found_at})" if each.found_at else ""
            yield f"{name}: {responsible} is responsible; found in {found}{place}. A discussion has both."
    answered = {each.transfer_id for each in story.transfers_answered}
    for offered in story.transfers:
        if offered.pk not in answered:
            yield f"Offered to {offered.to_name}. Nobody there has accepted it yet: every duty stays where it is."


def _ours(state: DutyState, worker: Worker) -> bool:
    return state.owner_agency == worker.agency and state.owner_team in ("", worker.team)


def _opened_from(story: MatterAround) -> Link | None:
    """The matter out of which this one was opened: a young suspect's own (C5)."""
    parent = story.matter.parent
    return Link(parent.reference, reverse("matter", args=[parent.reference])) if parent else None


def _status(story: MatterAround) -> str:
    state = getattr(story.matter, "state", None)
    return wording.STATUSES.get(state.status, state.status) if state else ""


def _requests(story: MatterAround, now: datetime) -> list[requests.RequestLine]:
    """What agencies have asked of one another, with the clock of what is owed next."""
    duties = {state.duty.reference: state for state in reversed(story.duties) if state.met_at is None}
    return requests.lines(story.requests, duties, now, asked_of_us=False)


def _people_as(story: MatterAround, part: str) -> list[PersonKnown]:
    """Those who are `part` in the matter, each once, in order of mention."""
    found: dict[int, PersonKnown] = {}
    for each in story.parts:
        person = story.person(each.fact.person_record_id)
        if each.part == part and person:
            found.setdefault(person.person_id, person)
    return list(found.values())


def _named(story: MatterAround) -> list[PersonKnown]:
    """Everybody who is named in the matter, each once."""
    found = (story.person(each.fact.person_record_id) for each in story.parts)
    return list({person.person_id: person for person in found if person}.values())


#: So many are named with their ages at the top; everybody stands in the table of people.
NAMED_WITH_AGE = 4


def _identity(story: MatterAround, on: date) -> Identity:
    """Whom the matter is about; a suspect where no child is known (B2)."""
    subjects = _people_as(story, "subject") or _people_as(story, "suspect")
    facts = [story.matter.reference, wording.MATTERS.get(story.matter.kind, wording.from_slug(story.matter.kind))]
    if len(subjects) == 1:
        born = wording.born(subjects[0], on)
        lives = next((wording.address(stay) for stay in subjects[0].stays if stay.use == "lives"), None)
        unnamed = "asked to stay unnamed" if subjects[0].name_withheld else None
        facts += [part for part in (born, lives, unnamed) if part]
    else:
        facts += [f"{each.name}: {born}" for each in subjects[:NAMED_WITH_AGE] if (born := wording.born(each, on))]
    if status := _status(story):
        facts.append(wording.capital(status))
    risks = [f"{person.name}: {wording.risk(risk)}" for person in story.people.values() for risk in person.risks[:1]]
    return Identity(
        name=wording.told_apart(subjects, on) or story.matter.reference,
        facts=tuple(facts),
        risks=tuple(risks),
    )


def _safe(story: MatterAround) -> list[SafeLine]:
    """The newest word on each child."""
    newest: dict[str, SafeLine] = {}
    for said in story.safe_now:
        name = story.name(said.fact.person_record_id)
        newest[name] = SafeLine(
            name=name,
            seen=said.seen,
            sentence=wording.safe_now(said) if said.seen else "",
            said=time_wording.long_datetime(said.fact.recorded_at),
        )
    return list(newest.values())


def _duty(story: MatterAround, state: DutyState, now: datetime) -> DutyLine:
    opened = state.duty
    return DutyLine(
        what=wording.duty(opened),
        about=wording.listed(story.name(record) for record in opened.about_record_ids),
        because=opened.because,
        clock=wording.duty_clock(state, now),
        owner=wording.owner(opened.owner_agency, opened.owner_team, opened.owner_role),
        answer=getattr(state, "answer", None) or "",
        news=next((_owed_for(each) for each in story.news if each.fact_id == opened.opened_by_id), ""),
    )


def _owed_for(received: ReferralReceived) -> str:
    """Which of several pieces of news a duty is owed for."""
    return wording.owed_for(received.news_kind, received.fact.agency, received.fact.recorded_at)


def _came_with(detail: Detail, received: ReferralReceived) -> bool:
    """Whether a fact came with a piece of news: recorded by the same agency at the same moment."""
    return (detail.fact.agency, detail.fact.recorded_at) == (received.fact.agency, received.fact.recorded_at)


def _news(story: MatterAround, received: ReferralReceived) -> NewsItem:
    kind = wording.NEWS.get(received.news_kind, received.news_kind)
    return NewsItem(
        heading=f"{kind} from {wording.agency(received.fact.agency)}",
        at=time_wording.long_datetime(received.fact.recorded_at),
        at_machine=received.fact.recorded_at.isoformat(),
        sender=", ".join(part for part in (received.sender_name, received.sender_role, _team(received)) if part),
        contact=", ".join(part for part in (received.sender_phone, received.sender_email) if part),
        on_open_case=received.on_open_case,
        addressed_to=wording.addressed(received.addressed_to),
        worries=tuple(_worry(story, concern) for concern in story.concerns if _came_with(concern, received)),
        voices=tuple(
            VoiceLine(story.name(voice.fact.person_record_id), voice.text, voice.not_obtained_because)
            for voice in story.voices
            if _came_with(voice, received)
        ),
        family=family_told(received),
        hoped_for=received.hoped_for
        or next((kept.hoped_for for kept in story.words_withheld if _came_with(kept, received)), ""),
    )


def _team(received: ReferralReceived) -> str:
    return wording.owner(received.fact.agency, received.sender_team).partition(", ")[2] if received.sender_team else ""


def _worry(story: MatterAround, concern: ConcernReported) -> Worry:
    facts = [
        ("About", wording.listed(story.name(record) for record in concern.about_record_ids)),
        ("Said to have caused harm", wording.listed(story.name(record) for record in concern.suspected_record_ids)),
        ("When", wording.occurred(concern.fact.occurred_from, concern.fact.occurred_to)),
        ("Seen or heard by", concern.seen_or_heard_by),
        ("Kind of worry", wording.capital(wording.from_slug(concern.category))),
    ]
    return Worry(concern.what_happened, tuple((name, value) for name, value in facts if value))


def _people(story: MatterAround, on: date) -> list[Person]:
    """Everybody named or connected, each once, with every part they have: a suspect may be a child too (J2); and how
    they are connected (A5, B2)."""
    parts: dict[int, list[str]] = {}
    for each in story.parts:
        person = story.person(each.fact.person_record_id)
        if person and each.part != "named":
            parts.setdefault(person.person_id, []).append(wording.PARTS[each.part])
        elif person:
            parts.setdefault(person.person_id, [])
    ways = {each.person_id: each for each in story.connections if each.person_id in story.people}
    lines = []
    for person_id, known in {**parts, **{reached: [] for reached in ways if reached not in parts}}.items():
        person = story.people[person_id]
        said, way = list(dict.fromkeys(known)), ways.get(person_id)
        if wording.PARTS["suspect"] in said and person.age_group_on(on) == "child":
            said.append("a child too")
        lines.append(
            Person(
                name=person.name,
                number=person.number,
                born=wording.born(person, on) or _age_unknown(person, on),
                lives=next((wording.address(stay) for stay in person.stays if stay.use == "lives"), None),
                parts=tuple(said),
                risks=tuple(dict.fromkeys(wording.risk(risk) for risk in person.risks)),
                notes=tuple(_notes(person)),
                href=reverse("person", args=[person.number]),
                reason=way.reason if way else "",
                path=tuple(way.path) if way else (),
            )
        )
    return lines


def _age_unknown(person: PersonKnown, on: date) -> str:
    group = person.age_group_on(on)
    return (
        f"{wording.capital(group)}, date of birth not known"
        if group in {"child", "adult", "unborn"}
        else "date of birth not known"
    )


def _notes(person: PersonKnown) -> list[str]:
    written = [" ".join(part for part in (name.given_name, name.family_name) if part) for name in person.names]
    others = [name for name in dict.fromkeys(written) if name != person.name]
    notes = [f"Also written {wording.listed(others)}"] if others else []
    notes += [f"Works with children: {work.description}" for work in person.works]
    notes += [f"Proposed address: {wording.address(stay)}" for stay in person.stays if stay.use == "proposed"]
    involved = [
        f"{wording.owner(each.agency, each.team)} ({each.involvement})"
        for each in person.involvements
        if not each.until
    ]
    if involved:
        notes.append("Known to " + wording.listed(involved))
    if person.name_withheld:
        notes.append("Asked to stay unnamed: known to the front door only.")
    return list(dict.fromkeys(notes))


def _matches(story: MatterAround) -> list[MatchLine]:
    """Those to confirm first, each with its reasons; those already taken to be one person together, once a person."""
    possible = [_possible(story, link) for link in story.links if link.decision == LinkDecided.Decision.POSSIBLE]
    linked: dict[str, list[LinkDecided]] = {}
    for link in story.links:
        if link.decision == LinkDecided.Decision.LINK:
            linked.setdefault(story.name(link.fact.person_record_id), []).append(link)
    return possible + [_linked(name, links) for name, links in linked.items()]


def _possible(story: MatterAround, link: LinkDecided) -> MatchLine:
    other = story.person(link.other_record_id)
    whom = f"{other.name} ({other.number})" if other else "somebody whom another agency knows"
    return MatchLine(story.name(link.fact.person_record_id), f"may be {whom}: a person decides", tuple(link.why), True)


def _linked(name: str, links: list[LinkDecided]) -> MatchLine:
    reasons = tuple(dict.fromkeys(why for link in links for why in link.why))
    many = "once before" if len(links) == 1 else f"{len(links)} times before"
    return MatchLine(name, f"is taken to be somebody recorded {many}", reasons, False)


def _indicators(story: MatterAround) -> list[IndicatorsAbout]:
    """By whom they are about; the same indicator met again by later news once, as the newest says it."""
    newest: dict[tuple[str, str], IndicatorMet] = {}
    for met in story.indicators:
        about = wording.listed(story.name(record) for record in met.about_record_ids) or "The matter itself"
        newest[about, met.indicator] = met
    found: dict[str, list[IndicatorLine]] = {}
    for (about, _), met in newest.items():
        unquoted = tuple(word for word in met.words if word not in met.why)
        found.setdefault(about, []).append(IndicatorLine(met.level, met.why, unquoted))
    groups = [IndicatorsAbout(about, tuple(sorted(lines, key=_by_level))) for about, lines in found.items()]
    return sorted(groups, key=lambda group: -group.lines[0].level)


def _by_level(line: IndicatorLine) -> int:
    return -line.level


def _suggestion(story: MatterAround) -> Suggestion | None:
    """The newest: each piece of news is weighed anew."""
    if not story.thresholds:
        return None
    newest = story.thresholds[-1]
    return Suggestion(f"Level {newest.level}: {newest.level_name}", newest.strategy_discussion, newest.why)


def _invitations(story: MatterAround) -> list[InvitationLine]:
    """Each agency and team once, the newest reason counting."""
    found = {
        (each.agency, each.team): InvitationLine(wording.owner(each.agency, each.team), each.because)
        for each in story.invitations
    }
    return list(found.values())


def _told(story: MatterAround) -> list[ToldLine]:
    """Who was told what, once each, with when it last arrived."""
    lines: dict[tuple[str, str], ToldLine] = {}
    for notice in story.notices:
        who = wording.owner(notice.receiver.agency, notice.receiver.team)
        what = wording.NOTICES_TO_OTHERS.get(notice.kind, wording.from_slug(notice.kind))
        arrived = (
            f"arrived {time_wording.long_datetime(notice.delivered_at)}"
            if notice.delivered_at
            else f"on its way since {time_wording.long_datetime(notice.made_at)}"
        )
        before = lines.pop((who, what), None)
        times = before.times + 1 if before else 1
        lines[who, what] = ToldLine(who, what, arrived, times)
    return list(lines.values())


def _left(story: MatterAround) -> str:
    """The line at the top that says what has left the front door so far (interface: key screen 3)."""
    told = {notice.kind for notice in story.notices}
    if told <= wording.NAMING_NOBODY:
        return "Nothing about the family has left the front door. Invitations go when the manager convenes."
    return "News of this matter has left the front door: see who has been told."
