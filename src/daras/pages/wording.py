"""How pages say what the record holds as slugs and dates: agencies, teams, roles, duties, notices, people's ages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import cast

from daras.agencies import UnknownAgency, UnknownTeam, load_directory
from daras.design import parts
from daras.duties.models import DutyOpened, DutyState
from daras.frontdoor.models import SafeNowRecorded
from daras.people.models import AddressStay, PosesRiskKnown
from daras.people.queries import PersonKnown
from daras.practice import pack_for
from daras.working_time import clock, wording

#: What a notice says to whom it is sent. It names nobody: whoever may read more follows the link.
NOTICES = {
    "receipt": "Your referral was received",
    "decision-due": "A decision is due now",
    "something-owed": "You owe something",
    "chased": "You owe something that is late",
    "escalated": "Something late was escalated to you",
    "invited": "You are invited to a discussion",
    "action": "An action for you",
    "challenge": "A decision is challenged",
    "challenge-answered": "Your challenge was answered",
    "challenge-raised": "A disagreement goes to the next level",
    "record-closed": "The record of a discussion is closed",
    "discussion-declined": "The discussion you asked for is not convened",
    "discussion-feedback": "What became of a discussion: read it, or disagree",
    "conflict": "A conflict of interest: who is asked instead?",
    "identify": "You are asked which child this is",
    "identified": "Your question which child it is was answered",
    "correction": "Something you read was wrong: delete it and confirm",
    "feedback": "What became of your referral",
    "asked-what-became": "A referrer asks what became of their referral",
    "handed-over": "Handed over to you at change of shift",
    "call-the-front-door": "Call the front door about somebody you manage",
    "change-proposed": "A change to one of your records is proposed",
    "safe-now": "A child was seen",
    "not-safe-now": "A child has not been seen",
    "transfer-offered": "Another authority asks you to take a matter over",
    "transfer-answered": "Another authority has answered whether it takes a matter over",
    "flag": "A flag is for your system to show",
    "flag-ended": "A flag has ended: take it away",
    "asked": "Another agency asks you for something",
    "request-acknowledged": "What you asked for has come to them",
    "request-asked-back": "You are asked for more about what you asked for",
    "request-said-more": "More is said about what you were asked for",
    "request-answered": "What you asked for is answered",
    "request-withdrawn": "Something is no longer asked of you",
    "emergency-access": "A matter was opened in an emergency",
}
#: The same, said of somebody else.
NOTICES_TO_OTHERS = {
    "receipt": "that the referral was received",
    "decision-due": "that a decision is due now",
    "something-owed": "that something is owed",
    "chased": "that something owed is late",
    "escalated": "that something late was escalated to them",
    "invited": "of a discussion",
    "action": "of an action for them",
    "challenge": "that a decision is challenged",
    "challenge-answered": "that their challenge was answered",
    "challenge-raised": "that a disagreement goes to the next level",
    "record-closed": "that the record of a discussion is closed",
    "discussion-declined": "that the discussion they asked for is not convened",
    "discussion-feedback": "of what became of a discussion",
    "conflict": "of a conflict of interest",
    "identify": "that they are asked which child this is",
    "identified": "that their question was answered",
    "correction": "that something read was wrong",
    "feedback": "of what became of their referral",
    "asked-what-became": "that a referrer asks what became of their referral",
    "handed-over": "that a matter is handed over to them",
    "call-the-front-door": "to call the front door about somebody they manage",
    "change-proposed": "that a change to one of their records is proposed",
    "safe-now": "that a child was seen",
    "not-safe-now": "that a child has not been seen",
    "transfer-offered": "that they are asked to take it over",
    "transfer-answered": "whether another authority takes it over",
    "flag": "of a flag that their system shows",
    "flag-ended": "that a flag has ended",
    "asked": "that another agency asks for something",
    "request-acknowledged": "that what they asked for has come",
    "request-asked-back": "that more is asked about what they asked for",
    "request-said-more": "that more is said about what they were asked for",
    "request-answered": "that what they asked for is answered",
    "request-withdrawn": "that something is no longer asked of them",
    "emergency-access": "that the matter was opened in an emergency",
}
#: Notices that say no more than that something came in or is owed.
NAMING_NOBODY = frozenset(
    {
        "receipt",
        "decision-due",
        "something-owed",
        "chased",
        "escalated",
        "handed-over",
        "safe-now",
        "not-safe-now",
        "call-the-front-door",
    }
)
#: Whose number a clock is: the law's, guidance's or the partnership's own.
AUTHORITIES = {"statute": "Required by law", "guidance": "Set by national guidance", "local": "Local target, not law"}
#: What each kind of matter is called.
MATTERS = {
    "referral": "Referral",
    "child-in-need": "A young person’s own matter",
    "custody": "Somebody protected",
    "review": "A review",
}
#: What a document is called (the police's own word for theirs is ViST).
NEWS = {"referral": "Referral", "vist": "ViST", "notice": "Notice"}
PARTS = {"subject": "whom this is about", "suspect": "said to have caused harm", "named": "named"}
STATUSES = {"decision-owed": "A decision is owed", "decided": "Decided", "closed": "Closed"}


def from_slug(slug: str) -> str:
    """A slug as words: "registered-sex-offender" is "registered sex offender"."""
    return slug.replace("-", " ")


def capital(words: str) -> str:
    """The same words, beginning with a capital letter."""
    return words[:1].upper() + words[1:]


def agency(agency_id: str) -> str:
    """An agency's name, whenever it existed; its id where the directory no longer has it."""
    try:
        return load_directory().agency_at_any_time(agency_id).name
    except UnknownAgency:
        return capital(from_slug(agency_id))


