"""One queue, simulated with ciw. It stands apart because the library costs whoever imports it half a second."""

from __future__ import annotations

import math
from operator import attrgetter
from typing import Any

import ciw

from daras.services.forecast import Given


class _Line(ciw.Node):  # type: ignore[misc]
    """A queue in order of arrival, where nobody leaves unseen and no practitioner goes off duty.

    The library's own provides for all that, and keeps sixteen things of everybody seen; here three are read. Random
    numbers are drawn in the same order, so that a run is the same to the last digit.
    """

    def __init__(self, id_: int, simulation: Any) -> None:
        super().__init__(id_, simulation)
        self.seen: list[tuple[float, float, str]] = []  # arrived, began, of which stream

    def choose_next_customer(self) -> Any:
        """Those being seen stand before those who wait."""
        (line,) = self.individuals
        return line[self.number_in_service] if len(line) > self.number_in_service else None

    def update_next_event_date(self) -> None:
        """The only event is that somebody has been seen."""
        first = min(self.servers, key=_ends)
        self.next_event_date = first.next_end_service_date
        self.next_individual = [first.cust]
        self.next_event_type = "end_service"

    def write_individual_record(self, individual: Any) -> None:
        self.seen.append((individual.arrival_date, individual.service_start_date, individual.customer_class))


_ends = attrgetter("next_end_service_date")


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


def run(queue: Any, given: Given, seed: int) -> tuple[list[int], float]:
    """How many wait at the end of each week in one run, and when the last of the backlog was seen."""
    ciw.seed(seed)
    simulation = ciw.Simulation(queue, node_class=_Line)
    simulation.simulate_until_max_time(given.weeks)
    changes = [0] * (given.weeks + 1)
    last, backlog = 0.0, 0
    line = simulation.nodes[1]
    there = [
        (each.arrival_date, each.service_start_date or math.inf, each.customer_class) for each in line.all_individuals
    ]
    for arrived, start, stream in (*line.seen, *there):
        _count(changes, arrived, start, given.weeks)
        if stream == "backlog" and start < math.inf:
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
