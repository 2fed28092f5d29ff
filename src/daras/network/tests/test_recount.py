"""Who is connected, counted again from the definitions alone by networkx on small made-up worlds (A5, B2, E2, G2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations, product

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from daras.network.connections import connections
from daras.network.graph import LARGEST_HOUSEHOLD, Graph
from daras.network.tests.families import graphs

RUNS = settings(max_examples=200, deadline=None)
PARENT = {"mother", "father"}


def holds(since: date | None, until: date | None, on: date) -> bool:
    return (since or on) <= on <= (until or on)


def at_home(graph: Graph, on: date) -> Iterator[tuple[int, int]]:
    """Who lives together on a day, or is proposed to."""
    for place in {stay.place for stay in graph.stays}:
        here = [
            stay
            for stay in graph.stays
            if stay.place == place
            and holds(stay.since, stay.until, on)
            and not (stay.use == "lived" and stay.until is None)
        ]
        shared = any(stay.many_households for stay in here) or len({stay.person for stay in here}) > LARGEST_HOUSEHOLD
        for stay, another in combinations(here, 2):
            if not shared and not stay.use == another.use == "proposed":
                yield stay.person, another.person


def recounted(graph: Graph, on: date) -> nx.Graph[int]:
    """Everybody one step apart on a day, from the definitions: nothing of `daras.network` but the facts is used."""
    found: nx.Graph[int] = nx.Graph()
    found.add_nodes_from(graph.members)
    parents: set[tuple[int, int]] = set()
    partners: set[tuple[int, int]] = set()
    for tie in graph.ties:
        lasting = tie.relation in PARENT or tie.relation == "child"
        if tie.start == tie.end or not holds(tie.since, None if lasting else tie.until, on):
            continue
        found.add_edge(tie.start, tie.end)
        if tie.relation in PARENT:
            parents.add((tie.start, tie.end))
        elif tie.relation == "child":
            parents.add((tie.end, tie.start))
        elif tie.relation == "partner":
            partners |= {(tie.start, tie.end), (tie.end, tie.start)}
    for (one, child), (other, another) in product(parents, repeat=2):
        if one == other or (one, other) in partners:  # brothers and sisters; step-brothers and step-sisters
            found.add_edge(child, another)
    for (parent, child), (one, partner) in product(parents, partners):  # a parent's partner
        if parent == one:
            found.add_edge(child, partner)
    found.add_edges_from(at_home(graph, on))
    found.remove_edges_from(list(nx.selfloop_edges(found)))
    return found


@RUNS
@given(graphs(), st.integers(1, 12), st.dates(date(2019, 1, 1), date(2027, 1, 31)), st.integers(1, 3))
def test_a_plain_recount_finds_the_same_people_as_many_steps_away(
    graph: Graph, start: int, on: date, steps: int
) -> None:
    """A5, B2, G2: given any small world and any day, then parents, brothers and sisters of every kind, a parent's
    partner, households by overlapping stays, contacts, suspects and victims are found to the chosen depth, each as many
    steps away as a recount by networkx says, and flats, hostels and refuges join nobody."""
    expected = dict(nx.single_source_shortest_path_length(recounted(graph, on), start, cutoff=steps))
    del expected[start]
    assert {each.person: each.steps for each in connections(graph, [start], steps=steps, on=on)} == expected
