"""My work as three lists by clock: overdue, today, coming (interface: key screen 1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from daras.access.models import Worker
from daras.design.parts import DutyLine, Empty, Link, together
from daras.duties.answering import IN_WORDS
from daras.duties.models import DutyOpened, DutyState
from daras.frontdoor.doubts import DOUBT
from daras.pages import wording
from daras.pages.addresses import REQUEST, where
from daras.pages.my_work.queries import Owed
from daras.practice import pack_for
from daras.requests.asking import MADE
from daras.rights.working import OF_RIGHTS
from daras.working_time import clock
from daras.working_time import wording as time_wording

#: So many duties that say one thing are one line that opens (interface: ground rules); never what is late or due today.
SAME_THING = 10
COMING = "coming"


@dataclass(frozen=True, slots=True)
class Group:
    """Duties shown each on its own, those of one matter under its name, or many of one kind under one line that
    opens."""

    heading: str  # empty where they stand each on its own
    lines: tuple[DutyLine, ...]
    folded: bool = True
    href: str | None = None  # the matter, where the heading names one that the reader may open

    @property
    def count(self) -> int:
        """How many duties stand here, those that one line stands for each counted."""
        return sum(len(line.each) or 1 for line in self.lines)


@dataclass(frozen=True, slots=True)
class ClockList:
    """One of the three lists."""

    id: str
    heading: str
    groups: tuple[Group, ...]
    count: int


@dataclass(frozen=True, slots=True)
class MyWork:
    """The whole page."""

    lists: tuple[ClockList, ...]
    empty: Empty | None
    views: tuple[Link, ...]
    mine_only: bool

    @property
    def count(self) -> int:
        """How much is owed altogether."""
        return sum(each.count for each in self.lists)


#: What is decided on the custodians' page.
KEPT = frozenset({"protected-named", "emergency-access-review", "unusual-access-review"})


def my_work(owed: Owed, worker: Worker, now: datetime, *, mine_only: bool) -> MyWork:
    """Sort the duties by their clock; a paused one is never overdue."""
    shown = [state for state in owed.duties if not mine_only or _is_mine(state, worker)]
    overdue = [state for state in shown if state.due_at < now and not state.paused]
    rest = [state for state in shown if state not in overdue]
    today = [state for state in rest if clock.local_date(state.due_at) <= clock.local_date(now)]
    coming = [state for state in rest if state not in today]
    lists = tuple(
        _list(id_, heading, states, owed, now)
        for id_, heading, states in (
            ("overdue", "Overdue", overdue),
            ("today", "Due today", today),
            (COMING, "Coming", coming),
        )
        if states
    )
    checked = time_wording.time_of_day(now)
    return MyWork(
        lists=lists,
        empty=None if lists else Empty("Nothing is owed.", checked=checked),
        views=(Link("Mine and my team’s", reverse("my_work")), Link("Mine", reverse("my_work") + "?whose=mine")),
        mine_only=mine_only,
    )


def _is_mine(state: DutyState, worker: Worker) -> bool:
    return state.duty.owner_role in ("", worker.role)


def _list(id_: str, heading: str, states: list[DutyState], owed: Owed, now: datetime) -> ClockList:
    """In order of the clock; where many say one thing, or are of one matter, they stand together at the place of the
    first."""
    kinds: dict[str, list[DutyState]] = {}
    for state in states:
        kinds.setdefault(state.duty.duty_kind, []).append(state)
    folded = {kind for kind, same in kinds.items() if len(same) >= SAME_THING and id_ == COMING}
    matters: dict[int, list[DutyState]] = {}
    for state in states:
        if state.duty.duty_kind not in folded and state.matter_id in owed.matters:
            matters.setdefault(state.matter_id, []).append(state)
    groups: list[Group] = []
    alone: list[DutyState] = []

    def close() -> None:
        if alone:
            groups.append(Group("", tuple(duty_lines(alone, owed, now))))
            alone.clear()

    for state in states:
        same, of_matter = kinds[state.duty.duty_kind], matters.get(state.matter_id, [])
        if state.duty.duty_kind in folded:
            if state is same[0]:
                close()
                groups.append(Group(wording.duty(state.duty), tuple(duty_lines(same, owed, now))))
        elif len(of_matter) < 2:
            alone.append(state)
        elif state is of_matter[0]:
            close()
            groups.append(_of_matter(of_matter, owed, now))
    close()
    return ClockList(id_, heading, tuple(groups), len(states))


def _of_matter(states: list[DutyState], owed: Owed, now: datetime) -> Group:
    """What is owed in one matter, under whom it is about."""
    name = owed.matters[states[0].matter_id]
    href = where(name.rpartition(", ")[2], owed.open_to_me)
    return Group(name, together(duty_lines(states, owed, now)), folded=False, href=href)


def duty_lines(states: Iterable[DutyState], owed: Owed, now: datetime) -> list[DutyLine]:
    """One line for each duty: what, about whom, why, due, and where to do it."""
    return [_line(state, owed, now) for state in states]


def waiting_lines(waited: Owed, now: datetime) -> list[DutyLine]:
    """What others said that they would do: each with whose it is, since it is not the reader's."""
    return [
        replace(_line(state, waited, now), owner=wording.owner(state.owner_agency, state.owner_team))
        for state in waited.duties
    ]


