"""Statistical process control: XmR charts as NHS England's "Making Data Count" reads them (I8). Pure.

Limits are the mean and 2.66 times the mean moving range to either side (Shewhart's constant for two points, 3/1.128).
Special cause is: a point outside the limits; seven in a row on one side of the mean; seven in a row rising or falling;
two of three in the outer third towards one limit, all three on one side of the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

NATURAL = 2.66
RUN = 7
#: Fewer points than this make limits that say little: they are shown, and no cause is called special.
ENOUGH = 12

Better = Literal["higher", "lower"]
Variation = Literal["too-few", "common", "improving", "concerning"]
Assurance = Literal["no-target", "too-few", "passing", "failing", "hit-or-miss"]


@dataclass(frozen=True, slots=True)
class Chart:
    """A series with its mean and limits, and which points are special, for which reasons."""

    values: tuple[float, ...]
    mean: float
    lower: float
    upper: float
    special: tuple[tuple[str, ...], ...]  # by point

    @property
    def enough(self) -> bool:
        return len(self.values) >= ENOUGH


def xmr(values: Sequence[float], *, floor: float = 0.0, ceiling: float = 100.0) -> Chart:
    """The chart of a series in order of time; limits never leave what is possible. Raises `ValueError` for none."""
    if not values:
        raise ValueError("There is nothing to draw.")
    mean = sum(values) / len(values)
    ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    reach = NATURAL * sum(ranges) / len(ranges) if ranges else 0.0
    lower, upper = mean - reach, mean + reach
    special: list[list[str]] = [[] for _ in values]
    if len(values) >= ENOUGH:
        _outside(values, lower, upper, special)
        _one_side(values, mean, special)
        _trend(values, special)
        _outer_third(values, (mean, lower, upper), special)
    return Chart(
        tuple(values),
        mean,
        max(lower, floor),
        min(upper, ceiling),
        tuple(tuple(dict.fromkeys(each)) for each in special),
    )


def _outside(values: Sequence[float], lower: float, upper: float, special: list[list[str]]) -> None:
    for place, value in enumerate(values):
        if not lower <= value <= upper:
            special[place].append("outside the limits")


def _one_side(values: Sequence[float], mean: float, special: list[list[str]]) -> None:
    for end in range(RUN, len(values) + 1):
        part = values[end - RUN : end]
        if all(value > mean for value in part) or all(value < mean for value in part):
            for place in range(end - RUN, end):
                special[place].append("seven in a row on one side of the mean")


def _trend(values: Sequence[float], special: list[list[str]]) -> None:
    for end in range(RUN, len(values) + 1):
        part = values[end - RUN : end]
        steps = [later - earlier for earlier, later in pairwise(part)]
        if all(step > 0 for step in steps) or all(step < 0 for step in steps):
            for place in range(end - RUN, end):
                special[place].append("seven in a row rising or falling")


def _outer_third(values: Sequence[float], limits: tuple[float, float, float], special: list[list[str]]) -> None:
    mean, lower, upper = limits
    high, low = mean + (upper - mean) * 2 / 3, mean - (mean - lower) * 2 / 3
    for start in range(len(values) - 2):
        part = values[start : start + 3]
        for beyond, side in (
            ([v > high for v in part], all(v > mean for v in part)),
            ([v < low for v in part], all(v < mean for v in part)),
        ):
            if side and sum(beyond) >= 2:
                for place, out in enumerate(beyond, start=start):
                    if out:
                        special[place].append("two of three near a limit")


def variation(chart: Chart, better: Better) -> Variation:
    """What the latest point says: within what is usual, or special, for better or worse."""
    if not chart.enough:
        return "too-few"
    if not chart.special[-1]:
        return "common"
    rising = chart.values[-1] >= chart.mean
    if "seven in a row rising or falling" in chart.special[-1]:
        rising = chart.values[-1] > chart.values[-2]
    return "improving" if rising == (better == "higher") else "concerning"


def assurance(chart: Chart, target: float | None, better: Better) -> Assurance:
    """Whether the process as it is will meet its target: always, never, or by chance."""
    if target is None:
        return "no-target"
    if not chart.enough:
        return "too-few"
    if better == "higher":
        return "passing" if chart.lower >= target else "failing" if chart.upper < target else "hit-or-miss"
    return "passing" if chart.upper <= target else "failing" if chart.lower > target else "hit-or-miss"
