"""Files: those of a matter, those sent with a referral, and one of them as a download (G4)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from daras.access import policy, trail
from daras.attachments.commands import attach, opened, state_of
from daras.attachments.models import Attached
from daras.attachments.sniffing import ENDINGS
from daras.frontdoor import files
from daras.frontdoor.files import Place
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.attachments.forms import Attach
from daras.pages.discussion.fields import fields, problems
from daras.pages.rendering import page, worker_of
from daras.working_time import wording as time_wording

UNPROCESSABLE = 422
STATES = {
    "clean": "Scanned, nothing found",
    "harmful": "Something harmful was found: it cannot be opened",
    "waiting": "Waits to be scanned: it cannot be opened yet",
    "unscanned": "Not scanned",
}


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file of a list."""

    name: str
    said: str
    state: str
    href: str  # none where it cannot be opened


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_matter(request: HttpRequest, reference: str) -> HttpResponse:
    """The files of a matter; whoever reads the matter reads them, and may add one."""
    place = files.of_matter(reference)
    if place is None:
        raise Http404
    return _files(request, place, f"Files of {reference}", reverse("matter", args=[reference]))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_referral(request: HttpRequest, receipt: str) -> HttpResponse:
    """The files that a team sent with its referral, for it and the front door."""
    place = files.of_receipt(receipt)
    if place is None:
        raise Http404
    return _files(request, place, f"Files sent with {receipt}", reverse("our_referral", args=[receipt]))


def _files(request: HttpRequest, place: Place, title: str, back: str) -> HttpResponse:
    worker = worker_of(request)
    policy.require(worker, "contribute")
    posted = request.method == "POST"
    form = Attach(request.POST, request.FILES) if posted else Attach()
    if posted and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            attach(
                worker,
                matter_id=place.matter_id,
                audience_id=place.audience_id,
                name=file.name,
                content=file.read(),
                about=form.cleaned_data["about"],
            )
        except Refused as refused:
            form.add_error("file", f"{refused.detail} {refused.remedy}")
        else:
            return redirect(request.path)
    trail.look(worker, "attachments", place.reference, matter_id=place.matter_id)
    found = problems(form) if form.is_bound else []
    context = {
        "title": title,
        "back": back,
        "files": [_line(each) for each in place.files],
        "fields": fields(form),
        "problems": found,
        "here": request.path,
    }
    return page(request, "pages/attachments/files.html", context, status=UNPROCESSABLE if found else 200)


def _line(each: Attached) -> FileLine:
    state = state_of(each)
    may = state in {"clean", "unscanned"}
    at = time_wording.long_datetime(each.fact.recorded_at)
    said = f"{wording.agency(each.fact.agency)}, {at}; {ENDINGS.get(each.media_type, '')}, {_size(each.size)}"
    href = reverse("attachment", args=[each.reference]) if may else ""
    return FileLine(each.about or each.name, f"{each.name}. {said}.", STATES[state], href)


def _size(number: int) -> str:
    return f"{number / 1_000_000:.1f} MB" if number >= 100_000 else f"{max(number // 1000, 1)} kB"


@login_required
@require_safe
def download(request: HttpRequest, reference: str) -> HttpResponse:
    """One file, to be kept and never shown in the browser: no page of ours runs what somebody sent."""
    worker = worker_of(request)
    try:
        found, content = opened(worker, reference)
    except Refused as refused:
        raise Http404(str(refused)) from None
    answer = HttpResponse(content, content_type=found.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{reference}.{ENDINGS.get(found.media_type, "bin")}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "no-store"
    return answer
