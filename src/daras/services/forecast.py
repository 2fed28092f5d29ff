"""When a backlog clears, at a given capacity and demand: a queue simulated many times over (F8). Pure.

A week is the unit. Children arrive at random (a Poisson process); a practitioner's first appointment takes one place of
the week, for a time that varies (exponential); those who wait already are there at the start. The simulation is ciw's;
in the long run of such a queue the wait is Erlang's formula, against which it is checked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

RUNS = 200
WEEKS = 104
#: The band holds eight of ten runs.
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Given:
    """What the forecast rests on, in children a week; `practitioners` work side by side."""

    waiting: int
    arriving: float
    seen: float  # how many all practitioners together see in a week
    practitioners: int
    weeks: int = WEEKS
    runs: int = RUNS


@dataclass(frozen=True, slots=True)
class Week:
    """How many wait at the end of a week: in the middle run, and the band in which eight of ten runs lie."""

    number: int
    low: float
    middle: float
    high: float
    mean: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The weeks, and the week by whose end nobody of the backlog waits: in the middle run, the band, or never."""

    given: Given
    weeks: tuple[Week, ...]
    clears: tuple[int | None, int | None, int | None]  # early, middle, late; none: not within the weeks

    @property
    def keeps_up(self) -> bool:
        """Whether more are seen than arrive: otherwise the list grows whatever else is done."""
        return self.given.seen > self.given.arriving


def forecast(given: Given, *, seed: int = 1) -> Forecast:
    """Simulate the list. The same seed gives the same forecast. Raises `ValueError` for what is no queue."""
    if given.practitioners < 1 or given.seen <= 0 or given.arriving < 0 or given.waiting < 0:
        raise ValueError("A list needs somebody who sees children, and no number below nought.")
    from daras.services import simulation  # its library costs every start half a second

    network = simulation.network(given)
    lengths, cleared = [], []
    for run in range(given.runs):
        waits, clears = simulation.run(network, given, seed * 100_003 + run)
        lengths.append(waits)
        cleared.append(clears)
    weeks = tuple(_week(week + 1, [each[week] for each in lengths]) for week in range(given.weeks))
    return Forecast(given, weeks, tuple(_clears(cleared, part) for part in (LOW, MIDDLE, HIGH)))  # type: ignore[arg-type]


def _week(number: int, lengths: Sequence[int]) -> Week:
    low, middle, high = (_share(lengths, part) for part in (LOW, MIDDLE, HIGH))
    return Week(number, low, middle, high, sum(lengths) / len(lengths))


def _share(values: Sequence[float], part: float) -> float:
    """The value below which this part of them lies, between two of them in proportion."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
    return below if below == above else below + (above - below) * (place - math.floor(place))


def _clears(cleared: Sequence[float], part: float) -> int | None:
    at = sorted(cleared)[math.ceil(part * (len(cleared) - 1))]
    return None if at == math.inf else math.ceil(at)


def erlang_c(servers: int, load: float) -> float:
    """The chance to wait at all in M/M/c (Erlang 1917): `load` is arriving over seen by one. Below 1 a server."""
    if not 0 < load < servers:
        raise ValueError("The queue has no end: more arrive than are seen.")
    blocked = 1.0
    for busy in range(1, servers + 1):  # Erlang's B, by its recursion
        blocked = load * blocked / (busy + load * blocked)
    use = load / servers
    return blocked / (1 - use * (1 - blocked))


def mean_waiting(servers: int, arriving: float, seen: float) -> float:
    """How many wait on average in the long run of M/M/c: Erlang's C by the share in use over the share free."""
    load = arriving * servers / seen
    use = load / servers
    return erlang_c(servers, load) * use / (1 - use)
