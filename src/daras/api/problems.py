"""Refusals as problem documents (RFC 9457): which field, why, and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from daras.ledger.refusal import Refused

_STATUS = {
    "too-large": 413,
    "not-json": 400,
    "not-utf-8": 400,
    "not-an-object": 400,
    "key-used-before": 409,
    "not-your-agency": 403,
    "no-such-attachment": 404,
    "file-too-large": 413,
    "too-many-files": 429,
}


#: What any call may be refused with.
OF_EVERY_CALL = {
    400: "The call cannot be read.",
    401: "There is no token, or none that is in force.",
    403: "The token is not for this.",
    413: "The body is too large.",
    415: "The body says that it is something else than what is taken.",
    429: "The token has called too often in this minute.",
}


class ProblemOut(Schema):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    pointer: str
    detail: str
    remedy: str


def described(refusals: Mapping[int, str], *, answers: Mapping[int, Mapping[str, Any]] | None = None) -> dict[str, Any]:
    """What an operation may refuse with, by status, for the OpenAPI document; and answers that are no JSON."""
    content = {"application/problem+json": {"schema": ProblemOut.json_schema()}}
    said = {**OF_EVERY_CALL, **refusals}
    refused = {status: {"description": words, "content": content} for status, words in said.items()}
    given = {status: {"description": "As it was attached.", **each} for status, each in (answers or {}).items()}
    return {"responses": {**given, **refused}}


def problem(code: str, status: int, detail: str, *, pointer: str = "", remedy: str = "") -> HttpResponse:
    """One problem document."""
    body = {
        "type": f"urn:daras:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "code": code,
        "pointer": pointer,
        "detail": detail,
        "remedy": remedy,
    }
    return HttpResponse(json.dumps(body), status=status, content_type="application/problem+json")


def refusal(refused: Refused) -> HttpResponse:
    """A refused document: 422, or the status that says more."""
    status = _STATUS.get(refused.code, 422)
    return problem(refused.code, status, refused.detail, pointer=refused.pointer, remedy=refused.remedy)


def invalid(_request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    """What is sent has another shape than the document says: the first field that is wrong."""
    first = error.errors[0] if isinstance(error, ValidationError) and error.errors else {}
    place = [str(step) for step in first.get("loc", ())][1:]
    named = place[1:] if len(place) > 1 else place
    where = "".join(f"/{step}" for step in named)
    said = str(first.get("msg", "It has another shape"))
    return problem("wrong-shape", 422, f"{said}.", pointer=where, remedy="See /api/v1/openapi.json.")


def unreadable(_request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    """No JSON document at all."""
    status = error.status_code if isinstance(error, HttpError) else 400
    return problem("not-json", status, "This is no JSON document.", remedy="Send application/json in UTF-8.")


def not_read(_request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """A body that is larger than is read, or no form at all, before anything looks at what is in it."""
    if isinstance(error, RequestDataTooBig):
        return problem("too-large", 413, "The body is larger than is read.", remedy="Send it without files in it.")
    return problem("not-a-form", 400, "This is no form that can be read.", remedy="Send fewer fields, in UTF-8.")


def unauthenticated(_request: HttpRequest, _error: AuthenticationError | type[AuthenticationError]) -> HttpResponse:
    """No token, an unknown one, or one that has ended: all three are told the same."""
    return problem(
        "not-authenticated", 401, "This call needs a valid token.", remedy="Send Authorization: Bearer <token>."
    )


def not_in_scope(_request: HttpRequest, _error: Exception | type[Exception]) -> HttpResponse:
    """The token is in force, and for something else."""
    return problem("not-in-scope", 403, "This token is not for this call.", remedy="Ask for a token with that scope.")


def other_content(_request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """A body that says it is something else than what the operation takes is not read."""
    return problem("other-content", 415, "The body says that it is something else.", remedy=f"Send it as {error}.")


def too_many(_request: HttpRequest, _error: Exception | type[Exception]) -> HttpResponse:
    """One token calls more often than any system needs to."""
    answer = problem("too-many-calls", 429, "This token has called too often in this minute.", remedy="Wait a minute.")
    answer["Retry-After"] = "60"
    return answer
