"""Two descriptions of people side by side: how likely they are one person, and what follows.

The weights tell three readings apart (same person, relative, stranger; see model.toml), the guards hold what weights
get wrong. A match may be linked by the machine; a possible one waits for a person; the reasons are always given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Literal

from daras.matching.agreement import Agreement, agreement
from daras.matching.features import PersonFeatures
from daras.matching.guards import Guard, guards
from daras.matching.model import LEVELS, Model, load
from daras.matching.wording import reasons

Decision = Literal["match", "possible", "none"]
_FIELDS = tuple(LEVELS)
_levels_of = attrgetter(*_FIELDS)
RANK: dict[Decision, int] = {"match": 2, "possible": 1, "none": 0}


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two descriptions have in common. `weight` is in bits: nought is as likely as not, ten is 1,000 to 1."""

    probability: float
    weight: float
    levels: tuple[tuple[str, str], ...]
    guards: tuple[Guard, ...]
    why: tuple[str, ...]
    decision: Decision
    #: A match where nobody else is known who may be meant: somebody told of without a name.
    unless_another: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """The decision on a pair without its words, for the many pairs that nobody will read."""

    agreed: Agreement
    guards: tuple[Guard, ...]
    probability: float
    decision: Decision
    #: A match but for a rule that falls where nobody else may be meant.
    unless_another: bool = False

    @property
    def counts(self) -> bool:
        """Whether it bears on the decision on the person: it may be them, or it speaks against them."""
        return self.decision != "none" or any(guard.against_person for guard in self.guards)


def judge(a: PersonFeatures, b: PersonFeatures, model: Model | None = None) -> Judgement:
    """Weigh a pair; `explain` puts it into words."""
    model = model or load()
    agreed = agreement(a, b, model.shares)
    return judge_weighed(a, b, agreed, probability(agreed, model), model)


def judge_weighed(a: PersonFeatures, b: PersonFeatures, agreed: Agreement, likely: float, model: Model) -> Judgement:
    """The judgement on a pair of which is known how far it agrees and how likely that makes it."""
    if likely < model.possible_from and not _may_be_shown_in_spite(a, b, agreed):
        return Judgement(agreed, (), likely, "none")
    held = guards(a, b, agreed)
    decision = decide(agreed, held, likely, model)
    return Judgement(agreed, held, likely, decision, _unless_another(held, likely, model))


def _may_be_shown_in_spite(a: PersonFeatures, b: PersonFeatures, agreed: Agreement) -> bool:
    """Whether a rule may hand an unlikely pair to a person: numbers that agree or conflict, an unborn child. For all
    others, most of those compared, the rules need not be asked: none of them makes a pair likelier."""
    return a.unborn or b.unborn or agreed.nhs_number == "different" or agreed.same_identifier


def _unless_another(held: tuple[Guard, ...], likely: float, model: Model) -> bool:
    return bool(held) and likely >= model.match_from and all(guard.unless_another for guard in held)


def explain(a: PersonFeatures, b: PersonFeatures, judged: Judgement) -> Comparison:
    """The judgement on a pair with its reasons, those of the guards first; `a` is who is asked about.

    Only who is told of without a name is matched for want of anybody else. Who has a name and fits a record without one
    may be the twin of whoever else stands under that record's number.
    """
    return Comparison(
        probability=judged.probability,
        weight=_bits(judged.probability),
        levels=_told(_levels_of(judged.agreed)),
        guards=judged.guards,
        why=why(a, b, judged),
        decision=judged.decision,
        unless_another=judged.unless_another and not a.given_names,
    )


def why(a: PersonFeatures, b: PersonFeatures, judged: Judgement) -> tuple[str, ...]:
    """The reasons of a judgement, those of the guards first."""
    return (*(guard.why for guard in judged.guards), *reasons(a, b, judged.agreed))


@lru_cache(maxsize=10_000)
def _told(levels: tuple[str | None, ...]) -> tuple[tuple[str, str], ...]:
    """The fields that both sides hold, with their levels."""
    return tuple((field, level) for field, level in zip(_FIELDS, levels, strict=True) if level)


def compare(a: PersonFeatures, b: PersonFeatures, model: Model | None = None) -> Comparison:
    """Compare two descriptions; the order does not matter to anything but the order of names in the reasons."""
    return explain(a, b, judge(a, b, model))


def probability(agreed: Agreement, model: Model, *, without: str | None = None) -> float:
    """How likely a pair that agrees so is one person, against a relative and a stranger; `without` leaves a field
    out."""
    same, relative, stranger = 1.0, model.relatives, model.strangers
    for level, (field, at_level) in zip(_levels_of(agreed), model.by_field.items(), strict=True):
        if level is None or field == without:
            continue
        odds = at_level[level]
        same *= odds.same_person
        relative *= odds.relative
        if odds.share is None:
            stranger *= odds.stranger
        else:
            stranger *= agreed.given_share if odds.share == "given share" else agreed.family_share
    return same / (same + relative + stranger)


def decide(agreed: Agreement, held: tuple[Guard, ...], likely: float, model: Model) -> Decision:
    """match, possible or none: by the thresholds of the model, then as the guards allow.

    A number in conflict is taken out of the weighing: what the rest would make a match or possible is shown to a
    person.
    """
    if not held:
        return _by_threshold(likely, model)
    effects = {guard.effect for guard in held}
    if "none" in effects:
        return "none"
    rest = probability(agreed, model, without="nhs_number") if agreed.nhs_number == "different" else likely
    if any(rest < model.shown_from.get(guard.name, 0.0) for guard in held):
        return "none"
    if "for a person" in effects:
        return "possible" if rest >= model.possible_from or _shown_however_unlikely(held) else "none"
    decision = _by_threshold(likely, model)
    return min(decision, "possible", key=RANK.__getitem__) if "at most possible" in effects else decision


def _shown_however_unlikely(held: tuple[Guard, ...]) -> bool:
    """Whether a rule hands the pair to a person, and not for numbers in conflict alone."""
    return any(guard.name != "conflicting NHS numbers" for guard in held if guard.effect == "for a person")


def _by_threshold(likely: float, model: Model) -> Decision:
    if likely >= model.match_from:
        return "match"
    return "possible" if likely >= model.possible_from else "none"


def _bits(likely: float) -> float:
    bounded = min(max(likely, 1e-15), 1 - 1e-15)
    return round(math.log2(bounded / (1 - bounded)), 2)
