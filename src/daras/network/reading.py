"""From the ledger to a graph: everything within some steps of people, in a number of queries that does not grow with
them.

Facts count as they stood at `known_on`, or as they stand now. Whose records are one person is always today's
decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from daras.ledger.reading import STANDING, rows
from daras.network.graph import Graph, Member, OnTheDay, Stay, Tie
from daras.network.relations import SUSPECTED

_MINE = "SELECT record_id FROM people_recordperson WHERE person_id = ANY(%(people)s::bigint[])"


def _complete(sql: str) -> str:
    return sql.format(mine=_MINE, standing=STANDING)


_TIES = _complete("""
SELECT first.person_id, second.person_id, tie.relation, tie.since, tie.until, tie.audience_id
FROM people_relationshipknown tie
JOIN ledger_fact fact ON fact.id = tie.fact_id
JOIN people_recordperson first ON first.record_id = fact.person_record_id
JOIN people_recordperson second ON second.record_id = tie.other_record_id
WHERE tie.fact_id IN (
  SELECT id FROM ledger_fact WHERE kind = 'relationship' AND person_record_id IN ({mine})
  UNION ALL SELECT fact_id FROM people_relationshipknown WHERE other_record_id IN ({mine})
) AND {standing}
""")

#: Suspected and subject in one document: their facts stand in one matter and were recorded at one moment.
_SUSPICIONS = _complete("""
WITH mine AS (
  SELECT fact.matter_id, fact.recorded_at, detail.part FROM ledger_fact fact
  JOIN people_personinmatter detail ON detail.fact_id = fact.id
  WHERE fact.kind = 'person-in-matter' AND detail.part IN ('subject', 'suspect')
  AND fact.person_record_id IN ({mine})
), parts AS (
  SELECT fact.matter_id, fact.recorded_at, detail.part, who.person_id, detail.audience_id FROM ledger_fact fact
  JOIN people_personinmatter detail ON detail.fact_id = fact.id
  JOIN people_recordperson who ON who.record_id = fact.person_record_id
  WHERE fact.kind = 'person-in-matter' AND detail.part IN ('subject', 'suspect')
  AND fact.matter_id IN (SELECT matter_id FROM mine) AND {standing}
)
SELECT suspect.person_id, subject.person_id, suspect.audience_id FROM parts suspect
JOIN parts subject ON subject.matter_id = suspect.matter_id AND subject.recorded_at = suspect.recorded_at
WHERE suspect.part = 'suspect' AND subject.part = 'subject' AND suspect.person_id <> subject.person_id
""")

#: The stays of these people, and of everybody at the same places that are not of many households.
_STAYS = _complete("""
WITH places AS (
  SELECT stay.place_key FROM people_addressstay stay
  JOIN ledger_fact fact ON fact.id = stay.fact_id
  WHERE fact.kind = 'address-stay' AND fact.person_record_id IN ({mine}) AND NOT stay.many_households AND {standing}
  UNION SELECT unnest(%(places)s::text[])
)
SELECT who.person_id, stay.place_key, stay.lines, stay.town, stay.use, stay.since, stay.until, stay.many_households,
       stay.audience_id
