"""Everybody connected to somebody within a number of steps on a day, with the way there in words (A5, B2)."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from daras.network.graph import Graph, Hop, OnTheDay


@dataclass(frozen=True, slots=True)
class Connection:
    """One person reached. `path` starts with the name of the one asked about; each further line is one step.

    `reason` is the whole way as one sentence without its full stop, from the person reached back to the one asked
    about.
    """

    person: int
    steps: int
    hops: tuple[Hop, ...]
    path: tuple[str, ...]
    reason: str

    @property
    def audience_ids(self) -> frozenset[int]:
        """The audiences of every fact the path was made from: who sees it must be in all of them."""
        return frozenset(audience for hop in self.hops for audience in hop.audience_ids)


def connections(graph: Graph, start: Sequence[int], *, steps: int, on: date) -> tuple[Connection, ...]:
    """Everybody within `steps` of the people asked about, the nearest first; one path each, the shortest.

    Of paths of one length the one that tells most comes first: suspicion, parents, siblings and partners, household,
    all else. Somebody asked about is told of only where a path leads to them from one who was asked about before
    them.
    """
    network = OnTheDay(graph, on)
    asked = list(dict.fromkeys(start))
    best: dict[int, tuple[Cost, tuple[Hop, ...]]] = {}
    for place, person in enumerate(asked):
        later = asked[place + 1 :]
        for reached, (cost, hops) in _walk(network, person, steps).items():
            wanted = reached not in asked or reached in later
            if wanted and (reached not in best or cost < best[reached][0]):
                best[reached] = (cost, hops)
    names = {key: member.name for key, member in graph.members.items()}
    found = [_told(names, reached, hops) for reached, (_, hops) in best.items()]
    return tuple(sorted(found, key=lambda each: (each.steps, [hop.rank for hop in each.hops], each.path, each.person)))


Cost = tuple[int, int]


def _walk(network: OnTheDay, start: int, steps: int) -> dict[int, tuple[Cost, tuple[Hop, ...]]]:
    """The cheapest path to each person within the steps: fewest steps, then the sum of what each step tells."""
    settled: dict[int, tuple[Cost, tuple[Hop, ...]]] = {}
    order = count()
    waiting: list[tuple[Cost, int, int, tuple[Hop, ...]]] = [((0, 0), start, next(order), ())]
    while waiting:
        cost, person, _, hops = heapq.heappop(waiting)
        if person in settled:
            continue
        settled[person] = (cost, hops)
        if len(hops) < steps:
            for hop in network.hops(person):
                if hop.end not in settled:
                    further = (cost[0] + 1, cost[1] + hop.rank)
                    heapq.heappush(waiting, (further, hop.end, next(order), (*hops, hop)))
    del settled[start]
    return settled


def _told(names: Mapping[int, str], person: int, hops: tuple[Hop, ...]) -> Connection:
    def clause(hop: Hop) -> str:
        plain = hop.kind == "household"
        note = f" {hop.note}" if plain and hop.note else f" ({hop.note})" if hop.note else ""
        return f"{hop.verb} {names.get(hop.start, 'somebody')}{note}"

    path = (names.get(hops[0].start, "somebody"), *(f"{names.get(hop.end, 'somebody')} {clause(hop)}" for hop in hops))
    reason = f"{names.get(person, 'Somebody')} " + ", who ".join(clause(hop) for hop in reversed(hops))
    return Connection(person=person, steps=len(hops), hops=hops, path=path, reason=reason)
