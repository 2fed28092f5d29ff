"""My work as three lists by clock: overdue, today, coming (interface: key screen 1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from daras.access import policy
from daras.access.models import Worker
from daras.access.policy import Action
from daras.design.parts import DutyLine, Empty, Link, together
from daras.duties.answering import IN_WORDS
from daras.duties.models import DutyOpened, DutyState
from daras.frontdoor.doubts import DOUBT
from daras.pages import wording
from daras.pages.addresses import MATTER, REQUEST, where
from daras.pages.my_work.queries import Owed
from daras.practice import pack_for
from daras.requests.asking import MADE
from daras.rights.working import OF_RIGHTS
from daras.working_time import clock
from daras.working_time import wording as time_wording

#: Said after a duty's reason, where none of those it is about has a record that the reader may see.
HELD = "Another agency holds the record."
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


#: Where a duty of a matter is met, by the fact that meets it: what one must be allowed to do, what the button says, and
#: the page. Whoever may not do it opens the matter.
MET_ON: dict[str, tuple[Action, str, str]] = {
    "matter-decided": ("decide", "Decide", "decide"),
    "safe-now": ("keep-safe", "Say whether safe", "safe_now"),
    "feedback-sent": ("give-feedback", "Tell them", "give_feedback"),
}

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
        _list(id_, heading, states, owed, now, worker=worker)
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


def _list(id_: str, heading: str, states: list[DutyState], owed: Owed, now: datetime, *, worker: Worker) -> ClockList:
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
            groups.append(Group("", tuple(duty_lines(alone, owed, now, worker))))
            alone.clear()

    for state in states:
        same, of_matter = kinds[state.duty.duty_kind], matters.get(state.matter_id, [])
        if state.duty.duty_kind in folded:
            if state is same[0]:
                close()
                groups.append(Group(wording.duty(state.duty), tuple(duty_lines(same, owed, now, worker))))
        elif len(of_matter) < 2:
            alone.append(state)
        elif state is of_matter[0]:
            close()
            groups.append(_of_matter(of_matter, owed, now, worker))
    close()
    return ClockList(id_, heading, tuple(groups), len(states))


def _of_matter(states: list[DutyState], owed: Owed, now: datetime, worker: Worker) -> Group:
    """What is owed in one matter, under whom it is about."""
    name = owed.matters[states[0].matter_id]
    href = where(name.rpartition(", ")[2], owed.open_to_me)
    return Group(name, together(duty_lines(states, owed, now, worker)), folded=False, href=href)


def duty_lines(states: Iterable[DutyState], owed: Owed, now: datetime, worker: Worker | None = None) -> list[DutyLine]:
    """One line for each duty: what, about whom, why, due, and where to do it; its page at once where `worker` may."""
    return [_line(state, owed, now, worker) for state in states]


def waiting_lines(waited: Owed, now: datetime) -> list[DutyLine]:
    """What others said that they would do: each with whose it is, since it is not the reader's."""
    return [
        replace(_line(state, waited, now, None), owner=wording.owner(state.owner_agency, state.owner_team))
        for state in waited.duties
    ]


def _line(state: DutyState, owed: Owed, now: datetime, worker: Worker | None) -> DutyLine:
    opened = state.duty
    href = where(opened.reference, owed.open_to_me)
    about_whom = _about_line(opened, owed)
    action = (_met_on(opened, worker) or Link("Open", href)) if href else None
    if href and opened.reference.startswith(REQUEST):
        action = Link("Answer", href)
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
        about=about_whom,
        because=because(opened.because, about_whom),
        clock=wording.duty_clock(state, now),
        owner=f"your team’s {wording.from_slug(opened.owner_role)}" if opened.owner_role else "your team",
        href=href,
        action=action,
        news=owed.news.get(opened.opened_by_id, ""),
        held=HELD if not about_whom and _nobody_named(opened, owed) else "",
    )


def _about_line(opened: DutyOpened, owed: Owed) -> str:
    """Whom a duty is about. A request says it in its reason, in the words of whoever asked: the record stays theirs."""
    return about(opened.about_record_ids, owed)


def _nobody_named(opened: DutyOpened, owed: Owed) -> bool:
    """Whether a duty is about people none of whose records the reader may see; a request says itself whom it is
    about."""
    ids = opened.about_record_ids
    return bool(ids) and not opened.reference.startswith(REQUEST) and not any(each in owed.names for each in ids)


def because(words: str, about_whom: str) -> str:
    """The reason of a duty, without the names that stand above it."""
    rest = words.removeprefix(f"{about_whom}: ") if about_whom else words
    return wording.capital(rest)


def _met_on(opened: DutyOpened, worker: Worker | None) -> Link | None:
    """The page on which a duty of a matter is met, where the worker may do so."""
    if worker is None or not opened.reference.startswith(MATTER):
        return None
    for fact in _met_by_facts(opened):
        if fact in MET_ON and policy.may(worker, MET_ON[fact][0]):
            _, text, view = MET_ON[fact]
            return Link(text, reverse(view, args=[opened.reference]))
    return None


def _met_by_facts(opened: DutyOpened) -> tuple[str, ...]:
    """The kinds of fact by which a duty is met, as the pack of its day says."""
    try:
        return tuple(pack_for(clock.local_date(opened.anchor_at)).duty(opened.duty_kind).met_by)
    except LookupError:
        return ()


def asked_by_request(opened: DutyOpened) -> str:
    """The kind of request by which a duty is met, or "" where it is met in another way."""
    return next((word.removeprefix(MADE) for word in _met_by_facts(opened) if word.startswith(MADE)), "")


def about(record_ids: Iterable[int], owed: Owed) -> str:
    """Whom a duty is about, as far as the reader may know; that there are others is not hidden. Nothing where the
    reader may see none of their records: then the line says so after its reason, which may well name them."""
    ids = list(record_ids)
    names = [owed.names[record] for record in ids if record in owed.names]
    if len(names) < len(ids) and names:
        return f"{wording.listed(names)}, and {len(ids) - len(names)} whose record another agency holds"
    return wording.listed(names)
