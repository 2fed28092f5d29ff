"""The front door's desk in words: the child, the worry, who sent it, what is met, known or new, the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from daras.agencies import load_directory
from daras.frontdoor.asked_again import AskedAgain
from daras.frontdoor.desk import Row
from daras.pages import wording
from daras.working_time import clock
from daras.working_time import wording as time_wording


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One matter of the queue, ready to be read."""

    href: str
    reference: str
    who: str
    worry: str
    source: str
    level: int
    indicators: int
    known: str
    status: str
    due: str
    overdue: bool
    ceiling: str
    unseen: bool
    scaling: str
    decide_href: str | None


def line(row: Row, now: datetime, *, decides: bool) -> DeskLine:
    """One line of the desk."""
    reference = row.state.matter.reference
    due = row.decision_due_at if row.state.decision_owed else None
    return DeskLine(
        href=reverse("matter", args=[reference]),
        reference=reference,
        who=_who(row, now) or "Nobody named yet",
        worry=time_wording.listed([wording.from_slug(each) for each in row.worries]) or "A young person's own matter",
        source=_sources(row),
        level=row.highest_level,
        indicators=len(row.indicators),
        known="News on an open case" if any(news.on_open_case for news in row.news) else "New",
        status=wording.STATUSES.get(row.state.status, row.state.status),
        due=time_wording.time_left(due, now, in_working_time=False) if due else "",
        overdue=bool(due and due < now),
        ceiling=_ceiling(row, due),
        unseen=row.unseen,
        scaling="" if row.scaling is None else f"{row.scaling} of 10",
        decide_href=reverse("decide", args=[reference]) if decides and row.state.decision_owed else None,
    )


@dataclass(frozen=True, slots=True)
class AskedAgainLine:
    """Calls for advice about one child, ready to be read."""

    href: str
    who: str
    words: str


def asked_again_line(asked: AskedAgain) -> AskedAgainLine:
    """How often, within how long, by whom, and when last."""
    by = time_wording.listed([wording.agency(each) for each in asked.agencies])
    last = time_wording.long_datetime(asked.last_at)
    return AskedAgainLine(
        href=reverse("advice_one", args=[asked.reference]),
        who=asked.child,
        words=f"{asked.calls} calls in {asked.days} days and no referral. Asked by {by}; last on {last}.",
    )


def _who(row: Row, now: datetime) -> str:
    """Names with ages; where two have one name, what tells them apart."""
    on = clock.local_date(now)
    if len({person.name for person in row.subjects}) < len(row.subjects):
        return wording.told_apart(row.subjects, on)
    ages = [(person.name, person.age_on(on)) for person in row.subjects]
    return time_wording.listed([name if age is None else f"{name}, {age}" for name, age in ages])


def _ceiling(row: Row, due: datetime | None) -> str:
    """The ceiling of one working day that guidance sets, where the local clock is shorter."""
    if not due or not row.ceiling_at or row.ceiling_at == due:
        return ""
    return f"At the latest {time_wording.long_datetime(row.ceiling_at)} (guidance)"


def _sources(row: Row) -> str:
    directory = load_directory()
    return time_wording.listed(
        list(dict.fromkeys(directory.agency_at_any_time(news.fact.agency).name for news in row.news))
    )
