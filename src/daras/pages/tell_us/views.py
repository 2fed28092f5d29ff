"""Anybody may tell the front door of a child they worry about: no account, no look at anybody, a receipt (A1, A8).

Nothing is kept of whoever tells but what they choose to say, and that stands at the front door only.
"""

from __future__ import annotations

import json
from typing import Any

from allauth.core import ratelimit
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from daras.frontdoor.document import FORMAT
from daras.frontdoor.intake import Principal, receive
from daras.ledger.refusal import Refused
from daras.pages.referral import filling
from daras.pages.referral.asking import Asked
from daras.pages.referral.presenting import summary_of
from daras.pages.rendering import page
from daras.working_time import clock

PUBLIC = "public"
SALT = "daras.tell-us"
TELEPHONE = Principal("service:public-form", "page", PUBLIC)

QUESTIONS = (
    Asked(("what",), "What are you worried about?", "long", "What you saw or heard, in your own words.", rows=7),
    Asked(("given_name",), "The child’s first name, or what they are called"),
    Asked(("family_name",), "The child’s family name"),
    Asked(("date_of_birth",), "The child’s date of birth", "day", "For example 22 3 2015, if you know it"),
    Asked(("street",), "Where the child lives: house and street"),
    Asked(("town",), "Town or village"),
    Asked(("postcode",), "Postcode"),
    Asked(("when",), "When did it happen?", "day", "As well as you know: 20 11 2026, 11 2026 or 2026"),
    Asked(("caller",), "Your name, if you want to say it", hint="For the front door only, in no copy for the family"),
    Asked(("phone",), "Your telephone number, if we may ring you"),
)
#: Where in the form a refused field of the document stands.
FIELDS = {"what_happened": "what", "occurred_at": "when", "lines": "street"}


@require_http_methods(["GET", "HEAD", "POST"])
def tell_us(request: HttpRequest) -> HttpResponse:
    """The form; what was typed is kept when something is missing."""
    said = {path[0]: value for path, value in filling.read(QUESTIONS, request.POST).items()} if request.POST else {}
    problem: Refused | None = None
    if request.method == "POST":
        if not ratelimit.consume(request, action="tell_us"):
            return page(request, "pages/tell_us/later.html", {}, status=429)
        problem = _missing(said)
        if problem is None:
            outcome = receive(json.dumps(_document(said), ensure_ascii=False).encode(), principal=TELEPHONE)
            problem = outcome.problem
            if problem is None:
                return redirect(reverse("told", args=[signing.dumps(outcome.receipt, salt=SALT)]))
    at = _field(problem) if problem else ""
    fields = filling.filled(QUESTIONS, said, {}, ((at,), problem) if problem else None)
    context = {"fields": fields, "problems": summary_of(fields)}
    return page(request, "pages/tell_us/form.html", context, status=422 if problem else 200)


@require_safe
def told(request: HttpRequest, signed: str) -> HttpResponse:
    """The receipt, and nothing else."""
    try:
        receipt = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    return page(request, "pages/tell_us/told.html", {"receipt": receipt})


def _missing(said: dict[str, Any]) -> Refused | None:
    if not said.get("what"):
        return Refused("no-words", "/what", "Say what you are worried about.", "A sentence is enough.")
    if not (said.get("given_name") or said.get("family_name")):
        return Refused("no-name", "/given_name", "Say what the child is called.", "One name or a nickname is enough.")
    return None


def _field(problem: Refused) -> str:
    last = problem.pointer.strip("/").split("/")[-1]
    known = {each.path[0] for each in QUESTIONS}
    return FIELDS.get(last, last if last in known else "what")


def _document(said: dict[str, Any]) -> dict[str, Any]:
    child = {name: said[name] for name in ("given_name", "family_name", "date_of_birth") if said.get(name)}
    address = {name: said[name] for name in ("town", "postcode") if said.get(name)}
    if said.get("street"):
        address["lines"] = [line.strip() for line in said["street"].split(",") if line.strip()][:6]
    worry = {"about": ["child"], "category": "other", "what_happened": said["what"]}
    if said.get("when"):
        worry["occurred_at"] = said["when"]
    sender = {name: value for name, value in (("name", said.get("caller")), ("phone", said.get("phone"))) if value}
    return {
        "format": FORMAT,
        "kind": "referral",
        "sent_at": clock.now().isoformat(timespec="seconds"),
        "from": {"agency": PUBLIC, **sender},
        "people": [{"ref": "child", "role": "child", **child, **({"address": address} if address else {})}],
        "concerns": [worry],
    }
