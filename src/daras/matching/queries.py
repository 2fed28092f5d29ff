"""Who in the index may be the person asked about. Runs under the machine role; what comes out carries its
audiences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

from daras.ledger.reading import rows
from daras.matching import grouping, keys
from daras.matching.comparison import explain, judge
from daras.matching.features import PersonFeatures
from daras.matching.grouping import Candidate, MatchResult, RecordCompared
from daras.matching.model import Model, load
from daras.matching.outlook import Outlook
from daras.matching.profiles import Kept, features_of, kept
from daras.practice import pack_for
from daras.working_time import clock

__all__ = ["Candidate", "MatchResult", "Models", "candidates", "decide_for", "decide_for_all"]

Ref = TypeVar("Ref", bound=Hashable)

#: So many records at the most are compared with one person: those that share the most keys.
MOST_COMPARED = 150

#: Each key is one look in the index, and no key brings more than its bound, so the cost is bounded whatever the name
#: is.
_UNDER_KEYS = """
SELECT asked.place, found.record_id, count(*) AS shared
FROM unnest(%(places)s::int[], %(keys)s::bigint[]) AS asked(place, key)
CROSS JOIN LATERAL (
    SELECT record_id FROM matching_key WHERE matching_key.key = asked.key ORDER BY record_id DESC LIMIT %(most)s
) AS found
GROUP BY asked.place, found.record_id
ORDER BY asked.place, shared DESC, found.record_id DESC
"""


def decide_for(features: PersonFeatures, *, agency: str = "", leaving_out: Collection[int] = ()) -> MatchResult:
    """Who this is: match (with the person), possible or none, with the candidates and the reasons (A5).

    Two queries: one for the keys, one for the profiles. `leaving_out` are record ids not to be found, such as its
    own.
    """
    return decide_for_all({0: features}, agency=agency, leaving_out=leaving_out)[0]


def candidates(features: PersonFeatures, *, leaving_out: Collection[int] = ()) -> tuple[Candidate, ...]:
    """Everybody who may be this person, the likeliest first."""
    return decide_for(features, leaving_out=leaving_out).candidates


def decide_for_all(
    people: Mapping[Ref, PersonFeatures], *, agency: str = "", leaving_out: Collection[int] = ()
) -> dict[Ref, MatchResult]:
    """Who each of the people named side by side is, in two queries for all of them.

    They are different people: where two of them match one person, both become possible. `agency` names them: the
    practice pack may say how sure a match with another agency's records must be.
    """
    models = Models(agency)
    asked = list(people.values())
    found = _under_keys(asked, frozenset(leaving_out))
    profiles = kept({record_id for records in found for record_id in records})
    concluded = [
        grouping.conclude(_compared(features, [profiles[each] for each in records if each in profiles], models))
        for features, records in zip(asked, found, strict=True)
    ]
    return grouping.apart(dict(zip(people, concluded, strict=True)))


def _under_keys(asked: Sequence[PersonFeatures], leaving_out: frozenset[int]) -> list[list[int]]:
    """For each person asked about, the records found under the same keys, those with the most keys first."""
    pairs = [(place, number) for place, features in enumerate(asked) for number in keys.numbers(features)]
    found: defaultdict[int, list[int]] = defaultdict(list)
    places, numbers = [place for place, _ in pairs], [number for _, number in pairs]
    question = {"places": places, "keys": numbers, "most": keys.MOST_UNDER_ONE_KEY}
    for place, record_id, _ in rows(_UNDER_KEYS, question):
        if record_id not in leaving_out and len(found[place]) < MOST_COMPARED:
            found[place].append(record_id)
    return [found[place] for place in range(len(asked))]


class Models:
    """The model by the agency of the record compared, with the thresholds of that pair of agencies (A5)."""

    def __init__(self, agency: str) -> None:
        self.agency = agency
        self.shipped = load()
        self.said = {each.between: each for each in pack_for(clock.today()).link_thresholds.values()} if agency else {}
        self._made: dict[str, Model] = {}

    def beside(self, other: str) -> Model:
        if other not in self._made:
            said = self.said.get(frozenset((self.agency, other)))
            self._made[other] = self.shipped if said is None else self.shipped.deciding(said.match, said.possible)
        return self._made[other]


def _compared(features: PersonFeatures, rows: Sequence[Kept], models: Models) -> list[RecordCompared]:
    compared = []
    outlook = Outlook(features, models.shipped)
    for row in rows:
        model = models.beside(row.agency)
        if not outlook.may_count(row, model.possible_from):
            continue
        known = features_of(row)
        judged = judge(features, known, model)
        if not judged.counts:
            continue
        compared.append(
            RecordCompared(
                person_id=row.person_id,
                number=row.number,
                record_id=row.record_id,
                name=known.shown_name,
                audience_id=row.audience_id,
                comparison=explain(features, known, judged),
            )
        )
    return compared
