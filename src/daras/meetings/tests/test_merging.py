"""Two people write one section: put together where they can be, shown both where not, never overwritten (B4)."""

from __future__ import annotations

import pytest

from daras.access.models import Worker
from daras.meetings.after import ChangedMeanwhile, record_section
from daras.meetings.merging import merge_texts
from daras.meetings.models import MeetingCalled
from daras.meetings.tests.conftest import seen_by, through

BEFORE = "Alex is safe tonight.\n\nJake stays with his father.\n\nThe school is told."


def test_changes_to_different_lines_are_put_together() -> None:
    """B4: given a text of five lines, when one changes the first and another the last, then both changes stand."""
    mine = BEFORE.replace("tonight", "until Monday")
    theirs = BEFORE.replace("is told", "is told by the MARU")
    assert merge_texts(BEFORE, mine, theirs) == mine.replace("is told", "is told by the MARU")


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (BEFORE.replace("tonight", "until Monday"), BEFORE.replace("tonight", "until Friday")),
        (f"{BEFORE}\nOne more.", f"{BEFORE}\nAnother."),
        ("Everything anew.", BEFORE.replace("tonight", "now")),
    ],
)
def test_changes_to_the_same_line_are_not_decided_by_a_machine(mine: str, theirs: str) -> None:
    """B4: given two who change one line, or add at one place, then neither text takes the other's place."""
    assert merge_texts(BEFORE, mine, theirs) is None


@pytest.mark.parametrize(("mine", "theirs"), [(BEFORE, "New."), ("New.", BEFORE), ("New.", "New.")])
def test_where_one_changed_nothing_the_other_stands(mine: str, theirs: str) -> None:
    """B4: given one who changed nothing, or both the same, then what was changed stands."""
    assert merge_texts(BEFORE, mine, theirs) == "New."


def test_two_minute_takers_save_one_section(convened: MeetingCalled, workers: dict[str, Worker]) -> None:
    """B4: given two at the front door who opened one section, when both save, then different lines are merged; the
    same line is refused with the other's text, nothing is recorded of it, and having seen it one may save."""
    manager, other = workers["duty-manager"], workers["health"]

    def save(who: Worker, text: str, seen: int) -> None:
        through(who, lambda: record_section(who, convened.pk, section="minutes", text=text, seen=seen))

    save(manager, BEFORE, 0)
    seen = seen_by(manager, convened).seen
    save(manager, BEFORE.replace("tonight", "until Monday"), seen)
    save(other, BEFORE.replace("is told", "is told by health"), seen)
    newest = seen_by(manager, convened).sections[-1].text
    assert newest == BEFORE.replace("tonight", "until Monday").replace("is told", "is told by health")
    with pytest.raises(ChangedMeanwhile) as refused:
        save(other, BEFORE.replace("tonight", "until Friday"), seen)
    assert refused.value.theirs == newest
    assert len(seen_by(manager, convened).sections) == 3
    save(other, BEFORE.replace("tonight", "until Friday"), refused.value.seen)
    assert seen_by(manager, convened).sections[-1].text == BEFORE.replace("tonight", "until Friday")
