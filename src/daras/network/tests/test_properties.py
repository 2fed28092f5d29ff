"""What must hold of every network (A5, G2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from daras.network.connections import connections
from daras.network.graph import Graph, OnTheDay
from daras.network.tests.families import graphs

RUNS = settings(max_examples=200, deadline=None)
days = st.dates(date(2019, 1, 1), date(2027, 1, 31))
starts = st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True)


@RUNS
@given(graphs(), starts, days, st.integers(1, 4))
def test_paths_start_with_somebody_asked_about_and_every_hop_is_a_tie(
    graph: Graph, start: list[int], on: date, steps: int
) -> None:
    """A5: no path is longer than asked for, begins elsewhere, or takes a step that is not there on the day."""
    network = OnTheDay(graph, on)
    for each in connections(graph, start, steps=steps, on=on):
        assert 1 <= each.steps <= steps
        assert each.hops[0].start in start
        assert each.hops[-1].end == each.person
        assert each.path[0] == graph.members[each.hops[0].start].name
        assert len(each.path) == each.steps + 1
        for hop, further in zip(each.hops, each.hops[1:], strict=False):
            assert hop.end == further.start
        assert all(hop in network.hops(hop.start) for hop in each.hops)


@RUNS
@given(graphs(), st.integers(1, 12), days, st.integers(1, 4))
def test_everybody_within_the_steps_is_found_by_a_shortest_path(graph: Graph, start: int, on: date, steps: int) -> None:
    """A5: nobody within reach is missed, and nobody is told of by a longer way than there is (against networkx)."""
    network = OnTheDay(graph, on)
    reference: nx.DiGraph[int] = nx.DiGraph()
    reference.add_nodes_from(graph.members)
    reference.add_edges_from((hop.start, hop.end) for person in graph.members for hop in network.hops(person))
    lengths = nx.single_source_shortest_path_length(reference, start, cutoff=steps)
    lengths = {person: length for person, length in dict(lengths).items() if person != start}
    assert {each.person: each.steps for each in connections(graph, [start], steps=steps, on=on)} == lengths


@RUNS
@given(graphs(), days)
def test_being_connected_is_mutual(graph: Graph, on: date) -> None:
    """A5: whoever is one step from somebody has them one step away."""
    network = OnTheDay(graph, on)
    pairs = {(hop.start, hop.end) for person in graph.members for hop in network.hops(person)}
    assert pairs == {(end, start) for start, end in pairs}
    assert all(start != end for start, end in pairs)
    assert pairs == {(person, other) for person in graph.members for other in network.neighbours(person)}


@RUNS
@given(graphs(), starts, days)
def test_what_does_not_hold_on_the_day_changes_nothing(graph: Graph, start: list[int], on: date) -> None:
    """G2: given a day, then facts that do not hold on it might as well not be there."""
    living = replace(
        graph,
        ties=tuple(tie for tie in graph.ties if tie.on(on)),
        stays=tuple(stay for stay in graph.stays if stay.on(on)),
    )
    assert connections(living, start, steps=3, on=on) == connections(graph, start, steps=3, on=on)


@RUNS
@given(graphs(), starts, days, st.randoms())
def test_the_order_of_facts_changes_nothing(graph: Graph, start: list[int], on: date, chance: Random) -> None:
    """A5: the same facts in another order give the same answer, word for word."""
    ties, stays = list(graph.ties), list(graph.stays)
    chance.shuffle(ties)
    chance.shuffle(stays)
    shuffled = replace(graph, ties=tuple(ties), stays=tuple(stays))
    assert connections(shuffled, start, steps=3, on=on) == connections(graph, start, steps=3, on=on)
