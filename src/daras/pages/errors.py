"""When something goes wrong: what happened, whether anything is lost, what to do now (interface: key screen 11)."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from daras.pages.rendering import page


def _plain(template: str, status: int) -> HttpResponse:
    """An error page that asks the database nothing: it may be the database that has gone."""
    return HttpResponse(render_to_string(template, {}, request=None), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return _plain("pages/errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return page(request, "pages/errors/403.html", {}, status=403)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form's key did not match: it was open too long, or in another browser (the setting `CSRF_FAILURE_VIEW`)."""
    return page(request, "pages/errors/form_expired.html", {}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """The same whether there is no such thing or it is not this person's to see: existence is a gate of its own."""
    return page(request, "pages/errors/404.html", {}, status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """Something failed: said as a fault of ours, or, where the database has gone, as a pause that will end."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return unavailable(request)
    return _plain("pages/errors/500.html", 500)


def unavailable(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The database cannot be reached for the moment."""
    response = _plain("pages/errors/503.html", 503)
    response["Retry-After"] = "30"
    return response
