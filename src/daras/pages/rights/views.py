"""The pages of a case: asked, checked, decided by one and signed by another, given (G4). Each look is in the trail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daras.access import policy, trail
from daras.access.models import Worker
from daras.ledger.refusal import Refused
from daras.pages.discussion.fields import FormShown, fields, problems
from daras.pages.person.queries import family_story
from daras.pages.person.telling import KINDS
from daras.pages.person.views import UNPROCESSABLE, opened
from daras.pages.prints.sheet import Sheet
from daras.pages.prints.views import answer
from daras.pages.rendering import page, worker_of
from daras.pages.rights import forms as asked_in
from daras.pages.rights import presenting
from daras.pages.rights.acting import done
from daras.pages.rights.queries import case_story, contested, is_closed, part_story
from daras.pages.rights.queries import cases as cases_seen
from daras.people.queries import persons_of
from daras.rights import answering, asking, closing
from daras.rights.models import AccessAsked, PartOpened
from daras.rights.working import NoSuchCase, case_of, part_of, withholdings_of
from daras.working_time import clock
from daras.working_time import wording as time_wording

TAKE_UP = "take-up"
READ_OR_SEND = ["GET", "HEAD", "POST"]
Clean = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One form of a case or a part: its summary, its button, and what it does."""

    form: type[forms.Form]
    summary: str
    button: str
    act: Callable[[Worker, str, Clean], object]


def _yes(said: Clean, *names: str) -> dict[str, Any]:
    return {**said, **{name: said[name] == "yes" for name in names}}


CASE_STEPS: Mapping[str, Step] = {
    "identity": Step(
        asked_in.Identity,
        "Check who they are",
        "Record it",
        lambda who, case, said: asking.check_identity(who, case, **_yes(said, "satisfied")),
    ),
    "child": Step(
        asked_in.Child,
        "Hear the child",
        "Record it",
        lambda who, case, said: asking.hear_child(who, case, **_yes(said, "competent", "objects_to_it")),
    ),
    "ask-back": Step(
        asked_in.AskBack,
        "Ask them something",
        "It was asked",
        lambda who, case, said: asking.ask_back(who, case, **said),
    ),
    "said-more": Step(
        asked_in.SaidMore,
        "They have answered",
        "Record it",
        lambda who, case, said: asking.said_more(who, case, **said),
    ),
    "extend": Step(
        asked_in.Extend, "Two months more", "Make it longer", lambda who, case, said: asking.extend(who, case, **said)
    ),
    "close": Step(
        asked_in.Close,
        "Close it without an answer",
        "Close it",
        lambda who, case, said: closing.close(who, case, **said),
    ),
    TAKE_UP: Step(
        asked_in.TakeUp, "Go on with it", "Go on", lambda who, case, said: closing.take_up(who, case, **said)
    ),
}
PART_STEPS: Mapping[str, Step] = {
    "sign": Step(
        asked_in.Sign,
        "Read it, and sign it or send it back",
        "Save",
        lambda who, part, said: answering.sign(who, part, kinds=KINDS, **_yes(said, "signed")),
    ),
    "let-in": Step(
        asked_in.LetIn, "Let in a colleague", "Let them in", lambda who, part, said: answering.admit(who, part, **said)
    ),
    "give": Step(
        asked_in.Give, "It has been given", "Record it", lambda who, part, said: answering.give(who, part, **said)
    ),
}


@login_required
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The cases that the reader works on, and entries of their agency that are contested."""
    worker = worker_of(request)
    policy.require(worker, "answer-rights")
    trail.look(worker, "rights", worker.agency)
    shown = [
        (
            reverse("rights_case", args=[case.reference]),
            f"{case.reference}: {case.asker_name}, about {case.about_words}",
            f"due {time_wording.long_datetime(owed.due_at)}" if owed else "answered, or not owed by your agency",
        )
        for case, owed in cases_seen(worker)
    ]
    wrong = [
        (
            reverse("rights_contested", args=[each.reference]),
            each.reference,
            time_wording.long_datetime(each.received_at),
        )
        for each in contested(worker.agency)
    ]
    return page(request, "pages/rights/cases.html", {"cases": shown, "contested": wrong})


@login_required
@require_http_methods(READ_OR_SEND)
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody asks what is held about this person."""
    worker, who = opened(request, number)
    policy.require(worker, "ask-rights")
    story = family_story(who.asked)
    known = [
        (str(person.record_ids[0]), f"{person.name} ({person.number})")
        for person in story.people.values()
        if person.record_ids
    ]
    sent = request.POST if request.method == "POST" else None
    form = asked_in.Ask(sent, known=known, initial={"received_at": clock.local(clock.now())})
    made: list[AccessAsked] = []

    def act() -> None:
        said = dict(form.cleaned_data)
        asker, whole = said.pop("asker_record"), said.pop("whole")
        asked = asking.Asked(
            record_id=who.known.record_ids[0],
            asker_record_id=int(asker) if asker else None,
            whole_partnership=whole == "yes",
            **said,
        )
        made.append(asking.ask(worker, asked))

    if sent is not None and done(form, act):
        return redirect("rights_case", made[0].reference)
    found = problems(form) if form.is_bound else []
    context = {"name": who.known.name, "number": number, "fields": fields(form), "problems": found}
    return page(request, "pages/rights/ask.html", context, status=UNPROCESSABLE if found else 200)


