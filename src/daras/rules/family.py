"""Who is what to whom, read once from a situation: parents, siblings, partners, a shared home."""

from __future__ import annotations

from collections import defaultdict

from daras.rules.situation import Person, PersonKey, Situation

_PARENT = {f"{kin}{elder}" for kin in ("", "step-", "adoptive-", "foster-") for elder in ("mother", "father", "parent")}
_PARENT |= {"foster-carer", "guardian"}
_CHILD = {"son", "daughter", "child", "step-son", "step-daughter", "step-child"}
_SIBLING = {"sibling", "brother", "sister", "twin"}
_SIBLING |= {f"{half}-{kin}" for half in ("half", "step") for kin in ("sibling", "brother", "sister")}
_PARTNER = {"partner", "husband", "wife", "spouse", "boyfriend", "girlfriend"}
_SAID_EITHER_WAY = _PARTNER | {"friend", "cousin"}

IN_THE_SAME_HOME = "in the same home"


def kind_of(written: str) -> str:
    """The kind of a relationship without its "of"."""
    return written.strip().casefold().removesuffix(" of").replace(" ", "-")


class Family:
    """The families of one situation, computed once so that every rule may ask."""

    def __init__(self, situation: Situation) -> None:
        self._people = situation.people
        self._parents: dict[PersonKey, dict[PersonKey, str]] = defaultdict(dict)
        self._children: dict[PersonKey, set[PersonKey]] = defaultdict(set)
        self._partners: dict[PersonKey, dict[PersonKey, None]] = defaultdict(dict)
        self._said: dict[tuple[PersonKey, PersonKey], str] = {}
        self._at_home: dict[PersonKey, set[PersonKey]] = defaultdict(set)
        self._siblings: dict[PersonKey, dict[PersonKey, str]] = {}
        for tie in situation.relationships:
            self._read(kind_of(tie.kind), tie.start, tie.end)
        self._read_homes()

    def _read(self, kind: str, start: PersonKey, end: PersonKey) -> None:
        self._said.setdefault((start, end), kind)
        if kind in _SAID_EITHER_WAY:
            self._said.setdefault((end, start), kind)
        if kind in _PARENT or kind in _CHILD:
            elder, child = (start, end) if kind in _PARENT else (end, start)
            self._parents[child].setdefault(elder, kind if kind in _PARENT else "parent")
            self._children[elder].add(child)
        elif kind in _PARTNER:
            self._partners[start][end] = None
            self._partners[end][start] = None

    def _read_homes(self) -> None:
        at: dict[str, set[PersonKey]] = defaultdict(set)
        for key, person in self._people.items():
            for place in person.addresses:
                if not place.many_households:
                    at[place.key].add(key)
        for together in at.values():
            for key in together:
                self._at_home[key] |= together - {key}

    def parents(self, key: PersonKey) -> dict[PersonKey, str]:
        """The parents and those who stand in for them, with the word for each."""
        return self._parents.get(key, {})

    def partners(self, key: PersonKey) -> tuple[PersonKey, ...]:
        """The partners of a person."""
        return tuple(self._partners.get(key, ()))

    def live_together(self, one: PersonKey, other: PersonKey) -> bool:
        """Whether two people live at one address that is a single household's."""
        return other in self._at_home.get(one, ())

    def circle(self, key: PersonKey) -> set[PersonKey]:
        """Parents, their partners, and everybody in the home."""
        elders = self.parents(key)
        partners = {partner for elder in elders for partner in self.partners(elder)}
        return ({*elders} | partners | self._at_home.get(key, set())) - {key}

    def children_near(self, key: PersonKey) -> set[PersonKey]:
        """Those whose parent the person or a partner is, and everybody in the home."""
        theirs = (self._children.get(elder, set()) for elder in (key, *self.partners(key)))
        return set().union(*theirs, self._at_home.get(key, set())) - {key}

    def siblings(self, key: PersonKey) -> dict[PersonKey, str]:
        """Brothers and sisters, full, half and step, with the word for each, written or computed from parentage."""
        if key not in self._siblings:
            self._siblings[key] = self._compute_siblings(key)
        return self._siblings[key]

    def _compute_siblings(self, key: PersonKey) -> dict[PersonKey, str]:
        mine = set(self.parents(key))
        stepped = {partner for parent in mine for partner in self.partners(parent)} - mine
        found: dict[PersonKey, str] = {}
        for elder in sorted(mine | stepped):
            for other in sorted(self._children.get(elder, set()) - {key}):
                theirs = set(self.parents(other))
                found[other] = _sibling_word(self._people[other], _prefix(mine, theirs))
        for (start, end), kind in self._said.items():
            if kind in _SIBLING and key in (start, end):
                other = end if start == key else start
                prefix = f"{kind.split('-')[0]}-" if "-" in kind else ""
                found.setdefault(other, _sibling_word(self._people[other], prefix))
        return found

    def relation(self, key: PersonKey, to: PersonKey) -> str | None:
        """What a person is to another, in a word or two ("step-brother", "father", "in the same home"), or none."""
        if key in (kin := self.siblings(to)):
            return kin[key]
        if key in (elders := self.parents(to)):
            return elders[key]
        if to in self.parents(key):
            return {"F": "daughter", "M": "son"}.get(self._people[key].sex or "", "child")
        if (key, to) in self._said:
            return self._said[key, to]
        return IN_THE_SAME_HOME if self.live_together(key, to) else None

    def close(self, one: PersonKey, other: PersonKey) -> bool:
        """Whether one is a sibling of the other, or their child, or lives with them."""
        return other in self.siblings(one) or other in self.parents(one) or self.live_together(one, other)


def _prefix(mine: set[PersonKey], theirs: set[PersonKey]) -> str:
    """Whole siblings share all parents known; half-siblings one of two; step-siblings none."""
    if not mine & theirs:
        return "step-"
    return "half-" if mine != theirs and len(mine) > 1 and len(theirs) > 1 else ""


def _sibling_word(person: Person, prefix: str) -> str:
    return prefix + {"F": "sister", "M": "brother"}.get(person.sex or "", "sibling")
