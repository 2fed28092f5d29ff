"""Finding what one may see: a matter by its reference, one's own referral by its receipt, people by what is known."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from daras.access import policy, trail
from daras.access.models import Worker
from daras.pages.addresses import where
from daras.pages.finding.presenting import found_people
from daras.pages.finding.queries import matter_open_to_me, people_found, person_open_to_me, receipt_is_ours
from daras.pages.rendering import page, worker_of
from daras.working_time import clock

READ_OR_SEND = ["GET", "HEAD", "POST"]
#: Crockford's alphabet has no letters that look like numbers: what was read or heard so is put right.
LOOKALIKES = str.maketrans("OILU", "011V")
SHAPE = re.compile(r"([DRP])-?([0-9A-Z]{4})-?([0-9A-Z]{4})")
#: As letters write it. In an address nothing else is taken for a reference: "Rob Wilson" has the same letters.
WRITTEN = re.compile(r"[DRP]-[0-9A-Z]{4}-[0-9A-Z]{4}", re.IGNORECASE)
#: Longer than any name with a date and a number.
LONGEST = 200


def reference_in(text: str) -> str | None:
    """The reference that was meant: "d 7k3m q9ta" is "D-7K3M-Q9TA"; none where there is none."""
    found = SHAPE.fullmatch("".join(text.split()).upper())
    if found is None:
        return None
    return "-".join([found[1], *(group.translate(LOOKALIKES) for group in (found[2], found[3]))])


def may_be_name(text: str) -> bool:
    """Whether what has the shape of a reference may as well be somebody's name: letters only, not written as letters
    write a reference ("Piran Lane")."""
    return WRITTEN.fullmatch(text) is None and not any(letter.isdigit() for letter in text)


@login_required
@require_http_methods(READ_OR_SEND)
def search(request: HttpRequest) -> HttpResponse:
    """Go to what the reference names; otherwise the people who agree with what was typed, each with the reason.

    What is searched for is sent, never put into the address, where servers and browsers would keep it (G4). An address
    may hold a reference, which names nobody: letters and bookmarks lead on by it. Anything else in it is not searched.
    """
    worker = worker_of(request)
    policy.require(worker, "search")
    asked = (request.POST if request.method == "POST" else request.GET).get("q", "").strip()[:LONGEST]
    if request.method != "POST" and not WRITTEN.fullmatch(asked):
        return _nobody(request, in_address=bool(asked))
    reference = reference_in(asked)
    href = _href(worker, reference) if reference else None
    if reference and (href or not may_be_name(asked)):
        _note(worker, "reference", reference)
        return redirect(href) if href else _nobody(request, asked=asked, reference=reference)
    return _people(request, worker, asked) if asked else _nobody(request)


def _nobody(
    request: HttpRequest, *, asked: str = "", reference: str | None = None, in_address: bool = False
) -> HttpResponse:
    context = {"asked": asked, "reference": reference, "in_address": in_address, "people": (), "more": 0}
    return page(request, "pages/search.html", context)


def _people(request: HttpRequest, worker: Worker, asked: str) -> HttpResponse:
    found = people_found(asked)
    # What was typed holds names: the trail keeps that a search was made, and whom it showed.
    _note(worker, "people", "")
    trail.write_each(
        actor=worker.slug,
        agency=worker.agency,
        action="search",
        subject_kind="person",
        subjects=[(person.number, pk) for pk, person in found.people.items()],
    )
    people = found_people(found, clock.today())
    return page(request, "pages/search.html", {"asked": asked, "reference": None, "people": people, "more": found.more})


def _note(worker: Worker, kind: str, subject: str) -> None:
    trail.write(actor=worker.slug, agency=worker.agency, action="search", subject_kind=kind, subject_id=subject)


def _href(worker: Worker, reference: str) -> str | None:
    """Where a reference is read, where it opens to the reader."""
    if reference[0] == "R":
        opens = receipt_is_ours(worker, reference)
    elif reference[0] == "P":
        opens = person_open_to_me(reference)
    else:
        opens = matter_open_to_me(reference)
    return where(reference, {reference}) if opens else None
