"""People and what ties them, as values: who is whose neighbour on a day, and in what words (A5, B2).

A hop leads from one person to another in one step. Siblings of every kind are computed from parentage, households
from overlapping stays, so that nobody has to state them; each such hop counts as one step.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from daras.network import relations

#: More people than this at one address at one time are not one household, flagged or not.
LARGEST_HOUSEHOLD = 20
#: What is computed where nobody says "step-parent" or "step-child".
COMPUTED_STEP = frozenset({"partner-of-parent", "child-of-partner"})


@dataclass(frozen=True, slots=True)
class Member:
    """A person in the network."""

    key: int
    name: str
    sex: str = ""  # F, M, or anything else
    role: str = ""  # child, adult, unborn, unknown: as was said
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """`start` is `relation` of `end`, from when to when."""

    start: int
    end: int
    relation: str
    since: date | None = None
    until: date | None = None
    audience_id: int = 0

    def on(self, day: date) -> bool:
        """Whether it holds on a day. Parentage does not end; somebody suspected stays so until a fact supersedes
        it."""
        lasting = self.relation in relations.PARENTAGE | relations.CHILDHOOD
        return _within(day, self.since, None if lasting else self.until)


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody lives or stays at a place, or is proposed to. `many_households` is a block of flats, a hostel, a
    refuge."""

    person: int
    place: str
    shown: str = ""
    use: str = "lives"  # lives, stays, lived, proposed
    since: date | None = None
    until: date | None = None
    many_households: bool = False
    audience_id: int = 0

    def on(self, day: date) -> bool:
        """Whether they live there on a day; an address given as a former one without dates says nothing of any
        day."""
        if self.use == "lived" and self.until is None:
            return False
        return _within(day, self.since, self.until)


def _within(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or since <= day) and (until is None or day <= until)


@dataclass(frozen=True, slots=True)
class Graph:
    """Everything known of a part of the network, at any time."""

    members: Mapping[int, Member]
    ties: tuple[Tie, ...] = ()
    stays: tuple[Stay, ...] = ()


@dataclass(frozen=True, slots=True)
class Hop:
    """One step: what `end` is to `start`, in words that follow "is" or stand alone: "Ella Rowse `verb` Jake Rowse
    `note`"."""

    start: int
    end: int
    kind: str
    verb: str
    note: str = ""
    rank: int = 6
    audience_ids: frozenset[int] = frozenset()


