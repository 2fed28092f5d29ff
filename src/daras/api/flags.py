"""Flags and the safeguarding summary for partners' systems: FHIR, by NHS number, for somebody who is named (F10)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from daras.access import trail
from daras.access.models import ApiToken, Worker
from daras.access.session import acting_as
from daras.api import problems
from daras.api.acting import HEADER, ForWorker, worker_named
from daras.api.authentication import AgencyToken
from daras.flags.commands import report_shown
from daras.flags.queries import as_fhir, flags
from daras.flags.summary import Summary, summary
from daras.ledger.refusal import Refused

router = Router(auth=AgencyToken("flags"))

REFUSALS = {
    400: "This is no JSON document.",
    403: "The worker it names may not do this.",
    404: "There is no such flag for the worker it names.",
    422: "It is refused: `pointer` says where, `remedy` how to mend it.",
}


class SummaryIn(Schema):
    """Of whom, for whom and what for. The number stands in the body: addresses are logged."""

    nhs_number: str = Field(max_length=20)
    by: str = Field(max_length=200)
    reason: str = Field(max_length=400)


class ProtectionOut(Schema):
    protection: str
    since: datetime
    expires_at: datetime | None


class SummaryOut(Schema):
    """What the worker it names may see, and nothing of whether there is more."""

    asked_by: str
    asked_at: datetime
    name: str | None
    date_of_birth: date | None
    expected_birth_on: date | None
    several: bool
    flags: list[dict[str, Any]]
    protections: list[ProtectionOut]
    agencies: list[str]


class ShownIn(Schema):
    nhs_number: str = Field(max_length=20)
    code: str = Field(max_length=60)


class ReportIn(Schema):
    """Every flag that the system shows now, and no other."""

    by: str = Field(max_length=200)
    shown: list[ShownIn] = Field(max_length=20_000)


class ReportOut(Schema):
    as_published: int
    missing: int
    not_published: int


@router.post("/summary", response=SummaryOut, openapi_extra=problems.described(REFUSALS))
def safeguarding_summary(request: HttpRequest, sent: SummaryIn) -> Any:
    """The safeguarding summary of somebody by NHS number, in one call; the look is that of the worker it names."""
    try:
        who = _worker(request, sent.by)
        if not sent.reason.isprintable():
            raise Refused("missing", "/reason", "Say what it is needed for, in words.", "A few words are enough.")
        with acting_as(who):
            return _shown(summary(who, sent.nhs_number, reason=sent.reason))
    except Refused as refused:
        return problems.refusal(refused)
    except PermissionDenied as denied:
        return problems.problem("not-for-you", 403, str(denied), remedy="Somebody who sees children asks.")


def _shown(found: Summary) -> SummaryOut:
    person = found.person
    return SummaryOut(
        asked_by=found.asked_by,
        asked_at=found.asked_at,
        name=person.name if person else None,
        date_of_birth=person.date_of_birth if person else None,
        expected_birth_on=next((each.expected_on for each in person.births if each.expected_on), None)
        if person
        else None,
        several=found.several,
        flags=[as_fhir(flag) for flag in found.flags],
        protections=[
            ProtectionOut(protection=each.protection, since=each.since, expires_at=each.expires_at)
            for each in found.protections
        ],
        agencies=sorted({each.agency for each in person.involvements if each.until is None}) if person else [],
    )


@router.post("/flags/shown", response=ReportOut, openapi_extra=problems.described(REFUSALS))
def shown(request: HttpRequest, sent: ReportIn) -> Any:
    """A partner's system says which flags it shows: what is missing there, and what should not be, is seen by both."""
    try:
        who = _worker(request, sent.by)
        if not all(each.code.isprintable() for each in sent.shown):
            raise Refused("unknown-choice", "/shown", "A code is no text.", "Use the codes that were published.")
        with acting_as(who):
            found, missing, stray = report_shown(who, [(each.nhs_number, each.code) for each in sent.shown])
        return ReportOut(as_published=found, missing=missing, not_published=stray)
    except Refused as refused:
        return problems.refusal(refused)
    except PermissionDenied as denied:
        return problems.problem("not-for-you", 403, str(denied), remedy="Somebody who sees children reports.")


@router.get("/flags/{reference}", response=dict[str, Any], openapi_extra=problems.described(REFUSALS))
def flag(request: HttpRequest, reference: str, worker: ForWorker) -> Any:
    """A flag as a FHIR R4 Flag, for an agency to which it is published."""
    try:
        who = _worker(request, worker, HEADER)
    except Refused as refused:
        return problems.refusal(refused)
    with acting_as(who):
        found = flags([reference]) if reference.isprintable() else []
        if not found:
            return _none()
        trail.look(who, "flag", reference, matter_id=found[0].raised.fact.matter_id)
        return as_fhir(found[0])


def _worker(request: HttpRequest, slug: str, field: str = "by") -> Worker:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    if not slug.isprintable():
        raise Refused("unknown-worker", f"/{field}", "This is no name.", "Write the name they sign in with.")
    return worker_named(token, slug, field)


def _none() -> HttpResponse:
    return problems.problem("no-such-flag", 404, REFUSALS[404], remedy="See what was published to your agency.")
