"""A form that is sent after the sign-in has ended is not lost: it is kept for whoever signs in next in that browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

View = Callable[..., HttpResponse]
#: Where the browser's session holds it, and how much of it.
PLACE, MOST = "form_sent_signed_out", 200_000


def keeps_what_was_typed(view: View) -> View:
    """For a signed-in worker only; what somebody signed out has sent waits in their session for their sign-in."""
    behind = login_required(view)

    @wraps(view)
    def keeping(request: HttpRequest, *positional: Any, **named: Any) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated:
            typed = request.POST.urlencode()
            if len(typed) <= MOST:
                request.session[PLACE] = {"at": request.path, "typed": typed}
            if getattr(request, "htmx", False):
                return render(request, "pages/referral/signed_out.html")
        answer: HttpResponse = behind(request, *positional, **named)
        return answer

    return keeping


def taken(request: HttpRequest) -> QueryDict | None:
    """What was typed into this form before the sign-in, once."""
    held = request.session.get(PLACE)
    if not held or held["at"] != request.path:
        return None
    del request.session[PLACE]
    return QueryDict(held["typed"])
