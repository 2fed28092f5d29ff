"""Which children somebody who poses a risk is connected to, and which such people a child is connected to (E2).

Both are one question asked from either end. Runs through the eyes of whoever asks: as a worker it holds only paths
every part of which is that worker's to see; as the machine each answer carries the audiences of all it was made from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from daras.network.connections import Connection, connections
from daras.network.graph import Graph, Member
from daras.network.reading import GraphReader, Risk
from daras.people.queries import age_group

#: What an established risk rests on: an allegation alone is weighed with news.
ESTABLISHED = frozenset({"convicted", "charged", "ordered", "assessed"})
CHILDREN = frozenset({"child", "unborn"})
#: So many people are looked at together when much changes at once.
TOGETHER = 500

#: The child's person and that of the one who poses a risk.
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Exposure:
    """A child and somebody who poses, or is said to pose, a risk, and how they are connected.

    `reason` is one sentence without its full stop, from the one found back to the one asked about. Whoever sees it
    must be in every audience of `audience_ids`.
    """

    child: Member
    other: Member
    risks: tuple[Risk, ...]
    steps: int
    path: tuple[str, ...]
    reason: str
    audience_ids: frozenset[int]


def exposures(
    person_ids: Sequence[int], *, on: date, known_on: datetime | None = None, steps: int = 2
) -> list[Exposure]:
    """For each child asked about, everybody within the steps who poses or is said to pose a risk; for each person of
    risk asked about, every child; the nearest first. Twelve queries at two steps, however many are asked about.
    """
    reader = GraphReader(on, known_on)
    graph = reader.read_reached(person_ids, steps)
    of_each = {asked: connections(graph, [asked], steps=steps, on=on) for asked in dict.fromkeys(person_ids)}
    risks = reader.risks({*of_each, *(each.person for found in of_each.values() for each in found)})
    found = [each for asked, reached in of_each.items() for each in _among(graph, asked, reached, risks, on)]
    told = {(each.child.key, each.other.key): each for each in reversed(found)}
    return sorted(told.values(), key=lambda each: (each.steps, each.path))


def exposures_of(
    graph: Graph, asked: int, found: Sequence[Connection], *, on: date, known_on: datetime | None = None
) -> list[Exposure]:
    """The same of one person and of connections that were read already: one query."""
    return _among(graph, asked, found, GraphReader(on, known_on).risks({asked, *(each.person for each in found)}), on)


def _among(
    graph: Graph, asked: int, found: Sequence[Connection], risks: Mapping[int, Sequence[Risk]], on: date
) -> list[Exposure]:
    return [
        _exposure(graph, child, other, each, risks[other])
        for each in found
        for child, other in ((asked, each.person), (each.person, asked))
        if other in risks and child in graph.members and _is_child(graph.members[child], on)
    ]


def _exposure(graph: Graph, child: int, other: int, found: Connection, risks: Sequence[Risk]) -> Exposure:
    readers = found.audience_ids | {risk.audience_id for risk in risks}
    return Exposure(
        graph.members[child], graph.members[other], tuple(risks), found.steps, found.path, found.reason, readers
    )


def near(changed: Iterable[int], *, on: date, known_on: datetime | None = None) -> frozenset[Pair]:
    """Every child and person of established risk one step apart whose connection something about the changed people
    may have made: of whom one is changed, or both are one step from somebody changed. Runs as the machine.

    A connection of one step is made of facts about people within one step of each other, so that whoever asks about
    everybody named in what was written misses none.
    """
    people = sorted(set(changed))
    return frozenset(
        pair
        for at in range(0, len(people), TOGETHER)
        for pair in _near(people[at : at + TOGETHER], GraphReader(on, known_on), on)
    )


def _near(people: Sequence[int], reader: GraphReader, on: date) -> Iterator[Pair]:
    there, network = reader.read_near(people)
    risks = reader.risks(there)
    of_risk = {person for person in there if any(risk.basis in ESTABLISHED for risk in risks.get(person, ()))}
    pairs = [(other, person) for person in sorted(of_risk) for other in sorted(network.neighbours(person) & there)]
    members = reader.members({child for child, _ in pairs}) if pairs else {}
    yield from (pair for pair in pairs if _is_child(members[pair[0]], on))


def _is_child(member: Member, on: date) -> bool:
    return age_group(member.born, member.role, on) in CHILDREN
