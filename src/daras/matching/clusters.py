"""Whether records that stand together are still one person: a later record heals a doubt, or raises one (A5).

Records hold together when each is a match of another, directly or by way of others, or when somebody said so. What
speaks against a person (two NHS numbers, one number on two people, likely twins, births that cannot be one, somebody's
word that two of the records are two people) is a doubt as well, until somebody has decided on those two. Nothing is
parted by the machine: a doubt is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from daras.matching.comparison import Judgement, explain, judge
from daras.matching.features import PersonFeatures
from daras.matching.guards import guards
from daras.matching.model import Model, load
from daras.matching.profiles import Kept, features_of, kept
from daras.matching.queries import Models
from daras.people.models import RecordPerson
from daras.people.replaying import Decided, Pair, decisions_on, said_by_people, two_said_of_one

Records = Mapping[int, PersonFeatures]
#: The model by which two records are weighed: the practice pack may say it for their agencies.
ModelOf = Callable[[int, int], Model]

NO_MATCH = "Some of these records match none of the others any more."
SAID_TWO = "Somebody has said of two of these records that they are two people."
TWO_BIRTHS = "The dates of birth are so far apart that they cannot be one birth."
_ONE_GIVEN_NAME = frozenset(("same", "short_form", "close"))


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why records of one number may be of several people: in words, how they would come apart, and the pairs of records
    that speak against each other."""

    parts: tuple[frozenset[int], ...]
    why: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...] = ()

    def settled_by(self) -> tuple[tuple[int, int], ...]:
        """The pairs of which somebody would have to say that they are one person, for the doubt to end."""
        first, *others = (min(part) for part in self.parts)
        return tuple(dict.fromkeys((*self.pairs, *((first, other) for other in others))))


def doubt(
    records: Records,
    said_same: frozenset[Pair] = frozenset(),
    model: Model | None = None,
    *,
    said_two: frozenset[Pair] = frozenset(),
    model_of: ModelOf | None = None,
) -> Doubt | None:
    """The doubt about records that stand under one number, or none. The order of records does not matter.

    A record without a name holds to a child's as long as none of the records speak of two children.
    """
    shipped = model or load()
    judged = {
        (one, other): judge(records[one], records[other], model_of(one, other) if model_of else shipped)
        for one, other in combinations(sorted(records), 2)
    }
    cluster = _Cluster(records, judged, said_same, said_two)
    parts = {record: frozenset((record,)) for record in sorted(records)}
    against: dict[tuple[int, int], list[str]] = {}
    for (one, other), each in judged.items():
        said = frozenset((one, other)) in said_same
        conflicts = [] if said else cluster.conflicts(one, other)
        if conflicts:
            against[one, other] = conflicts
        elif said or each.decision == "match" or _settled_before_birth(records[one], records[other]):
            _joined(parts, one, other)
    if not against:
        for (one, other), each in judged.items():
            if each.unless_another:
                _joined(parts, one, other)
    apart = tuple(sorted(set(parts.values()), key=min))
    if len(apart) == 1 and not against:
        return None
    why = list(dict.fromkeys(words for conflicts in against.values() for words in conflicts))
    if len(apart) > 1:
        why.append(NO_MATCH)
    return Doubt(apart, tuple(why), tuple(against))


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Records under one number, each pair weighed, and what people said of them."""

    records: Records
    judged: Mapping[tuple[int, int], Judgement]
    said_same: frozenset[Pair]
    said_two: frozenset[Pair]

    def conflicts(self, one: int, other: int) -> list[str]:
        """What says that two records are of two people, in words.

        Numbers and somebody's word speak against the person, until somebody decides on those two. Names and births that
        cannot be one speak against the pair, unless somebody said of one of them that it is of whom the other matches.
        """
        agreed = self._of(one, other).agreed
        held = self._of(one, other).guards or guards(self.records[one], self.records[other], agreed)
        found = [SAID_TWO] if frozenset((one, other)) in self.said_two else []
        found += [guard.why for guard in held if guard.against_person]
        if self._spoken_for(one, other) or self._both_names_in_one(one, other):
            return found
        found += [guard.why for guard in held if guard.effect == "none" and guard.name != "unborn"]
        if not found and agreed.date_of_birth == "different" and not agreed.same_identifier:
            found.append(TWO_BIRTHS)
        return found

    def _of(self, one: int, other: int) -> Judgement:
        return self.judged[min(one, other), max(one, other)]

    def _spoken_for(self, one: int, other: int) -> bool:
        """Whether somebody said that one of the two is of one person with a third, whom the other matches."""
        for third in self.records.keys() - {one, other}:
            said = [frozenset((third, each)) in self.said_same for each in (one, other)]
            fits = [self._of(third, each).decision == "match" for each in (one, other)]
            if (said[0] and (said[1] or fits[1])) or (said[1] and fits[0]):
                return True
        return False

    def _both_names_in_one(self, one: int, other: int) -> bool:
        """Whether a third record bears both given names with the one day of birth: then the other name is an alias, and
        no twin's."""
        if self._of(one, other).agreed.date_of_birth != "same":
            return False
        for third in self.records.keys() - {one, other}:
            beside = [self._of(third, each).agreed for each in (one, other)]
            both = all(each.given_name in _ONE_GIVEN_NAME and each.date_of_birth == "same" for each in beside)
            if both and len(self.records[third].given_names) > 1:
                return True
        return False


