"""Who is what to whom, read from a situation: parents, siblings, partners, a shared home."""

from __future__ import annotations

from collections.abc import Iterator

from daras.rules.situation import Person, PersonKey, Situation

_PARENT = {
    f"{kin}{elder}" for kin in ("", "step-", "adoptive-", "foster-") for elder in ("mother", "father", "parent")
} | {
    "foster-carer",
    "guardian",
}
_CHILD = {"son", "daughter", "child", "step-son", "step-daughter", "step-child"}
_SIBLING = {"sibling", "brother", "sister", "twin"} | {
    f"{half}-{kin}" for half in ("half", "step") for kin in ("sibling", "brother", "sister")
}
_PARTNER = {"partner", "husband", "wife", "spouse", "boyfriend", "girlfriend"}


def kind_of(written: str) -> str:
    """The kind of a relationship without its "of"."""
    return written.strip().casefold().removesuffix(" of").replace(" ", "-")


def _ties(situation: Situation, key: PersonKey) -> Iterator[tuple[str, PersonKey, bool]]:
    """Each tie of a person: its kind, the other, and whether this person is the one it describes."""
    for tie in situation.relationships:
        if tie.start == key:
            yield kind_of(tie.kind), tie.end, True
        elif tie.end == key:
            yield kind_of(tie.kind), tie.start, False


def parents(situation: Situation, key: PersonKey) -> dict[PersonKey, str]:
    """The parents and those who stand in for them, with the word for each."""
    found: dict[PersonKey, str] = {}
    for kind, other, describes in _ties(situation, key):
        if (kind in _PARENT and not describes) or (kind in _CHILD and describes):
            found[other] = kind if kind in _PARENT else "parent"
    return found


def partners(situation: Situation, key: PersonKey) -> tuple[PersonKey, ...]:
    """The partners of a person."""
    return tuple(other for kind, other, _ in _ties(situation, key) if kind in _PARTNER)


def siblings(situation: Situation, key: PersonKey) -> dict[PersonKey, str]:
    """Brothers and sisters, full, half and step, with the word for each, written down or computed from parentage."""
    mine = set(parents(situation, key))
    stepped = {partner for parent in mine for partner in partners(situation, parent)}
    found: dict[PersonKey, str] = {}
    for other, person in situation.people.items():
        if other == key:
            continue
        theirs = set(parents(situation, other))
        if mine & theirs:
            found[other] = _sibling_word(person, "" if mine == theirs else "half-" if _two(mine, theirs) else "")
        elif stepped & theirs:
            found[other] = _sibling_word(person, "step-")
    for kind, other, _ in _ties(situation, key):
        if kind in _SIBLING:
            found.setdefault(other, _sibling_word(situation.people[other], _prefix(kind)))
    return found


def _two(mine: set[PersonKey], theirs: set[PersonKey]) -> bool:
    """Whether both parents of both are known, so that one in common makes half-siblings."""
    return len(mine) > 1 and len(theirs) > 1


def _prefix(kind: str) -> str:
    return f"{kind.split('-', maxsplit=1)[0]}-" if "-" in kind else ""


def _sibling_word(person: Person, prefix: str) -> str:
    return prefix + {"F": "sister", "M": "brother"}.get(person.sex or "", "sibling")


def shares_home(one: Person, other: Person) -> bool:
    """Whether two people live at one address that is a single household's."""
    mine = {place.key for place in one.addresses if not place.many_households}
    return any(place.key in mine for place in other.addresses if not place.many_households)


def relation(situation: Situation, key: PersonKey, to: PersonKey) -> str | None:
    """What the person is to the other, in one or two words ("step-brother", "father", "in the same home"), or none."""
    if key in (kin := siblings(situation, to)):
        return kin[key]
    if key in (elders := parents(situation, to)):
        return elders[key]
    if to in parents(situation, key):
        return {"F": "daughter", "M": "son"}.get(situation.people[key].sex or "", "child")
    for kind, other, describes in _ties(situation, key):
        if other == to and (describes or kind in _PARTNER | {"friend", "cousin"}):
            return kind
    return "in the same home" if shares_home(situation.people[key], situation.people[to]) else None
