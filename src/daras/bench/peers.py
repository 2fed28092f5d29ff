"""What somebody would take instead of `daras.matching`, on the same questions: a rule of thumb, trigrams, and what has
to be trained (Splink's recipe, recordlinkage's ECM), which needs `requirements/peers.txt`."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec

from daras.bench.figures import Figure
from daras.bench.matching_set import OpenSet
from daras.bench.scoring import Answer
from daras.frontdoor.document import PersonNamed
from daras.matching.features import plain_postcode

Fields = tuple[str, str, str, str]


def simple(found: OpenSet) -> dict[str, list[Answer]]:
    """Those that need nothing installed."""
    return {"NHS number, else 3 of 4 fields": _three_of_four(found)}


Answers = tuple[dict[str, list[Answer]], list[Figure]]


def trained(found: OpenSet) -> Iterator[tuple[str, Callable[[], Answers]]]:
    """Those that are trained on the set itself, without its labels, and the database's own search: each with its name,
    asked when it is called. A figure says so where one is not installed."""
    from daras.bench import trigram_recipe

    for package, module in (("splink", "splink_recipe"), ("recordlinkage", "ecm_recipe")):
        yield package, partial(_by_package, package, module, found)
    if owner_url := os.environ.get("DATABASE_OWNER_URL"):
        yield trigram_recipe.NAME, partial(trigram_recipe.answered, found, owner_url)


def _by_package(package: str, module: str, found: OpenSet) -> Answers:
    if find_spec(package) is None:
        missing = f"{package}: not measured, for it is not installed (requirements/peers.txt)"
        return {}, [Figure("matching", missing, "", "")]
    answered: Answers = import_module(f"daras.bench.{module}").answered(found)
    return answered


def fields(named: PersonNamed) -> Fields:
    """Given name, family name, date of birth and postcode in one spelling; "" where not known."""
    postcode = plain_postcode(named.address.postcode) if named.address else None
    born = named.date_of_birth.isoformat() if named.date_of_birth else ""
    return named.given_name.lower(), named.family_name.lower(), born, postcode or ""


def _three_of_four(found: OpenSet) -> list[Answer]:
    """NHS number, else at least three of given name, family name, date of birth and postcode exactly (NHS Mavis)."""
    by_number: dict[str, int] = {}
    by_field: tuple[defaultdict[str, list[int]], ...] = tuple(defaultdict(list) for _ in range(4))
    for place, record in enumerate(found.records):
        number = dict(record.named.identifiers).get("nhs-number")
        if number:
            by_number[number] = record.person
        for value, places in zip(fields(record.named), by_field, strict=True):
            if value:
                places[value].append(place)
    answers = []
    for question in found.questions:
        number = dict(question.named.identifiers).get("nhs-number")
        matched = by_number.get(number) if number else None
        if matched is None:
            agreeing: Counter[int] = Counter()
            for value, places in zip(fields(question.named), by_field, strict=True):
                agreeing.update(places.get(value, ()) if value else ())
            best = max(agreeing.items(), key=lambda each: (each[1], -each[0]), default=(0, 0))
            matched = found.records[best[0]].person if best[1] >= 3 else None
        answers.append(Answer(question.truth, matched, best=matched, score=1.0 if matched is not None else 0.0))
    return answers
