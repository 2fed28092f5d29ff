"""Forms that go with a request: filled in by either side, read by both (design: forms, requests)."""

from __future__ import annotations

from typing import cast

from daras.access.models import Worker
from daras.forms.hooks import Completed
from daras.forms.models import FormDraft
from daras.forms.writing import Place, begin
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Regime
from daras.ledger.refusal import Refused
from daras.requests.commands import NoSuchRequest, answers, asks
from daras.requests.models import RequestMade, RequestTold
from daras.requests.queries import kind_of


def form_of(worker: Worker, made: RequestMade) -> str:
    """The form that the worker's side fills in for a request, or "" for none."""
    kind = kind_of(made)
    if answers(worker, made):
        return kind.answer_form
    return kind.form if asks(worker, made) else ""


def begin_form(worker: Worker, reference: str) -> FormDraft:
    """Begin the form that goes with a request, about whom the request is about. The request waits for no form.

    Raises `NoSuchRequest`, or `Refused` where this side has no form to fill in.
    """
    made = RequestMade.objects.select_related("fact").filter(reference=reference).first()
    if made is None:
        raise NoSuchRequest("There is no such request here for you.")
    form = form_of(worker, made)
    if not form:
        raise Refused("no-such-form", "/form", "No form goes with this.", "Say it in words.")
    place = Place(made.fact.matter_id or 0, made.audience_id, made.fact.person_record_id or 0)
    return begin(worker, form, subject={"given_name": made.about_words.partition(", born")[0]}, place=place)


def goes_with_request(completed: Completed) -> None:
    """Completed, it stands on the request: the audience is the request's own, and so both sides read it."""
    fact = completed.fact.fact
    made = RequestMade.objects.filter(audience_id=fact.audience_id).first()
    if made is None:
        return
    told = RequestTold(
        request=made,
        by_name=completed.worker.name,
        form_reference=completed.fact.reference,
        form_name=completed.form.name,
    )
    recording = Recording(fact.agency, fact.author, fact.recorded_at, cast(Regime, fact.regime))
    append(recording, [Entry(told, made.audience_id, person_record_id=fact.person_record_id, matter_id=fact.matter_id)])
