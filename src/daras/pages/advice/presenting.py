"""One call for advice, and what was agreed in it, as they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from daras.access.models import Worker
from daras.frontdoor.advice_days import ANOTHER_DAY, REFERRED, by_which, may_answer, moves_of, owner_of
from daras.frontdoor.models import AdviceDayAgreed, AdviceGiven
from daras.pages import wording
from daras.pages.advice.queries import day_of
from daras.pages.advice.wording import BECAME, DONE, MOVED, NOT_NEEDED, WOULD, asked
from daras.working_time import clock
from daras.working_time import wording as time_wording

NAMES = ("given_name", "family_name")


@dataclass(frozen=True, slots=True)
class DayShown:
    """What was agreed: who does what by when, and what came of it."""

    line: str  # for a list
    who: str
    what: str
    overdue: bool
    before: tuple[str, ...]  # days that were agreed before, and why each was moved
    came_of_it: str
    words: str
    done: str  # what the first of the two answers is called


@dataclass(frozen=True, slots=True)
class AdviceShown:
    """One call as it is read."""

    reference: str
    href: str
    at: str
    caller: str
    giver: str
    child: str
    question: str
    advice: str
    refer: bool
    because: str
    day: DayShown | None
    may_answer: bool


def shown(advice: AdviceGiven, worker: Worker, now: datetime) -> AdviceShown:
    """A call in words."""
    child = " ".join(advice.child.get(name, "") for name in NAMES).strip()
    day = day_of(advice)
    return AdviceShown(
        reference=advice.reference,
        href=reverse("advice_one", args=[advice.reference]),
        at=time_wording.long_datetime(advice.fact.recorded_at),
        caller=asked(advice),
        giver=wording.owner(advice.fact.agency, advice.giver_team),
        child=child or "The child was not named",
        question=advice.question,
        advice=advice.advice,
        refer=advice.refer,
        because=advice.because,
        day=_day(day, now) if day else None,
        may_answer=day is not None and not hasattr(day, "answer") and may_answer(worker, advice),
    )


def _day(day: AdviceDayAgreed, now: datetime) -> DayShown:
    answer = getattr(day, "answer", None)
    by, until = time_wording.long_date(by_which(day)), f"{WOULD[day.owed_by]} by"
    overdue = answer is None and clock.local_date(now) > by_which(day)
    became = ""
    if answer is not None:
        said = DONE[day.owed_by] if answer.outcome == "done" else wording.capital(BECAME[answer.outcome])
        at = time_wording.long_datetime(answer.fact.recorded_at)
        became = f"{said}, {at}" if answer.outcome == REFERRED else f"{said}, {at}:"
    return DayShown(
        line=wording.capital(BECAME[answer.outcome]) if answer else f"{wording.capital(until)} {by}",
        who=f"{wording.owner(*owner_of(day))}: {until} {by}",
        what=day.what,
        overdue=overdue,
        before=tuple(_before(day)),
        came_of_it=became,
        words="" if answer is None or answer.outcome == REFERRED else answer.words,
        done=DONE[day.owed_by],
    )


def _before(day: AdviceDayAgreed) -> Iterator[str]:
    """Each day that no longer holds: who moved it, when, and why."""
    last = day.on_day
    for moved in moves_of(day):
        who, at = wording.agency(moved.fact.agency), time_wording.long_datetime(moved.fact.recorded_at)
        yield f"Before: {time_wording.long_date(last)}. {MOVED}, {who}, {at}: {moved.words}"
        last = moved.on_day


def answers(day: DayShown) -> tuple[tuple[str, str], ...]:
    """What may be said of an agreed day."""
    return (("done", day.done), ("not-needed", NOT_NEEDED), (ANOTHER_DAY, MOVED))
