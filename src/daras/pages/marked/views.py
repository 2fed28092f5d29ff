"""Who was marked on a date (I1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from daras.access import policy, trail
from daras.frontdoor import population
from daras.pages import wording
from daras.pages.person.presenting import day_of
from daras.pages.rendering import page, worker_of
from daras.people.queries import PersonKnown
from daras.working_time import clock
from daras.working_time import wording as time_wording


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """Somebody who was marked on the date."""

    name: str
    number: str
    href: str
    born: str


@login_required
@require_safe
def marked(request: HttpRequest) -> HttpResponse:
    """The front door reads names; everybody else who works with children reads how many, and no small number."""
    worker = worker_of(request)
    asked = day_of(request.GET.get("on", "")) or clock.today()
    on = min(asked, clock.today())
    front_door = policy.in_front_door(worker)
    people = population.people_on(worker, on) if front_door else []
    counts = population.counts_of(people, on) if front_door else population.counts_on(on)
    trail.look(worker, "list", "marked")
    trail.write_each(
        actor=worker.slug,
        agency=worker.agency,
        action="look",
        subject_kind="person",
        subjects=[(each.number, each.person_id) for each in people],
    )
    context = {
        "on": on.isoformat(),
        "on_words": time_wording.long_date(on),
        "front_door": front_door,
        "people": [_line(each, on) for each in people],
        "total": _number(counts.total),
        "by_age": [(band, _number(number)) for band, number in counts.by_age.items()],
    }
    return page(request, "pages/marked.html", context)


def _number(number: int | None) -> str:
    return "fewer than 5" if number is None else str(number)


def _line(person: PersonKnown, on: date) -> MarkedLine:
    return MarkedLine(
        name=person.name,
        number=person.number,
        href=f"{reverse('person', args=[person.number])}?known-on={on.isoformat()}",
        born=wording.born(person, on) or "date of birth not known",
    )
