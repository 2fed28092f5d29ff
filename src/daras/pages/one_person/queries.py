"""What the page of records under one number reads, all of it among what the reader may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from daras.access.models import Worker
from daras.frontdoor.splitting import seen_in_doubt, taken_apart, would_be_told
from daras.matching.clusters import Doubt
from daras.pages.one_person.presenting import groups_of
from daras.people.models import LinkDecided, RecordPerson
from daras.people.queries import PersonKnown, known_of_records


@dataclass(frozen=True, slots=True)
class Story:
    """The records, what is doubtful about them, and what was taken apart before."""

    person_id: int
    known: Mapping[int, PersonKnown]
    doubt: Doubt | None
    evidence: Mapping[tuple[int, int], tuple[str, ...]]
    told: Mapping[frozenset[int], list[str]]
    apart: tuple[tuple[LinkDecided, PersonKnown], ...]


def story_of(worker: Worker, number: str) -> Story | None:
    """None where the reader may see no record under the number."""
    members = dict(RecordPerson.objects.filter(number=number).values_list("record_id", "person_id"))
    if not members:
        return None
    person = next(iter(members.values()))
    doubt, words = seen_in_doubt(worker, members)
    decisions = taken_apart(number)
    elsewhere = {said.pk: _elsewhere(said, members) for said in decisions}
    known = known_of_records([*members, *elsewhere.values()])
    parts = groups_of(doubt, members)
    return Story(
        person_id=person,
        known={record: known[record] for record in members},
        doubt=doubt,
        evidence=words,
        told=would_be_told(worker, number=number, groups=parts) if len(parts) > 1 else {},
        apart=tuple((said, known[elsewhere[said.pk]]) for said in decisions if elsewhere[said.pk] in known),
    )


def _elsewhere(said: LinkDecided, here: Mapping[int, int]) -> int:
    """The record of the pair that stands under another number now."""
    one, other = said.fact.person_record_id or 0, said.other_record_id
    return other if one in here else one
