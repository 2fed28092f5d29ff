"""Which children somebody who poses a risk is connected to, and which such people a child is connected to (E2).

Both are one question asked from either end. Runs through the eyes of whoever asks: as a worker it holds only paths every
part of which is that worker's to see; as the machine each answer carries the audiences of all it was made from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from daras.network.connections import connections
from daras.network.graph import Member
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
    risk asked about, every child; the nearest first. Seven queries at two steps, whatever the number of people.
    """
    reader = GraphReader(on, known_on)
    graph = reader.read_reached(person_ids, steps)
    risks = reader.risks(graph.members)
    found: dict[Pair, Exposure] = {}
    for asked in dict.fromkeys(person_ids):
        for each in connections(graph, [asked], steps=steps, on=on) if asked in graph.members else ():
            for child, other in ((asked, each.person), (each.person, asked)):
                if other in risks and _is_child(graph.members[child], on) and (child, other) not in found:
                    readers = each.audience_ids | {risk.audience_id for risk in risks[other]}
                    found[child, other] = Exposure(
                        child=graph.members[child],
                        other=graph.members[other],
                        risks=tuple(risks[other]),
                        steps=each.steps,
                        path=each.path,
                        reason=each.reason,
                        audience_ids=readers,
                    )
    return sorted(found.values(), key=lambda each: (each.steps, each.path))


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
