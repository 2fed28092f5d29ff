"""What was said to senders, and what they answered, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from daras.challenges.queries import Challenge, challenges_to
from daras.frontdoor.feedback import PUBLIC
from daras.frontdoor.models import FeedbackAnswered, FeedbackDelivered, FeedbackSent, ReferralReceived
from daras.matters.models import Matter, MatterDecided


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of news, with all that was said to its sender of it."""

    received: ReferralReceived
    feedback: tuple[FeedbackSent, ...]
    delivered: frozenset[int]
    answers: tuple[FeedbackAnswered, ...]
    decision: str  # the latest one's reason, on the whole matter

    challenges: Mapping[int, Sequence[Challenge]]  # by what was said, where the sender disagrees with it

    @property
    def to_answer(self) -> bool:
        """Whether the sender has not answered the last that was said."""
        answered = {each.feedback_id for each in self.answers} | self.challenges.keys()
        return bool(self.feedback) and self.feedback[-1].pk not in answered

    @property
    def disagrees(self) -> bool:
        """Whether the sender disagrees with something that was said, and waits for the answer."""
        return any(each.is_open for to_one in self.challenges.values() for each in to_one)


def owed_on(matter: Matter) -> list[Said]:
    """The news of a matter that has a sender to be told, the oldest first."""
    rows = ReferralReceived.objects.select_related("fact").filter(fact__matter_id=matter.pk).order_by("fact_id")
    received = [row for row in rows if row.fact.agency != PUBLIC]
    decided = MatterDecided.objects.filter(fact__matter_id=matter.pk).order_by("-fact_id").first()
    return _said(received, f"{decided.decision}\n{decided.reason}" if decided else "")


def said_of(received: ReferralReceived) -> Said:
    """What was said of one piece of news."""
    return _said([received], "")[0]


def _said(received: list[ReferralReceived], decision: str) -> list[Said]:
    receipts = [row.receipt for row in received]
    sent = list(FeedbackSent.objects.select_related("fact").filter(receipt__in=receipts).order_by("fact_id"))
    ids = [each.pk for each in sent]
    delivered = set(FeedbackDelivered.objects.filter(feedback__in=ids).values_list("feedback_id", flat=True))
    challenges = challenges_to(ids)
    answers = list(FeedbackAnswered.objects.select_related("fact").filter(feedback__in=ids).order_by("fact_id"))
    made = []
    for row in received:
        own = tuple(each for each in sent if each.receipt == row.receipt)
        own_ids = {each.pk for each in own}
        answered = tuple(each for each in answers if each.feedback_id in own_ids)
        challenged = {said: to_one for said, to_one in challenges.items() if said in own_ids}
        made.append(Said(row, own, frozenset(delivered & own_ids), answered, decision, challenged))
    return made
