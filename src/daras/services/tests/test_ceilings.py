"""Ceilings of open cases as the packs have them, and since when somebody has more: pure (I10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daras.practice import pack_for
from daras.practice.caseloads import CaseloadCeiling, ceiling_for
from daras.practice.pack import Source
from daras.services.caseload import above_since, ceiling_of

LOCAL = Source("local-target", "The partnership", "local")


def test_the_ceiling_that_names_a_team_comes_before_that_of_its_kind_and_each_has_its_days() -> None:
    """I10: given a ceiling for a kind of agency and one for a team of it, then the team has its own; given one that is
    in force from April, then in March nothing was agreed; every ceiling of the packs is local."""
    kind = CaseloadCeiling("kind", "All", frozenset({"therapy"}), 20, LOCAL)
    team = CaseloadCeiling("team", "One", frozenset({"therapy"}), 10, LOCAL, frozenset({"children"}))
    assert ceiling_for([kind, team], "therapy", "children") == team
    assert ceiling_for([kind, team], "therapy", "adults") == kind
    assert ceiling_for([kind, team], "school", "children") is None
    april = date(2026, 4, 1)
    assert ceiling_of("jigsaw", "children", april - timedelta(days=1)) is None
    now = ceiling_of("jigsaw", "children", april)
    assert now is not None
    assert now.most == 12
    assert {each.source.authority for each in pack_for(april).caseloads.values()} == {"local"}


HOURS = st.integers(min_value=0, max_value=200)


@given(st.lists(st.tuples(HOURS, st.none() | HOURS), max_size=12), st.integers(min_value=0, max_value=4))
def test_since_when_there_are_more_is_what_counting_each_hour_says(
    drawn: list[tuple[int, int | None]], most: int
) -> None:
    """I10: given cases that come and go, in whatever order they are told, then the moment since which there have been
    more than are wanted is that which counting hour by hour finds."""
    start = datetime(2026, 11, 2, tzinfo=UTC)
    spans = [(since, max(since, until) if until is not None else None) for since, until in drawn]
    counts = [sum(since <= hour and (until is None or until > hour) for since, until in spans) for hour in range(202)]
    asked = [
        (start + timedelta(hours=since), None if until is None else start + timedelta(hours=until))
        for since, until in spans
    ]
    if counts[-1] <= most:
        with pytest.raises(ValueError, match="not more"):
            above_since(asked, most)
        return
    first = max((hour + 1 for hour, count in enumerate(counts) if count <= most), default=0)
    assert above_since(reversed(asked), most) == start + timedelta(hours=first)
