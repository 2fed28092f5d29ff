"""The addresses of SCIM: who may call them is a token for workers, and what it reaches is its own agency (G4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from daras.access import trail
from daras.access.models import ApiToken, Worker
from daras.access.session import machine
from daras.api.authentication import NotInScope, TooMany, admit, in_force
from daras.exchange import joining, workforce
from daras.exchange.scim import reading, resources
from daras.exchange.scim.reading import Said, ScimRefused
from daras.ledger.refusal import Refused

CONTENT_TYPE = "application/scim+json"
#: What a body may say it is (RFC 7644, 3.1).
TAKEN = frozenset({CONTENT_TYPE, "application/json"})
Answer = tuple[int, dict[str, Any]]
View = Callable[..., Answer]
#: What our own refusals are in SCIM's words.
TYPES = {"worker-twice": (409, "uniqueness"), "by-hand": (403, "mutability"), "elsewhere": (409, "uniqueness")}


def scim(*methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """A view for a token with the scope of workers; every refusal is a SCIM error."""

    def wrap(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, **named: str) -> HttpResponse:
            try:
                if request.body and request.content_type not in TAKEN:
                    raise ScimRefused(415, "The body does not say that it is SCIM’s JSON.")
                if request.method not in methods:
                    raise ScimRefused(501 if request.method == "DELETE" else 405, "That is not done here.")
                return _answered(*view(request, _token(request), **named))
            except ScimRefused as refused:
                return _refusal(refused.status, refused.detail, refused.scim_type)
            except Refused as refused:
                status, scim_type = TYPES.get(refused.code, (400, "invalidValue"))
                return _refusal(status, str(refused), scim_type)

        return answer

    return wrap


def _token(request: HttpRequest) -> ApiToken:
    kind, _, shown = request.headers.get("authorization", "").partition(" ")
    found = in_force(shown.strip()) if kind.lower() == "bearer" else None
    if found is None:
        raise ScimRefused(401, "This call needs a valid token.")
    request.auth = found  # type: ignore[attr-defined]
    try:
        admit(found, joining.WORKERS)
    except NotInScope:
        raise ScimRefused(403, "This token is not for workers.") from None
    except TooMany:
        raise ScimRefused(429, "This token has called too often in this minute.") from None
    return found


@scim("GET")
def service_provider(request: HttpRequest, _token: ApiToken) -> Answer:
    """What is done here and what is not."""
    return 200, resources.service_provider(_base(request))


@scim("GET")
def resource_types(request: HttpRequest, _token: ApiToken) -> Answer:
    """Users alone."""
    found = resources.resource_types(_base(request))
    return 200, resources.listed(found, len(found))


@scim("GET")
def schemas(request: HttpRequest, _token: ApiToken) -> Answer:
    """What of a User is known here."""
    found = resources.schemas(_base(request))
    return 200, resources.listed(found, len(found))


@scim("GET", "POST")
def users(request: HttpRequest, token: ApiToken) -> Answer:
    """The agency's workers, or one more."""
    if request.method == "POST":
        return _create(request, token)
    condition = reading.filtered(request.GET["filter"]) if "filter" in request.GET else {}
    start = max(reading.number(request.GET.get("startIndex", ""), 1), 1)
    count = min(max(reading.number(request.GET.get("count", ""), resources.MOST), 0), resources.MOST)
    with machine():
        rows = Worker.objects.filter(agency=token.agency, **condition).order_by("pk")
        total = rows.count()
        found = [resources.user(each, _base(request)) for each in rows[start - 1 : start - 1 + count]]
        _note(token, "look", token.agency, "listed workers")
    return 200, resources.listed(found, total, start)


@scim("GET", "PUT", "PATCH")
def one_user(request: HttpRequest, token: ApiToken, slug: str) -> Answer:
    """One worker of the agency: read, replaced, or changed in part."""
    with machine():
        worker = Worker.objects.filter(agency=token.agency, slug=slug).first()
        if worker is None:
            raise ScimRefused(404, "There is no such worker in your agency.")
        if request.method == "GET":
            _note(token, "look", slug, "read a worker")
            return 200, resources.user(worker, _base(request))
        sent = reading.document(request.body)
        said = reading.whole_user(sent) if request.method == "PUT" else reading.patched(sent)
        changed = workforce.change(worker, said, by=_by(token))
    return 200, resources.user(changed, _base(request))


def _create(request: HttpRequest, token: ApiToken) -> Answer:
    said: Said = reading.whole_user(reading.document(request.body))
    worker = workforce.join(said, agency=token.agency, by=_by(token))
    return 201, resources.user(worker, _base(request))


def _by(token: ApiToken) -> str:
    return f"token:{token.name}"


def _note(token: ApiToken, action: trail.Action, subject: str, what: str) -> None:
    trail.write(
        actor=_by(token), agency=token.agency, action=action, subject_kind="worker", subject_id=subject, reason=what
    )


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri("/scim/v2")


def _answered(status: int, document: dict[str, Any]) -> HttpResponse:
    answer = HttpResponse(json.dumps(document), status=status, content_type=CONTENT_TYPE)
    if status == 201:
        answer["Location"] = document["meta"]["location"]
    return answer


def _refusal(status: int, detail: str, scim_type: str = "") -> HttpResponse:
    body: dict[str, Any] = {"schemas": [resources.ERROR], "status": str(status), "detail": detail}
    if scim_type:
        body["scimType"] = scim_type
    return HttpResponse(json.dumps(body), status=status, content_type=CONTENT_TYPE)
