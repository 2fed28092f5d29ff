"""Change of shift between the front door and the team out of hours."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from daras.access import policy, trail
from daras.access.models import Worker
from daras.ledger.refusal import Refused
from daras.pages.handover.presenting import handover_page
from daras.pages.handover.queries import Tonight, tonight
from daras.pages.rendering import page, worker_of
from daras.safety.handing_over import Item, accept, hand_over
from daras.working_time import clock


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: HttpRequest) -> HttpResponse:
    """What is owed, unsafe or about to lapse: handed over by one team, accepted by name by the other; what nobody has
    accepted stays in sight of both (A11)."""
    worker = worker_of(request)
    policy.require(worker, "hand-over")
    now = clock.now()
    found = tonight(worker, now)
    problem: Refused | None = None
    if request.method == "POST":
        try:
            _do(request, worker, found)
        except Refused as refused:
            problem = refused
        else:
            return redirect("handover")
    trail.look(worker, "list", "handover")
    subjects = {person.person_id: person for people in found.subjects.values() for person in people}
    trail.write_each(
        actor=worker.slug,
        agency=worker.agency,
        action="look",
        subject_kind="person",
        subjects=[(person.number, pk) for pk, person in {**subjects, **found.people}.items()],
    )
    typed = {name: value for name, value in request.POST.items() if name.startswith("note-")}
    context = {
        "handover": handover_page(found, worker, now),
        "problem": problem,
        "notes": typed,
        "chosen": set(request.POST.getlist("matters")) if problem else None,
    }
    return page(request, "pages/handover.html", context, status=422 if problem else 200)


def _do(request: HttpRequest, worker: Worker, found: Tonight) -> None:
    handed = request.POST.get("accept", "")
    if handed:
        accept(worker, int(handed) if handed.isdecimal() else 0)
        return
    why = {row.matter.reference: row.why for row in found.matters}
    asked = {row.matter.reference: row.asked.reference for row in found.matters if row.asked}
    hand_over(
        worker,
        [
            Item(
                reference,
                why.get(reference, ()),
                request.POST.get(f"note-{reference}", ""),
                asked.get(reference, ""),
            )
            for reference in dict.fromkeys(request.POST.getlist("matters"))
        ],
    )
