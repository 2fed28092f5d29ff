"""From comparisons with records to a decision on a person: pure, the last step of a look-up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from daras.matching.comparison import RANK, Comparison, Decision

#: A match stands when no other person comes within so many bits of it (five bits are 32 to 1).
CLEAR_LEAD_BITS = 5.0
NOBODY_ELSE = "No name is told, and nobody else is known of that birthday, family, home and sex."

Ref = TypeVar("Ref", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person in the index who may be the one asked about, by the record that speaks most for it.

    `audience_ids` are those of every record it was made from: whoever sees the candidate must be in all of them.
    """

    person_id: int
    number: str
    record_id: int
    name: str
    probability: float
    weight: float
    decision: Decision
    why: tuple[str, ...]
    audience_ids: frozenset[int]
    unless_another: bool = False


@dataclass(frozen=True, slots=True)
class MatchResult:
    """match (with the person), possible or none; the candidates, the likeliest first."""

    decision: Decision
    person_id: int | None
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class RecordCompared:
    """One record of the index beside the description asked about."""

    person_id: int
    number: str
    record_id: int
    name: str
    audience_id: int
    comparison: Comparison


def conclude(compared: Iterable[RecordCompared]) -> MatchResult:
    """The decision on the person asked about: the best record of each person counts, and a conflict on any record
    counts, where it is one with the person (two numbers) and not with the record alone (one from before birth).

    Where two people fit about as well, neither is matched: both are possible, for a person to decide (A5). Whoever is
    told of without a name is matched only where one person alone may be meant.
    """
    by_person: defaultdict[int, list[RecordCompared]] = defaultdict(list)
    for record in compared:
        by_person[record.person_id].append(record)
    found = [_candidate(records) for records in by_person.values()]
    candidates = sorted((each for each in found if each.decision != "none"), key=_likeliest_first)
    return _decide(candidates)


def apart(results: Mapping[Ref, MatchResult]) -> dict[Ref, MatchResult]:
    """The results for people named side by side in one document: they are different people.

    Where two of them match one person in the index, both become possible.
    """
    matched: defaultdict[int, list[Ref]] = defaultdict(list)
    for ref, result in results.items():
        if result.person_id is not None:
            matched[result.person_id].append(ref)
    unclear = {ref for refs in matched.values() if len(refs) > 1 for ref in refs}
    return {ref: _unclear(result) if ref in unclear else result for ref, result in results.items()}


def _candidate(records: list[RecordCompared]) -> Candidate:
    best = max(records, key=lambda each: (RANK[each.comparison.decision], each.comparison.probability, -each.record_id))
    conflicts = [guard.why for each in records for guard in each.comparison.guards if guard.against_person]
    decision, why = best.comparison.decision, best.comparison.why
    if decision == "match" and conflicts:
        decision, why = "possible", (*dict.fromkeys(conflicts), *why)
    return Candidate(
        person_id=best.person_id,
        number=best.number,
        record_id=best.record_id,
        name=best.name,
        probability=best.comparison.probability,
        weight=best.comparison.weight,
        decision=decision,
        why=why,
        audience_ids=frozenset(each.audience_id for each in records),
        unless_another=best.comparison.unless_another and not conflicts,
    )


def _likeliest_first(candidate: Candidate) -> tuple[int, float, int]:
    return -RANK[candidate.decision], -candidate.weight, candidate.person_id


def _decide(candidates: list[Candidate]) -> MatchResult:
    if not candidates:
        return MatchResult("none", None, ())
    first = candidates[0]
    if first.unless_another and len(candidates) == 1:
        return MatchResult("match", first.person_id, (_nobody_else(first),))
    if first.decision != "match":
        return MatchResult("possible", None, tuple(candidates))
    rivals = [each for each in candidates[1:] if each.decision == "match"]
    if any(first.weight - each.weight < CLEAR_LEAD_BITS for each in rivals):
        return MatchResult("possible", None, tuple(map(_one_of_several, candidates)))
    kept = (first, *(_one_of_several(each) for each in candidates[1:]))
    return MatchResult("match", first.person_id, kept)


def _nobody_else(candidate: Candidate) -> Candidate:
    """The first reason was that a person has to decide."""
    return replace(candidate, decision="match", why=(NOBODY_ELSE, *candidate.why[1:]))


def _one_of_several(candidate: Candidate) -> Candidate:
    if candidate.decision != "match":
        return candidate
    return replace(candidate, decision="possible", why=("More than one person fits.", *candidate.why))


def _unclear(result: MatchResult) -> MatchResult:
    said = "Two people named side by side fit this one person."
    candidates = tuple(
        replace(each, decision="possible", why=(said, *each.why)) if each.decision == "match" else each
        for each in result.candidates
    )
    return MatchResult("possible", None, candidates)
