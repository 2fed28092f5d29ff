"""What custodians keep, and what is decided there: who is protected, who was named, who looked (G4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.custodians.commands import decide_naming, protect, unprotect
from daras.custodians.emergency import HOURS, open_in_emergency, review_emergency
from daras.custodians.models import EntryRestricted
from daras.custodians.restricting import open_again, restrict
from daras.custodians.unusual import review_unusual
from daras.ledger.refusal import Refused
from daras.pages import wording
from daras.pages.custody import queries
from daras.pages.custody.forms import Emergency, Naming, Protect, Restrict, Review, Why
from daras.pages.custody.presenting import kept_page, looks_page, one_emergency, one_naming, one_protected, one_unusual
from daras.pages.discussion.fields import fields, problems
from daras.pages.person.views import UNPROCESSABLE, opened
from daras.pages.rendering import page, worker_of
from daras.pages.second_factor import wants_a_touch

Do = Callable[[Worker, Mapping[str, Any]], object]


def asked(
    request: HttpRequest,
    form: forms.Form,
    act: Do,
    onward: str | Callable[[Any], str],
    context: Mapping[str, Any],
) -> HttpResponse:
    """A form: done and onward, or shown with what is wrong at its field."""
    worker = worker_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            done = act(worker, form.cleaned_data)
        except Refused as refused:
            name = refused.pointer.lstrip("/")
            form.add_error(name if name in form.fields else None, f"{refused.detail} {refused.remedy}")
        else:
            return redirect(onward if isinstance(onward, str) else onward(done))
    found = problems(form) if form.is_bound else []
    shown = {**context, "fields": fields(form), "problems": found, "here": request.path}
    return page(request, "pages/custody/act.html", shown, status=UNPROCESSABLE if found else 200)


def sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@login_required
@require_safe
def custody(request: HttpRequest) -> HttpResponse:
    """Everything that a custodian keeps and is to decide; a manager of the front door reads what they review."""
    worker = worker_of(request)
    policy.require(worker, "review-access")
    trail.look(worker, "custody", worker.agency)
    kept = queries.kept_by(worker)
    numbers = [(each.number, each.person_id) for each in kept.names.values()]
    trail.write_each(actor=worker.slug, agency=worker.agency, action="look", subject_kind="person", subjects=numbers)
    return page(request, "pages/custody/custody.html", {"kept": kept_page(kept)})


@login_required
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Who has seen this child: for those who may read the trail, and of it what they may."""
    worker = worker_of(request)
    policy.require(worker, "see-trail")
    number = request.GET.get("number", "").strip().upper()[:20]
    if number:
        trail.look(worker, "trail", number)
    found = queries.looks_at(number) if number else []
    context = {"number": number, "looks": looks_page(found), "most": queries.MOST if len(found) == queries.MOST else 0}
    return page(request, "pages/custody/looks.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, protected_id: int) -> HttpResponse:
    """End a protection."""
    worker = worker_of(request)
    policy.require(worker, "keep-protected")
    kept = queries.kept_by(worker)
    found = next((each for each in kept.protected if each.pk == protected_id), None)
    if found is None:
        raise Http404
    context = {
        "title": "End this protection",
        "lines": one_protected(found, kept.names),
        "lead": ("Everybody sees again what they saw before. What was written meanwhile stays with you.",),
    }
    return asked(
        request,
        Why(sent(request)),
        lambda who, said: unprotect(who, protected_id, reason=said["reason"]),
        reverse("custody"),
        {**context, "button": "It may be known again"},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def named(request: HttpRequest, naming_id: int) -> HttpResponse:
    """Decide on somebody named who may be protected."""
    worker = worker_of(request)
    policy.require(worker, "keep-protected")
    kept = queries.kept_by(worker)
    found = next((each for each in kept.namings if each.pk == naming_id), None)
    if found is None:
        raise Http404
    context = {
        "title": "Somebody named may be protected",
        "lines": one_naming(found),
        "lead": (
            "Whoever named them was told of nobody, and sees what they sent.",
            "A child may need help now: call the sender, and the front door if it must act.",
        ),
    }
    return asked(
        request,
        Naming(sent(request)),
        lambda who, said: decide_naming(who, naming_id, same_person=said["same"] == "yes", reason=said["reason"]),
        reverse("custody"),
        {**context, "button": "Record it"},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def emergency_review(request: HttpRequest, access_id: int) -> HttpResponse:
    """Review sight that was taken in an emergency."""
    worker = worker_of(request)
    policy.require(worker, "review-access")
    found = next((each for each in queries.kept_by(worker).emergencies if each.pk == access_id), None)
    if found is None:
        raise Http404
    context = {"title": "Sight taken in an emergency", "lines": one_emergency(found), "lead": ()}
    return _reviewed(
        request, context, lambda who, right, words: review_emergency(who, access_id, was_right=right, words=words)
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unusual_review(request: HttpRequest, unusual_id: int) -> HttpResponse:
    """Review looks that were unusual."""
    worker = worker_of(request)
    policy.require(worker, "review-access")
    found = next((each for each in queries.kept_by(worker).unusual if each.pk == unusual_id), None)
    if found is None:
        raise Http404
    names = queries.workers_named([found.worker_slug])
    context = {
        "title": "Looks unlike those of colleagues",
        "lines": one_unusual(found, names),
        "lead": ("This says nothing of why. Ask before you judge.",),
    }
    return _reviewed(
        request, context, lambda who, right, words: review_unusual(who, unusual_id, explained=right, words=words)
    )


def _reviewed(
    request: HttpRequest, context: dict[str, Any], record: Callable[[Worker, bool, str], object]
) -> HttpResponse:
    """What a review says: whether it was right, and in which words."""
    return asked(
        request,
        Review(sent(request)),
        lambda who, said: record(who, said["right"] == "yes", said["words"]),
        reverse("custody"),
        {**context, "button": "Record it"},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def protect_person(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody is known to a custodian only, from now."""
    worker, who = opened(request, number)
    policy.require(worker, "protect-person")
    agencies = [(each, wording.agency(each)) for each in queries.custodian_agencies()]
    team = [(each.slug, each.name) for each in queries.team_of(worker)]
    context = {
        "title": f"Protect {who.known.name}",
        "lines": (),
        "lead": (
            "From now nobody but the custodians finds this person, in any list, search, network, count or answer.",
            "A matter about nobody else goes with them. A discussion’s words may still name them: read it first.",
            "News about them is received and acted on as ever, and the custodian is told within a minute.",
        ),
    }
    return asked(
        request,
        Protect(sent(request), agencies=agencies, team=team),
        lambda by, said: protect(by, number=number, **said),
        reverse("my_work"),
        {**context, "button": "Protect from now on"},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def restrict_entry(request: HttpRequest, number: str, fact_id: int) -> HttpResponse:
    """One entry is for its own team; or is so no longer."""
    worker, who = opened(request, number)
    fact = queries.entry_of(who.known.record_ids, fact_id)
    if fact is None or fact.controller != worker.agency:
        raise Http404
    onward = reverse("person_chronology", args=[number])
    now = EntryRestricted.objects.filter(entry=fact, ending__isnull=True).first()
    if now is not None:
        context = {
            "title": "Open this entry again",
            "lines": (("Restricted because", now.reason),),
            "lead": ("Everybody who read it before reads it again, and why.",),
        }
        return asked(
            request,
            Why(sent(request)),
            lambda by, said: open_again(by, now.pk, reason=said["reason"]),
            onward,
            {**context, "button": "Open it again"},
        )
    context = {
        "title": "Restrict an entry",
        "lines": (("Entry", wording.capital(wording.from_slug(fact.kind))),),
        "lead": (
            "Your team and the custodians go on reading it.",
            "Others read that your agency holds information, and whom to ask.",
        ),
    }
    return asked(
        request,
        Restrict(sent(request)),
        lambda by, said: restrict(by, fact_id, **said),
        onward,
        {**context, "button": "Restrict it"},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@wants_a_touch
def emergency(request: HttpRequest) -> HttpResponse:
    """Open a matter at once, with a reason, without waiting for anybody."""
    worker = worker_of(request)
    policy.require(worker, "open-in-emergency")
    if request.method == "POST":
        # Tries are limited and stay in the trail: numbers are not guessed here.
        trail.write(
            actor=worker.slug, agency=worker.agency, action="search", subject_kind="emergency", reason="asked to open"
        )
        if not ratelimit.consume(request, action="reauthenticate", user=worker):
            raise PermissionDenied("Too many tries: wait a minute, or call the team.")
    context = {
        "title": "Open in an emergency",
        "lines": (),
        "lead": (
            "If a child is in danger now, call 999 first.",
            f"You see the matter at once and for {HOURS} hours. The front door is told, and somebody of another agency "
            "reviews it: they read your name and your reason.",
        ),
    }
    return asked(
        request,
        Emergency(sent(request)),
        lambda who, said: open_in_emergency(who, **said, proven=True),
        lambda opened: reverse("matter", args=[opened.reference]),
        {**context, "button": "Open it now"},
    )