class OnTheDay:
    """The network as it stands on one day, ready to be walked. What is read later may be added."""

    __slots__ = ("_children", "_crowded", "_parents", "_partners", "_residents", "_stays", "_ties", "day", "graph")

    def __init__(self, graph: Graph, day: date) -> None:
        self.graph = graph
        self.day = day
        #: Of each person: a tie that several agencies state is held once.
        self._ties: defaultdict[int, dict[tuple[int, int, str], Tie]] = defaultdict(dict)
        self._parents: defaultdict[int, dict[int, Tie]] = defaultdict(dict)
        self._children: defaultdict[int, dict[int, Tie]] = defaultdict(dict)
        self._partners: defaultdict[int, dict[int, Tie]] = defaultdict(dict)
        self._stays: defaultdict[int, dict[tuple[str, str], Stay]] = defaultdict(dict)
        self._residents: defaultdict[str, dict[tuple[int, str], Stay]] = defaultdict(dict)
        self._crowded: set[str] = set()
        self.add(graph.ties, graph.stays)

    def add(self, ties: Iterable[Tie], stays: Iterable[Stay]) -> None:
        """What was read further. The order in which facts come changes nothing."""
        for tie in ties:
            if tie.start != tie.end and tie.on(self.day):
                self._add(tie)
        for stay in stays:
            if stay.on(self.day):
                _keep(self._stays[stay.person], (stay.place, stay.use), stay)
                _keep(self._residents[stay.place], (stay.person, stay.use), stay)
                if stay.many_households:
                    self._crowded.add(stay.place)

    def _add(self, tie: Tie) -> None:
        stated = (tie.start, tie.end, tie.relation)
        _keep(self._ties[tie.start], stated, tie)
        _keep(self._ties[tie.end], stated, tie)
        if tie.relation in relations.PARENTAGE:
            _keep(self._parents[tie.end], tie.start, tie)
            _keep(self._children[tie.start], tie.end, tie)
        elif tie.relation in relations.CHILDHOOD:
            _keep(self._parents[tie.start], tie.end, tie)
            _keep(self._children[tie.end], tie.start, tie)
        elif tie.relation in relations.PARTNERSHIP:
            _keep(self._partners[tie.start], tie.end, tie)
            _keep(self._partners[tie.end], tie.start, tie)

    def parents(self, person: int) -> frozenset[int]:
        """Parents by birth or adoption."""
        return frozenset(self._parents.get(person, ()))

    def children(self, person: int) -> frozenset[int]:
        """Children by birth or adoption."""
        return frozenset(self._children.get(person, ()))

    def partners(self, person: int) -> frozenset[int]:
        return frozenset(self._partners.get(person, ()))

    def neighbours(self, person: int) -> set[int]:
        """Everybody one step away, without the words."""
        parents, partners = self.parents(person), self.partners(person)
        found = {end for start, end, _ in self._ties.get(person, ())}
        found |= {start for start, end, _ in self._ties.get(person, ())}
        for parent in parents:
            found |= self.children(parent)
            for partner in self.partners(parent):
                found |= {partner} | self.children(partner)
        for partner in partners:
            found |= self.children(partner)
        for stay in self._stays.get(person, {}).values():
            found |= {other.person for other in self._living_at(stay)}
            if stay.use != "proposed":
                found |= {other.person for other in self._moving_to(stay)}
        return found - {person}

    def hops(self, person: int) -> tuple[Hop, ...]:
        """Everybody one step away, each by the tie that tells most; what else ties the two is told beside it."""
        found: defaultdict[int, list[Hop]] = defaultdict(list)
        of_family = (*self._siblings(person), *self._partners_of_parents(person), *self._children_of_partners(person))
        for hop in (*self._stated(person), *of_family, *self._household(person), *self._proposed(person)):
            found[hop.end].append(hop)
        return tuple(_told_together(sorted(found[end], key=_telling_most)) for end in sorted(found))

    def _stated(self, person: int) -> Iterator[Hop]:
        for tie in self._ties[person].values():
            first = tie.start != person  # the neighbour is the one who is `relation` of the person
            other = tie.start if first else tie.end
            words = relations.said(tie.relation, of_the_first=first, sex=self._sex(other))
            yield Hop(person, other, tie.relation, f"is {words}", "", relations.rank(tie.relation), _audiences(tie))

    def _siblings(self, person: int) -> Iterator[Hop]:
        mine = self._parents[person]
        for other in sorted({child for parent in mine for child in self._children[parent]} - {person}):
            yield self._sibling(person, other)
        step = {
            child: (parent, partner)
            for parent in sorted(mine)
            for partner in sorted(self._partners[parent])
            for child in sorted(self._children[partner])
            if child != person and not mine.keys() & self._parents[child].keys()
        }
        for other, (parent, partner) in step.items():
            verb = "is " + relations.said("step-sibling", of_the_first=True, sex=self._sex(other))
            note = f"{self._name(parent)} and {self._name(partner)} are partners"
            made_of = (mine[parent], self._partners[parent][partner], self._children[partner][other])
            yield Hop(person, other, "step-sibling", verb, note, relations.rank("step-sibling"), _audiences(*made_of))

    def _partners_of_parents(self, person: int) -> Iterator[Hop]:
        """Whoever is the partner of a parent is in the child's life, whether or not anybody calls it a step-parent."""
        for parent in sorted(self._parents[person]):
            for partner in sorted(self._partners[parent].keys() - self._parents[person].keys() - {person}):
                made_of = (self._parents[person][parent], self._partners[parent][partner])
                word = self._parent_word(made_of[0], parent)
                verb, note = "is the partner of a parent of", f"the {word}, {self._name(parent)}"
                yield Hop(person, partner, "partner-of-parent", verb, note, 2, _audiences(*made_of))

    def _children_of_partners(self, person: int) -> Iterator[Hop]:
        """The same the other way round."""
        for partner in sorted(self._partners[person]):
            for child in sorted(self._children[partner].keys() - self._children[person].keys() - {person}):
                made_of = (self._partners[person][partner], self._children[partner][child])
                word = {"F": "a daughter", "M": "a son"}.get(self._sex(child), "a child")
                verb, note = f"is {word} of the partner of", self._name(partner)
                yield Hop(person, child, "child-of-partner", verb, note, 2, _audiences(*made_of))

    def _sibling(self, person: int, other: int) -> Hop:
        """Both parents shared: brother or sister. One shared and another known to differ: half-brother or
        half-sister."""
        mine, theirs = self._parents[person], self._parents[other]
        shared = sorted(mine.keys() & theirs.keys())
        half = len(shared) == 1 and len(mine) > 1 and len(theirs) > 1
        kind = "half-sibling" if half else "sibling"
        verb = "is " + relations.said(kind, of_the_first=True, sex=self._sex(other))
        note = "same parents, " + " and ".join(map(self._name, shared))
        if len(shared) == 1:
            note = f"same {self._parent_word(mine[shared[0]], shared[0])}, {self._name(shared[0])}"
        made_of = (tie for parent in shared for tie in (mine[parent], theirs[parent]))
        return Hop(person, other, kind, verb, note, relations.rank(kind), _audiences(*made_of))

    def _household(self, person: int) -> Iterator[Hop]:
        for stay in self._stays[person].values():
            if stay.use == "proposed":
                continue
            for other in self._living_at(stay):
                if other.person != person:
                    where = stay.shown or other.shown or "the same address"
                    made_of = _audiences(stay, other)
                    yield Hop(person, other.person, "household", "lives with", f"at {where}", 3, made_of)

    def _proposed(self, person: int) -> Iterator[Hop]:
        """Between somebody who is proposed to live at an address and those who live there now."""
        for stay in self._stays[person].values():
            moving = stay.use == "proposed"
            verb = "lives at the address proposed for" if moving else "is proposed to live with"
            others = self._living_at(stay) if moving else self._moving_to(stay)
            for other in others:
                if other.person != person:
                    yield Hop(person, other.person, "proposed", verb, stay.shown, 2, _audiences(stay, other))

    def _moving_to(self, stay: Stay) -> list[Stay]:
        """Those who are proposed to live where somebody lives, if it is one household."""
        here = self._residents[stay.place].values() if self._is_household(stay.place) else ()
        return [other for other in here if other.use == "proposed"]

    def _living_at(self, stay: Stay) -> list[Stay]:
        """The others who live where somebody stays, if it is one household."""
        if not self._is_household(stay.place):
            return []
        return [other for other in self._residents[stay.place].values() if other.use != "proposed"]

    def _is_household(self, place: str) -> bool:
        here = self._residents[place]
        if place in self._crowded:
            return False
        return len(here) <= LARGEST_HOUSEHOLD or len({person for person, _ in here}) <= LARGEST_HOUSEHOLD

    def _parent_word(self, tie: Tie, parent: int) -> str:
        by_sex = {"F": "mother", "M": "father"}.get(self._sex(parent), "parent")
        said = tie.relation.removeprefix("birth-").replace("-", " ")
        return by_sex if tie.relation in relations.CHILDHOOD or said == "parent" else said

    def _name(self, person: int) -> str:
        member = self.graph.members.get(person)
        return member.name if member else "somebody"

    def _sex(self, person: int) -> str:
        member = self.graph.members.get(person)
        return member.sex if member else ""


