"""Duties that their owner answers in words: what was done, and what came of it (A8, J1).

Most duties are met by what somebody records anyway, on a form of its own. These have none: the owner says what was
done, the words meet this one duty, and so the police's view on a home never stands for social care's.
"""

from __future__ import annotations

from daras.access import policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.duties.commands import meet
from daras.duties.models import DutyAnswered, DutyState
from daras.duties.queries import owed_by
from daras.ledger.commands import Entry, append
from daras.ledger.refusal import Refused
from daras.matters.commands import lock

#: Kinds of duty, by the packs' ids.
IN_WORDS = frozenset(
    {
        "allegation-against-person-working-with-children",
        "kept-apart-again",
        "offender-notification-check",
        "young-person-home",
        "harmful-sexual-behaviour-assessment",
        "harmful-sexual-behaviour-therapy",
        "multi-agency-screening",
        "release-plan",
        "address-view-police",
        "address-view-social-care",
        "what-parent-may-be-told",
        "address-decision",
        "child-safety-plan",
        "plan-before-birth",
        "seen-elsewhere",
        "discharge-plan-before-birth",
        "late-start",
    }
)
MOST_CHARACTERS = 4000


def owed_to_answer(worker: Worker, duty_id: int) -> DutyState:
    """A duty that the worker's team still owes and answers in words. Raises `Refused` for any other."""
    state = owed_by(worker).filter(duty_id=duty_id).first()
    if state is None or state.duty.duty_kind not in IN_WORDS:
        raise Refused(
            "no-such-duty",
            "",
            "Your team owes nothing here that is answered in words.",
            "See My work for what it owes.",
        )
    return state


def answer(worker: Worker, duty_id: int, *, words: str) -> DutyAnswered:
    """Say what was done about a duty: it is met from now on, and whoever sees the duty reads the words.

    Only the owner's own team may (raises `PermissionDenied` or `Refused`); an answer needs words.
    """
    policy.require(worker, "answer")
    duty = owed_to_answer(worker, duty_id).duty
    said = words.strip()
    if not said:
        raise Refused("missing", "/words", "Say what was done.", "A sentence is enough; say too what came of it.")
    if len(said) > MOST_CHARACTERS:
        raise Refused(
            "too-long", "/words", f"This is longer than {MOST_CHARACTERS} characters.", "Say the most important of it."
        )
    detail = DutyAnswered(duty=duty, words=said)
    matter_id = duty.fact.matter_id
    assert matter_id is not None
    with machine():
        recording = lock([matter_id], agency=worker.agency, author=worker.slug)
        if DutyState.objects.filter(duty=duty, met_at__isnull=False).exists():
            raise Refused(
                "already-met", "", "Somebody has answered this meanwhile.", "See the matter for what it says."
            )
        (fact,) = append(recording, [Entry(detail, duty.audience_id, matter_id=matter_id)])
        meet(recording, [duty], fact, recording.recorded_at)
        trail.change(worker, "duty", str(duty.pk), "answered", matter_id=matter_id)
    return detail
