"""Advice before any referral: what was asked, what was advised, and why a referral is made or not (A15).

The child may stay unnamed. The advice is read by the front door, by whoever gave it and by those who asked; each makes
it a referral without writing anything again. A child who is named is looked up by the machine alone, which sees nobody
protected for it: whoever records the call gets the same answer whether anybody knows the child or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import AgencyNotCurrent, UnknownAgency, UnknownTeam, load_directory
from daras.forms.merging import Path
from daras.forms.naming import Naming, name_people
from daras.frontdoor import doubts, drafts, turns
from daras.frontdoor.advice_days import Agreed, agree, check_day
from daras.frontdoor.composing import SOME_WORRY
from daras.frontdoor.models import AdviceGiven, Draft
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, open_matter, random_reference
from daras.matters.models import Matter
from daras.working_time import clock

#: What a call hangs on: a matter of its own, which no list of matters shows.
MATTER_KIND = "advice"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: an agency of the partnership, and who in it."""

    agency: str
    team: str = ""
    name: str = ""
    role: str = ""


def record_advice(
    worker: Worker,
    *,
    caller: Caller,
    question: str,
    child: Mapping[str, str],
    advice: str,
    refer: bool | None,
    because: str,
    agreed: Agreed | None = None,
) -> AdviceGiven:
    """Record one call for advice. `child` holds what was said of the child, and is empty where nobody was named;
    `agreed` is by which day whom of the two rings the other, where that was said.

    The front door and designated professionals may (raises `PermissionDenied`). Raises `Refused` for whatever is
    missing.
    """
    policy.require(worker, "advise")
    _check_caller(caller)
    _check_said("question", question, "Say what was asked.")
    _check_said("advice", advice, "Say what you advised.")
    if refer is None:
        raise Refused("missing", "/refer", "Say whether a referral is to be made.", "Choose one of the two.")
    _check_said("because", because, "Say why.")
    if agreed is not None:
        check_day(agreed)
    detail = AdviceGiven(
        reference=random_reference("A"),
        giver_team=worker.team,
        caller_agency=caller.agency,
        caller_team=caller.team,
        caller_name=caller.name.strip(),
        caller_role=caller.role.strip(),
        question=question.strip(),
        child={name: value for name, value in child.items() if value},
        advice=advice.strip(),
        refer=refer,
        because=because.strip(),
    )
    with machine(blind=True):
        _record(worker, detail, agreed)
    return detail


def _record(worker: Worker, detail: AdviceGiven, agreed: Agreed | None) -> None:
    """The call, whom it names and what was agreed. What is looked up is for the front door, as with any news."""
    named = any(detail.child.get(name) for name in ("given_name", "family_name"))
    if named:
        turns.to_write_news()
    audience, authority = _audience(worker, detail)
    matter = open_matter(
        kind=MATTER_KIND,
        authority=authority,
        agency=worker.agency,
        audience_id=audience,
        opened_at=clock.now(),
    )
    recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
    record = _name(detail, matter, recording) if named else None
    (fact,) = append(recording, [Entry(detail, audience, person_record_id=record, matter_id=matter.pk)])
    if agreed is not None:
        agree(recording, matter, detail, agreed)
    trail.change(worker, "advice", detail.reference, "recorded", matter_id=matter.pk)
    if record is not None:
        doubts.look_at_records([record], fact, agency=detail.caller_agency, authority=authority)


def _audience(worker: Worker, detail: AdviceGiven) -> tuple[int, str]:
    """The front door of whoever asks, those who asked and whoever answered: nobody else. And whose front door it is."""
    authority = load_directory().agency_at_any_time(detail.caller_agency).authority
    audience = audiences.open_audience(audiences.front_door_scope(authority), "advice")
    let_in = {(detail.caller_agency, detail.caller_team): "asked for it"}
    let_in.setdefault((worker.agency, worker.team), "gave it")
    for (agency, team), why in let_in.items():
        audiences.grant(audience, agency=agency, team=team, reason=why, granted_by=worker.slug)
    return audience, authority


def _name(detail: AdviceGiven, matter: Matter, recording: Recording) -> int:
    """A record of the agency that asked: it is they who know the child, whoever wrote it down."""
    theirs = Recording(detail.caller_agency, recording.author, recording.recorded_at)
    held = {**detail.child, "role": "child"}
    (record,) = name_people(Naming(theirs, matter.pk, matter.audience_id, matter.authority), [held])
    return record


def _check_said(field: str, said: str, detail: str) -> None:
    if not said.strip():
        raise Refused("missing", f"/{field}", detail, "A sentence is enough.")


def _check_caller(caller: Caller) -> None:
    try:
        agency = load_directory().agency(caller.agency, on=clock.today())
        if caller.team:
            agency.team(caller.team)
    except (UnknownAgency, AgencyNotCurrent, UnknownTeam):
        raise Refused("unknown-agency", "/caller_agency", "Say who asks.", "Choose a team of the list.") from None


def refer_after_advice(worker: Worker, reference: str) -> Draft:
    """A draft of the worker's own agency that holds all that the call already said. Raises `Refused`."""
    advice = AdviceGiven.objects.filter(reference=reference).first()
    if advice is None:
        raise Refused("no-such-advice", "", "There is no such advice here for you.", "Look in your list.")
    known: dict[Path, Any] = {
        ("worries", "w1", "what_happened"): advice.question,
        ("worries", "w1", "category"): SOME_WORRY,
    }
    if advice.child:
        known |= {("people", "p1", name): value for name, value in advice.child.items()}
        known[("people", "p1", "role")] = "child"
        known[("worries", "w1", "about")] = ["p1"]
    if advice.caller_name:
        known[("worries", "w1", "seen_or_heard_by")] = advice.caller_name
    return drafts.begin(worker, known, from_advice=reference)


def refer_after_request(worker: Worker, *, reference: str, about: str, asks: str, by: str) -> Draft:
    """A draft of the worker's own agency that holds what a request already said of somebody: nothing is typed twice
    (A9). `about` is a name, and perhaps a date of birth after ", born "."""
    name, _, born = about.partition(", born ")
    given, _, family = name.partition(" ")
    known: dict[Path, Any] = {
        ("people", "p1", "given_name"): given,
        ("people", "p1", "family_name"): family,
        ("people", "p1", "date_of_birth"): _day(born),
        ("people", "p1", "role"): "child",
        ("worries", "w1", "what_happened"): asks,
        ("worries", "w1", "category"): SOME_WORRY,
        ("worries", "w1", "about"): ["p1"],
        ("worries", "w1", "seen_or_heard_by"): by,
    }
    return drafts.begin(worker, known, from_advice=reference)


def _day(words: str) -> str:
    """A day as requests write it, for the draft; "" for none."""
    for form in ("%Y-%m-%d", "%d %B %Y"):
        with suppress(ValueError):
            return datetime.strptime(words, form).date().isoformat()  # noqa: DTZ007 - a day has no zone
    return ""
