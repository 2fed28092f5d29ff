"""Who in the index may be the person asked about. Runs under the machine role; what comes out carries its
audiences."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from daras.ledger.reading import rows
from daras.matching import grouping, keys
from daras.matching.comparison import explain, judge
from daras.matching.counting import LAST, names_counted
from daras.matching.features import PersonFeatures
from daras.matching.grouping import Candidate, MatchResult, RecordCompared
from daras.matching.model import Model, load
from daras.matching.outlook import Outlook
from daras.matching.profiles import DESCRIBED, Described, Whose, features_of, whose
from daras.practice import pack_for
from daras.working_time import clock

__all__ = ["Candidate", "MatchResult", "Models", "candidates", "decide_for", "decide_for_all", "looked_at"]

Ref = TypeVar("Ref", bound=Hashable)

#: So many records at the most are looked at for one person: those whose keys in common say the most.
MOST_COMPARED = 60

#: Each key is one look in the index, and no key brings more than its bound, so the cost is bounded whatever the name
#: is. The rows under a key are read from the index alone, and whom a record stands under of those alone that count.
_UNDER_KEYS = f"""
SELECT ranked.place, (SELECT reltuples::bigint FROM pg_class WHERE oid = 'matching_profile'::regclass), {LAST},
       {DESCRIBED}
FROM (
    SELECT asked.place, found.record_id,
           row_number() OVER (PARTITION BY asked.place ORDER BY sum(asked.worth) DESC, found.record_id DESC) AS rank
    FROM unnest(%(places)s::int[], %(keys)s::bigint[], %(worth)s::int[]) AS asked(place, key, worth)
    CROSS JOIN LATERAL (
        SELECT record_id FROM matching_key WHERE matching_key.key = asked.key ORDER BY record_id DESC LIMIT %(under)s
    ) AS found
    WHERE found.record_id <> ALL(%(leaving_out)s::bigint[])
    GROUP BY asked.place, found.record_id
) AS ranked
JOIN matching_profile profile ON profile.record_id = ranked.record_id
WHERE ranked.rank <= %(most)s
ORDER BY ranked.place, ranked.rank
"""  # noqa: S608 (columns of our own)


def decide_for(features: PersonFeatures, *, agency: str = "", leaving_out: Collection[int] = ()) -> MatchResult:
    """Who this is: match (with the person), possible or none, with the candidates and the reasons (A5).

    Two queries: one for what stands under the keys, one for whose it is. `leaving_out` are record ids not to be found,
    such as its own.
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
    asked = list(people.values())
    found, among = _under_keys(asked, leaving_out)
    models = Models(agency, among)
    worth = [_worth_weighing(features, rows, models) for features, rows in zip(asked, found, strict=True)]
    known = whose({row.record_id for each in worth for row in (*each.rows, *each.against)})
    concluded = [
        grouping.conclude(_compared(features, each, known, models)) for features, each in zip(asked, worth, strict=True)
    ]
    return grouping.apart(dict(zip(people, concluded, strict=True)))


@dataclass(frozen=True, slots=True)
class Looked:
    """How many records were found under the keys of somebody asked about, and how many of those were weighed whole; the
    place among them of the record that decided who it is, the first being one, None where it is nobody for certain."""

    found: int
    weighed: int
    decided_at: int | None


def looked_at(features: PersonFeatures) -> Looked:
    """What it takes to say who this is; for whoever measures."""
    (rows,), among = _under_keys([features], ())
    worth = _worth_weighing(features, rows, Models("", among))
    result = decide_for(features)
    places = {row.record_id: place for place, row in enumerate(rows, start=1)}
    at = places[result.candidates[0].record_id] if result.decision == "match" else None
    return Looked(len(rows), len(worth.rows), at)


@dataclass(frozen=True, slots=True)
class Among:
    """Among how many records somebody is looked for, as the database last counted them, and which count of their names
    was the last."""

    records: int = 0
    names_counted: int | None = None


def _under_keys(asked: Sequence[PersonFeatures], leaving_out: Collection[int]) -> tuple[list[list[Described]], Among]:
    """For each person asked about, what the records say that are found under the same keys, first those whose keys say
    the most; and among which records."""
    pairs = [(place, key) for place, features in enumerate(asked) for key in sorted(keys.keys(features))]
    found: list[list[Described]] = [[] for _ in asked]
    question = {
        "places": [place for place, _ in pairs],
        "keys": [keys.number(key) for _, key in pairs],
        "worth": [keys.worth(key) for _, key in pairs],
        "under": keys.MOST_UNDER_ONE_KEY,
        "leaving_out": list(leaving_out),
        "most": MOST_COMPARED,
    }
    among = Among()
    for place, records, last, *columns in rows(_UNDER_KEYS, question):
        found[place].append(Described(*columns))
        among = Among(records, last)
    return found, among


class Models:
    """The model by the agency of the record compared, with the thresholds of that pair of agencies (A5), for somebody
    looked for among these records."""

    def __init__(self, agency: str, among: Among | None = None) -> None:
        self.agency = agency
        among = among or Among()
        counted = None if among.names_counted is None else names_counted(among.names_counted)
        self.shipped = load().among(among.records, counted)
        self.said = {each.between: each for each in pack_for(clock.today()).link_thresholds.values()} if agency else {}
        self._made: dict[str, Model] = {}
        said = [each.possible / 1_000 for each in self.said.values() if agency in each.between]
        #: Whoever is less likely is possible with no other agency.
        self.possible_from = min((self.shipped.possible_from, *said))

    def beside(self, other: str) -> Model:
        if other not in self._made:
            said = self.said.get(frozenset((self.agency, other)))
            self._made[other] = self.shipped if said is None else self.shipped.deciding(said.match, said.possible)
        return self._made[other]


@dataclass(frozen=True, slots=True)
class _Worth:
    """Of the records found: those that may be the person, and others that bear on whoever has one of those."""

    rows: list[Described]
    against: list[Described]


def _worth_weighing(features: PersonFeatures, found: Iterable[Described], models: Models) -> _Worth:
    outlook = Outlook(features, models.shipped)
    worth = _Worth([], [])
    for row in found:
        if outlook.may_count(row, models.possible_from):
            worth.rows.append(row)
        elif outlook.speaks_against(row):
            worth.against.append(row)
    return worth if worth.rows else _Worth([], [])


def _compared(
    features: PersonFeatures, worth: _Worth, known: Mapping[int, Whose], models: Models
) -> list[RecordCompared]:
    compared = list(_judged(features, worth.rows, known, models))
    shown = {each.person_id for each in compared if each.comparison.decision != "none"}
    theirs = [row for row in worth.against if (of := known.get(row.record_id)) and of.person_id in shown]
    return [*compared, *_judged(features, theirs, known, models)]


def _judged(
    features: PersonFeatures, rows: Iterable[Described], known: Mapping[int, Whose], models: Models
) -> Iterator[RecordCompared]:
    for row in rows:
        of = known.get(row.record_id)
        if of is None:
            continue
        other = features_of(row)
        judged = judge(features, other, models.beside(of.agency))
        if not judged.counts:
            continue
        yield RecordCompared(
            person_id=of.person_id,
            number=of.number,
            record_id=row.record_id,
            name=other.shown_name,
            audience_id=row.audience_id,
            comparison=explain(features, other, judged),
        )
