"""A request is one transaction through its worker's eyes; its looks are in the trail before its answer leaves (G4)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.test import RequestFactory
from django.urls import path

from daras.access import audiences, trail
from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.access.tests.people import record_for, records_seen, settle
from daras.home import Addresses


def looked(request: HttpRequest) -> None:
    """The look that each of these pages begins with."""
    assert isinstance(request.user, Worker)
    trail.look(request.user, "matter", request.path)


def page(request: HttpRequest) -> HttpResponse:
    """A page that shows how many records its reader sees."""
    looked(request)
    return HttpResponse(f"{len(records_seen())}")


def failing(request: HttpRequest) -> HttpResponse:
    """A page with a fault."""
    looked(request)
    raise ZeroDivisionError


def broken_query(request: HttpRequest) -> HttpResponse:
    """A page whose query the database refuses, which aborts the transaction."""
    looked(request)
    connection.cursor().execute("SELECT 1 / 0")
    return HttpResponse()


def answers_500(request: HttpRequest) -> HttpResponse:
    """A page that answers with a fault instead of raising one."""
    looked(request)
    return HttpResponse(status=503)


def refused(request: HttpRequest) -> HttpResponse:
    """A page for others, which did something before it was refused."""
    looked(request)
    raise PermissionDenied("A duty manager decides.")


def missing(request: HttpRequest) -> HttpResponse:
    """A page of something that is not there, or not for this reader."""
    looked(request)
    raise Http404


def refused_after_a_broken_query(request: HttpRequest) -> HttpResponse:
    """A page that is refused when the transaction is already aborted."""
    try:
        connection.cursor().execute("SELECT 1 / 0")
    except Exception as error:
        raise PermissionDenied("No.") from error
    return HttpResponse()


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    """An answer that reads while it is sent."""
    looked(request)

    def parts() -> Iterator[str]:
        yield "seen: "
        yield f"{len(records_seen())}"

    return StreamingHttpResponse(parts())


def attached(request: HttpRequest) -> FileResponse:
    """A file."""
    looked(request)
    return FileResponse(io.BytesIO(b"a letter"), as_attachment=True, filename="letter.txt")


class Later(SimpleTemplateResponse):
    """An answer that is rendered after its view has returned."""

    @property
    def rendered_content(self) -> str:
        return f"seen later: {len(records_seen())}"


def rendered_later(request: HttpRequest) -> Later:
    """A deferred page."""
    looked(request)
    return Later("")


VIEWS: list[Callable[[HttpRequest], HttpResponseBase]] = [
    page, failing, broken_query, answers_500, refused, missing, refused_after_a_broken_query, streamed, attached,
    rendered_later,
]  # fmt: skip
urlpatterns = [path(f"{view.__name__}/", view) for view in VIEWS]


def plain_error(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An error page that says whose eyes it was made with."""
    return HttpResponse(f"seen: {len(records_seen())}", status=404)


handler404 = plain_error


def error_page(request: HttpRequest) -> HttpResponse:
    """The page of a fault."""
    return HttpResponse("fault", status=500)


handler500 = error_page


class Server:
    """The application as a web server calls it, for one worker after another."""

    def __init__(self, application: WSGIHandler, reader: psycopg.Connection) -> None:
        self.application = application
        self.reader = reader

    def get(self, name: str, worker: Worker | None, trail_at_first_byte: list[int] | None = None) -> tuple[int, str]:
        """Fetch a page; the trail is counted, on a connection of somebody else's, when the first byte is there."""
        environ = RequestFactory().get(f"/{name}/").environ | {"daras.test.worker": worker}
        status: list[str] = []

        def start(code: str, *_rest: Any) -> Callable[[bytes], object]:
            status.append(code)
            return lambda _body: None

        body = self.application(environ, start)
        if trail_at_first_byte is not None:
            trail_at_first_byte.append(len(self.trail()))
        content = b"".join(body)
        body.close()
        return int(status[0].split()[0]), content.decode()

    def trail(self) -> list[tuple[Any, ...]]:
        """What is committed: actor, subject, outcome, reason."""
        self.reader.execute("SET ROLE daras_machine")
        return self.reader.execute(
            "SELECT actor, subject_id, outcome, reason FROM access_trailentry ORDER BY id"
        ).fetchall()


