"""What follows one referral on the pages that are measured: from the front door to a released family version."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.core import signing
from django.db.models import Count
from django.test import Client

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.agencies import Owner
from daras.bench.pages_examples import HEALTH, LEAD, MANAGER, NURSE, OFFICER
from daras.disclosures.commands import prepare, review
from daras.duties.answering import IN_WORDS
from daras.duties.queries import owed_by
from daras.frontdoor import advising, corrections, deciding, drafts, feedback, proposing
from daras.frontdoor.advice_days import Agreed
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.proposing import Proposed
from daras.frontdoor.protecting_first import Doorstep, record_first
from daras.frontdoor.queries import MatterAround, matter_around
from daras.ledger.refusal import Refused
from daras.matters.models import MatterDecided
from daras.measures.counting import measures_of
from daras.meetings import after, during
from daras.meetings.calling import Invitation, convene
from daras.meetings.identifying import ask_to_identify
from daras.meetings.models import MeetingCalled
from daras.meetings.telling import disagree
from daras.pages.discussion.before import ConveneForms
from daras.pages.tell_us.views import SALT
from daras.people.models import ChangeProposed, RecordPerson
from daras.practice import pack_for
from daras.requests.asking import Asking, ask
from daras.safety import protecting
from daras.safety.models import ProtectionRecorded
from daras.working_time import clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WHY = "Children are in reach."
#: A school nurse's contact, as its form is filled in.
CONTACT = {
    "occurred-on": "24 11 2026",
    "occurred-at": "09:00",
    "answers-kind": "seen",
    "answers-what": "We spoke of sleep and school.",
    "answers-voice": "I like it at my nan's.",
    "complete": "1",
}


@dataclass
class Followed:
    """One matter on its way, and those who take it there."""

    who: Mapping[str, Worker]
    outcome: Outcome
    number: int  # from nought: which of the stories this is
    found: dict[str, str]

    @cached_property
    def story(self) -> MatterAround:
        """The matter as the front door reads it."""
        with acting_as(self.who[MANAGER]):
            story = matter_around(self.found["matter"], clock.today())
        assert story is not None
        return story

    @cached_property
    def child(self) -> int:
        """The record of the child whom the news is about."""
        return next(part.fact.person_record_id or 0 for part in self.story.parts if part.part == "subject")

    @cached_property
    def others(self) -> list[int]:
        """The records of everybody else whom the news names."""
        named = [part.fact.person_record_id or 0 for part in self.story.parts]
        return [record for record in dict.fromkeys(named) if record != self.child]


def follow(who: Mapping[str, Worker], outcome: Outcome, number: int) -> dict[str, str]:
    """Everything that follows, each by the person who does it; the references by what they are of.

    What the record refuses in this family (a link to undo where nobody has two records, say) is said on standard error
    and is not among the references.
    """
    found = {"matter": outcome.reference or "", "receipt": outcome.receipt or ""}
    followed = Followed(who, outcome, number, found)
    for name, step in _STEPS:
        try:
            with acting_as(who[name]):
                found |= step(followed)
        except Refused as refused:
            what = step.__name__.strip("_").replace("_", " ")
            print(f"daras: story {number} goes without {what}: {refused.code}", file=sys.stderr)
    return found


def _known(at: Followed) -> dict[str, str]:
    measures = list(measures_of(pack_for(clock.today())))
    with machine():
        child = RecordPerson.objects.get(record_id=at.child).number
    person = at.story.person(at.child)
    # As somebody hears it: without the last letter of the family name.
    heard = person.name[:-1] if person else ""
    return {
        "name heard": heard,
        "signed receipt": signing.dumps(at.outcome.receipt, salt=SALT),
        "child": child,
        "child record": str(at.child),
        "measure": measures[at.number % len(measures)],
    }


def _protection(at: Followed) -> dict[str, str]:
    protecting.record(
        at.who[MANAGER],
        at.found["matter"],
        protection="police-protection",
        person_record_id=at.child,
        since=clock.now() - timedelta(hours=10),
        holder_agency="devon-and-cornwall-police",
    )
    with machine():
        return {"protection": str(ProtectionRecorded.objects.latest("pk").pk)}


def _proposal(at: Followed) -> dict[str, str]:
    proposing.propose_change(
        at.who[MANAGER],
        number=at.found["child"],
        record_id=at.child,
        proposed=Proposed("name", given_name="Alec", family_name="Tregear"),
        because="His own words.",
    )
    with machine():
        return {"proposal": str(ChangeProposed.objects.latest("pk").pk)}


def _advice(at: Followed) -> dict[str, str]:
    advice = advising.record_advice(
        at.who[MANAGER],
        caller=advising.Caller(at.who[LEAD].agency, at.who[LEAD].team, "Form tutor", "teacher"),
        question="A pupil is afraid of the weekend. Do we refer?",
        child={"given_name": "Wella", "family_name": "Trevose", "date_of_birth": f"2015-04-{at.number % 28 + 1:02d}"},
        advice="Write down the words, and watch until we ring.",
        refer=False,
        because="Nobody is named yet.",
        agreed=Agreed("giver", clock.today() + timedelta(days=2), "To hear how the weekend was."),
    )
    return {"advice": advice.reference}


def _feedback(at: Followed) -> dict[str, str]:
    feedback.send_feedback(
        at.who[MANAGER],
        at.found["matter"],
        receipt=at.found["receipt"],
        decided="A discussion today.",
        risk_lower="not-yet",
        remains="",
    )
    return {}


def _discussion(at: Followed) -> dict[str, str]:
    """A strategy discussion with everybody decided on, an enquiry, actions and a record that is closed."""
    manager, health = at.who[MANAGER], at.who[HEALTH]
    deciding.decide(manager, at.found["matter"], decision="strategy-discussion", reason=WHY)
    teams = {(each.agency, each.team): each.because for each in ConveneForms(at.story, clock.now(), decided=None).teams}
    teams.setdefault((health.agency, health.team), WHY)
    invitations = [Invitation(agency, team, because, "takes-part") for (agency, team), because in teams.items()]
    called = convene(
        manager, at.found["matter"], planned_at=clock.now(), mode="phone", reason=WHY, invitations=invitations
    )
    with machine():
        meeting = MeetingCalled.objects.get(reference=called.reference).pk
        decision = MatterDecided.objects.latest("pk").pk
    _sit(at, meeting)
    return {"discussion": called.reference, "decision": str(decision)}


def _sit(at: Followed, meeting: int) -> None:
    manager, now = at.who[MANAGER], clock.now()
    owner = {"owner_agency": manager.agency, "owner_team": manager.team}
    for each in at.others[:3]:
        during.consider(manager, meeting, each, in_scope=True, safety_outcome="Seen today.", **owner)
    during.decide_enquiry(manager, meeting, enquiry="joint", rationale="A crime is alleged within a family.")
    school = at.who[LEAD]
    for number in range(6):
        what = f"Keep the children apart at school ({number})."
        by = now + timedelta(days=1)
        during.agree_action(manager, meeting, what=what, due_at=by, owner_agency=school.agency, owner_team=school.team)
    for agency, name in ((manager.agency, "Tamara"), ("devon-and-cornwall-police", "Gareth")):
        during.note_presence(
            manager, meeting, agency=agency, team="maru", name=name, role="", mode="phone", joined_at=now
        )
    after.record_section(manager, meeting, section="decisions", text="The child is safe at home.")
    after.close_record(manager, meeting, interim_reason="A child is there.", rest_joins_by=now + timedelta(hours=3))


def _correction(at: Followed) -> dict[str, str]:
    """A wrong link is undone: those who looked are told."""
    with machine():
        members = RecordPerson.objects.filter(record_id__in=at.others).values_list("record_id", "person_id", "number")
        pairs = {person: (record, number) for record, person, number in members}
        counted = (
            RecordPerson.objects.filter(person_id__in=list(pairs)).values("person_id").annotate(records=Count("pk"))
        )
        twice = [each["person_id"] for each in counted.filter(records__gt=1).order_by("person_id")]
    if not twice:
        return {}
    record, number = pairs[twice[0]]
    recalls = corrections.undo_link(at.who[MANAGER], number=number, record_id=record, reason="Two of one name.")
    return {"record": str(record)} | ({"correction": recalls[0].reference} if recalls else {})


def _question(at: Followed) -> dict[str, str]:
    """Health is asked which child is meant."""
    asked = ask_to_identify(
        at.who[MANAGER],
        at.found["matter"],
        agency=at.who[HEALTH].agency,
        team=at.who[HEALTH].team,
        known="A boy called Sam, who was there.",
        school="Carn Brea Academy",
        age_about="16",
        why="He may have been harmed, too.",
    )
    return {"which child": asked.reference}


def _family_version(at: Followed) -> dict[str, str]:
    """Written for the child, and released by somebody else."""
    version = prepare(
        at.who[MANAGER],
        at.found["discussion"],
        child_record_id=at.child,
        recipient_record_id=at.child,
        decided="You are safe at home.",
        next_steps="A social worker visits on Wednesday.",
        whom_to_ask="The front door, by telephone.",
    )
    with machine():
        colleague = Worker.objects.get(email="bethan.oduya@cornwall-council.example")
    with acting_as(colleague):
        review(colleague, version.reference, released=True)
    return {"family version": version.reference}


def _duty(at: Followed) -> dict[str, str]:
    """Something that its owner answers in words, another for each story as far as there is: few families owe any."""
    owed = owed_by(at.who[MANAGER]).filter(duty__duty_kind__in=IN_WORDS).order_by("duty_id")
    there = list(owed.values_list("duty_id", flat=True))
    return {"duty": str(there[at.number % len(there)])} if there else {}


def _challenge(at: Followed) -> dict[str, str]:
    challenge = disagree(at.who[HEALTH], int(at.found["decision"]), reason="Health was not heard.")
    return {"challenge": challenge.reference}


def _doorstep(at: Followed) -> dict[str, str]:
    """An officer takes a child into protection before any form exists."""
    child = Doorstep(
        given_name="Jory", family_name=f"Trevose-{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[at.number]}", town="Redruth"
    )
    once = f"bench pages {at.number}"
    taken = record_first(at.who[OFFICER], protection="police-protection", who=child, since=clock.now(), once=once)
    return {"protection receipt": taken.receipt}


def _form(at: Followed) -> dict[str, str]:
    """A form that a school nurse has completed."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(at.who[NURSE], backend=BACKEND)
    begun = client.post("/forms/begin/school-nursing-contact/", {"name": "Mark Penrose 14 5 2014", "role": "child"})
    address = begun.headers["Location"]
    page = client.get(address).content.decode()
    sent = {name: re.findall(rf'name="{name}" value="([^"]+)"', page) for name in ("shown", "drawn")}
    client.post(address, {**sent, **CONTACT})
    return {"form": address.strip("/").split("/")[-1]}


