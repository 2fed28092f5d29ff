"""Who is connected to whom, as of a day and as known at a moment. Runs under the machine role (design idea 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from daras.network.connections import connections
from daras.network.graph import Graph, Stay, Tie
from daras.network.reading import GraphReader


@dataclass(frozen=True, slots=True)
class Connected:
    """Somebody connected to the people asked about. Whoever sees it must be in every audience of `audience_ids`."""

    person_id: int
    steps: int
    path: tuple[str, ...]
    reason: str
    audience_ids: frozenset[int]


def connected(
    person_ids: Sequence[int], *, on: date, known_on: datetime | None = None, steps: int = 2
) -> list[Connected]:
    """Everybody within `steps` of these people on a day, the nearest first, each with the way there in words (A5,
    B2).

    `known_on` asks what the ledger held at that moment; without it, what it holds now. Somebody asked about is
    listed only where a path leads to them from one asked about before them: the suspect from the child. Five queries
    a step and one.
    """
    return told(GraphReader(on, known_on).read_reached(person_ids, steps), person_ids, on=on, steps=steps)


def told(graph: Graph, person_ids: Sequence[int], *, on: date, steps: int = 2) -> list[Connected]:
    """The same of a graph that was read already and whose people have names."""
    found = connections(graph, person_ids, steps=steps, on=on)
    return [Connected(each.person, each.steps, each.path, each.reason, each.audience_ids) for each in found]


def around(person_ids: Sequence[int], *, on: date, known_on: datetime | None = None, steps: int = 2) -> Graph:
    """People, ties and stays within `steps` of these people, also those that are past: for the family picture.

    Run through a worker's eyes it holds what that worker may see. As many queries as `connected`.
    """
    return GraphReader(on, known_on).read(person_ids, steps)


def around_with(
    person_ids: Sequence[int], ties: Iterable[Tie], stays: Iterable[Stay], *, on: date, steps: int = 2
) -> Graph:
    """The same with what was just said of people and is not written yet; nobody in it has a name yet."""
    return GraphReader(on, None, ties, stays).read_unnamed(person_ids, steps)
