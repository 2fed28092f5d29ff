"""One queue, simulated with ciw. It stands apart because the library costs whoever imports it half a second."""

from __future__ import annotations

import math
from typing import Any

import ciw

from daras.services.forecast import Given


class _Line(ciw.Node):  # type: ignore[misc]
    """A queue in order of arrival. The library's own looks at everybody who waits to find the first."""

    def choose_next_customer(self) -> Any:
        return next((each for line in self.individuals for each in line if not each.server), None)


def network(given: Given) -> Any:
    """Two streams into one queue: those who wait already, all in the first moment, and those who arrive."""
    served = ciw.dists.Exponential(rate=given.seen / given.practitioners)
    backlog = ciw.dists.Sequential([1e-9] * given.waiting + [math.inf]) if given.waiting else None
    arriving = ciw.dists.Exponential(rate=given.arriving) if given.arriving else None
    return ciw.create_network(
        arrival_distributions={"backlog": [backlog], "new": [arriving]},
        service_distributions={"backlog": [served], "new": [served]},
        number_of_servers=[given.practitioners],
    )


def run(line: Any, given: Given, seed: int) -> tuple[list[int], float]:
    """How many wait at the end of each week in one run, and when the last of the backlog was seen."""
    ciw.seed(seed)
    simulation = ciw.Simulation(line, node_class=_Line)
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