def _joined(parts: dict[int, frozenset[int]], one: int, other: int) -> None:
    together = parts[one] | parts[other]
    parts |= dict.fromkeys(together, together)


def _settled_before_birth(one: PersonFeatures, other: PersonFeatures) -> bool:
    """A record from before birth says too little to part it from the child's own: somebody has settled that."""
    return one.unborn != other.unborn


def doubt_about(person_id: int) -> Doubt | None:
    """The doubt about a person in the index, by everything that stands under the number now. Under the machine role;
    three queries."""
    return doubts_about([person_id]).get(person_id)


def doubt_among(record_ids: Iterable[int]) -> Doubt | None:
    """The doubt about records of one number, of which somebody may see these. Under the machine role; two queries."""
    records = set(record_ids)
    profiles = kept(records)
    return _doubt(records, decisions_on(records), profiles, _by_agencies(profiles))


def doubts_about(person_ids: Iterable[int]) -> dict[int, Doubt]:
    """The doubts about people in the index, by person. Under the machine role; three queries, however many there are,
    and one where nobody has more than one record."""
    members = RecordPerson.objects.filter(person_id__in=set(person_ids)).order_by("record_id")
    together: defaultdict[int, set[int]] = defaultdict(set)
    for person, record in members.values_list("person_id", "record_id"):
        together[person].add(record)
    several = {person: records for person, records in together.items() if len(records) > 1}
    if not several:
        return {}
    everything = {record for records in several.values() for record in records}
    decided, profiles = decisions_on(everything), kept(everything)
    weigh_by = _by_agencies(profiles)
    found = {person: _doubt(records, decided, profiles, weigh_by) for person, records in several.items()}
    return {person: each for person, each in found.items() if each is not None}


def _doubt(
    records: set[int], decided: Iterable[Decided], profiles: Mapping[int, Kept], weigh_by: ModelOf
) -> Doubt | None:
    of_these = [each for each in decided if each.record in records or each.other in records]
    same, _ = said_by_people(of_these)
    described = {record: features_of(profiles[record].says) for record in records if record in profiles}
    two = frozenset(two_said_of_one(of_these))
    return doubt(described, frozenset(same), said_two=two, model_of=weigh_by)


def _by_agencies(profiles: Mapping[int, Kept]) -> ModelOf:
    models: dict[str, Models] = {}

    def weigh_by(one: int, other: int) -> Model:
        agency = profiles[one].whose.agency
        if agency not in models:
            models[agency] = Models(agency)
        return models[agency].beside(profiles[other].whose.agency)

    return weigh_by


def evidence(records: Iterable[int]) -> dict[tuple[int, int], tuple[str, ...]]:
    """What the two records of each pair have in common and what differs, in words. Under the machine
    role; one query."""
    profiles = kept(set(records))
    described = {record: features_of(row.says) for record, row in sorted(profiles.items())}
    weigh_by = _by_agencies(profiles)
    return {
        (one, other): explain(
            described[one], described[other], judge(described[one], described[other], weigh_by(one, other))
        ).why
        for one, other in combinations(described, 2)
    }
