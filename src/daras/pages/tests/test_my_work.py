"""My work: what is late stands first, what is due today is never folded away, and quiet is quiet (screen 1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from daras.access.models import Worker
from daras.duties.models import DutyOpened, DutyState
from daras.pages.my_work.presenting import my_work
from daras.pages.my_work.queries import Owed

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
MANAGER = Worker(name="Jenifer Pascoe", agency="cornwall-childrens-services", team="maru", role="duty-manager")


def owed(
    due_in: timedelta, *, kind: str = "referral-decision", role: str = "", paused: bool = False, matter: int = 1
) -> DutyState:
    opened = DutyOpened(
        duty_kind=kind,
        reference="D-7K3M-Q9TA",
        owner_agency="cornwall-childrens-services",
        owner_team="maru",
        owner_role=role,
        about_record_ids=[1],
        anchor_at=NOW - timedelta(days=1),
        due_at=NOW + due_in,
        because="Because it is so.",
        source="Somewhere",
        authority="local",
    )
    return DutyState(duty=opened, due_at=NOW + due_in, paused=paused, owner_agency="x", matter_id=matter)


def shown(*states: DutyState, mine_only: bool = False) -> dict[str, list[list[str]]]:
    """The lists by name, as groups of headings ("" where each line stands on its own)."""
    page = my_work(Owed(states, {1: "Alex"}, frozenset()), MANAGER, NOW, mine_only=mine_only)
    return {each.id: [[group.heading, str(len(group.lines))] for group in each.groups] for each in page.lists}


def test_what_is_late_stands_before_today_and_before_what_is_coming() -> None:
    """Given duties of every age, then they stand in three lists by clock."""
    lists = shown(owed(-timedelta(hours=3)), owed(timedelta(hours=2)), owed(timedelta(days=3)))
    assert list(lists) == ["overdue", "today", "coming"]


def test_a_stopped_clock_is_never_overdue() -> None:
    """Given a duty whose clock was stopped before it ran out, then it is not called overdue."""
    assert "overdue" not in shown(owed(-timedelta(hours=3), paused=True))


def test_ten_that_say_one_thing_are_one_line_unless_they_are_due() -> None:
    """Given ten feedbacks coming and ten decisions due today, then only the feedbacks are folded."""
    coming = [owed(timedelta(days=2), kind="feedback") for _ in range(10)]
    today = [owed(timedelta(minutes=30), kind="strategy-decision-due") for _ in range(10)]
    lists = shown(*today, *coming, owed(timedelta(days=4)))
    assert lists["today"] == [["", "10"]]
    assert [group[1] for group in lists["coming"]] == ["10", "1"]
    assert lists["coming"][0][0]


def test_the_duties_of_one_matter_stand_under_its_name_at_the_place_of_the_most_urgent() -> None:
    """Given four matters with three duties each, then a manager sees four groups in the order of the first clock, each
    line under whom it is about, and a matter with one duty stands alone (screen 1)."""
    names = {matter: f"Child {matter}, D-{matter}" for matter in range(1, 6)}
    states = [
        owed(timedelta(minutes=10 * later + matter), kind=kind, matter=matter)
        for later, kind in enumerate(("referral-decision", "feedback", "strategy-decision-due"))
        for matter in (3, 1, 4, 2)
    ]
    states.append(owed(timedelta(minutes=6), matter=5))
    in_order = tuple(sorted(states, key=lambda each: each.due_at))
    page = my_work(Owed(in_order, {1: "Alex"}, frozenset({"D-1"}), names), MANAGER, NOW, mine_only=False)
    (today,) = page.lists
    assert [(group.heading, len(group.lines)) for group in today.groups] == [
        ("Child 1, D-1", 3), ("Child 2, D-2", 3), ("Child 3, D-3", 3), ("Child 4, D-4", 3), ("", 1),
    ]  # fmt: skip
    assert not any(group.folded for group in today.groups if group.heading)
    assert [group.href for group in today.groups[:2]] == ["/matters/D-1/", None]
    assert today.count == 13


def test_mine_leaves_out_what_is_another_post_s() -> None:
    """Given duties of the manager and of the social worker, when I ask for mine, then only mine are shown."""
    states = (owed(timedelta(hours=1), role="duty-manager"), owed(timedelta(hours=1), role="social-worker"))
    assert shown(*states)["today"] == [["", "2"]]
    assert shown(*states, mine_only=True)["today"] == [["", "1"]]


def test_quiet_when_quiet() -> None:
    """Given nothing owed, then the page says so and when it looked."""
    page = my_work(Owed((), {}, frozenset()), MANAGER, NOW, mine_only=False)
    assert page.empty is not None
    assert (page.empty.text, page.empty.checked) == ("Nothing is owed.", "09:30")


def test_a_name_the_reader_may_not_see_is_not_shown_and_not_hidden() -> None:
    """Given a duty about somebody whose name is not shared, then the line says that there is somebody, after its
    reason and never over it: the reason may well name them (idea 5)."""
    page = my_work(Owed((owed(timedelta(hours=1)),), {}, frozenset()), MANAGER, NOW, mine_only=False)
    line = page.lists[0].groups[0].lines[0]
    assert (line.about, line.held) == ("", "Another agency holds the record.")
    assert line.href is None