def _line(state: DutyState, owed: Owed, now: datetime) -> DutyLine:
    opened = state.duty
    href = where(opened.reference, owed.open_to_me)
    action = Link("Open", href) if href else None
    if opened.duty_kind in KEPT:
        href, action = None, Link("Decide", reverse("custody"))
    if opened.duty_kind in OF_RIGHTS:
        href, action = None, Link("Open", reverse("rights"))
    doubtful = next((owed.numbers[record] for record in opened.about_record_ids if record in owed.numbers), None)
    if doubtful is not None and opened.duty_kind == DOUBT:
        action = Link("Look at the records", reverse("one_person", args=[doubtful]))
    if opened.duty_kind in IN_WORDS and opened.pk is not None:
        action = Link("Say what was done", reverse("owed", args=[opened.pk]))
    elif (asked := asked_by_request(opened)) and opened.pk is not None:
        action = Link("Ask", reverse("request_ask", args=[asked]) + f"?duty={opened.pk}")
    return DutyLine(
        what=wording.duty(opened),
        about=_about_line(opened, owed),
        because=opened.because,
        clock=wording.duty_clock(state, now),
        owner=f"your team’s {wording.from_slug(opened.owner_role)}" if opened.owner_role else "your team",
        href=href,
        action=action,
        news=owed.news.get(opened.opened_by_id, ""),
    )


def _about_line(opened: DutyOpened, owed: Owed) -> str:
    """Whom a duty is about. A request says it in its reason, in the words of whoever asked: the record stays theirs."""
    said = opened.reference.startswith(REQUEST) and not any(each in owed.names for each in opened.about_record_ids)
    return "" if said else about(opened.about_record_ids, owed)


def asked_by_request(opened: DutyOpened) -> str:
    """The kind of request by which a duty is met, or "" where it is met in another way."""
    try:
        met_by = pack_for(clock.local_date(opened.anchor_at)).duty(opened.duty_kind).met_by
    except LookupError:
        return ""
    return next((word.removeprefix(MADE) for word in met_by if word.startswith(MADE)), "")


def about(record_ids: Iterable[int], owed: Owed) -> str:
    """Whom a duty is about, as far as the reader may know; that there are others is not hidden."""
    ids = list(record_ids)
    names = [owed.names[record] for record in ids if record in owed.names]
    if len(names) < len(ids) and names:
        return f"{wording.listed(names)}, and {len(ids) - len(names)} whose record another agency holds"
    if ids and not names:
        return "Somebody whose record another agency holds"
    return wording.listed(names)
