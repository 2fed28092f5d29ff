"""Who in an index somebody is: the same weighing, guards and rule of two who fit about as well as in the partnership's
own index. What is new in a file: several rows of it may be one person, and nobody has said so yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from daras.exchange.linking.store import Index
from daras.exchange.linking.weighing import Weighed
from daras.matching.comparison import Decision, Judgement, explain, judge, judge_weighed, why
from daras.matching.features import PersonFeatures
from daras.matching.grouping import MatchResult, RecordCompared, conclude
from daras.matching.model import Model


class Found(NamedTuple):
    """A row of the index that is, or may be, the person asked about."""

    row: int
    against_id: str
    probability: float
    decision: Decision
    why: tuple[str, ...]


@dataclass(slots=True)
class Candidates:
    """The rows that somebody may be, in the order in which they are looked at. `against` are those that can only speak
    against a person. Where pairs were weighed already, how: of a row with the one asked about, and of two rows."""

    rows: list[int]
    against: set[int] = field(default_factory=set)
    weighed: dict[int, Weighed] = field(default_factory=dict)
    between: dict[tuple[int, int], Weighed] = field(default_factory=dict)

    def add(self, row: int, *, against: bool, weighed: Weighed | None) -> None:
        """One row more, the last."""
        self.rows.append(row)
        if against:
            self.against.add(row)
        if weighed is not None:
            self.weighed[row] = weighed


def decide(features: PersonFeatures, found: Candidates, index: Index, model: Model) -> list[Found]:
    """Matches and possible ones, the likeliest first. What can only speak against a person is asked only where somebody
    is shown."""
    judged = {row: _judged(features, row, found, index, model) for row in found.rows if row not in found.against}
    if all(judgement.decision == "none" for judgement in judged.values()):
        return []
    judged |= {row: _judged(features, row, found, index, model) for row in found.against}
    kept = [(row, judged[row]) for row in found.rows if judged[row].counts]
    quiet = not any(judgement.guards for _, judgement in kept)
    if quiet and len(kept) == 1:
        return [_found(features, *kept[0], index)]
    persons = _persons(kept, found, index, model)
    if quiet and len(set(persons.values())) == 1:
        # One person, and no rule speaks: each row is what it was judged.
        return sorted((_found(features, *each, index) for each in kept), key=_matches_first)
    compared = {
        row: RecordCompared(persons[row], index.id(row), row, "", 0, explain(features, index.told(row), judgement))
        for row, judgement in kept
    }
    result = conclude(compared.values())
    return _told(result, list(compared.values()))


def pairs(features: PersonFeatures, candidates: Candidates, index: Index, model: Model) -> list[Found]:
    """Rows that are, or may be, the same person as one row of the same list: each pair for itself."""
    judged = [(row, _judged(features, row, candidates, index, model)) for row in candidates.rows]
    found = [_found(features, *each, index) for each in judged if each[1].decision != "none"]
    return sorted(found, key=likeliest_first)


def likeliest_first(found: Found) -> tuple[float, int]:
    """The order of pairs that stand for themselves."""
    return -found.probability, found.row


def _found(features: PersonFeatures, row: int, judgement: Judgement, index: Index) -> Found:
    reasons = why(features, index.told(row), judgement)
    return Found(row, index.id(row), judgement.probability, judgement.decision, reasons)


def _matches_first(found: Found) -> tuple[bool, float, int]:
    return found.decision != "match", -found.probability, found.row


def _judged(features: PersonFeatures, row: int, found: Candidates, index: Index, model: Model) -> Judgement:
    weighed = found.weighed.get(row)
    if weighed is None:
        return judge(features, index.person(row)[1], model)
    return judge_weighed(features, index.told(row), weighed.agreed, weighed.likely, model)


def _persons(kept: Sequence[tuple[int, Judgement]], found: Candidates, index: Index, model: Model) -> dict[int, int]:
    """Rows that match each other stand under the first of them; they are no rivals."""
    heads: list[int] = []
    persons = {}
    for row, judgement in sorted(kept, key=lambda each: -each[1].probability):
        same = next((head for head in heads if _match(row, head, found, index, model)), None)
        persons[row] = row if same is None else same
        if same is None and judgement.decision != "none":
            heads.append(row)
    return persons


def _match(row: int, head: int, found: Candidates, index: Index, model: Model) -> bool:
    weighed = found.between.get((row, head)) or found.between.get((head, row))
    if weighed is None:
        return judge(index.person(row)[1], index.person(head)[1], model).decision == "match"
    one, other = index.told(row), index.told(head)
    return judge_weighed(one, other, weighed.agreed, weighed.likely, model).decision == "match"


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
    return sorted(found, key=_matches_first)