@login_required
@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """A case: who asks, what became of it, and the reader's own agency's part."""
    return _case(request, _case_seen(request, reference))


@login_required
@require_POST
def case_step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """One step of a case."""
    found = _case_seen(request, reference)
    if step not in CASE_STEPS:
        raise Http404
    form = _bound(CASE_STEPS, step, request.POST)
    if done(form, lambda: CASE_STEPS[step].act(worker_of(request), reference, form.cleaned_data)):
        return redirect("rights_case", reference)
    return _case(request, found, (step, form))


def _case(request: HttpRequest, found: AccessAsked, back: tuple[str, forms.Form] | None = None) -> HttpResponse:
    worker = worker_of(request)
    story = case_story(worker, found)
    mine, closed = found.agency == worker.agency, is_closed(story)
    names = [name for name in CASE_STEPS if mine and _fits(name, found, closed=closed)]
    context = {
        "reference": found.reference,
        "lines": presenting.case_lines(story),
        "events": presenting.event_lines(story),
        "part": reverse("rights_part", args=[story.part.reference]) if story.part else "",
        "steps": _steps(CASE_STEPS, names, "rights_case_step", found.reference, back),
        "problems": problems(back[1]) if back else [],
    }
    return page(request, "pages/rights/case.html", context, status=UNPROCESSABLE if back else 200)


def _fits(step: str, found: AccessAsked, *, closed: bool) -> bool:
    if closed or step == TAKE_UP:
        return closed and step == TAKE_UP
    return step != "child" or found.capacity in {"child", "parent", "for-child"}


@login_required
@require_http_methods(READ_OR_SEND)
def part(request: HttpRequest, reference: str) -> HttpResponse:
    """An agency's own part: each entry that it holds, with what the law may let it withhold; decided by one."""
    worker, found = _part_seen(request, reference)
    sent = request.POST if request.method == "POST" else None
    _, weighed, others = answering.weigh(worker_of(request), reference, KINDS)
    entries = list(presenting.entry_forms(found, weighed, sent))
    used = {ground for each in weighed for ground in each.grounds}
    grounds = [(ground, name) for ground, (name, _, _) in withholdings_of(found).items() if ground in used]
    common = asked_in.Common(sent, prefix="common", grounds=grounds)
    wrong: list[tuple[str, str]] = []
    if sent is not None and common.is_valid() and all(form.is_valid() for _, form in entries):
        try:
            decisions = {
                each.held.fact_id: _decision(form.cleaned_data, common.cleaned_data)
                for each, form in entries
                if form.cleaned_data["choice"]
            }
            answering.decide(worker, reference, decisions, kinds=KINDS)
        except Refused as refused:
            wrong.append((str(refused), f"#entry-{refused.pointer.lstrip('/')}"))
        else:
            return redirect("rights_part", reference)
    return _part(request, found, entries=entries, common=common, others=others, wrong=wrong)


def _decision(said: Clean, common: Clean) -> answering.Decision:
    shown = said["choice"] == asked_in.SHOW
    reason = said["reason"] or ("" if shown else common.get(said["choice"], ""))
    return answering.Decision(
        shown=shown,
        words=said["words"],
        ground="" if shown else said["choice"],
        reason=reason,
        opinion=said.get("opinion", ""),
    )


