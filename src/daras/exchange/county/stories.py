"""What becomes of news, played through by the ordinary commands for one invented family: the patterns of the county's
histories (`patterns`).

A story is a list of steps, each by whoever does it and each a while after the one before. How long in the county, and
how often which story, stands in `demo/county/rates.toml`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.exchange.county.making import nhs_number
from daras.exchange.demonstration.week import clock_at
from daras.frontdoor import deciding, feedback
from daras.frontdoor.document import Address, PersonNamed, RelationshipNamed
from daras.frontdoor.intake import receive
from daras.frontdoor.models import AgencyToInvite
from daras.matters.models import Matter
from daras.meetings import after, calling, children, during, telling
from daras.meetings.models import ActionAgreed, AgencyInvited, EnquiryDecided, FeedbackGiven, MeetingCalled
from daras.people.models import PersonInMatter
from daras.working_time import clock

MANAGER, DETECTIVE, HEALTH = "tamara-nance", "gareth-pryce", "anjali-menon"
#: The first news of a pattern: on a Tuesday morning of the pack that the county ends with.
BEGINS = datetime(2026, 11, 3, 9, 30, tzinfo=clock.LONDON)
_HOUR = timedelta(hours=1)
#: From the convening to the meeting: an hour until the teams have answered, then until the next morning.
_BEFORE_IT_SITS = 22 * _HOUR

#: The stories: a discussion is held, or the manager decides something else, for which another decision and reason
#: are put in its place.
DISCUSSED, ANSWERED = "strategy-discussion", "answered"
REASON = "Zennorqi."

CHILD, MOTHER, MAN = "child", "mother", "man"


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose news it is: the agency and team of the pattern, the worker who sends, and what they are."""

    agency: str
    team: str
    worker: str
    role: str


SENDERS: Mapping[str, Sender] = {
    "school": Sender("carn-brea-academy", "safeguarding", "demelza-trethowan", "teacher"),
    "surgery": Sender("penryn-surgery", "gp", "martin-laity", "general practitioner"),
    "police": Sender("devon-and-cornwall-police", "redruth-neighbourhood", "lowena-gilbert", "police officer"),
}

#: No person of a county or of the demonstration has this number.
NHS_NUMBER = nhs_number(29_999_999)
#: The family of every pattern. No word of it stands anywhere else, so that another family's may be put in its place.
PLACE = Address(("7 Zennorqg Road",), "Zennorqh", "TR14 9ZQ")
FAMILY = {
    CHILD: PersonNamed(
        ref=CHILD, role="child", given_name="Zennorqa", family_name="Zennorqb", date_of_birth=date(2016, 5, 13),
        sex="F", identifiers=(("nhs-number", NHS_NUMBER),), address=PLACE,
    ),
    MOTHER: PersonNamed(
        ref=MOTHER, role="adult", given_name="Zennorqc", family_name="Zennorqd", date_of_birth=date(1988, 8, 27),
        sex="F", address=PLACE,
    ),
    MAN: PersonNamed(
        ref=MAN, role="adult", given_name="Zennorqe", family_name="Zennorqf", date_of_birth=date(1985, 9, 14), sex="M",
    ),
}  # fmt: skip


TIES = (RelationshipNamed(MOTHER, CHILD, "mother"), RelationshipNamed(MAN, CHILD, "father"))


@dataclass
class Played:
    """A story while it is played: who is there, the matter, and the moment of each step so far."""

    who: Mapping[str, Worker]
    sender: Sender
    at: list[tuple[str, datetime]] = field(default_factory=list)
    reference: str = ""
    receipt: str = ""
    meeting: int = 0
    meeting_reference: str = ""

    def by(self, slug: str) -> Worker:
        return self.who[slug]

    @property
    def sends(self) -> Worker:
        """Whoever sent the news."""
        return self.who[self.sender.worker]


Step = Callable[[Played], None]


@dataclass(frozen=True, slots=True)
class Story:
    """Steps by name, each so long after the one before."""

    name: str
    steps: tuple[tuple[str, timedelta, Step], ...]


def play(story: Story, who: Mapping[str, Worker], sender: Sender) -> Played:
    """Play a story through. In the caller's transaction, which may be taken back."""
    played, moment = Played(who, sender), BEGINS
    for name, later, step in story.steps:
        moment += later
        played.at.append((name, moment))
        with clock_at(moment):
            step(played)
    return played


def _news(at: Played) -> None:
    outcome = receive(json.dumps(_document(at)).encode())
    if outcome.outcome != "recorded" or outcome.reference is None or outcome.receipt is None:
        raise AssertionError(f"The pattern's news is not recorded: {outcome.outcome} {outcome.problem}")
    at.reference, at.receipt = outcome.reference, outcome.receipt