FROM people_addressstay stay
JOIN places ON places.place_key = stay.place_key
JOIN ledger_fact fact ON fact.id = stay.fact_id
JOIN people_recordperson who ON who.record_id = fact.person_record_id
WHERE {standing}
""")

#: The current name most records agree on, the longest known of those: as `people.queries.PersonKnown.name` chooses.
_NAMES = _complete("""
SELECT DISTINCT ON (said.person_id) said.person_id, said.given_name, said.family_name
FROM (
  SELECT who.person_id, detail.given_name, detail.family_name, detail.use = 'current' AS current,
    count(*) AS times, min(fact.id) AS first
  FROM people_recordperson who
  JOIN ledger_fact fact ON fact.person_record_id = who.record_id AND fact.kind = 'name'
  JOIN people_nameknown detail ON detail.fact_id = fact.id
  WHERE who.person_id = ANY(%(people)s::bigint[]) AND {standing}
  GROUP BY who.person_id, detail.given_name, detail.family_name, detail.use = 'current'
) AS said
ORDER BY said.person_id, said.current DESC, said.times DESC, said.first
""")

_SEXES = _complete("""
SELECT DISTINCT ON (who.person_id) who.person_id, detail.sex, detail.role
FROM people_recordperson who
JOIN ledger_fact fact ON fact.person_record_id = who.record_id AND fact.kind = 'birth'
JOIN people_birthknown detail ON detail.fact_id = fact.id
WHERE who.person_id = ANY(%(people)s::bigint[]) AND {standing}
ORDER BY who.person_id, (detail.sex <> '') DESC, fact.id DESC
""")


@dataclass(slots=True)
class GraphReader:
    """Reads a graph outward from people. Per step: three queries for ties, one for suspicion, one for stays; then
    two."""

    on: date
    known_on: datetime | None
    ties: set[Tie] = field(default_factory=set)
    stays: set[Stay] = field(default_factory=set)
    _tied: set[int] = field(default_factory=set)

    def read(self, people: Iterable[int], steps: int) -> Graph:
        """Everything within `steps` of the people that holds on the day, and whatever siblings are computed from."""
        graph = self.read_unnamed(people, steps)
        return self._graph(self._members(set(graph.members)))

    def read_unnamed(self, people: Iterable[int], steps: int) -> Graph:
        """The same before anybody's name is read: its members are only numbered."""
        reached = set(people)
        frontier = set(reached)
        for _ in range(steps):
            if not frontier:
                break
            self._read_around(frontier)
            network = OnTheDay(self._graph({}), self.on)
            frontier = {hop.end for person in frontier for hop in network.hops(person)} - reached
            reached |= frontier
        reached |= {person for tie in self.ties for person in (tie.start, tie.end)}
        return self._graph({person: Member(person, "") for person in reached})

    def _graph(self, members: dict[int, Member]) -> Graph:
        return Graph(members, tuple(self.ties), tuple(self.stays))

    def _read_around(self, frontier: set[int]) -> None:
        """Ties of the frontier; of its parents (brothers and sisters) and partners (their children); of brothers and
        sisters (whether they have another parent) and of its parents' partners (step-siblings)."""
        self._read_ties(frontier)
        network = OnTheDay(self._graph({}), self.on)
        parents = {parent for person in frontier for parent in network.parents(person)}
        self._read_ties(parents | {partner for person in frontier for partner in network.partners(person)})
        network = OnTheDay(self._graph({}), self.on)
        siblings = {child for parent in parents for child in network.children(parent)}
        self._read_ties(siblings | {partner for parent in parents for partner in network.partners(parent)})
        for suspect, subject, audience_id in self._rows(_SUSPICIONS, frontier):
            self.ties.add(Tie(suspect, subject, SUSPECTED, audience_id=audience_id))
        places = {stay.place for stay in self.stays if stay.person in frontier and not stay.many_households}
        for person, place, lines, town, use, since, until, many, audience_id in self._rows(_STAYS, frontier, places):
            shown = ", ".join(part for part in (*lines, town) if part)
            self.stays.add(Stay(person, place, shown, use, since, until, many, audience_id))

    def _read_ties(self, people: set[int]) -> None:
        wanted = people - self._tied
        self._tied |= wanted
        if wanted:
            self.ties |= {Tie(*row) for row in self._rows(_TIES, wanted)}

    def _members(self, people: set[int]) -> dict[int, Member]:
        names = {pk: " ".join(filter(None, parts)) for pk, *parts in self._rows(_NAMES, people)}
        births = {pk: (sex, role) for pk, sex, role in self._rows(_SEXES, people)}
        return {pk: self._member(pk, names.get(pk, ""), *births.get(pk, ("", ""))) for pk in people}

    def _member(self, person: int, name: str, sex: str, role: str) -> Member:
        return Member(person, name or ("Unborn child" if role == "unborn" else "A person without a name"), sex)

    def _rows(self, sql: str, people: Iterable[int], places: Iterable[str] = ()) -> list[tuple[Any, ...]]:
        return rows(sql, {"people": sorted(people), "places": sorted(places), "known_on": self.known_on})
