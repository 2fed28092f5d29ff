"""Make a referral: is the child safe now, then part by part, saved at every pause, checked and sent (A1, A2, A16)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.forms.merging import Path
from daras.frontdoor import composing, drafts
from daras.frontdoor.models import Draft, ReferralReceived
from daras.ledger.refusal import Refused
from daras.pages.referral import asking, filling, presenting, queries
from daras.pages.referral.asking import Asked
from daras.pages.referral.kept import keeps_what_was_typed, taken
from daras.pages.rendering import page, worker_of
from daras.working_time import clock

READ_OR_SEND = ["GET", "HEAD", "POST"]
FIRST_CHILD = "p1"


def draft_for(request: HttpRequest, reference: str) -> tuple[Worker, Draft]:
    """The worker and the draft; not found for anybody of another agency."""
    worker = worker_of(request)
    policy.require(worker, "refer")
    draft = queries.draft_of(worker, reference)
    if draft is None:
        raise Http404
    return worker, draft


def look(worker: Worker, draft: Draft) -> None:
    """One entry in the trail."""
    trail.look(worker, "draft", draft.reference)


@keeps_what_was_typed
@require_http_methods(READ_OR_SEND)
def refer(request: HttpRequest) -> HttpResponse:
    """First of all: is the child safe now? What is said is kept at once; beside it what the team is writing already."""
    worker = worker_of(request)
    policy.require(worker, "refer")
    asked = (*asking.name_questions(FIRST_CHILD), *asking.safety(FIRST_CHILD, "the child"))
    sent = request.POST if request.method == "POST" else taken(request)
    if sent is not None:
        known = filling.read(asked, sent)
        draft = drafts.begin(worker, {("people", FIRST_CHILD, "role"): "child", **known})
        return redirect(reverse("refer_draft", args=[draft.reference]))
    trail.look(worker, "list", "drafts")
    shown = {
        "fields": filling.filled(asked, {}, {}, None),
        "drafts": [presenting.draft_line(draft) for draft in queries.drafts_of(worker)],
    }
    return page(request, "pages/referral/begin.html", shown)


@login_required
@require_safe
def draft(request: HttpRequest, reference: str) -> HttpResponse:
    """The parts of the referral."""
    worker, found = draft_for(request, reference)
    if found.receipt:
        return redirect(reverse("refer_sent", args=[reference]))
    look(worker, found)
    shown = {
        "list": presenting.task_list(found),
        "panel": presenting.quality_panel(found, worker, clock.now()),
        "problem": None,
    }
    return page(request, "pages/referral/draft.html", shown)


@keeps_what_was_typed
@require_http_methods(READ_OR_SEND)
def part(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One part that is one form: safety, voice, family, hopes."""
    if name not in asking.PARTS:
        raise Http404
    _, found = draft_for(request, reference)
    return _form(request, found, asking.of_part(name, found.body), asking.PARTS[name])


@keeps_what_was_typed
@require_http_methods(READ_OR_SEND)
def one(request: HttpRequest, reference: str, growing: str, key: str) -> HttpResponse:
    """One person, or one worry."""
    _, found = draft_for(request, reference)
    if growing not in {"people", "worries"} or key not in found.body.get(growing, {}):
        raise Http404
    if growing == "people":
        heading = composing.name_of(found.body["people"][key])
        return _form(request, found, asking.person(key), heading, removes=(growing, key))
    return _form(request, found, asking.worry(found.body, key), "What are you worried about?", removes=(growing, key))


def _form(
    request: HttpRequest,
    found: Draft,
    asked: Iterable[Asked],
    heading: str,
    *,
    removes: tuple[str, str] | None = None,
) -> HttpResponse:
    """A form of the draft: shown, saved by its button, or by itself at every pause."""
    asked = tuple(asked)
    worker = worker_of(request)
    if found.receipt:
        return redirect(reverse("refer_sent", args=[found.reference]))
    if request.method == "POST":
        return _saved(request, found, asked, heading)
    before_sign_in = taken(request)
    shown = str(found.version)
    if before_sign_in is not None:
        found = _save(worker, found, asked, before_sign_in).draft
    look(worker, found)
    fields = filling.filled(asked, found.body, found.set_aside, _mend(request, found, worker))
    context = {
        "draft": found,
        "shown": shown if before_sign_in is None else str(found.version),
        "heading": heading,
        "title": presenting.title(found),
        "fields": fields,
        "problems": presenting.summary_of(fields),
        "panel": presenting.quality_panel(found, worker, clock.now()),
        "removes": removes,
    }
    return page(request, "pages/referral/form.html", context)


