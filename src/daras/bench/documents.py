"""Referrals about people of a synthetic county, no two alike: five people each, some with slips, some
unknown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from daras.exchange.demonstration.people import Household, Resident
from daras.exchange.demonstration.slips import chosen

SEED = "daras bench documents 1"
SENT_AT = "2026-11-24T11:50:00+00:00"
PEOPLE_EACH = 5

SENDERS = (
    ("carn-brea-academy", "safeguarding"),
    ("trevithick-primary", "safeguarding"),
    ("devon-and-cornwall-police", "redruth-neighbourhood"),
    ("royal-cornwall-hospitals", "emergency-department"),
    ("cornwall-partnership-trust", "school-nursing"),
)
ACCOUNTS = (
    "{child} told a teaching assistant that {other} hurt them when nobody else was at home.",
    "{child} said that it happened more than once and that {other} asked for it to be kept a secret.",
    "A neighbour heard shouting, and {child} was found outside late in the evening without a coat.",
    "{child} has missed school for two weeks and seems low; {other} did not answer the door.",
)


def documents(made: Sequence[Household], count: int, *, start: int = 0) -> list[bytes]:
    """So many documents; `start` numbers the first, so that later ones differ from earlier ones."""
    rng = Random(f"{SEED} {start}")  # noqa: S311
    families = [each for each in made if len(each.residents) >= 3 and any(r.role == "child" for r in each.residents)]
    return [_document(rng, chosen(rng, families), chosen(rng, families), start + index) for index in range(count)]


def about_whole_families(made: Sequence[Household], count: int, *, sender: tuple[str, str]) -> list[bytes]:
    """So many documents of one sender, each about another family and naming all of it, the largest families first."""
    rng = Random(f"{SEED} families")  # noqa: S311
    families = [each for each in made if len(each.residents) >= 3 and any(r.role == "child" for r in each.residents)]
    largest = sorted(families, key=lambda each: (-len(each.residents), each.residents[0].key))[:count]
    papers = [_document(rng, each, chosen(rng, families), number, whole=True) for number, each in enumerate(largest)]
    return [_of(paper, sender) for paper in papers]


def told_again(paper: bytes, times: int) -> bytes:
    """The same family, of which another team writes something new."""
    document: dict[str, Any] = json.loads(paper)
    for concern in document["concerns"]:
        concern["what_happened"] += f" It was said again, to somebody else ({times})."
    agency, team = SENDERS[times % len(SENDERS)]
    return _of(json.dumps(document).encode(), (agency, team))


def _of(paper: bytes, sender: tuple[str, str]) -> bytes:
    return json.dumps(json.loads(paper) | {"from": {"agency": sender[0], "team": sender[1]}}).encode()


def _document(rng: Random, family: Household, other: Household, number: int, *, whole: bool = False) -> bytes:
    children = [each for each in family.residents if each.role == "child"]
    about = chosen(rng, children)
    named = [about, *(each for each in family.residents if each is not about)]
    named = named if whole else named[: PEOPLE_EACH - 1]
    friend = next(each for each in other.residents if each.role == "child")
    suspected = named[1]
    people = [_person(rng, each) for each in named]
    if friend.key not in {each.key for each in named}:
        people.append(_person(rng, friend))
    while len(people) < PEOPLE_EACH:
        people.append({"ref": f"unknown-{len(people)}", "role": "adult", "given_name": "Zennor", "sex": "F"})
    known = {each.key for each in named}
    agency, team = chosen(rng, SENDERS)
    words = chosen(rng, ACCOUNTS).format(child=about.given_name, other=suspected.given_name)
    document = {
        "format": "daras-referral/1",
        "kind": "referral",
        "sent_at": SENT_AT,
        "from": {"agency": agency, "team": team},
        "people": people,
        "relationships": [
            {"from": _ref(tie.start), "to": _ref(tie.end), "type": tie.relation}
            for tie in family.ties
            if {tie.start, tie.end} <= known
        ],
        "concerns": [
            {
                "about": [_ref(about.key)],
                "suspected": [_ref(suspected.key)],
                "category": "sexual-abuse-in-the-family",
                "what_happened": f"{words} (Synthetic account {number}.)",
            }
        ],
        "safe_now": {_ref(about.key): {"seen": True, "seen_by": "the referrer"}},
    }
    return json.dumps(document).encode()


def _ref(key: str) -> str:
    return key.replace("/", ".")


def _person(rng: Random, resident: Resident) -> dict[str, Any]:
    """Somebody as a referrer knows them: a number now and then, a slip now and then."""
    family = resident.family_name
    if rng.random() < 0.1 and len(family) > 4:
        family = family[:-1]
    person: dict[str, Any] = {
        "ref": _ref(resident.key),
        "role": resident.role,
        "given_name": resident.given_name,
        "family_name": family,
        "sex": resident.sex,
    }
    if resident.born and (resident.role == "child" or rng.random() < 0.5):
        person["date_of_birth"] = resident.born.isoformat()
    if resident.role == "child" and rng.random() < 0.4:
        person["identifiers"] = [{"system": "nhs-number", "value": resident.nhs_number}]
    if resident.home and rng.random() < 0.8:
        home = resident.home
        person["address"] = {"lines": list(home.lines), "town": home.town, "postcode": home.postcode}
    return person