def _document(at: Played) -> dict[str, object]:
    sender = at.sender
    return {
        "format": "daras-referral/1",
        "kind": "referral",
        "sent_at": clock.now().isoformat(),
        "from": {"agency": sender.agency, "team": sender.team, "name": at.sends.name, "role": sender.role},
        "people": [_named(person) for person in FAMILY.values()],
        "relationships": [{"from": each.start, "to": each.end, "type": each.relation} for each in TIES],
        "concerns": [
            {
                "about": [CHILD],
                "category": "sexual-abuse-in-the-family",
                "suspected": [MAN],
                "what_happened": "Said that he comes into the bedroom at night and touches there, and is afraid.",
                "seen_or_heard_by": sender.role,
            }
        ],
        "voice_of_child": {CHILD: {"text": "I do not want to be alone with him."}},
        "hoped_for": "That the child is safe, and that somebody listens.",
        "safe_now": {CHILD: {"seen": True, "seen_by": sender.role, "where": "here, this morning", "with": []}},
        "involvement": {"parents_told": False, "reason": "Telling them before advice could let him know."},
    }


def _named(person: PersonNamed) -> dict[str, object]:
    said: dict[str, object] = {
        "ref": person.ref, "role": person.role, "given_name": person.given_name, "family_name": person.family_name,
        "date_of_birth": str(person.date_of_birth), "sex": person.sex,
    }  # fmt: skip
    if person.identifiers:
        said["identifiers"] = [{"system": system, "value": value} for system, value in person.identifiers]
    if person.address:
        place = person.address
        said["address"] = {"lines": list(place.lines), "town": place.town, "postcode": place.postcode}
    return said


def _decides(decision: str, reason: str) -> Step:
    def decide(at: Played) -> None:
        manager = at.by(MANAGER)
        with acting_as(manager):
            deciding.decide(manager, at.reference, decision=decision, reason=reason)

    return decide


def _tells(decided: str, risk_lower: str, remains: str) -> Step:
    def tell(at: Played) -> None:
        manager = at.by(MANAGER)
        with acting_as(manager):
            feedback.send_feedback(
                manager, at.reference, receipt=at.receipt, decided=decided, risk_lower=risk_lower, remains=remains
            )

    return tell


def _reads(at: Played) -> None:
    with acting_as(at.sends):
        feedback.read_feedback(at.sends, at.receipt)
        feedback.acknowledge(at.sends, at.receipt)


def _convenes(at: Played) -> None:
    """Everybody whom the rules would ask."""
    manager = at.by(MANAGER)
    with machine():
        matter = Matter.objects.get(reference=at.reference)
        asked = AgencyToInvite.objects.filter(fact__matter_id=matter.pk).order_by("fact_id")
        teams = {(each.agency, each.team): each.because for each in asked}
    with acting_as(manager):
        called = calling.convene(
            manager,
            at.reference,
            planned_at=clock.now() + _BEFORE_IT_SITS,
            mode="video",
            reason="A child has told of abuse at home and is not safe there.",
            invitations=[calling.Invitation(agency, team, because) for (agency, team), because in teams.items()],
        )
    at.meeting_reference = called.reference
    with machine():
        at.meeting = MeetingCalled.objects.get(reference=called.reference).pk


def _answer(at: Played) -> None:
    with machine():
        invited = {(each.agency, each.team): each.pk for each in AgencyInvited.objects.filter(meeting_id=at.meeting)}
    for worker in _there(at):
        with acting_as(worker):
            calling.answer(worker, at.meeting, invited[worker.agency, worker.team], answer="coming")


def _there(at: Played) -> list[Worker]:
    """Somebody of every team that is asked, the front door's own left out."""
    with machine():
        asked = AgencyInvited.objects.filter(meeting_id=at.meeting).order_by("fact_id").values_list("agency", "team")
        teams = list(asked)
    manager = at.by(MANAGER)
    seats = {(worker.agency, worker.team): worker for worker in at.who.values()}
    return [seats[team] for team in teams if team != (manager.agency, manager.team)]


