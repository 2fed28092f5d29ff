"""The first version of the API for agencies' own systems (A1, A3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI, Schema, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError

from daras.access.models import ApiToken
from daras.api import attachments, flags, forms, problems, requests, rights
from daras.api.authentication import AgencyToken, NotInScope, OtherContent, TooMany
from daras.frontdoor import quarantine
from daras.frontdoor.intake import Principal, receive
from daras.frontdoor.outcome import DutySeen, Outcome
from daras.frontdoor.reading import MOST_BYTES, schema
from daras.ledger.refusal import Refused
from daras.working_time import clock

api = NinjaAPI(
    title="Daras",
    version="1",
    description="News for the front door of a safeguarding partnership. A sender gets a receipt, the quality check and"
    " its own duties: never candidates, network or indicators.",
    urls_namespace="api-v1",
    docs_url=None,
    auth=AgencyToken("referrals"),
)
api.add_exception_handler(AuthenticationError, problems.unauthenticated)
api.add_exception_handler(NotInScope, problems.not_in_scope)
api.add_exception_handler(OtherContent, problems.other_content)
api.add_exception_handler(TooMany, problems.too_many)
api.add_exception_handler(SuspiciousOperation, problems.not_read)
api.add_exception_handler(MultiPartParserError, problems.not_read)
api.add_exception_handler(ValidationError, problems.invalid)
api.add_exception_handler(HttpError, problems.unreadable)
api.add_router("/forms", forms.router)
api.add_router("/requests", requests.router)
api.add_router("/rights", rights.router)
api.add_router("/attachments", attachments.router)
api.add_router("", flags.router)


class DutyOut(Schema):
    """Something the sending agency owes."""

    kind: str
    owner: str
    due_at: datetime
    because: str
    source: str
    authority: str


class QualityOut(Schema):
    """How complete the referral is, and what would make it more useful. It delays nothing."""

    score: int
    missing: list[str]


class ReceiptOut(Schema):
    """What the sender is told: the same for somebody nobody knows and for somebody everybody knows."""

    receipt: str
    duplicate: bool
    quality: QualityOut | None
    duties: list[DutyOut]


#: What each refusal says; all come as problem documents.
REFUSALS = {
    400: "This is no JSON document.",
    403: "The token is another agency's than the document's sender.",
    409: "The Idempotency-Key came before with another document.",
    413: "The document is too large.",
    422: "The document is refused: `pointer` says where, `remedy` how to mend it.",
}

#: Read from the request itself, so that what was sent is what is checked, digested and kept.
DOCUMENT = {
    **problems.described(REFUSALS),
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "/api/v1/schemas/daras-referral-1"}}},
    },
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "schema": {"type": "string", "maxLength": 200},
            "description": "The same key again gets the same receipt, and nothing is recorded twice.",
        }
    ],
}


@api.post("/referrals", response={201: ReceiptOut, 200: ReceiptOut}, openapi_extra=DOCUMENT)
def send_referral(request: HttpRequest) -> Status[ReceiptOut] | HttpResponse:
    """Send news: a referral, a ViST or a notice, as `daras-referral/1`."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    principal = Principal(f"token:{token.name}", "api", token.agency)
    key = request.headers.get("Idempotency-Key") or None
    try:
        if key is not None and (len(key) > 200 or not key.isprintable()):
            raise Refused(
                "bad-key", "", "The Idempotency-Key is longer than 200 characters or not text.", "Use a UUID."
            )
        outcome = receive(_body(request), principal=principal, idempotency_key=key)
    except Refused as refused:
        quarantine.keep(b"", refused, principal, clock.now())
        return problems.refusal(refused)
    if outcome.problem is not None:
        return problems.refusal(outcome.problem)
    return Status(200 if outcome.outcome == "duplicate" else 201, _receipt(outcome))


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        raise Refused(
            "too-large", "", f"The document has more than {MOST_BYTES:,} bytes.", "Send it without files in it."
        ) from None


def _receipt(outcome: Outcome) -> ReceiptOut:
    quality = outcome.quality
    return ReceiptOut(
        receipt=outcome.receipt or "",
        duplicate=outcome.outcome == "duplicate",
        quality=QualityOut(score=quality.score, missing=list(quality.missing)) if quality else None,
        duties=[_duty(duty) for duty in outcome.sender_duties],
    )


def _duty(duty: DutySeen) -> DutyOut:
    return DutyOut(
        kind=duty.kind,
        owner=duty.owner,
        due_at=duty.due_at,
        because=duty.because,
        source=duty.source,
        authority=duty.authority,
    )


@api.get("/schemas/daras-referral-1", auth=None, response=dict[str, Any])
def referral_schema(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """The JSON Schema of `daras-referral/1`."""
    return schema()
