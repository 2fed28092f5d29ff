"""Whether records that stand together are still one person: a later record heals a doubt, or raises one (A5).

Records hold together when each is a match of another, directly or by way of others, or when somebody said so. What
speaks against a person (two NHS numbers, one number on two people) is a doubt as well, until somebody has decided on
those two. Nothing is parted by the machine: a doubt is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from daras.matching.comparison import judge
from daras.matching.features import PersonFeatures
from daras.matching.model import Model, load
from daras.matching.profiles import features_of, kept
from daras.people.models import RecordPerson
from daras.people.replaying import Pair, decisions_on, said_by_people


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why records of one number may be of several people: in words, and how they would come apart."""

    parts: tuple[frozenset[int], ...]
    why: tuple[str, ...]


def doubt(
    records: Mapping[int, PersonFeatures],
    said_same: frozenset[Pair] = frozenset(),
    model: Model | None = None,
) -> Doubt | None:
    """The doubt about records that stand under one number, or none. The order of records does not matter."""
    model = model or load()
    parts = {record: frozenset((record,)) for record in sorted(records)}
    against: list[str] = []
    for one, other in combinations(sorted(records), 2):
        judged = judge(records[one], records[other], model)
        said = frozenset((one, other)) in said_same
        conflicts = [guard for guard in judged.guards if guard.against_person and not said]
        if conflicts:
            against += [guard.why for guard in conflicts]
        elif said or judged.decision == "match" or _settled_before_birth(records[one], records[other]):
            together = parts[one] | parts[other]
            parts |= dict.fromkeys(together, together)
    apart = tuple(sorted(set(parts.values()), key=min))
    if len(apart) == 1 and not against:
        return None
    why = list(dict.fromkeys(against))
    if len(apart) > 1:
        why.append("Some of these records match none of the others any more.")
    return Doubt(apart, tuple(why))


def _settled_before_birth(one: PersonFeatures, other: PersonFeatures) -> bool:
    """A record from before birth says too little to part it from the child's own: somebody has settled that."""
    return one.unborn != other.unborn


def doubt_about(person_id: int) -> Doubt | None:
    """The doubt about a person in the index, by everything that stands under the number now. Under the machine role;
    three queries."""
    records = list(RecordPerson.objects.filter(person_id=person_id).values_list("record_id", flat=True))
    if len(records) < 2:
        return None
    same, _ = said_by_people(decisions_on(records))
    described = {record: features_of(row) for record, row in kept(records).items()}
    return doubt(described, frozenset(same))