class SignedIn:
    """Stands for the session: the worker whom the test names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.user = request.META["daras.test.worker"]
        return self.get_response(request)


@pytest.fixture
def server(cloned_database: Addresses, settings: Any) -> Iterator[Server]:
    """The real handler with the real middleware, on a database in which it commits."""
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [f"{__name__}.SignedIn", "daras.access.middleware.ActingWorker"]
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    with psycopg.connect(cloned_database.application_url, autocommit=True) as reader:
        yield Server(WSGIHandler(), reader)


@pytest.fixture
def people(server: Server) -> dict[str, Worker]:
    """Workers, and one record of the school's."""
    workers = settle()
    record_for(audiences.standing(audiences.agency_scope("carn-brea-academy")))
    return workers


@pytest.mark.parametrize("name", ["page", "streamed", "rendered_later", "attached"])
def test_a_look_is_in_the_trail_before_the_first_byte(server: Server, people: dict[str, Worker], name: str) -> None:
    """Given a page, whole, streamed, rendered late or a file, when its first byte can be read, then its look is
    committed (G4)."""
    seen: list[int] = []
    assert server.get(name, people["school-lead"], seen)[0] == 200
    assert seen == [1]
    assert server.trail() == [("school-lead", f"/{name}/", "done", "")]


def test_each_answer_is_made_with_its_readers_eyes(server: Server, people: dict[str, Worker]) -> None:
    """Given one connection, when a school, an outsider and somebody without a sign-in ask in turn, then the answer,
    also one that is streamed or rendered late, shows each their own (G4)."""
    for worker, number in (("school-lead", 1), ("outsider", 0), ("school-lead", 1)):
        assert server.get("page", people[worker]) == (200, f"{number}")
        assert server.get("streamed", people[worker]) == (200, f"seen: {number}")
        assert server.get("rendered_later", people[worker]) == (200, f"seen later: {number}")
    assert records_seen() == set()


@pytest.mark.parametrize("name", ["failing", "broken_query", "answers_500"])
def test_a_fault_takes_back_all_that_its_page_did(server: Server, people: dict[str, Worker], name: str) -> None:
    """Given a page that did something and then failed, when the fault is answered, then nothing of it is recorded,
    and the next request is sound (G4)."""
    assert server.get(name, people["school-lead"])[0] in {500, 503}
    assert server.trail() == []
    assert server.get("page", people["school-lead"]) == (200, "1")


def test_a_refusal_is_recorded_and_what_it_did_is_not(server: Server, people: dict[str, Worker]) -> None:
    """Given a page that did something before it refused, when the refusal is answered, then the refusal is in the trail
    with its reason, in a transaction of its own, and what the page did is not (G4)."""
    assert server.get("refused", people["outsider"])[0] == 403
    assert server.trail() == [("outsider", "/refused/", "refused", "A duty manager decides.")]
    assert server.get("missing", people["school-lead"]) == (404, "seen: 1")
    assert server.trail()[1:] == [("school-lead", "/missing/", "refused", "answered 404")]


def test_a_refusal_after_a_broken_query_is_recorded(server: Server, people: dict[str, Worker]) -> None:
    """Given a request whose transaction is aborted, when it is refused, then the refusal is in the trail all the
    same."""
    assert server.get("refused_after_a_broken_query", people["outsider"])[0] == 403
    assert server.trail() == [("outsider", "/refused_after_a_broken_query/", "refused", "No.")]


def test_an_address_of_nothing_is_no_refusal(server: Server, people: dict[str, Worker]) -> None:
    """Given an address that is no page's, when it is asked for, then the trail says nothing: what was typed there may
    be a name (G4)."""
    assert server.get("alex-tregear", people["outsider"])[0] == 404
    assert server.trail() == []


def test_without_a_trail_there_is_no_answer(
    server: Server, people: dict[str, Worker], cloned_database: Addresses
) -> None:
    """Given a database that takes no trail entry, when a page is asked for, then the answer is a fault and shows
    nothing: no look without its entry (G4)."""
    with psycopg.connect(cloned_database.owner_url, autocommit=True) as owner:
        owner.execute("REVOKE INSERT ON access_trailentry FROM daras_application")
        status, body = server.get("page", people["school-lead"])
        owner.execute("GRANT INSERT ON access_trailentry TO daras_application")
    assert status == 500
    assert body == "fault"
    with machine():
        assert not TrailEntry.objects.exists()
