"""Challenges to decisions, as far as their reader may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from daras.challenges.models import ChallengeAnswered, ChallengeRaised, DecisionChallenged
from daras.ledger.models import Fact
from daras.ledger.reading import OnMatter

#: What `challenges_on` looks for among the facts of a matter.
KINDS = (DecisionChallenged, ChallengeAnswered, ChallengeRaised)


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge, with every answer to it in the order given."""

    challenged: DecisionChallenged
    answers: tuple[ChallengeAnswered, ...]
    raised: tuple[ChallengeRaised, ...] = ()

    @property
    def level(self) -> int:
        """The level of the ladder on which it stands."""
        return self.raised[-1].level if self.raised else 1

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered yet on the level on which it stands."""
        return not any(answer.level == self.level for answer in self.answers)


def challenge(reference: str) -> Challenge | None:
    """A challenge by its reference, or none where there is no such challenge for this reader."""
    rows = DecisionChallenged.objects.select_related("fact", "decision").filter(reference=reference)
    return next(iter(_with_answers(list(rows))), None)


def challenges_to(decision_ids: Iterable[int]) -> dict[int, list[Challenge]]:
    """The challenges to each of these decisions, the oldest first: two queries, one where there are none."""
    rows = DecisionChallenged.objects.select_related("fact", "decision").filter(decision__in=list(decision_ids))
    found: defaultdict[int, list[Challenge]] = defaultdict(list)
    for each in _with_answers(list(rows.order_by("fact_id"))):
        found[each.challenged.decision_id].append(each)
    return dict(found)


def challenges_on(facts: OnMatter) -> list[Challenge]:
    """Every challenge on a matter to a decision that its reader may see, the oldest first: one query for the decisions
    beside the facts' own, and none where nobody challenged anything."""
    challenged = facts.every(DecisionChallenged)
    if not challenged:
        return []
    decisions = Fact.objects.in_bulk({each.decision_id for each in challenged})
    readable = [each for each in challenged if each.decision_id in decisions]
    for each in readable:
        each.decision = decisions[each.decision_id]
    return _together(readable, facts.every(ChallengeAnswered), facts.every(ChallengeRaised))


def _with_answers(challenged: list[DecisionChallenged]) -> list[Challenge]:
    if not challenged:
        return []
    ids = [each.pk for each in challenged]
    answers = ChallengeAnswered.objects.select_related("fact").filter(challenge__in=ids).order_by("fact_id")
    raised = ChallengeRaised.objects.select_related("fact").filter(challenge__in=ids).order_by("fact_id")
    return _together(challenged, answers, raised)


def _together(
    challenged: Iterable[DecisionChallenged], given: Iterable[ChallengeAnswered], steps: Iterable[ChallengeRaised]
) -> list[Challenge]:
    answers: defaultdict[int, list[ChallengeAnswered]] = defaultdict(list)
    for answer in given:
        answers[answer.challenge_id].append(answer)
    raised: defaultdict[int, list[ChallengeRaised]] = defaultdict(list)
    for step in steps:
        raised[step.challenge_id].append(step)
    return [Challenge(each, tuple(answers[each.pk]), tuple(raised[each.pk])) for each in challenged]


def reference_of(challenge_id: int) -> str:
    """The reference of a challenge that the reader may see, or "" for none."""
    rows = DecisionChallenged.objects.filter(pk=challenge_id)
    return rows.values_list("reference", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class Theme:
    """How often disagreements were about one thing in the last year, and what became of them: numbers alone."""

    theme: str
    settled: int
    changed: int
    above_first: int


def themes(now: datetime) -> list[Theme]:
    """Disagreements that were settled in the last year, by theme, the most frequent first. Runs under the machine
    role: whoever shows it holds small numbers back (I6, I8)."""
    rows = ChallengeAnswered.objects.filter(fact__recorded_at__gt=now - timedelta(days=365))
    found: defaultdict[str, dict[int, ChallengeAnswered]] = defaultdict(dict)
    for row in rows.order_by("level", "fact_id"):
        found[row.theme][row.challenge_id] = row
    counted = [
        Theme(
            theme,
            len(last),
            sum(each.outcome == "changed" for each in last.values()),
            sum(each.level > 1 for each in last.values()),
        )
        for theme, last in found.items()
    ]
    return sorted(counted, key=lambda each: (-each.settled, each.theme))


def learned(limit: int = 20) -> list[ChallengeAnswered]:
    """What was learned, as far as the reader may see, the newest first."""
    rows = ChallengeAnswered.objects.select_related("fact").exclude(learning="")
    return list(rows.order_by("-fact_id")[:limit])
