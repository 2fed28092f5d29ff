"""When a backlog clears, at a given capacity and demand: a queue simulated many times over (F8). Pure.

A week is the unit. Children arrive at random (a Poisson process); a practitioner's first appointment takes one place of
the week, for a time that varies (exponential); those who wait already are there at the start. The simulation is ciw's;
in the long run of such a queue the wait is Erlang's formula, against which it is checked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ciw

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
    network = _network(given)
    lengths, cleared = [], []
    for run in range(given.runs):
        waits, clears = _run(network, given, seed * 100_003 + run)
        lengths.append(waits)
        cleared.append(clears)
    weeks = tuple(_week(week + 1, [each[week] for each in lengths]) for week in range(given.weeks))
    return Forecast(given, weeks, tuple(_clears(cleared, part) for part in (LOW, MIDDLE, HIGH)))  # type: ignore[arg-type]


def _week(number: int, lengths: Sequence[int]) -> Week:
    low, middle, high = (_share(lengths, part) for part in (LOW, MIDDLE, HIGH))
    return Week(number, low, middle, high, sum(lengths) / len(lengths))


class _Line(ciw.Node):  # type: ignore[misc]
    """A queue in order of arrival. The library's own looks at everybody who waits to find the first."""

    def choose_next_customer(self) -> Any:
        return next((each for line in self.individuals for each in line if not each.server), None)


def _network(given: Given) -> Any:
    """Two streams into one queue: those who wait already, all in the first moment, and those who arrive."""
    served = ciw.dists.Exponential(rate=given.seen / given.practitioners)
    backlog = ciw.dists.Sequential([1e-9] * given.waiting + [math.inf]) if given.waiting else None
    arriving = ciw.dists.Exponential(rate=given.arriving) if given.arriving else None
    return ciw.create_network(
        arrival_distributions={"backlog": [backlog], "new": [arriving]},
        service_distributions={"backlog": [served], "new": [served]},
        number_of_servers=[given.practitioners],
    )


def _run(network: Any, given: Given, seed: int) -> tuple[list[int], float]:
    """How many wait at the end of each week in one run, and when the last of the backlog was seen."""
    ciw.seed(seed)
    simulation = ciw.Simulation(network, node_class=_Line)
    simulation.simulate_until_max_time(given.weeks)
    changes = [0] * (given.weeks + 1)
    last, backlog = 0.0, 0
    for record in simulation.get_all_records(only=["service"]):
        _count(changes, record.arrival_date, record.service_start_date, given.weeks)
        if record.customer_class == "backlog":
            backlog, last = backlog + 1, max(last, record.service_start_date)
    for waiting in simulation.nodes[1].all_individuals:
        start = waiting.service_start_date or math.inf
        _count(changes, waiting.arrival_date, start, given.weeks)
        if waiting.customer_class == "backlog" and start < math.inf:
            backlog, last = backlog + 1, max(last, start)
    lengths, length = [], 0
    for week in range(given.weeks):
        length += changes[week]
        lengths.append(length)
    return lengths, last if backlog >= given.waiting else math.inf


def _count(changes: list[int], arrived: float, seen: float, weeks: int) -> None:
    """One more waits from the end of the week of arrival, one fewer from the end of that of being seen."""
    changes[min(int(arrived), weeks)] += 1
    if seen < weeks:
        changes[int(seen)] -= 1


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
