"""The pages with a bare one beside them, on one server: what a page costs is read against what none of ours costs.

Every answer carries how long it took inside the server, for how long of that the processor worked on it, here and in
the database, and how many questions the database was asked (`Server-Timing`). Processor time is not falsified by what
else the machine does. For a server process of its own: importing
this changes which addresses the process serves.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from daras.bench.effort import seconds_of
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
    asked = [0]

    def note(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        answered.append((status, headers))

    def count(execute: Callable[..., Any], *given: Any) -> Any:
        asked[0] += 1
        return execute(*given)

    before = _database_seconds()
    began, busy = time.perf_counter(), time.thread_time()
    with connection.execute_wrapper(count):
        content = b"".join(pages(environ, note))
    took, worked = time.perf_counter() - began, time.thread_time() - busy
    after = _database_seconds()
    said = f"app;dur={took * 1000:.3f}, cpu;dur={worked * 1000:.3f}, queries;dur={asked[0]}"
    if before is not None and after is not None and before[0] == after[0]:
        said += f", db;dur={(after[1] - before[1]) * 1000:.3f}"
    status, headers = answered[-1]
    start_response(status, [*headers, ("Server-Timing", said)])
    return [content]


def _database_seconds() -> tuple[int, float] | None:
    """The database's process that serves us, and its processor time so far, where it is on this machine."""
    if connection.connection is None or connection.connection.closed:
        return None
    process = int(connection.connection.info.backend_pid)
    seconds = seconds_of(process)
    return None if seconds is None else (process, seconds)
