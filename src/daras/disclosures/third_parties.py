"""Whom a family's version may name: the family, and nobody else (A8: a referrer of the public stays unnamed)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date

from daras.frontdoor.models import Document
from daras.frontdoor.queries import MatterAround
from daras.network.relations import CHILDHOOD, PARENTAGE, PARTNERSHIP
from daras.people.models import RelationshipKnown
from daras.people.queries import PersonKnown, holders_of_parental_responsibility, persons_of
from daras.safety.queries import kept_from_contact
from daras.working_time import clock

SIBLINGS = frozenset({"sibling", "brother", "sister", "twin", "half-sibling", "half-brother", "half-sister"})
FAMILY = PARENTAGE | CHILDHOOD | SIBLINGS | {"step-mother", "step-father", "step-parent", "guardian", "carer"}
PUBLIC = "public"
#: A shorter name is too often a word.
SHORTEST = 3


def may_be_told(story: MatterAround, child: PersonKnown, on: date) -> dict[int, str]:
    """Who of a child's family may be given a version, by person, and on what ground: the child, and whoever holds
    parental responsibility, unless they are said to have harmed, or to pose a risk, or are kept from contact (G5)."""
    held = holders_of_parental_responsibility(child.record_ids, on).get(child.person_id, set())
    suspects = {
        story.person_of_record.get(part.fact.person_record_id or 0) for part in story.parts if part.part == "suspect"
    }
    kept = {story.person_of_record.get(record) for record in kept_from_contact(story.protections, clock.now())}
    told = {child.person_id: "the child"}
    for holder in sorted(held):
        person = story.people.get(holder)
        if person is not None and holder not in suspects | kept and not person.risks:
            told[holder] = "holds parental responsibility"
    return told


def family_of(story: MatterAround, child: PersonKnown, on: date) -> set[int]:
    """The persons of a child's own family: parents, brothers and sisters, who holds responsibility, their partners,
    and whoever lives at the same address."""
    family = {child.person_id, *holders_of_parental_responsibility(child.record_ids, on).get(child.person_id, set())}
    family |= _related(child.record_ids, FAMILY)
    parents = [record for person in family - {child.person_id} for record in _records(story, person)]
    family |= _related(parents, PARTNERSHIP)
    homes = {stay.place_key for stay in child.stays if _now(stay.until, on) and not stay.many_households}
    lives_there = (
        person.person_id
        for person in story.people.values()
        if any(stay.place_key in homes and _now(stay.until, on) and stay.use == "lives" for stay in person.stays)
    )
    return family | set(lives_there)


def named_third_parties(story: MatterAround, child: PersonKnown, words: str, on: date) -> list[str]:
    """What in a text names people who are not of the child's family, or a referrer of the public: in the text's own
    words, so that nobody learns more of a name than they wrote."""
    family = family_of(story, child, on)
    known = [name for person in family if person in story.people for name in names_of(story.people[person])]
    own = {part.casefold() for name in known for part in name.split()}
    others = [name for key, person in story.people.items() if key not in family for name in names_of(person)]
    return said_of(words, (*others, *public_referrers([story.matter.pk])), own)


def said_of(words: str, names: Iterable[str], own: Collection[str]) -> list[str]:
    """Which of these names a text says, whole or in part, in its own words; but for parts that are somebody's own
    (in small letters)."""
    found: list[str] = []
    for name in dict.fromkeys(names):
        parts = [part for part in name.split() if len(part) >= SHORTEST and part.casefold() not in own]
        found += [said for each in (name, *parts) if (said := _said(words, each))]
    return [each for each in dict.fromkeys(found) if not any(each in other and each != other for other in found)]


def _related(record_ids: Iterable[int], kinds: frozenset[str] | set[str]) -> set[int]:
    ids = list(record_ids)
    standing = RelationshipKnown.objects.filter(fact__superseded_by__isnull=True, relation__in=kinds)
    pairs = [
        *standing.filter(other_record__in=ids).values_list("fact__person_record_id", flat=True),
        *standing.filter(fact__person_record_id__in=ids).values_list("other_record_id", flat=True),
    ]
    return set(persons_of(record for record in pairs if record is not None).values())


def _records(story: MatterAround, person_id: int) -> list[int]:
    person = story.people.get(person_id)
    return person.record_ids if person else []


def names_of(person: PersonKnown) -> list[str]:
    written = [" ".join(part for part in (each.given_name, each.family_name) if part) for each in person.names]
    return [name for name in dict.fromkeys(written) if name]


def professional_referrers(matter_ids: Collection[int]) -> list[str]:
    """The names of professionals who wrote about these matters."""
    bodies = Document.objects.filter(matter__in=list(matter_ids)).exclude(agency=PUBLIC).values_list("body", flat=True)
    said = (body.get("from", {}).get("name", "") for body in bodies)
    return [name.strip() for name in said if name and name.strip()]


def public_referrers(matter_ids: Collection[int]) -> list[str]:
    """The names of members of the public who wrote about these matters."""
    bodies = Document.objects.filter(matter__in=list(matter_ids), agency=PUBLIC).values_list("body", flat=True)
    said = (body.get("from", {}).get("name", "") for body in bodies)
    return [name.strip() for name in said if name and name.strip()]


def _said(words: str, name: str) -> str:
    match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE)
    return match[0] if match else ""


def _now(until: date | None, on: date) -> bool:
    return until is None or until >= on
