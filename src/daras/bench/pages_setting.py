"""What stands on the pages that are measured: the example referrals among a population, and all that follows Alex's."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
from django.core import signing
from django.core.management import call_command
from django.test import Client

from daras.access.models import Installation, Worker
from daras.access.session import acting_as, machine
from daras.agencies import Owner
from daras.api.authentication import issue
from daras.bench import population
from daras.bench.pages_examples import HEALTH, LEAD, MANAGER, NURSE, OFFICER
from daras.disclosures.commands import prepare, review
from daras.duties.answering import owed_to_answer
from daras.duties.models import DutyOpened
from daras.exchange.demonstration import workers
from daras.frontdoor import advising, corrections, deciding, drafts, feedback, proposing
from daras.frontdoor.intake import receive
from daras.frontdoor.proposing import Proposed
from daras.frontdoor.protecting_first import Doorstep, record_first
from daras.frontdoor.queries import matter_story
from daras.home.folder import CHECKOUT
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
from daras.people.models import ChangeProposed, NameKnown, RecordPerson
from daras.practice import pack_for
from daras.requests.asking import Asking, ask
from daras.safety import protecting
from daras.safety.models import ProtectionRecorded
from daras.working_time import clock

REFERRALS = CHECKOUT / "demo" / "referrals"
EXAMPLES = ("alex", "mark", "open-case", "julie", "no-known-child")
SCHOOL = "carn-brea-academy"
EMAILS = {
    MANAGER: "tamara.nance@cornwall-council.example",
    LEAD: "demelza.trethowan@carn-brea-academy.example",
    HEALTH: "anjali.menon@cornwall-partnership-trust.example",
    NURSE: "karensa.blewett@cornwall-partnership-trust.example",
    OFFICER: "lowena.gilbert@devon-and-cornwall-police.example",
}
#: A school nurse's contact, as its form is filled in.
CONTACT = {
    "occurred-on": "24 11 2026",
    "occurred-at": "09:00",
    "answers-kind": "seen",
    "answers-what": "We spoke of sleep and school.",
    "answers-voice": "I like it at my nan's.",
    "complete": "1",
}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True, slots=True)
class Setting:
    """The references by what they are of, who looks, and the token of an agency's system."""

    references: Mapping[str, str]
    workers: Mapping[str, Worker]
    token: str


def settle(people: int) -> None:
    """An installed database with so many people and the demonstration's workers."""
    call_command("install", skip_checks=True)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        population.load(owner, population.households(people))
    with machine():
        Installation.objects.get_or_create(defaults={"synthetic": True, "made_at": clock.now()})
    workers.install()


def everything(people: int) -> Setting:
    """A partnership at work: what each example of the addresses speaks of."""
    settle(people)
    with machine():
        who = {name: Worker.objects.get(email=email) for name, email in EMAILS.items()}
        token = issue(SCHOOL, "bench pages", is_demonstration=True)
    outcomes = {name: receive((REFERRALS / f"{name}.json").read_bytes()) for name in EXAMPLES}
    alex = outcomes["alex"]
    references = {"matter": alex.reference or "", "receipt": alex.receipt or ""}
    references["signed receipt"] = signing.dumps(alex.receipt, salt=SALT)
    record = _record_of("Toby", "cornwall-partnership-trust")
    with machine():
        references |= {"record": str(record), "child record": str(_record_of("Alex", SCHOOL))}
        references["child"] = RecordPerson.objects.get(record_id=_record_of("Alex", SCHOOL)).number
    with acting_as(who[MANAGER]):
        references |= _at_the_front_door(who[MANAGER], references)
        references |= _discussion(who[MANAGER], references["matter"])
        references |= _undone(who[MANAGER], record)
    with acting_as(who[LEAD]):
        references |= _at_school(who[LEAD])
    references |= _asked_and_challenged(who, references)
    references["request"] = _request(who[MANAGER])
    references |= {"form": _form(who[NURSE]), "measure": next(iter(measures_of(pack_for(clock.today()))))}
    return Setting(references, who, token)


