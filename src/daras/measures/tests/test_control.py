"""Control charts: the standard rules, each with a series that meets it and one that does not (I8)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daras.measures.control import assurance, variation, xmr

#: Fourteen months that go up and down about 80.
STEADY = [80, 82, 79, 81, 78, 82, 80, 79, 83, 80, 78, 81, 80, 79]


def test_limits_are_the_mean_and_two_point_six_six_mean_ranges() -> None:
    """I8: given three months, then the limits are those one works out by hand, and no cause is special: too few."""
    chart = xmr([50, 54, 52])
    assert (round(chart.mean, 3), round(chart.lower, 3), round(chart.upper, 3)) == (52, 44.02, 59.98)
    assert variation(chart, "higher") == "too-few"


def test_a_steady_series_is_common_cause() -> None:
    """I8: given months that go up and down as ever, then nothing is special."""
    chart = xmr(STEADY)
    assert not any(chart.special)
    assert variation(chart, "higher") == "common"


@pytest.mark.parametrize(
    ("values", "why", "says"),
    [
        ([*STEADY, 60], "outside the limits", "concerning"),
        ([*STEADY, 99], "outside the limits", "improving"),
        ([*[70, 72, 69, 71, 70, 72, 69], *[80, 82, 79, 81, 80, 82, 79]], "one side of the mean", "improving"),
        ([80, 70, 80, 70, 80, 70, 71, 72, 73, 74, 75, 76, 77, 78], "rising or falling", "improving"),
        ([*STEADY, 74, 78, 74], "near a limit", "concerning"),
    ],
)
def test_each_rule_is_met(values: list[float], why: str, says: str) -> None:
    """I8: given a point outside the limits, seven on one side of the mean, seven rising, or two of three near a limit,
    then the latest month is special, says why, and whether it is better or worse."""
    chart = xmr(values)
    assert any(why in each for each in chart.special[-1]), chart
    assert variation(chart, "higher") == says
    assert variation(chart, "lower") == ("improving" if says == "concerning" else "concerning")


def test_six_in_a_row_are_not_special() -> None:
    """I8: given six on one side of the mean, then nothing is called special."""
    chart = xmr([81, 78, 81, 78, 81, 78, 79, 81, 82, 81, 82, 81, 82])
    assert not any("one side" in why for each in chart.special for why in each)


@pytest.mark.parametrize(
    ("target", "says"), [(60, "passing"), (99, "failing"), (80, "hit-or-miss"), (None, "no-target")]
)
def test_a_target_is_met_always_never_or_by_chance(target: int | None, says: str) -> None:
    """I8: given a target below, above or between the limits, or none, then the chart says what one may count on."""
    assert assurance(xmr(STEADY), target, "higher") == says


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40))
def test_the_mean_lies_between_the_limits_and_these_are_possible(values: list[float]) -> None:
    """I8: whatever the months, the limits hold the mean and never leave nought to a hundred."""
    chart = xmr(values)
    assert 0 <= chart.lower <= chart.mean + 1e-9
    assert chart.mean - 1e-9 <= chart.upper <= 100
    assert len(chart.special) == len(values)
