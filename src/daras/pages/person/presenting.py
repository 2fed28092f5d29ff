"""A person's page in the order that people ask: who, what is open, what is owed, what agencies say differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse

from daras.access.models import Worker
from daras.design.parts import DutyLine, Event, Identity, Link, together
from daras.duties.models import DutyState
from daras.frontdoor.models import ReferralReceived
from daras.frontdoor.proposing import TYPED
from daras.matters.models import Matter
from daras.pages import wording
from daras.pages.person.queries import STEPS, Asked, Identified, NowStory, SharingStory
from daras.pages.person.shown import (
    Difference,
    DocumentLine,
    Frame,
    LinkLine,
    MatterLine,
    NowPage,
    ProposalLine,
    Said,
    SharingPage,
)
from daras.people.models import AbuseMarker, ChangeProposed, LinkDecided, ParentalResponsibilityKnown, PersonRecord
from daras.people.queries import PersonKnown
from daras.working_time import wording as time_wording

TABS = (
    ("Now", "person"),
    ("Family", "person_family"),
    ("Chronology", "person_chronology"),
    ("Documents", "person_documents"),
    ("Sharing", "person_sharing"),
)
#: What a proposal may be about.
FIELDS = {
    "name": "Name",
    "date-of-birth": "Date of birth",
    "address": "Address",
    "family": "Family",
    "risk": "Risk",
    "other": "Something else",
}
GROUNDS = {"mother": "as the mother (Children Act 1989, section 2)"}


#: How far the family picture may reach.
STEPS_TO_CHOOSE = ((1, "one step"), (2, "two steps"), (3, "three steps"))


def suffix(asked: Asked, steps: int = STEPS) -> str:
    """What keeps the day asked about, and how far to look, in every link."""
    kept = {"known-on": asked.known_on.isoformat()} if asked.known_on else {}
    kept |= {"steps": str(steps)} if steps != STEPS else {}
    return f"?{urlencode(kept)}" if kept else ""


def frame(who: Identified, tab: str) -> Frame:
    """The top of every tab."""
    asked = who.asked
    tabs = tuple((Link(text, reverse(name, args=[asked.number]) + suffix(asked)), name == tab) for text, name in TABS)
    here = reverse(tab, args=[asked.number])
    return Frame(
        number=asked.number,
        identity=_identity(who),
        tabs=tabs,
        known_on=asked.known_on.isoformat() if asked.known_on else "",
        known_on_words=time_wording.long_date(asked.known_on) if asked.known_on else "",
        now_href=here,
        print_href=reverse("person_print", args=[asked.number]) + suffix(asked),
        here=here,
    )


def _identity(who: Identified) -> Identity:
    person, day = who.known, who.asked.day
    group = {"child": "Child", "adult": "Adult", "unborn": "Unborn child"}.get(person.age_group_on(day), "")
    lives = next((wording.address(stay) for stay in person.stays if stay.use == "lives"), None)
    school = next((each for each in person.involvements if not each.until and "roll" in each.involvement), None)
    facts = [group, wording.born(person, day) or "date of birth not known", lives, who.asked.number]
    facts.append(wording.agency(school.agency) if school else None)
    facts.append("asked to stay unnamed" if person.name_withheld else None)
    risks = list(dict.fromkeys(wording.risk(risk) for risk in person.risks))
    if who.marker is not None and who.marker.is_set:
        risks.append("sexual abuse is a concern")
    return Identity(person.name, tuple(part for part in facts if part), tuple(risks))


def now_page(who: Identified, story: NowStory, worker: Worker, now: datetime, *, front_door: bool) -> NowPage:
    """The first tab."""
    records = set(who.known.record_ids)
    owed = [
        duty for duty in story.duties if not duty.duty.about_record_ids or records & set(duty.duty.about_record_ids)
    ]
    safe = story.safe_now
    return NowPage(
        safe_now=wording.safe_now(safe) if safe else "",
        seen=bool(safe and safe.seen),
        safe_said=f"{wording.agency(safe.fact.agency)}, {time_wording.long_datetime(safe.fact.recorded_at)}"
        if safe
        else "",
        matters=tuple(_matters(story)),
        owed=together(_duty(who, duty, now) for duty in owed if _ours(duty, worker)),
        owed_by_others=together(_duty(who, duty, now) for duty in owed if not _ours(duty, worker)),
        responsibility=tuple(_responsibility(story, records)),
        services=tuple(_services(who.known)),
        marked=bool(story.markers) and story.markers[0].is_set,
        marker_history=tuple(_marked(each) for each in story.markers),
        differences=tuple(_differences(who)),
        proposals=tuple(_proposal(each, story, who, worker) for each in story.proposals),
        records=tuple(_records(who, story)) if front_door and not who.asked.known_on else (),
        proposable=tuple((pk, wording.agency(record.agency)) for pk, record in _newest_of_each(who.records).items()),
    )


def _matters(story: NowStory) -> Iterable[MatterLine]:
    """Each matter once, with every part somebody has in it (J2)."""
    parts: dict[int, list[str]] = {}
    for each in story.parts:
        parts.setdefault(each.fact.matter_id or 0, []).append(wording.PARTS.get(each.part, each.part))
    for matter_id in sorted(parts, reverse=True):
        matter = story.matters.get(matter_id)
        if matter is None:
            continue
        state = getattr(matter, "state", None)
        yield MatterLine(
            reference=matter.reference,
            href=reverse("matter", args=[matter.reference]),
            kind=wording.MATTERS.get(matter.kind, wording.capital(wording.from_slug(matter.kind))),
            part=wording.listed(parts[matter_id]),
            status=wording.STATUSES.get(state.status, state.status) if state else "",
        )


def _ours(state: DutyState, worker: Worker) -> bool:
    return state.owner_agency == worker.agency and state.owner_team in ("", worker.team)


def _duty(who: Identified, state: DutyState, now: datetime) -> DutyLine:
    return DutyLine(
        what=wording.duty(state.duty),
        about=who.known.name if state.duty.about_record_ids else "",
        because=state.duty.because,
        clock=wording.duty_clock(state, now),
        owner=wording.owner(state.duty.owner_agency, state.duty.owner_team, state.duty.owner_role),
        href=reverse("matter", args=[state.matter.reference]),
    )


def _responsibility(story: NowStory, records: set[int]) -> Iterable[str]:
    """Who holds parental responsibility, each thing said once with all who say it (G5)."""
    said: dict[str, list[str]] = {}
    for each in story.responsibility:
        said.setdefault(_responsible(story, each, records), []).append(wording.agency(each.fact.agency))
    for words, agencies in said.items():
        yield f"{words}. Recorded by {wording.listed(agencies)}."


def _responsible(story: NowStory, each: ParentalResponsibilityKnown, records: set[int]) -> str:
    """Who holds parental responsibility for whom, on what ground, and what was seen."""
    ground = GROUNDS.get(each.ground, f"by {wording.from_slug(each.ground)}")
    seen = f"; seen: {each.evidence_seen}" if each.evidence_seen else "; no evidence seen"
    until = f"; until {time_wording.short_date(each.until)}" if each.until else ""
    if each.child_record_id in records:
        who = f"{story.name(each.fact.person_record_id)} holds it"
    else:
        who = f"Holds it for {story.name(each.child_record_id)}"
    return f"{who} {ground}{seen}{until}"


def _services(person: PersonKnown) -> Iterable[str]:
    for each in person.involvements:
        if each.until is None:
            since = f", since {time_wording.short_date(each.since)}" if each.since else ""
            involvement = wording.from_slug(each.involvement)
            yield f"{wording.owner(each.agency, each.team)}: {involvement}{since}"


def _marked(marker: AbuseMarker) -> Event:
    return Event(
        title="Marked" if marker.is_set else "Mark taken away",
        at=time_wording.long_datetime(marker.fact.recorded_at),
        at_machine=marker.fact.recorded_at.isoformat(),
        by="the threshold rules" if marker.by_rule else wording.agency(marker.fact.agency),
        text=marker.reason,
    )


def _differences(who: Identified) -> Iterable[Difference]:
    """What agencies say differently of names, birth and home: each with who says it, and none overwritten (G2)."""
    person = who.known
    names = [
        (" ".join(part for part in (each.given_name, each.family_name) if part), each.fact.agency)
        for each in person.names
        if each.use == "current"
    ]
    births = [
        (time_wording.short_date(each.date_of_birth), each.fact.agency) for each in person.births if each.date_of_birth
    ]
    sexes = [({"F": "female", "M": "male"}.get(each.sex, ""), each.fact.agency) for each in person.births]
    homes = [
        (wording.address(each), each.fact.agency) for each in person.stays if each.use == "lives" and not each.until
    ]
    for of, pairs in (("Name", names), ("Date of birth", births), ("Sex", sexes), ("Address", homes)):
        said: dict[str, list[str]] = {}
        for words, agency in pairs:
            if words:
                said.setdefault(words, []).append(wording.agency(agency))
        if len(said) > 1:
            yield Difference(of, tuple(Said(words, tuple(dict.fromkeys(by))) for words, by in said.items()))


def _proposal(each: ChangeProposed, story: NowStory, who: Identified, worker: Worker) -> ProposalLine:
    answer = story.answers.get(each.pk)
    said = ""
    if answer is not None:
        word = "Taken up" if answer.accepted else "The record stands"
        said = f"{word}: {answer.reason} ({wording.agency(answer.fact.agency)})"
    record = who.records.get(each.fact.person_record_id or 0)
    return ProposalLine(
        pk=each.pk,
        of=FIELDS.get(each.of, each.of),
        proposed=each.proposed,
        because=each.because if each.was_wrong else f"{each.because} ({_since(each)})",
        by=wording.agency(each.fact.agency),
        at=time_wording.long_datetime(each.fact.recorded_at),
        answer=said,
        mine_to_answer=answer is None and record is not None and record.agency == worker.agency,
        changes_record=each.of in TYPED,
        was_wrong=each.was_wrong,
    )


def _since(each: ChangeProposed) -> str:
    return f"so since {time_wording.short_date(each.since)}" if each.since else "it has changed since"


def _records(who: Identified, story: NowStory) -> Iterable[LinkLine]:
    """The records that stand under this number, each with the decision that put it there."""
    decisions: dict[int, LinkDecided] = {}
    for link in story.links:
        decisions.setdefault(link.fact.person_record_id or 0, link)
    for pk, record in who.records.items():
        found = decisions.get(pk)
        linked = found is not None and found.decision == LinkDecided.Decision.LINK
        yield LinkLine(
            record_id=pk,
            record=f"{wording.agency(record.agency)}, recorded {time_wording.long_datetime(record.made_at)}",
            decided=("confirmed by a person" if found and found.by_person else "linked by matching") if linked else "",
            why=tuple(found.why) if found and linked else (),
        )


def _newest_of_each(records: Mapping[int, PersonRecord]) -> dict[int, PersonRecord]:
    """The newest record of each agency: a proposal is answered by the agency, whichever of its records it names."""
    newest: dict[str, int] = {}
    for pk in sorted(records):
        newest[records[pk].agency] = pk
    return {pk: records[pk] for pk in newest.values()}


def documents(rows: Iterable[ReferralReceived], matters: Mapping[int, Matter]) -> tuple[DocumentLine, ...]:
    """The documents tab."""
    lines = []
    for received in rows:
        matter = matters.get(received.fact.matter_id or 0)
        lines.append(
            DocumentLine(
                what=wording.NEWS.get(received.news_kind, received.news_kind),
                by=", ".join(part for part in (wording.agency(received.fact.agency), received.sender_name) if part),
                at=time_wording.long_datetime(received.fact.recorded_at),
                reference=matter.reference if matter else received.receipt,
                href=reverse("matter", args=[matter.reference]) if matter else "",
            )
        )
    return tuple(lines)


#: What a partner was told who asked by NHS number.
BY_SUMMARY = "what the safeguarding summary says"


def sharing(who: Identified, story: SharingStory) -> SharingPage:
    """The sharing tab: a name is never given for one who looked unless the reader may read the trail."""
    held = Counter(record.agency for record in who.records.values())
    holders = tuple(
        (wording.agency(agency), "one record" if count == 1 else f"{count} records")
        for agency, count in sorted(held.items(), key=lambda each: (-each[1], each[0]))
    )
    told: dict[tuple[str, str], str] = {}
    for notice in story.notices:
        receiver = wording.owner(notice.receiver.agency, notice.receiver.team)
        what = wording.NOTICES_TO_OTHERS.get(notice.kind, wording.from_slug(notice.kind))
        told.setdefault((receiver, what), time_wording.long_datetime(notice.made_at))
    for read in story.summaries:
        reader = wording.owner(read.fact.agency, read.team)
        told.setdefault((reader, BY_SUMMARY), time_wording.long_datetime(read.fact.recorded_at))
    looks = tuple(
        (f"{look.actor}, {wording.agency(look.agency)}", look.action, time_wording.long_datetime(look.at))
        for look in story.looks
    )
    return SharingPage(holders, tuple((*key, at) for key, at in told.items()), looks)


def day_of(written: str) -> date | None:
    """A day as a date control writes it; none where nothing or no day was written."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None
