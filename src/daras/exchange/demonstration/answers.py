"""What the front door has decided already when the demonstration begins: the news of the days before Friday.

Alex's news waits, for whoever visits; Mark's has just come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.exchange.demonstration.week import clock_at
from daras.frontdoor import deciding, feedback
from daras.frontdoor.models import Document
from daras.matters.models import Matter

#: The slug of the front door's duty manager.
DUTY_MANAGER = "tamara-nance"
#: How long after it was sent the manager decides, and how long after that the sender is told.
DECIDED, TOLD = timedelta(minutes=45), timedelta(minutes=90)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided on a referral, and what its sender was told."""

    reason: str
    told: str
    remains: str


ANSWERS = {
    "no-known-child.json": Answer(
        "He coaches children now, and no child is named: we find out which.",
        "We hold a strategy discussion with the designated officer. We do not name your client to anybody.",
        "Which children he is in contact with.",
    ),
    "julie.json": Answer(
        "A child told, she is disabled, and the other young person is fifteen.",
        "We hold a strategy discussion with you. She is asked only with an intermediary.",
        "An intermediary, and a plan for the other young person.",
    ),
}


def answer(name: str, sent_at: datetime) -> None:
    """Decide on one of the referrals that came before Friday, on the young suspect's own matter too, and tell its
    sender."""
    given = ANSWERS.get(name)
    if given is None:
        return
    with machine():
        manager = Worker.objects.get(slug=DUTY_MANAGER)
        document = Document.objects.select_related("matter").get(idempotency_key=f"demonstration:{name}")
        own = list(Matter.objects.filter(parent=document.matter).values_list("reference", flat=True))
    reference = document.matter.reference
    with clock_at(sent_at + DECIDED), acting_as(manager):
        deciding.decide(manager, reference, decision="strategy-discussion", reason=given.reason)
        for each in own:
            deciding.decide(manager, each, decision="assessment", reason="A child in need of their own.")
    with clock_at(sent_at + TOLD), acting_as(manager):
        feedback.send_feedback(
            manager,
            reference,
            receipt=document.receipt,
            decided=given.told,
            risk_lower="not-yet",
            remains=given.remains,
        )