@login_required
@require_POST
def part_step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """Signing a part, letting a colleague in, giving it."""
    worker, found = _part_seen(request, reference)
    if step not in PART_STEPS:
        raise Http404
    form = _bound(PART_STEPS, step, request.POST)
    if done(form, lambda: PART_STEPS[step].act(worker, reference, form.cleaned_data)):
        return redirect("rights_part", reference)
    _, weighed, others = answering.weigh(worker_of(request), reference, KINDS)
    entries = list(presenting.entry_forms(found, weighed, None))
    common = asked_in.Common(prefix="common", grounds=[])
    return _part(request, found, entries=entries, common=common, others=others, back=(step, form))


def _part(
    request: HttpRequest,
    found: PartOpened,
    *,
    entries: list[tuple[answering.Weighed, asked_in.Entry]],
    common: asked_in.Common,
    others: int,
    wrong: Sequence[tuple[str, str]] = (),
    back: tuple[str, forms.Form] | None = None,
) -> HttpResponse:
    story = part_story(found)
    said = [{"text": words, "href": href} for words, href in wrong]
    said += [{"text": each.text, "href": each.href} for each in (problems(back[1]) if back else [])]
    names = () if story.given else tuple(PART_STEPS)
    context = {
        "reference": found.reference,
        "case": found.case.reference,
        "asks": found.case.asker_name,
        "about": found.case.about_words,
        "status": presenting.part_status(story),
        "entries": [presenting.entry_shown(found, each, form) for each, form in entries],
        "common": fields(common),
        "others": others,
        "colleagues": presenting.colleagues(answering.by_colleagues(found, [each for each, _ in entries])),
        "given": story.given is not None,
        "signed": bool(story.reviews) and story.reviews[-1].signed,
        "steps": _steps(PART_STEPS, names, "rights_part_step", found.reference, back),
        "problems": said,
    }
    return page(request, "pages/rights/part.html", context, status=UNPROCESSABLE if said else 200)


@login_required
@require_safe
def copy(request: HttpRequest, reference: str) -> HttpResponse:
    """The copy as whoever asks will read it, once it is signed."""
    _, found = _part_seen(request, reference)
    return page(request, "pages/rights/copy.html", {"reference": reference, "sheet": _sheet(found)})


@login_required
@require_safe
def printed(request: HttpRequest, reference: str) -> HttpResponse:
    """The same on paper (PDF/UA-1)."""
    worker, found = _part_seen(request, reference)
    return answer(request, _sheet(found), worker, reference, matter_id=found.fact.matter_id)


def _sheet(found: PartOpened) -> Sheet:
    copied = answering.copy_of(found.reference)
    return presenting.copy_sheet(copied, found.reference, whole_partnership=found.case.whole_partnership)


def _case_seen(request: HttpRequest, reference: str) -> AccessAsked:
    worker = worker_of(request)
    policy.require(worker, "answer-rights")
    try:
        found = case_of(reference)
    except NoSuchCase:
        raise Http404 from None
    _looked(worker, found, reference)
    return found


def _part_seen(request: HttpRequest, reference: str) -> tuple[Worker, PartOpened]:
    worker = worker_of(request)
    policy.require(worker, "answer-rights")
    try:
        found = part_of(reference)
    except NoSuchCase:
        raise Http404 from None
    _looked(worker, found.case, reference)
    return worker, found


def _looked(worker: Worker, found: AccessAsked, reference: str) -> None:
    """The look is at the case and at whom it is about."""
    record = found.fact.person_record_id or 0
    trail.look(worker, "rights", reference, matter_id=found.fact.matter_id, person_id=persons_of([record]).get(record))


def _bound(steps: Mapping[str, Step], step: str, sent: Any) -> forms.Form:
    return steps[step].form(sent, prefix=step)


def _steps(
    steps: Mapping[str, Step],
    names: Any,
    address: str,
    reference: str,
    back: tuple[str, forms.Form] | None,
) -> list[tuple[FormShown, str]]:
    """The forms of a page, with the one that came back as it was typed."""
    now = {"given_at": clock.local(clock.now()), "told_at": clock.local(clock.now())}
    found = []
    for name in names:
        came_back = back is not None and back[0] == name
        form = back[1] if back is not None and came_back else steps[name].form(prefix=name, initial=now)
        shown = FormShown(
            step=name,
            action=reverse(address, args=[reference, name]),
            subject="",
            fields=fields(form),
            button=steps[name].button,
            is_open=came_back,
            page="",
        )
        found.append((shown, steps[name].summary))
    return found