def session_of(worker: Worker) -> str:
    """A sign-in as the browser keeps it."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(worker, backend=BACKEND)
    return client.cookies["sessionid"].value


def _record_of(given_name: str, agency: str) -> int:
    """The newest record of a child of that name with an agency: that of the news."""
    with machine():
        named = NameKnown.objects.filter(given_name=given_name, fact__agency=agency, fact__matter_id__isnull=False)
        return named.order_by("-fact_id").values_list("fact__person_record_id", flat=True)[0] or 0


def _at_the_front_door(manager: Worker, known: Mapping[str, str]) -> dict[str, str]:
    """A protection, a proposal about the child, a call for advice, and what became of the referral."""
    child = _record_of("Alex", SCHOOL)
    protecting.record(
        manager,
        known["matter"],
        protection="police-protection",
        person_record_id=child,
        since=clock.now() - timedelta(hours=10),
        holder_agency="devon-and-cornwall-police",
    )
    proposing.propose_change(
        manager,
        number=known["child"],
        record_id=child,
        proposed=Proposed("name", given_name="Alec", family_name="Tregear"),
        because="His own words.",
    )
    advice = advising.record_advice(
        manager,
        caller=advising.Caller(SCHOOL, "", "Form tutor", "teacher"),
        question="A pupil is afraid of the weekend. Do we refer?",
        child={"given_name": "", "family_name": "", "date_of_birth": ""},
        advice="Yes, today.",
        refer=True,
        because="The pupil names a person.",
    )
    feedback.send_feedback(
        manager,
        known["matter"],
        receipt=known["receipt"],
        decided="A discussion today.",
        risk_lower="not-yet",
        remains="",
    )
    with machine():
        return {
            "advice": advice.reference,
            "protection": str(ProtectionRecorded.objects.latest("pk").pk),
            "proposal": str(ChangeProposed.objects.latest("pk").pk),
        }


def _discussion(manager: Worker, reference: str) -> dict[str, str]:
    """A strategy discussion with everybody decided on, an enquiry, actions and a record that is closed."""
    deciding.decide(manager, reference, decision="strategy-discussion", reason="Four children are in reach.")
    story = matter_story(reference, clock.today())
    assert story is not None
    asked = ConveneForms(story, clock.now(), decided=None)
    called = convene(
        manager,
        reference,
        planned_at=clock.now(),
        mode="phone",
        reason="Four children are in reach.",
        invitations=[Invitation(each.agency, each.team, each.because, "takes-part") for each in asked.teams],
    )
    with machine():
        meeting = MeetingCalled.objects.get(reference=called.reference).pk
        children = [_record_of(name, SCHOOL) for name in ("Jake", "Ella", "Toby")]
    for each in children:
        during.consider(
            manager,
            meeting,
            each,
            in_scope=True,
            owner_agency=manager.agency,
            owner_team=manager.team,
            safety_outcome="Seen today.",
        )
    during.decide_enquiry(manager, meeting, enquiry="joint", rationale="A crime is alleged within a family.")
    for number in range(6):
        during.agree_action(
            manager,
            meeting,
            what=f"Keep Alex and Jake apart at school ({number}).",
            owner_agency=SCHOOL,
            owner_team="safeguarding",
            due_at=clock.now() + timedelta(days=1),
        )
    for agency, name in ((manager.agency, "Tamara"), ("devon-and-cornwall-police", "Gareth")):
        during.note_presence(
            manager, meeting, agency=agency, team="maru", name=name, role="", mode="phone", joined_at=clock.now()
        )
    after.record_section(manager, meeting, section="decisions", text="Alex is safe with his mother.")
    after.close_record(
        manager, meeting, interim_reason="Toby is in that house.", rest_joins_by=clock.now() + timedelta(hours=3)
    )
    return {"discussion": called.reference}


def _undone(manager: Worker, record: int) -> dict[str, str]:
    """A wrong link that is undone: those who looked are told."""
    with machine():
        number = RecordPerson.objects.get(record_id=record).number
    recalls = corrections.undo_link(manager, number=number, record_id=record, reason="Two children of one name.")
    return {"correction": recalls[0].reference}


def _request(manager: Worker) -> str:
    """The front door has asked a surgery for what it knows."""
    asking = Asking(
        to=Owner("penryn-surgery", "gp"),
        asks="What is known since June?",
        subject={"given_name": "Jory", "family_name": "Keast", "role": "child"},
        basis="duty-to-share",
    )
    with acting_as(manager):
        return ask(manager, "information", asking).reference


def _asked_and_challenged(who: Mapping[str, Worker], known: Mapping[str, str]) -> dict[str, str]:
    """Health is asked which child is meant, and challenges the decision; a family's version is written; an officer
    takes a child into protection; something is owed that has no form of its own."""
    with acting_as(who[MANAGER]):
        asked = ask_to_identify(
            who[MANAGER],
            known["matter"],
            agency=who[HEALTH].agency,
            team=who[HEALTH].team,
            known="A boy called Sam, who was there.",
            school="Carn Brea Academy",
            age_about="16",
            why="He may have been harmed, too.",
        )
        version = prepare(
            who[MANAGER],
            known["discussion"],
            child_record_id=_record_of("Alex", SCHOOL),
            recipient_record_id=_record_of("Kerra", SCHOOL),
            decided="He is safe with his mother.",
            next_steps="A social worker visits on Wednesday.",
            whom_to_ask="The front door, by telephone.",
        )
        duty = _duty(who[MANAGER])
    with machine():
        colleague = Worker.objects.get(email="bethan.oduya@cornwall-council.example")
    with acting_as(colleague):
        review(colleague, version.reference, released=True)
    with machine():
        decision = MatterDecided.objects.latest("pk").pk
    with acting_as(who[HEALTH]):
        challenge = disagree(who[HEALTH], decision, reason="Health was not heard.")
    with acting_as(who[OFFICER]):
        child = Doorstep(given_name="Jory", family_name="Trevose", town="Redruth")
        taken = record_first(
            who[OFFICER], protection="police-protection", who=child, since=clock.now(), once="bench pages"
        )
    return {
        "which child": asked.reference,
        "family version": version.reference,
        "duty": str(duty),
        "decision": str(decision),
        "challenge": challenge.reference,
        "protection receipt": taken.receipt,
    }


def _duty(worker: Worker) -> int:
    """The first thing owed that its owner answers in words."""
    for duty in DutyOpened.objects.order_by("pk").values_list("pk", flat=True):
        try:
            owed_to_answer(worker, duty)
        except Refused:
            continue
        return duty
    raise AssertionError("Nothing is owed that is answered in words.")


def _form(nurse: Worker) -> str:
    """A form that a school nurse has completed; its reference."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(nurse, backend=BACKEND)
    begun = client.post("/forms/begin/school-nursing-contact/", {"name": "Mark Penrose 14 5 2014", "role": "child"})
    address = begun.headers["Location"]
    page = client.get(address).content.decode()
    sent = {name: re.findall(rf'name="{name}" value="([^"]+)"', page) for name in ("shown", "drawn")}
    client.post(address, {**sent, **CONTACT})
    return address.strip("/").split("/")[-1]


def _at_school(lead: Worker) -> dict[str, str]:
    """A referral that is being written, and one that is sent."""
    written = [_draft(lead, name) for name in ("Wella", "Jory")]
    drafts.send(lead, written[1])
    return {"draft": written[0], "sent draft": written[1], "first worry": "w1"}


def _draft(lead: Worker, name: str) -> str:
    child: dict[Any, Any] = {("people", "p1", "role"): "child", ("people", "p1", "given_name"): name}
    reference = drafts.begin(lead, child).reference
    words = f"{name} told the form tutor of being afraid of going home at the weekend."
    drafts.add(lead, reference, "worries", {"about": ["p1"], "what_happened": words})
    return reference
