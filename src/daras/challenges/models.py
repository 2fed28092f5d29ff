"""A decision is challenged and answered: one way for all decisions (B5, A8, I6).

The decision, the challenge and the answer are facts, none of which takes another's place: both views stand.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from daras.ledger.models import Detail, Fact


class DecisionChallenged(Detail):
    """An agency disagrees with a decision, and why; read by everybody who reads the decision."""

    kind: ClassVar[str] = "decision-challenged"

    reference = models.CharField(max_length=16, unique=True)
    decision = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    agency = models.SlugField(max_length=80)
    reason = models.TextField()
    answered_by_agency = models.SlugField(max_length=80)
    answered_by_team = models.SlugField(max_length=80, blank=True)
    answered_by_post = models.CharField(max_length=120)  # in words: "the on-call detective inspector"


class ChallengeAnswered(Detail):
    """The answer to a challenge: the decision changes, or it stands, and why."""

    kind: ClassVar[str] = "challenge-answered"

    challenge = models.ForeignKey(DecisionChallenged, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12)  # changed, upheld
    reason = models.TextField()
    level = models.SmallIntegerField(default=1)
    theme = models.SlugField(max_length=60, blank=True)
    learning = models.TextField(blank=True)


class ChallengeRaised(Detail):
    """An answer did not settle it, or did not come: it goes to the next level of the ladder, and why (I6)."""

    kind: ClassVar[str] = "challenge-raised"

    challenge = models.ForeignKey(DecisionChallenged, on_delete=models.PROTECT, related_name="+")
    level = models.SmallIntegerField()
    rung = models.SlugField(max_length=60)
    rung_name = models.CharField(max_length=200)
    agency = models.SlugField(max_length=80)
    reason = models.TextField()
    answered_by_agency = models.SlugField(max_length=80)
    answered_by_team = models.SlugField(max_length=80, blank=True)
    answered_by_post = models.CharField(max_length=120)
