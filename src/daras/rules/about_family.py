"""Predicates about one person through others: siblings, homes, partners, those who may pose a risk near a child."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from daras.rules.about_people import risk_in_words, risks, shown
from daras.rules.family import IN_THE_SAME_HOME
from daras.rules.registry import Asked, Evidence, about_person
from daras.rules.situation import Person, PersonKey
from daras.working_time.wording import listed


def _others(asked: Asked, keys: Iterable[PersonKey], person: Person) -> Iterator[tuple[Person, str]]:
    """Those of the keys who are related to the person or share a home, with the word for it."""
    for key in keys:
        word = asked.reading.family.relation(person.key, key) if key != person.key else None
        if word is not None:
            yield asked.situation.people[key], word


def _suspects(asked: Asked) -> tuple[PersonKey, ...]:
    """Those suspected in this news, then those suspected in a matter that is open still (B1, B2)."""
    before = (key for key, person in asked.situation.people.items() if person.suspected_before)
    return tuple(dict.fromkeys((*asked.situation.suspects, *before)))


def _as_reason(others: list[tuple[Person, str]], asked: Asked) -> tuple[str, ...]:
    return tuple(
        f"lives with {shown(asked, other.key)}" if word == IN_THE_SAME_HOME else f"{word} of {shown(asked, other.key)}"
        for other, word in others
    )


@about_person("near-suspect", gives="suspect")
def near_suspect(asked: Asked, person: Person) -> Evidence | None:
    """The person is a sibling of somebody suspected, or their child, or lives with them (B2)."""
    near = [
        (other, word)
        for other, word in _others(asked, _suspects(asked), person)
        if word not in ("friend", "cousin") and asked.reading.family.close(person.key, other.key)
    ]
    if not near:
        return None
    names = listed([shown(asked, other.key) for other, _ in near])
    return Evidence(_as_reason(near, asked), {"suspect": names})


@about_person("in-contact-with-suspect", gives="suspect")
def in_contact_with_suspect(asked: Asked, person: Person) -> Evidence | None:
    """The person is tied to somebody suspected in another way: friend, cousin, partner's child (B2)."""
    ties = list(_others(asked, _suspects(asked), person))
    far = [(other, word) for other, word in ties if not asked.reading.family.close(person.key, other.key)]
    if not far:
        return None
    names = listed([shown(asked, other.key) for other, _ in far])
    return Evidence(_as_reason(far, asked), {"suspect": names})


@about_person("connected", may="within", gives="path")
def connected(asked: Asked, person: Person) -> Evidence | None:
    """The network connects the person to those in the news within so many steps; the path says how."""
    for connection in asked.situation.connections:
        if connection.person == person.key and connection.steps <= asked.wanted.get("within", 2):
            return Evidence((connection.reason,), {"path": connection.reason})
    return None


@about_person("adult-of-risk-near", may="basis status", gives="adults")
def adult_of_risk_near(asked: Asked, person: Person) -> Evidence | None:
    """A parent, a parent's partner or somebody in the home poses, or is said to pose, a risk to children (E2)."""
    family, people = asked.reading.family, asked.situation.people
    near = family.circle(person.key)
    words = tuple(
        f"{shown(asked, key)} ({_place_in_family(asked, person, key)}; {risk_in_words(risk)})"
        for key in people
        if key in near
        for risk in risks(asked, people[key])
    )
    return Evidence(words, {"adults": listed(tuple(dict.fromkeys(words)))}) if words else None


def _place_in_family(asked: Asked, person: Person, key: PersonKey) -> str:
    family = asked.reading.family
    together = IN_THE_SAME_HOME if family.live_together(person.key, key) else "partner of a parent"
    return family.parents(person.key).get(key, together)


@about_person("home-proposed-for-person-of-risk", may="basis status", gives="proposals")
def home_proposed(asked: Asked, person: Person) -> Evidence | None:
    """Somebody who poses a risk proposes to live where the person lives (E2, E3)."""
    homes = {place.key for place in person.addresses}
    proposals = tuple(
        f"{shown(asked, key)} ({risk_in_words(risk)}) proposes to live at {risk.proposed_address.text}"
        for key, other in (asked.situation.people.items() if homes else ())
        if other.poses_risk and key != person.key
        for risk in risks(asked, other)
        if risk.proposed_address is not None and risk.proposed_address.key in homes
    )
    return Evidence(proposals, {"proposals": listed(tuple(dict.fromkeys(proposals)))}) if proposals else None


@about_person("child-near", gives="child")
def child_near(asked: Asked, person: Person) -> Evidence | None:
    """A child is theirs, a partner's, or lives where they live or propose to live."""
    proposed = {risk.proposed_address.key for risk in person.poses_risk if risk.proposed_address}
    near = asked.reading.family.children_near(person.key)
    children = [
        key
        for key, other in asked.situation.people.items()
        if other.age_group in ("child", "unborn") and key != person.key
        if key in near or any(place.key in proposed for place in other.addresses)
    ]
    names = listed([shown(asked, key) for key in children])
    return Evidence((f"a child: {names}",), {"child": names}) if children else None


@about_person("cares-for-subject", gives="child")
def cares_for_subject(asked: Asked, person: Person) -> Evidence | None:
    """The person is a parent of, or stands in as one for, a child the concerns are about or who is suspected."""
    situation = asked.situation
    concerned = dict.fromkeys((*situation.subjects, *situation.suspects))
    children = [key for key in concerned if person.key in asked.reading.family.parents(key)]
    return Evidence((), {"child": listed([shown(asked, key) for key in children])}) if children else None
