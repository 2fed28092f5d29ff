"""Advice before any referral: what was asked, what was advised, and why a referral is made or not (A15).

The child may stay unnamed. The advice is read by the front door and by the team that asked; either makes it a referral
without writing anything again.
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
from daras.agencies import AgencyNotCurrent, UnknownAgency, load_directory
from daras.forms.merging import Path
from daras.frontdoor import drafts
from daras.frontdoor.composing import SOME_WORRY
from daras.frontdoor.models import AdviceGiven, Draft
from daras.ledger.commands import Entry, append
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, random_reference
from daras.working_time import clock


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
) -> AdviceGiven:
    """Record one call for advice. `child` holds what was said of the child, and is empty where nobody was named.

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
    authority = load_directory().agency_at_any_time(caller.agency).authority
    with machine():
        audience = audiences.open_audience(audiences.front_door_scope(authority), "advice")
        audiences.grant(audience, agency=caller.agency, team=caller.team, reason="asked for it", granted_by=worker.slug)
        if not policy.in_front_door(worker):
            audiences.grant(audience, agency=worker.agency, team=worker.team, reason="gave it", granted_by=worker.slug)
        detail = AdviceGiven(
            reference=random_reference("A"),
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
        append(lock([], agency=worker.agency, author=worker.slug), [Entry(detail, audience)])
        trail.change(worker, "advice", detail.reference, "recorded")
    return detail


def _check_said(field: str, said: str, detail: str) -> None:
    if not said.strip():
        raise Refused("missing", f"/{field}", detail, "A sentence is enough.")


def _check_caller(caller: Caller) -> None:
    try:
        load_directory().agency(caller.agency, on=clock.today())
    except (UnknownAgency, AgencyNotCurrent):
        raise Refused("unknown-agency", "/caller_agency", "Say who asks.", "Choose an agency of the list.") from None


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