def _sit(at: Played) -> None:
    """Who is there, what each holds, who is in scope, the enquiry, where each stands, what is to be done; closed."""
    manager = at.by(MANAGER)
    for worker in (manager, *_there(at)):
        with acting_as(manager):
            during.note_presence(
                manager, at.meeting, agency=worker.agency, team=worker.team, name=worker.name, role=worker.role,
                mode="video", joined_at=clock.now(),
            )  # fmt: skip
    for worker in _there(at):
        with acting_as(worker):
            during.contribute(worker, at.meeting, text="What is known here is in our record.", is_opinion=False)
    with machine():
        matter = Matter.objects.get(reference=at.reference)
        parts = PersonInMatter.objects.filter(fact__matter_id=matter.pk).order_by("fact_id")
        records = [part.fact.person_record_id or 0 for part in parts.select_related("fact")]
    with acting_as(manager):
        for record in dict.fromkeys(records):
            during.consider(
                manager, at.meeting, record, in_scope=True, owner_agency=manager.agency, owner_team=manager.team,
                safety_outcome="Seen, and a plan for tonight.",
            )  # fmt: skip
        during.decide_enquiry(
            manager,
            at.meeting,
            enquiry="joint",
            rationale="A crime is alleged within a family, and a child was harmed.",
        )
    _agree(at)


def _agree(at: Played) -> None:
    manager, health = at.by(MANAGER), at.by(HEALTH)
    with machine():
        matter = Matter.objects.get(reference=at.reference)
        part = PersonInMatter.objects.select_related("fact").get(fact__matter_id=matter.pk, part="subject")
    with acting_as(health):
        children.decide_medical(
            health,
            at.meeting,
            part.fact.person_record_id or 0,
            medical="none",
            reason="Nothing recent is told of; a health check is offered.",
        )
    with machine():
        decision = EnquiryDecided.objects.filter(meeting_id=at.meeting).latest("pk").pk
    for worker in (at.by(DETECTIVE), at.by(HEALTH)):
        with acting_as(worker):
            during.take_position(worker, at.meeting, decision, position="agrees", reason="")
    owners = (manager, at.by(DETECTIVE), at.by(HEALTH))
    tasks = ("See the child at school, alone.", "Plan the first account with health.", "Offer an examination.")
    with acting_as(manager):
        for worker, what in zip(owners, tasks, strict=True):
            during.agree_action(
                manager, at.meeting, what=what, owner_agency=worker.agency, owner_team=worker.team,
                due_at=clock.now() + timedelta(days=2),
            )  # fmt: skip
        after.record_section(
            manager, at.meeting, section="decisions", text="A joint enquiry begins today. He does not stay at home."
        )
        after.close_record(manager, at.meeting)


def _file(at: Played) -> None:
    agencies = {worker.agency: worker for worker in reversed((at.by(MANAGER), *_there(at)))}
    for worker in reversed(agencies.values()):
        with acting_as(worker):
            after.file_record(worker, at.meeting, system="our own records", filed_on=clock.today())


def _give_word(at: Played) -> None:
    manager = at.by(MANAGER)
    with acting_as(manager):
        telling.give_feedback(
            manager, at.meeting, decided="A joint enquiry.", risk_lower="not-yet", remains="The first account."
        )


def _acknowledge(at: Played) -> None:
    with machine():
        given = FeedbackGiven.objects.filter(meeting_id=at.meeting).latest("pk").pk
    for worker in {worker.agency: worker for worker in reversed(_there(at))}.values():
        with acting_as(worker):
            telling.acknowledge(worker, at.meeting, given)


def _does(place: int) -> Step:
    """The owner of the action at this place reports that it is done."""

    def done(at: Played) -> None:
        with machine():
            action = ActionAgreed.objects.filter(meeting_id=at.meeting).order_by("pk")[place]
        seats = {(each.agency, each.team): each for each in (at.by(MANAGER), at.by(DETECTIVE), at.by(HEALTH))}
        owner = seats[action.owner_agency, action.owner_team]
        with acting_as(owner):
            during.move_action(owner, at.meeting, action.pk, state="done")

    return done


_TOLD_READ: tuple[tuple[str, timedelta, Step], ...] = (
    ("told", 2 * _HOUR, _tells("What you told us is being followed up.", "not-yet", "Please tell us of anything new.")),
    ("read", 20 * _HOUR, _reads),
)


STORIES: Mapping[str, Story] = {
    story.name: story
    for story in (
        Story(
            ANSWERED,
            (("news", timedelta(), _news), ("decided", 3 * _HOUR, _decides("assessment", REASON)), *_TOLD_READ),
        ),
        Story(
            DISCUSSED,
            (
                ("news", timedelta(), _news),
                ("convened", 2 * _HOUR, _convenes),
                ("answered", _HOUR, _answer),
                ("sat", _BEFORE_IT_SITS - _HOUR, _sit),
                ("filed", 24 * _HOUR, _file),
                ("word_given", _HOUR, _give_word),
                *_TOLD_READ,
                ("acknowledged", 4 * _HOUR, _acknowledge),
                ("first_action", 3 * _HOUR, _does(0)),
                ("second_action", 20 * _HOUR, _does(1)),
                ("third_action", 24 * _HOUR, _does(2)),
            ),
        ),
    )
}
