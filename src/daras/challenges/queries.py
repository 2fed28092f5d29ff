"""Challenges to decisions, as far as their reader may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from daras.challenges.models import ChallengeAnswered, DecisionChallenged
from daras.ledger.models import Fact
from daras.ledger.reading import OnMatter

#: What `challenges_on` looks for among the facts of a matter.
KINDS = (DecisionChallenged, ChallengeAnswered)


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge, with every answer to it in the order given."""

    challenged: DecisionChallenged
    answers: tuple[ChallengeAnswered, ...]

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered yet."""
        return not self.answers


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
    return _together(readable, facts.every(ChallengeAnswered))


def _with_answers(challenged: list[DecisionChallenged]) -> list[Challenge]:
    if not challenged:
        return []
    rows = ChallengeAnswered.objects.select_related("fact").filter(challenge__in=[each.pk for each in challenged])
    return _together(challenged, rows.order_by("fact_id"))


def _together(challenged: Iterable[DecisionChallenged], given: Iterable[ChallengeAnswered]) -> list[Challenge]:
    answers: defaultdict[int, list[ChallengeAnswered]] = defaultdict(list)
    for answer in given:
        answers[answer.challenge_id].append(answer)
    return [Challenge(each, tuple(answers[each.pk])) for each in challenged]


def reference_of(challenge_id: int) -> str:
    """The reference of a challenge that the reader may see, or "" for none."""
    rows = DecisionChallenged.objects.filter(pk=challenge_id)
    return rows.values_list("reference", flat=True).first() or ""
