"""Forms for agencies' own systems: the schema of each, and sending one completed (A3, F1 to F7)."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from ninja import Router, Schema

from daras.access.models import ApiToken, Worker
from daras.access.session import acting_as, machine
from daras.api import problems
from daras.api.authentication import AgencyToken
from daras.forms.models import FormCompleted
from daras.forms.schemas import schema
from daras.forms.sending import receive_form
from daras.frontdoor.reading import load
from daras.ledger.refusal import Refused, pointer
from daras.practice import pack_for
from daras.practice.form_definitions import FormDefinition
from daras.working_time import clock

router = Router(auth=AgencyToken("forms"))

NO_FORM = "There is no such form today."
#: What a form may be refused with; all come as problem documents.
REFUSALS = {
    400: "This is no JSON document.",
    403: "The worker it names may not send this form.",
    404: NO_FORM,
    409: "The Idempotency-Key came before with another form.",
    413: "The document is too large.",
    422: "The form is refused: `pointer` says where, `remedy` how to mend it.",
}


class FormOut(Schema):
    """One form of the practice pack of today."""

    id: str
    version: int
    name: str
    schema_address: str


class FormReceiptOut(Schema):
    """What the sender is told: a reference, how much was answered, and whether it was recorded late."""

    reference: str
    duplicate: bool
    asked: int
    answered: int
    late: bool
    score: int | None
    to_front_door: bool


@router.get("", response=list[FormOut], openapi_extra=problems.described({}))
def forms(request: HttpRequest) -> list[FormOut]:  # noqa: ARG001
    """The forms of today."""
    return [
        FormOut(id=form.id, version=form.version, name=form.name, schema_address=f"/api/v1/forms/{form.id}/schema")
        for form in pack_for(clock.today()).forms.values()
    ]


@router.get("/{form}/schema", auth=None, response=dict[str, Any], openapi_extra=problems.described({404: NO_FORM}))
def form_schema(request: HttpRequest, form: str) -> Any:  # noqa: ARG001
    """The JSON Schema of a form, in the version of today."""
    found = pack_for(clock.today()).forms.get(form)
    return schema(found) if found else _unknown(form)


@router.post("/{form}", response={201: FormReceiptOut, 200: FormReceiptOut}, openapi_extra=problems.described(REFUSALS))
def send_form(request: HttpRequest, form: str) -> Any:
    """Send a form that was filled in elsewhere: recorded and answered as if it had been filled in here.

    The same `Idempotency-Key` again gets the same reference, and nothing is recorded twice.
    """
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    found = pack_for(clock.today()).forms.get(form)
    if found is None:
        return _unknown(form)
    try:
        sent = load(request.body)
        _check(found, sent)
        worker = _worker(token, sent)
        with acting_as(worker):
            completed, duplicate = receive_form(worker, found, sent, key=request.headers.get("Idempotency-Key") or "")
    except Refused as refused:
        return problems.refusal(refused)
    except PermissionDenied as denied:
        return problems.problem("not-your-form", 403, str(denied), remedy="See GET /api/v1/forms.")
    return (200 if duplicate else 201), _receipt(completed, duplicate)


def _unknown(form: str) -> HttpResponse:
    return problems.problem("no-such-form", 404, f"There is no form {form!r} today.", remedy="See GET /api/v1/forms.")


def _check(form: FormDefinition, sent: dict[str, Any]) -> None:
    error = best_match(Draft202012Validator(schema(form)).iter_errors(sent))
    if error is not None:
        at = pointer(*error.absolute_path)
        remedy = f"See /api/v1/forms/{form.id}/schema."
        raise Refused("wrong-shape", at, f"{error.message[:300]}.", remedy)


def _worker(token: ApiToken, sent: dict[str, Any]) -> Worker:
    """The worker who filled it in: of the token's agency, and of its team where it speaks for one only."""
    with machine():  # gate: a worker is nobody's record; a system has no eyes of its own
        worker = Worker.objects.filter(slug=sent["completed_by"], agency=token.agency, is_active=True).first()
    if worker is None or worker.team != sent["team"] or (token.team and token.team != worker.team):
        raise Refused(
            "unknown-worker",
            "/completed_by",
            f"Nobody called {json.dumps(sent['completed_by'])} works in that team of your agency.",
            "Write the name they sign in with, and their team.",
        )
    return worker


def _receipt(completed: FormCompleted, duplicate: bool) -> FormReceiptOut:
    return FormReceiptOut(
        reference=completed.reference,
        duplicate=duplicate,
        asked=completed.asked,
        answered=completed.answered,
        late=completed.late,
        score=completed.score,
        to_front_door=completed.to_front_door,
    )
