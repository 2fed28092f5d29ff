"""The designated officer considers an allegation, and decides who may be told from now (A17)."""

from __future__ import annotations

from collections.abc import Collection

from daras.access import apart, trail
from daras.access.models import KeptApart, Worker
from daras.access.session import machine
from daras.duties.answering import answer, owed_to_answer
from daras.duties.models import DutyAnswered

CONSIDERED = "allegation-against-person-working-with-children"


def kept_apart(worker: Worker, duty_id: int) -> list[KeptApart]:
    """Who is kept apart from the matter of an allegation that the worker's team has to consider; nobody for any other
    duty. Raises `Refused` where the team owes no such thing."""
    state = owed_to_answer(worker, duty_id)
    if state.duty.duty_kind != CONSIDERED:
        return []
    with machine():
        return apart.standing([state.matter_id])


def consider(worker: Worker, duty_id: int, *, words: str, told: Collection[int] = ()) -> DutyAnswered:
    """Say what was considered, and who may be told from now, by `KeptApart`; whoever is not among them stays apart, and
    no later news changes it. Raises `PermissionDenied` or `Refused`, as `duties.answering.answer`."""
    kept = kept_apart(worker, duty_id)
    answered = answer(worker, duty_id, words=words)
    with machine():
        for each in kept:
            if each.pk in told:
                apart.let_in(each, reason=answered.words, by=worker.slug)
            whom = each.worker.slug if each.worker else each.agency
            what = "may be told" if each.pk in told else "stays apart"
            trail.change(worker, "kept-apart", whom, what, matter_id=each.matter_id)
    return answered
