"""The tabs of a person's page. Each look is in the trail before the page is made."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.chronology.queries import entries
from daras.chronology.telling import GROUPS
from daras.frontdoor.known_and_managed import may_silence
from daras.pages.person import presenting
from daras.pages.person.chronology import chronology_page
from daras.pages.person.family import family, near
from daras.pages.person.queries import (
    Identified,
    documents_of,
    family_story,
    identified,
    now_story,
    person_of,
    sharing_story,
)
from daras.pages.person.telling import KINDS
from daras.pages.rendering import page, worker_of
from daras.people.queries import PersonKnown, known_of
from daras.working_time import clock

#: What came back with mistakes is no success, and nothing was recorded.
UNPROCESSABLE = 422


def opened(request: HttpRequest, number: str) -> tuple[Worker, Identified]:
    """Whose page it is, with the look in the trail; not found for whoever may see no record of theirs."""
    worker = worker_of(request)
    asked = person_of(number, presenting.day_of(request.GET.get("known-on", "")))
    if asked is None:
        raise Http404
    trail.look(worker, "person", number, person_id=asked.person_id)
    return worker, identified(asked)


def _looked_at(worker: Worker, people: dict[int, PersonKnown], but: int) -> None:
    """Everybody else whose name is on the page was looked at too."""
    subjects = [(person.number, pk) for pk, person in people.items() if pk != but]
    trail.write_each(actor=worker.slug, agency=worker.agency, action="look", subject_kind="person", subjects=subjects)


@login_required
@require_safe
def now(request: HttpRequest, number: str) -> HttpResponse:
    """What is open, what is owed, who holds parental responsibility, what agencies say differently."""
    worker, who = opened(request, number)
    return now_tab(request, worker, who)


def now_tab(
    request: HttpRequest,
    worker: Worker,
    who: Identified,
    *,
    problem: tuple[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The first tab; after a refusal with the problem (field and words) and with what was typed."""
    story = now_story(who)
    _looked_at(worker, dict(story.people), who.asked.person_id)
    shown = presenting.now_page(who, story, worker, clock.now(), front_door=policy.in_front_door(worker))
    context = {
        "frame": presenting.frame(who, "person"),
        "now": shown,
        "fields": presenting.FIELDS,
        "keeps_marker": policy.in_front_door(worker),
        "may_silence": may_silence(worker),
        "may_protect": policy.may(worker, "protect-person"),
        "problem": problem,
        "problems": problem is not None,
        "typed": typed or {},
    }
    return page(request, "pages/person/now.html", context, status=UNPROCESSABLE if problem else 200)


@login_required
@require_safe
def family_tab(request: HttpRequest, number: str) -> HttpResponse:
    """The family picture and its table."""
    worker, who = opened(request, number)
    story = family_story(who.asked)
    drawn = family(story, who.asked.person_id, who.asked.day, presenting.suffix(who.asked))
    on_page = {each.number for each in drawn.relatives}
    _looked_at(worker, {pk: each for pk, each in story.people.items() if each.number in on_page}, who.asked.person_id)
    return page(request, "pages/person/family.html", {"frame": presenting.frame(who, "person_family"), "family": drawn})


@login_required
@require_safe
def chronology(request: HttpRequest, number: str) -> HttpResponse:
    """What happened, in lanes and as a list; of the whole family where asked."""
    worker, who = opened(request, number)
    groups = [group for group in request.GET.getlist("kind") if group in GROUPS]
    whole = request.GET.get("family") == "1"
    person_ids = {who.asked.person_id}
    people = {who.asked.person_id: who.known}
    if whole:
        story = family_story(who.asked)
        person_ids |= near(story.graph, who.asked.person_id, who.asked.day)
        people = {pk: person for pk, person in story.people.items() if pk in person_ids}
    found = entries(person_ids, KINDS, known_on=who.asked.moment, groups=groups)
    others = {each for entry in found for each in entry.person_ids} - people.keys()
    people |= known_of(others, who.asked.moment) if others else {}
    _looked_at(worker, people, who.asked.person_id)
    shown = chronology_page(found, people, groups, whole_family=whole, agency="" if whole else worker.agency)
    context = {"frame": presenting.frame(who, "person_chronology"), "chronology": shown}
    return page(request, "pages/person/chronology.html", context)


@login_required
@require_safe
def documents(request: HttpRequest, number: str) -> HttpResponse:
    """The documents somebody is named in, and what can be printed."""
    _, who = opened(request, number)
    lines = presenting.documents(*documents_of(who))
    context = {"frame": presenting.frame(who, "person_documents"), "documents": lines}
    return page(request, "pages/person/documents.html", context)


@login_required
@require_safe
def sharing(request: HttpRequest, number: str) -> HttpResponse:
    """Who holds what, who was told, and who looked as far as the reader may know."""
    _, who = opened(request, number)
    _, matters = documents_of(who)
    shown = presenting.sharing(who, sharing_story(who, list(matters)))
    context = {"frame": presenting.frame(who, "person_sharing"), "sharing": shown}
    return page(request, "pages/person/sharing.html", context)