def _referrals_by_form(at: Followed) -> dict[str, str]:
    """A referral that is being written, and one that is sent."""
    written = [_draft(at.who[LEAD], name) for name in ("Wella", "Jory")]
    drafts.send(at.who[LEAD], written[1])
    return {"draft": written[0], "sent draft": written[1], "first worry": "w1"}


def _draft(lead: Worker, name: str) -> str:
    child: dict[Any, Any] = {("people", "p1", "role"): "child", ("people", "p1", "given_name"): name}
    reference = drafts.begin(lead, child).reference
    words = f"{name} told the form tutor of being afraid of going home at the weekend."
    drafts.add(lead, reference, "worries", {"about": ["p1"], "what_happened": words})
    return reference


def _request(at: Followed) -> dict[str, str]:
    """The front door has asked a surgery for what it knows."""
    asking = Asking(
        to=Owner("penryn-surgery", "gp"),
        asks=f"What is known since June ({at.number})?",
        subject={"given_name": "Jory", "family_name": "Keast", "role": "child"},
        basis="duty-to-share",
    )
    return {"request": ask(at.who[MANAGER], "information", asking).reference}


Step = Callable[[Followed], dict[str, str]]
#: In this order, each by whom.
_STEPS: tuple[tuple[str, Step], ...] = (
    (MANAGER, _known),
    (MANAGER, _protection),
    (MANAGER, _proposal),
    (MANAGER, _advice),
    (MANAGER, _feedback),
    (MANAGER, _discussion),
    (MANAGER, _correction),
    (MANAGER, _question),
    (MANAGER, _family_version),
    (MANAGER, _duty),
    (MANAGER, _request),
    (HEALTH, _challenge),
    (OFFICER, _doorstep),
    (NURSE, _form),
    (LEAD, _referrals_by_form),
)
