"""Police protection, an order, accommodation or conditions, recorded by whoever is there before any form exists (A16).

An officer at a doorstep says what, whom and since when. That is news: everybody named is looked up, the matter is
found or opened, its duties run, and the protection stands on it with its end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from daras.access import policy
from daras.access.models import Worker
from daras.access.session import machine
from daras.frontdoor.document import FORMAT
from daras.frontdoor.intake import Principal, receive
from daras.frontdoor.models import Document
from daras.frontdoor.outcome import Outcome
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.people.models import PersonInMatter
from daras.safety import protecting
from daras.safety.protecting import PROTECTIONS
from daras.working_time import clock
from daras.working_time.wording import long_datetime

#: Conditions bind somebody who may harm, on this status and basis; the others protect a child.
BINDING = {"bail-conditions": ("on-bail", "alleged"), "licence-conditions": ("on-licence", "convicted")}


@dataclass(frozen=True, slots=True)
class Doorstep:
    """What is known at the doorstep of the one person it is about."""

    given_name: str = ""
    family_name: str = ""
    date_of_birth: date | None = None
    street: str = ""
    town: str = ""
    postcode: str = ""
    seen: bool | None = None
    where: str = ""
    company: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What was recorded: the receipt that the sender knows it by, and when it ends."""

    receipt: str
    expires_at: datetime | None


def record_first(
    worker: Worker,
    *,
    protection: str,
    who: Doorstep,
    since: datetime | None,
    expires_at: datetime | None = None,
    words: str = "",
    once: str,
) -> Taken:
    """Record a protection and whom it is about, in one step; it makes the matter where there is none.

    `once` is the form's own key: sent twice, it is recorded once. Raises `PermissionDenied` for whoever takes or
    holds no protection, or `Refused`. What the front door does with it is the front door's: the sender gets a receipt.
    """
    policy.require(worker, "protect")
    holder = protecting.usual_holder(protection, "908") if protection in PROTECTIONS else ""
    ends = protecting.checked(protection, since, expires_at, holder or worker.agency)
    assert since is not None
    if not (who.given_name.strip() or who.family_name.strip()):
        raise Refused("no-name", "/given_name", "Nobody is named.", "Write what they are called, even one name.")
    raw = json.dumps(_document(worker, protection, who, since, words), ensure_ascii=False).encode()
    with transaction.atomic():
        outcome = receive(
            raw, principal=Principal(worker.slug, "page", worker.agency), idempotency_key=f"protection:{once}"
        )
        if outcome.problem is None:
            receipt = _hold(worker, outcome, protection, since=since, ends=ends, words=words)
    if outcome.problem is not None:  # outside: what was refused stays in quarantine
        pointer = outcome.problem.pointer.rsplit("/", 1)[-1] if outcome.problem.pointer else ""
        raise Refused(outcome.problem.code, f"/{pointer}", outcome.problem.detail, outcome.problem.remedy)
    return Taken(receipt, ends)


def _hold(
    worker: Worker, outcome: Outcome, protection: str, *, since: datetime, ends: datetime | None, words: str
) -> str:
    """The protection upon the matter that the news came to, once; returns the receipt."""
    with machine():
        document = Document.objects.get(agency=worker.agency, receipt=outcome.receipt)
        if outcome.outcome == "recorded":
            part = PersonInMatter.objects.select_related("fact").filter(
                fact__matter_id=document.matter_id,
                fact__recorded_at=document.received_at,
                fact__agency=worker.agency,
                part="suspect" if protection in BINDING else "subject",
            )
            matter = Matter.objects.get(pk=document.matter_id)
            protecting.hold(
                worker,
                matter,
                protection=protection,
                person_record_id=part.get().fact.person_record_id or 0,
                since=since,
                expires_at=ends,
                words=words,
                holder_agency=_holder(worker, protection, matter),
            )
    return document.receipt


def _holder(worker: Worker, protection: str, matter: Matter) -> str:
    """Police protection is held by the force that took it; all else by whoever usually holds it."""
    return protecting.usual_holder(protection, matter.authority) or worker.agency


def _document(worker: Worker, protection: str, who: Doorstep, since: datetime, words: str) -> Mapping[str, Any]:
    binds = protection in BINDING
    person: dict[str, Any] = {
        "ref": "p1",
        "role": "adult" if binds else "child",
        "given_name": who.given_name.strip(),
        "family_name": who.family_name.strip(),
        "date_of_birth": who.date_of_birth.isoformat() if who.date_of_birth else "",
        "address": _without_empty(
            {
                "lines": [line.strip() for line in who.street.splitlines() if line.strip()],
                "town": who.town.strip(),
                "postcode": who.postcode.strip(),
            }
        ),
    }
    said = f"{PROTECTIONS[protection]} since {long_datetime(since)}."
    concern: dict[str, Any] = {
        "about": ["p1"],
        "category": "other",
        "what_happened": f"{said} {words.strip()}".strip(),
        "seen_or_heard_by": f"{worker.name}, {worker.role.replace('-', ' ')}",
    }
    if binds:
        status, basis = BINDING[protection]
        person["poses_risk"] = {"status": status, "basis": basis}
        concern["suspected"] = ["p1"]
    document: dict[str, Any] = {
        "format": FORMAT,
        "kind": "notice",
        "sent_at": clock.now().isoformat(timespec="seconds"),
        "from": _without_empty(
            {
                "agency": worker.agency,
                "team": worker.team,
                "name": worker.name,
                "role": worker.role.replace("-", " "),
                "email": worker.email,
            }
        ),
        "people": [_without_empty(person)],
        "concerns": [concern],
    }
    if who.seen is not None and not binds:
        safe = {"seen": who.seen, "seen_by": worker.name, "where": who.where.strip(), "with": list(who.company)}
        document["safe_now"] = {"p1": _without_empty(safe)}
    return document


def _without_empty(made: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in made.items() if value not in (None, "", [], {})}
