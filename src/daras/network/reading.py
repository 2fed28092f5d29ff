"""From the ledger to a graph: everything within some steps of people, in a number of queries that does not grow with
them.

Facts count as they stood at `known_on`, or as they stand now. Whose records are one person is always today's
decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from daras.ledger.reading import rows
from daras.network.graph import Graph, Member, OnTheDay, Stay, Tie
from daras.network.relations import CHILDHOOD, PARENTAGE, PARTNERSHIP, SUSPECTED

#: Each comes back with rows already checked for whoever is looking (the layer's first migration).
_TIES = "SELECT * FROM access.network_ties(%(people)s, %(kinds)s, %(known_on)s)"
_SUSPICIONS = "SELECT * FROM access.network_suspicions(%(people)s, %(known_on)s)"
_STAYS = "SELECT * FROM access.network_stays(%(people)s, %(places)s, %(known_on)s)"
_RISKS = "SELECT * FROM access.network_risks(%(people)s, %(known_on)s)"
_NAMES = "SELECT * FROM access.network_names(%(people)s, %(known_on)s)"

#: From what brothers and sisters, step-siblings and a partner's children are computed.
_KIN = tuple(sorted(PARENTAGE | CHILDHOOD | PARTNERSHIP))


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk that somebody poses, and what that rests on; "alleged" where somebody only says so."""

    status: str
    basis: str
    audience_id: int


class GraphReader:
    """Reads a graph outward from people. Per step: three queries for ties, one for suspicion, one for stays; then
    one for names."""

    def __init__(
        self, on: date, known_on: datetime | None, ties: Iterable[Tie] = (), stays: Iterable[Stay] = ()
    ) -> None:
        self.known_on = known_on
        self._ties: dict[Tie, None] = {}
        self._stays: dict[Stay, None] = {}
        self._tied: set[int] = set()
        self._kin: set[int] = set()
        self._network = OnTheDay(Graph({}), on)
        self._add(ties, stays)

    def read(self, people: Iterable[int], steps: int) -> Graph:
        """Everything within `steps` of the people that holds on the day, and whatever siblings are computed from;
        beside it what is past, with the names of all."""
        graph = self.read_unnamed(people, steps)
        return self._graph(self._members(graph.members))

    def read_reached(self, people: Iterable[int], steps: int) -> Graph:
        """The same with the names of those alone who are within the steps: whom a path is told of, and in what
        words."""
        return self._graph(self._members(self._reach(people, steps)))

    def read_unnamed(self, people: Iterable[int], steps: int) -> Graph:
        """The same before anybody's name is read: its members are only numbered."""
        reached = self._reach(people, steps)
        reached |= {person for tie in self._ties for person in (tie.start, tie.end)}
        return self._graph({person: Member(person, "") for person in reached})

    def read_near(self, people: Iterable[int]) -> tuple[set[int], OnTheDay]:
        """Everybody within one step of the people, and the network as far as it was read for that, without names."""
        return self._reach(people, 1), self._network

    def risks(self, people: Iterable[int]) -> dict[int, list[Risk]]:
        """What risk each of these people poses, or is said to pose, the newest first."""
        found: defaultdict[int, list[Risk]] = defaultdict(list)
        for person, status, basis, audience_id in self._rows(_RISKS, people):
            found[person].append(Risk(status, basis, audience_id))
        return dict(found)

    def members(self, people: Iterable[int]) -> dict[int, Member]:
        """These people with their names and when they were born."""
        return self._members(people)

    def _reach(self, people: Iterable[int], steps: int) -> set[int]:
        reached = set(people)
        frontier = set(reached)
        for _ in range(steps):
            if not frontier:
                break
            self._read_around(frontier)
            frontier = {other for person in frontier for other in self._network.neighbours(person)} - reached
            reached |= frontier
        return reached

    def _graph(self, members: dict[int, Member]) -> Graph:
        return Graph(members, tuple(self._ties), tuple(self._stays))

    def _read_around(self, frontier: set[int]) -> None:
        """Ties of the frontier; of its parents (brothers and sisters) and partners (their children); of brothers and
        sisters (whether they have another parent) and of its parents' partners (step-siblings)."""
        network = self._network
        self._read_ties(frontier - self._tied, None)
        self._tied |= frontier
        parents = {parent for person in frontier for parent in network.parents(person)}
        self._read_kin(parents | {partner for person in frontier for partner in network.partners(person)})
        siblings = {child for parent in parents for child in network.children(parent)}
        self._read_kin(siblings | {partner for parent in parents for partner in network.partners(parent)})
        suspicions = self._rows(_SUSPICIONS, frontier)
        suspected = [
            Tie(suspect, subject, SUSPECTED, audience_id=audience) for suspect, subject, audience in suspicions
        ]
        places = {stay.place for stay in self._stays if stay.person in frontier and not stay.many_households}
        stays = []
        for person, place, lines, town, use, since, until, many, audience_id in self._rows(
            _STAYS, frontier, places=sorted(places)
        ):
            shown = ", ".join(part for part in (*lines, town) if part)
            stays.append(Stay(person, place, shown, use, since, until, many, audience_id))
        self._add(suspected, stays)

    def _read_kin(self, people: set[int]) -> None:
        wanted = people - self._tied - self._kin
        self._kin |= wanted
        self._read_ties(wanted, _KIN)

    def _read_ties(self, people: set[int], kinds: Sequence[str] | None) -> None:
        if people:
            self._add([Tie(*row) for row in self._rows(_TIES, people, kinds=list(kinds) if kinds else None)], ())

    def _add(self, ties: Iterable[Tie], stays: Iterable[Stay]) -> None:
        new_ties = [tie for tie in ties if tie not in self._ties]
        new_stays = [stay for stay in stays if stay not in self._stays]
        self._ties.update(dict.fromkeys(new_ties))
        self._stays.update(dict.fromkeys(new_stays))
        self._network.add(new_ties, new_stays)

    def _members(self, people: Iterable[int]) -> dict[int, Member]:
        found = self._rows(_NAMES, people)
        return {row[0]: _member(row) for row in found}

    def _rows(self, sql: str, people: Iterable[int], **asked: list[str] | None) -> list[tuple[Any, ...]]:
        return rows(sql, {"people": sorted(people), "known_on": self.known_on, **asked})


def _member(row: Sequence[Any]) -> Member:
    person, given, family, sex, role, born = row
    name = " ".join(filter(None, (given, family)))
    name = name or ("Unborn child" if role == "unborn" else "A person without a name")
    return Member(person, name, sex or "", role or "unknown", born)
