"""Finding a matter by its reference, or one's own referral by its receipt. Finding people comes with the desk."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from daras.access import trail
from daras.pages.addresses import where
from daras.pages.finding.queries import matter_open_to_me, receipt_is_ours
from daras.pages.rendering import page, worker_of

#: Crockford's alphabet has no letters that look like numbers: what was read or heard so is put right.
LOOKALIKES = str.maketrans("OILU", "011V")
SHAPE = re.compile(r"([DR])-?([0-9A-Z]{4})-?([0-9A-Z]{4})")


def reference_in(text: str) -> str | None:
    """The reference that was meant: "d 7k3m q9ta" is "D-7K3M-Q9TA"; none where there is none."""
    found = SHAPE.fullmatch("".join(text.split()).upper())
    if found is None:
        return None
    return "-".join([found[1], *(group.translate(LOOKALIKES) for group in (found[2], found[3]))])


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Go to what the reference names; otherwise say how a reference looks and that nothing was found."""
    worker = worker_of(request)
    asked = request.GET.get("q", "").strip()
    reference = reference_in(asked)
    if reference:
        trail.write(
            actor=worker.slug, agency=worker.agency, action="search", subject_kind="reference", subject_id=reference
        )
        found = receipt_is_ours(worker, reference) if reference[0] == "R" else matter_open_to_me(reference)
        href = where(reference, {reference}) if found else None
        if href:
            return redirect(href)
    return page(request, "pages/search.html", {"asked": asked, "reference": reference})
