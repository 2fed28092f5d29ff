"""A case that nobody has to answer any more: who asked does not want it, or did not show who they are. What was owed
and what was held ends; and all of it begins again when the case is taken up (UK GDPR article 12)."""

from __future__ import annotations

from daras.access.models import Worker
from daras.access.session import machine
from daras.duties.changing import pause
from daras.keeping import register
from daras.keeping.holding import release_for
from daras.ledger.refusal import Refused
from daras.rights.asking import ASKED_BACK, hold_what_is_asked_for, kept_here, needs, waiting_since
from daras.rights.models import AccessAsked, AccessClosed, AccessTakenUp, IdentityChecked, PartGiven, PartOpened
from daras.rights.working import at_work, closing_of, owe, settle
from daras.working_time import clock
from daras.working_time.calendars import add_calendar_months

#: So long somebody has to show who they are after they were asked (local: the law names no time).
MONTHS_TO_SHOW_WHO = 1
NOT_IDENTIFIED = AccessClosed.Why.NOT_IDENTIFIED


def close(worker: Worker, reference: str, *, why: str, reason: str) -> AccessClosed:
    """Close a case without an answer: every agency's duty on it ends, and what it held may be reviewed again.

    Because they did not show who they are only when they were asked, it is not settled, and a month has gone by
    since. Raises `NoSuchCase`, also for an agency that was not asked itself, and `Refused`.
    """
    case = kept_here(worker, reference)
    if why not in AccessClosed.Why.values:
        raise Refused("unknown-choice", "/why", "Say why nobody answers it.", "Choose one of the list.")
    needs(reason, "/reason", "What they said, or what was tried, is not written.", "Write it: they may ask again.")
    with machine():
        register.take_turn()
    with at_work(worker, case, "closed without an answer") as work:
        parts = _not_answered(case)
        if not parts:
            raise Refused("given", "", "It has been answered already.", "What is asked anew is a case of its own.")
        if why == NOT_IDENTIFIED:
            _had_their_time(case)
        detail = AccessClosed(case=case, why=why, reason=reason.strip())
        fact = work.add(detail, case.audience_id)
        for part in parts:
            settle(work, part, fact)
        release_for(worker, work.matter)
    return detail


def take_up(worker: Worker, reference: str, *, reason: str) -> AccessTakenUp:
    """A closed case goes on: each agency that has not answered owes it again, by the clock from when it was received,
    which stands still where they are still to answer something; and what is in scope is held again, as far as it is
    there. Raises `NoSuchCase` or `Refused`."""
    case = kept_here(worker, reference)
    needs(reason, "/reason", "Why it goes on is not written.", "Write what they said, or what was mistaken.")
    with machine():
        register.take_turn()
    with at_work(worker, case, "taken up again", taking_up=True) as work:
        closing = closing_of(case)
        if closing is None:
            raise Refused("not-closed", "", "The case is not closed.", "Go on with it.")
        detail = AccessTakenUp(case=case, closing=closing, reason=reason.strip())
        fact = work.add(detail, case.audience_id)
        asked = waiting_since(case)
        for part in _not_answered(case):
            duty = owe(work, part, fact)
            if asked is not None:
                pause(work.recording, duty, reason=ASKED_BACK[asked.what])
        hold_what_is_asked_for(worker, case, work.matter)
    return detail


def _not_answered(case: AccessAsked) -> list[PartOpened]:
    parts = PartOpened.objects.select_related("fact").filter(case=case)
    return list(parts.exclude(pk__in=PartGiven.objects.values("part")).order_by("fact_id"))


def _had_their_time(case: AccessAsked) -> None:
    checked = IdentityChecked.objects.filter(case=case).order_by("-fact_id").first()
    if checked is not None and checked.satisfied:
        raise Refused("identity", "/why", "Who they are is settled.", "Answer them, or say that they do not want it.")
    asked = waiting_since(case)
    if asked is None or asked.what != "identity":
        raise Refused("not-asked", "/why", "They have not been asked who they are.", "Ask them first.")
    until = add_calendar_months(asked.fact.recorded_at, MONTHS_TO_SHOW_WHO)
    if clock.now() < until:
        raise Refused(
            "not-yet",
            "/why",
            f"They have until {clock.local_date(until):%d %B %Y} to show who they are.",
            "Wait for it; it is never closed by itself.",
        )
