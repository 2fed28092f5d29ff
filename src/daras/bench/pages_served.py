"""The pages with a bare one beside them, on one server: what a page costs is read against what none of ours costs.

Every answer carries how long it took inside the server, and for how long of that the server's processor worked on it
(`Server-Timing`); the second is not falsified by what else the machine does. For a server process of its own: importing
this changes which addresses the process serves.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from daras.bench.pages_examples import BARE_ROUTE
from daras.pages.wsgi import application as pages

#: A page of a template and nothing else: as many lines as a list of work has.
BARE = "<!doctype html><title>Bare</title><ul>{% for line in lines %}<li>{{ line }}</li>{% endfor %}</ul>"
LINES = 50


def bare(_: HttpRequest) -> HttpResponse:
    """A list out of a template, behind the same middleware, with nobody signed in."""
    template = engines["jinja2"].from_string(BARE)
    return HttpResponse(template.render({"lines": range(LINES)}))


urlpatterns = [path(BARE_ROUTE, bare), path("", include("daras.pages.urls"))]
settings.ROOT_URLCONF = __name__
logging.getLogger("django.request").setLevel(logging.ERROR)  # forms are sent back on purpose


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The pages' own application, timed until its answer is whole."""
    answered: list[tuple[str, list[tuple[str, str]]]] = []

    def note(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        answered.append((status, headers))

    began, busy = time.perf_counter(), time.thread_time()
    body = pages(environ, note)
    content = b"".join(body)
    took, worked = time.perf_counter() - began, time.thread_time() - busy
    status, headers = answered[-1]
    start_response(status, [*headers, ("Server-Timing", f"app;dur={took * 1000:.3f}, cpu;dur={worked * 1000:.3f}")])
    return [content]
