"""The designated officer considers an allegation, and decides who may be told from now (A17)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from daras.access import apart, trail
from daras.access.models import KeptApart, Worker
from daras.access.session import machine
from daras.duties.answering import answer, owed_to_answer
from daras.duties.models import DutyAnswered
from daras.meetings.sitting import on_matter

#: What is answered with a word on who may be told: when the allegation comes, and as long as somebody is kept apart.
CONSIDERED = frozenset({"allegation-against-person-working-with-children", "kept-apart-again"})
AGAIN = "kept-apart-again"


def kept_apart(worker: Worker, duty_id: int) -> list[KeptApart]:
    """Who is kept apart from the matter of an allegation that the worker's team has to consider; nobody for any other
    duty. Raises `Refused` where the team owes no such thing."""
    state = owed_to_answer(worker, duty_id)
    if state.duty.duty_kind not in CONSIDERED:
        return []
    with machine():
        return apart.standing([state.matter_id])


@transaction.atomic
def consider(worker: Worker, duty_id: int, *, words: str, told: Collection[int] = ()) -> DutyAnswered:
    """Say what was considered, and who may be told from now, by `KeptApart`; whoever is not among them stays apart, and
    no later news changes it: the officer's team looks again, for nobody is left out for good by having been forgotten.
    All of it or nothing: a duty answered without that would be a school forgotten.
    Raises `PermissionDenied` or `Refused`, as `duties.answering.answer`."""
    kept = kept_apart(worker, duty_id)
    answered = answer(worker, duty_id, words=words)
    if any(each.pk not in told for each in kept):
        duty = answered.duty
        with on_matter(worker, kept[0].matter_id, "left somebody apart") as at_work:
            owner = (duty.owner_agency, duty.owner_team)
            at_work.owe(AGAIN, answered.fact, owner, audience=duty.audience_id, role=duty.owner_role)
    with machine():
        for each in kept:
            if each.pk in told:
                apart.let_in(each, reason=answered.words, by=worker.slug)
            whom = each.worker.slug if each.worker else each.agency
            what = "may be told" if each.pk in told else "stays apart"
            trail.change(worker, "kept-apart", whom, what, matter_id=each.matter_id)
    return answered