def owner(agency_id: str, team: str = "", role: str = "") -> str:
    """Who owes or took something: agency, team, and the post in it where one is named."""
    names = [agency(agency_id)]
    if team:
        try:
            names.append(load_directory().agency_at_any_time(agency_id).team(team).name)
        except (UnknownAgency, UnknownTeam):
            names.append(from_slug(team))
    if role:
        names.append(from_slug(role))
    return ", ".join(dict.fromkeys(names))  # a team may be called as its agency is


def duty(opened: DutyOpened) -> str:
    """What is owed, as the practice pack of its day calls it."""
    try:
        return pack_for(clock.local_date(opened.anchor_at)).duty(opened.duty_kind).name
    except LookupError:
        return capital(from_slug(opened.duty_kind))


def owed_for(news_kind: str, agency_id: str, at: datetime) -> str:
    """Which piece of news something is owed for, where several came in: "For the referral from ..., Friday ..."."""
    kind = NEWS.get(news_kind, news_kind)
    return f"For the {kind if kind == 'ViST' else kind.lower()} from {agency(agency_id)}, {wording.long_datetime(at)}"


def duty_clock(state: DutyState, now: datetime) -> parts.Clock:
    """The clock badge of a duty."""
    opened, due_at, met_at, paused = state.duty, state.due_at, state.met_at, state.paused
    left = wording.time_left(due_at, now, in_working_time=_runs_in_working_time(opened))
    if met_at is not None:
        left = "met" if met_at <= due_at else f"met {wording.long_datetime(met_at)}, late"
    return parts.Clock(
        authority=cast(parts.Authority, opened.authority),
        due=wording.long_datetime(due_at),
        due_machine=due_at.isoformat(),
        left=left,
        source=opened.source,
        overdue=met_at is None and not paused and now > due_at,
        late_start=opened.late_start,
        paused=paused,
    )


def _runs_in_working_time(opened: DutyOpened) -> bool:
    try:
        return pack_for(clock.local_date(opened.anchor_at)).duty(opened.duty_kind).clock.in_working_time
    except LookupError:
        return True


def born(person: PersonKnown, on: date) -> str | None:
    """ "born 22 March 2015, aged 11"; for the unborn when the birth is expected."""
    birth = person.date_of_birth
    if birth is not None:
        return f"born {wording.short_date(birth)}, aged {_age(person, birth, on)}"
    expected = next((each.expected_on for each in person.births if each.expected_on), None)
    if expected is not None:
        return f"not yet born, expected {wording.short_date(expected)}"
    return None


def _age(person: PersonKnown, birth: date, on: date) -> str:
    years = person.age_on(on) or 0
    if years:
        return str(years)
    months = (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)
    return f"{months} month{'' if months == 1 else 's'}"


def address(stay: AddressStay) -> str:
    """An address on one line."""
    return ", ".join(part for part in (*stay.lines, stay.town, stay.postcode) if part)


def risk(known: PosesRiskKnown) -> str:
    """That somebody poses a risk, and what that rests on, which is never left out (E1)."""
    status = "said to pose a risk" if known.status == known.basis else from_slug(known.status)
    words = [f"{status} ({from_slug(known.basis)})"]
    if known.in_custody:
        words.append("in custody")
    if known.release_on:
        words.append(f"release {wording.short_date(known.release_on)}")
    return ", ".join(words)


def listed(names: Iterable[str]) -> str:
    """ "Ella, Toby and Sam", each once."""
    unique: Sequence[str] = tuple(dict.fromkeys(names))
    return wording.listed(list(unique)) if unique else ""


def occurred(first: datetime | None, last: datetime | None) -> str:
    """When something happened: a day, a month or a range, as precisely as it was said and no more."""
    if first is None:
        return "date not said"
    start, end = clock.local_date(first), clock.local_date(last or first)
    if start == end:
        return wording.long_date(start)
    if start.day == 1 and (start.year, start.month) == (end.year, end.month):
        return f"{start:%B %Y}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return str(start.year) if start.year == end.year else f"{start.year} to {end.year}"
    return f"between {wording.short_date(start)} and {wording.short_date(end)}"


def safe_now(said: SafeNowRecorded) -> str:
    """Whether somebody was seen, by whom, where and with whom: "Seen by PC 40211, at home, with mother." """
    with_whom = listed(said.accompanied_by)
    around = [said.seen_by and f"seen by {said.seen_by}", said.where, with_whom and f"with {with_whom}"]
    told = ", ".join(part for part in around if part)
    if not said.seen:
        return f"Not seen{f': {told}' if told else ''}."
    return f"{capital(told)}." if told else ""


def addressed(written: str) -> str:
    """To whom news was sent, where a document says it as an agency's id, and a team's or a post."""
    to, *rest = written.split(" / ")
    try:
        found = load_directory().agency_at_any_time(to)
    except UnknownAgency:
        return written
    teams = {team.id: team.name for team in found.teams}
    return ", ".join([found.name, *(teams.get(each) or from_slug(each) for each in rest)])


def told_apart(people: Iterable[PersonKnown], on: date) -> str:
    """Names in a sentence; where two people have one name, what tells them apart, or how many they are."""
    by_name: dict[str, list[PersonKnown]] = {}
    for person in people:
        by_name.setdefault(person.name, []).append(person)
    parts: list[str] = []
    for name, found in by_name.items():
        births = {person.date_of_birth for person in found}
        if len(found) == 1:
            parts.append(name)
        elif None not in births and len(births) == len(found):
            parts += [f"{name} ({born(person, on)})" for person in found]
        else:
            parts.append(f"{len(found)} people called {name}")
    return listed(parts)