Held = TypeVar("Held", Tie, Stay)
Key = TypeVar("Key")


def _keep(held: dict[Key, Held], key: Key, new: Held) -> None:
    """Of several facts that say one thing, always the same is told, whatever order they come in."""
    before = held.get(key)
    if before is None or (before is not new and _in_order(new) < _in_order(before)):
        held[key] = new


def _in_order(each: Tie | Stay) -> tuple[str, ...]:
    said = (each.relation,) if isinstance(each, Tie) else (each.shown,)
    return (*said, str(each.since), str(each.until), str(each.audience_id))


def _audiences(*made_of: Tie | Stay) -> frozenset[int]:
    return frozenset(each.audience_id for each in made_of)


def _telling_most(hop: Hop) -> tuple[int, str, str, str, tuple[int, ...]]:
    return hop.rank, hop.kind, hop.verb, hop.note, tuple(sorted(hop.audience_ids))


def _told_together(hops: list[Hop]) -> Hop:
    """The first of several ties between two people, with the others in its note: "also a step-brother"."""
    if any(hop.kind.startswith("step-") for hop in hops):  # the word for it is said already
        hops = [hop for hop in hops if hop.kind not in COMPUTED_STEP]
    first, *others = hops
    words = dict.fromkeys(_beside(hop) for hop in others if hop.verb != first.verb)
    also = [word for word in words if word]
    told = [first, *(hop for hop in others if _beside(hop) in also)]
    note = "; ".join(part for part in (first.note, *also) if part)
    return replace(first, note=note, audience_ids=frozenset().union(*(hop.audience_ids for hop in told)))


def _beside(hop: Hop) -> str:
    """A tie in few words beside another: "also a cousin", "they live together"; nothing where there are no such
    words."""
    if hop.kind == "household":
        return "they live together"
    if hop.kind == "proposed":
        return "proposed to live together"
    plain = hop.verb.startswith("is ") and hop.verb.endswith(" of")
    return f"also {hop.verb[3:-3]}" if plain else ""
