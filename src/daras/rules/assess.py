"""What the rules say of a situation. Pure: the same situation, pack, directory and hour give the same findings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from daras.agencies import Directory
from daras.practice.pack import IndicatorRule, Pack
from daras.rules.findings import Findings, Indicator, Threshold
from daras.rules.inviting import invitations
from daras.rules.owing import duties_owed
from daras.rules.predicates import Asked, Reading
from daras.rules.reasons import Matching, matchings
from daras.rules.situation import Situation
from daras.working_time.clock import local_date
from daras.working_time.wording import listed


def assess(situation: Situation, pack: Pack, directory: Directory, now: datetime) -> Findings:
    """Indicators, threshold, invitations, duties and own matters of a situation (A7, B1, B2, B3, C5).

    Suggestions with reasons: a person decides. Raises `UnknownPredicate` for a pack that asks for more.
    """
    question = Asked(situation, local_date(now), Reading(situation, pack.cues))
    met = [(rule, matching) for rule in pack.indicators for matching in _met(rule, question)]
    strategy = tuple(dict.fromkeys(rule.name for rule, _ in met if rule.strategy_discussion))
    question = question._replace(strategy_because=strategy)
    return Findings(
        indicators=tuple(_indicator(rule, matching) for rule, matching in met),
        threshold=_threshold(pack, [rule for rule, _ in met], strategy),
        invitations=tuple(invitations(question, pack, directory)) if strategy else (),
        duties=tuple(duties_owed(question, pack, directory, now)),
        own_matters=_own_matters(situation),
    )


def _met(rule: IndicatorRule, question: Asked) -> Iterator[Matching]:
    return matchings(rule.when, rule.why, rule.for_each, question)


def _indicator(rule: IndicatorRule, matching: Matching) -> Indicator:
    return Indicator(id=rule.id, about=matching.about, level=rule.level, why=matching.reason, words=matching.words)


def _threshold(pack: Pack, met: list[IndicatorRule], strategy: tuple[str, ...]) -> Threshold:
    """The highest level met; the lowest when none is, and never a statement that there is no risk."""
    if not met:
        lowest = pack.levels[0]
        why = "No indicator of the threshold document is met by what was written. A person reads it and decides."
        return Threshold(lowest.level, lowest.name, strategy_discussion=False, why=why)
    level = pack.level(max(rule.level for rule in met))
    names = dict.fromkeys(rule.name for rule in met if rule.level == level.level)
    why = f"What was written suggests {level.name.lower()}: {listed([_lower(name) for name in names])}."
    if strategy:
        why += " A decision on a strategy discussion is due now; a manager decides."
    return Threshold(level.level, level.name, strategy_discussion=bool(strategy), why=why)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _own_matters(situation: Situation) -> tuple[str, ...]:
    """A young person who is suspected is a child in need of their own (C5, J3)."""
    return tuple(key for key in situation.suspects if situation.people[key].age_group == "child")
