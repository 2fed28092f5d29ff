"""Who in an index somebody is: the same weighing, guards and rule of two who fit about as well as in the partnership's
own index. What is new in a file: several rows of it may be one person, and nobody has said so yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from daras.exchange.linking.store import Index
from daras.matching.comparison import Decision, Judgement, explain, judge
from daras.matching.features import PersonFeatures
from daras.matching.grouping import MatchResult, RecordCompared, conclude
from daras.matching.model import Model


@dataclass(frozen=True, slots=True)
class Found:
    """A row of the index that is, or may be, the person asked about."""

    row: int
    against_id: str
    probability: float
    decision: Decision
    why: tuple[str, ...]


def decide(
    features: PersonFeatures, rows: Sequence[int], index: Index, model: Model, against: Collection[int] = ()
) -> list[Found]:
    """Matches and possible ones, the likeliest first. `against` are those of the rows that can only speak against a
    person: they are asked only where somebody is shown."""
    judged = {row: judge(features, index.person(row)[1], model) for row in rows if row not in against}
    if all(judgement.decision == "none" for judgement in judged.values()):
        return []
    judged |= {row: judge(features, index.person(row)[1], model) for row in against}
    kept = [(row, *index.person(row), judged[row]) for row in rows if judged[row].counts]
    persons = _persons([(row, other, judgement) for row, _, other, judgement in kept], model)
    compared = {
        row: RecordCompared(persons[row], id_, row, "", 0, explain(features, other, judgement))
        for row, id_, other, judgement in kept
    }
    result = conclude(compared.values())
    return _told(result, list(compared.values()))


def pairs(features: PersonFeatures, rows: Sequence[int], index: Index, model: Model) -> list[Found]:
    """Rows that are, or may be, the same person as one row of the same list: each pair for itself."""
    found = []
    for row in rows:
        id_, other = index.person(row)
        judgement = judge(features, other, model)
        if judgement.decision != "none":
            why = explain(features, other, judgement).why
            found.append(Found(row, id_, judgement.probability, judgement.decision, why))
    return sorted(found, key=lambda each: (-each.probability, each.row))


def _persons(kept: Sequence[tuple[int, PersonFeatures, Judgement]], model: Model) -> dict[int, int]:
    """Rows that match each other stand under the first of them; they are no rivals."""
    heads: list[tuple[int, PersonFeatures]] = []
    persons = {}
    for row, features, judgement in sorted(kept, key=lambda each: -each[2].probability):
        same = next((head for head, other in heads if judge(features, other, model).decision == "match"), None)
        persons[row] = row if same is None else same
        if same is None and judgement.decision != "none":
            heads.append((row, features))
    return persons


def _told(result: MatchResult, compared: Sequence[RecordCompared]) -> list[Found]:
    """Each row with the decision on its person, as far as the row itself goes."""
    by_person = {candidate.person_id: candidate for candidate in result.candidates}
    found = []
    for record in compared:
        candidate = by_person.get(record.person_id)
        if candidate is None or record.comparison.decision == "none":
            continue
        decision: Decision = "possible" if candidate.decision == "possible" else record.comparison.decision
        why = candidate.why if candidate.record_id == record.record_id else record.comparison.why
        found.append(Found(record.record_id, record.number, record.comparison.probability, decision, why))
    return sorted(found, key=lambda each: (each.decision != "match", -each.probability, each.row))