def _save(worker: Worker, found: Draft, asked: Iterable[Asked], sent: QueryDict) -> drafts.Saved:
    changes = filling.read(asked, sent)
    return drafts.save(worker, found.reference, shown=sent.get("shown", ""), changes=changes)


def _saved(request: HttpRequest, found: Draft, asked: Iterable[Asked], heading: str) -> HttpResponse:
    worker = worker_of(request)
    try:
        saved = _save(worker, found, asked, request.POST)
    except Refused:  # somebody else has sent it in this very moment
        return redirect(reverse("refer_draft", args=[found.reference]))
    if getattr(request, "htmx", False):
        context = {
            "draft": saved.draft,
            "shown": saved.token,
            "others_wrote": saved.others_wrote,
            "panel": presenting.quality_panel(saved.draft, worker, clock.now()),
            "heading": heading,
        }
        return page(request, "pages/referral/saved.html", context)
    if saved.others_wrote:
        return redirect(f"{request.path}?others=1")
    return redirect(reverse("refer_draft", args=[found.reference]))


def _mend(request: HttpRequest, found: Draft, worker: Worker) -> tuple[Path, Refused] | None:
    """What keeps the draft from being sent, for whoever came here to mend it."""
    if "mend" not in request.GET:
        return None
    refused = drafts.problem_with(found, worker)
    return (composing.field_at(found.body, refused.pointer), refused) if refused else None


@login_required
@require_POST
def add_worry(request: HttpRequest, reference: str) -> HttpResponse:
    """A new worry; or the one that was begun and holds nothing yet."""
    worker, found = draft_for(request, reference)
    begun = [key for key in composing.keys(found.body, "worries") if not found.body["worries"][key]]
    key = begun[0] if begun else drafts.add(worker, reference, "worries", {})
    return redirect(reverse("refer_one", args=[reference, "worries", key]))


@login_required
@require_POST
def remove(request: HttpRequest, reference: str, growing: str, key: str) -> HttpResponse:
    """Take a person, a worry or a tie out again."""
    worker, found = draft_for(request, reference)
    if growing not in composing.GROWING or key not in found.body.get(growing, {}):
        raise Http404
    drafts.remove(worker, reference, growing, key)
    onward = "refer_ties" if growing == "ties" else "refer_draft"
    return redirect(reverse(onward, args=[reference]))


@login_required
@require_http_methods(READ_OR_SEND)
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything as it will be read, and the button that sends it."""
    worker, found = draft_for(request, reference)
    if found.receipt:
        return redirect(reverse("refer_sent", args=[reference]))
    problem: Refused | None = None
    if request.method == "POST":
        try:
            drafts.send(worker, reference)
        except Refused as refused:
            problem = refused
        else:
            return redirect(reverse("refer_sent", args=[reference]))
    look(worker, found)
    shown: dict[str, Any] = {
        "list": presenting.task_list(found),
        "answers": presenting.answers(found),
        "panel": presenting.quality_panel(found, worker, clock.now()),
        "problem": presenting.where_to_mend(found, problem) if problem else None,
    }
    return page(request, "pages/referral/check.html", shown, status=422 if problem else 200)


@login_required
@require_safe
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """The receipt: its number, and what happens by when."""
    worker, found = draft_for(request, reference)
    if not found.receipt:
        return redirect(reverse("refer_draft", args=[reference]))
    received = ReferralReceived.objects.select_related("fact").filter(receipt=found.receipt).first()
    trail.look(worker, "submission", found.receipt, matter_id=received.fact.matter_id if received else None)
    return page(request, "pages/referral/sent.html", {"receipt": found.receipt})
