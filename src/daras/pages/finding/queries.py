"""What a search finds that is the reader's to see: a reference, a receipt, and people by whatever is known of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from daras.access.models import Worker
from daras.frontdoor.models import ReferralReceived
from daras.matching.finding import Hit, find, understood
from daras.matters.models import Matter
from daras.people.models import RecordPerson
from daras.people.queries import PersonKnown, known_of, persons_of

#: So many people at the most are shown.
MOST_SHOWN = 20


def matter_open_to_me(reference: str) -> bool:
    """Whether a matter of this reference opens to whoever is reading."""
    return Matter.objects.filter(reference=reference).exists()


def receipt_is_ours(worker: Worker, receipt: str) -> bool:
    """Whether the worker's agency sent what has this receipt."""
    return ReferralReceived.objects.filter(receipt=receipt, fact__agency=worker.agency).exists()


def person_open_to_me(number: str) -> bool:
    """Whether at least one record of the person of this number is the reader's to see."""
    return RecordPerson.objects.filter(number=number).exists()


@dataclass(frozen=True, slots=True)
class Found:
    """The people found, the closest first, each with the records that agreed; and whether there were more."""

    hits: Mapping[int, tuple[Hit, ...]]
    people: Mapping[int, PersonKnown]
    more: int


def people_found(typed: str) -> Found:
    """Everybody whom the reader may see and who agrees with all that was typed.

    Several records of one person are one hit.
    """
    question = understood(typed)
    hits = find(question) if question.says_anything else []
    person_of = persons_of(hit.record_id for hit in hits)
    grouped: dict[int, list[Hit]] = {}
    for hit in hits:
        if hit.record_id in person_of:
            grouped.setdefault(person_of[hit.record_id], []).append(hit)
    shown = list(grouped)[:MOST_SHOWN]
    return Found({pk: tuple(grouped[pk]) for pk in shown}, known_of(shown) if shown else {}, len(grouped) - len(shown))
