"""The people a search found, each with what agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from daras.pages import wording
from daras.pages.finding.queries import Found


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """One hit, in words."""

    name: str
    number: str
    href: str
    born: str
    lives: str
    why: str
    known_to: str
    risks: tuple[str, ...]


def found_people(found: Found, on: date) -> tuple[FoundPerson, ...]:
    """The closest first. What agreed is said; how likely it is, is not."""
    lines = []
    for pk, hits in found.hits.items():
        person = found.people[pk]
        agencies = {name.fact.agency: None for name in person.names}
        lines.append(
            FoundPerson(
                name=person.name,
                number=person.number,
                href=reverse("person", args=[person.number]),
                born=wording.born(person, on) or "date of birth not known",
                lives=next((wording.address(stay) for stay in person.stays if stay.use == "lives"), ""),
                why=wording.listed(reason for hit in hits[:1] for reason in hit.why),
                known_to=wording.listed(wording.agency(agency) for agency in agencies),
                risks=tuple(dict.fromkeys(wording.risk(risk) for risk in person.risks)),
            )
        )
    return tuple(lines)
