"""A family's own version of a discussion is a disclosure: who wrote it for whom, who let it go, who was given it.

It is written for one family and one recipient, and never printed from a working page (interface: prints).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from daras.ledger.models import Detail
from daras.meetings.models import MeetingCalled


class FamilyVersionPrepared(Detail):
    """What one person of a child's family is to be told of a discussion, in plain words (B4, D10, G5).

    The header's person is the child. A newer one supersedes the former, which stays in the ledger.
    """

    kind: ClassVar[str] = "family-version-prepared"

    reference = models.CharField(max_length=16, unique=True)
    meeting = models.ForeignKey(MeetingCalled, on_delete=models.PROTECT, related_name="+")
    recipient_record_id = models.BigIntegerField()
    recipient_is = models.CharField(max_length=60)  # why they may be told: "the child", the ground of responsibility
    decided = models.TextField()
    next_steps = models.TextField()
    whom_to_ask = models.TextField()


class FamilyVersionReviewed(Detail):
    """Somebody else has read it: it is released, or goes back with what is to be changed."""

    kind: ClassVar[str] = "family-version-reviewed"

    prepared = models.OneToOneField(FamilyVersionPrepared, on_delete=models.PROTECT, related_name="review")
    released = models.BooleanField()
    reason = models.TextField(blank=True)


class FamilyVersionGiven(Detail):
    """The disclosure itself: a released version was handed over, to whom, how, by whom, when."""

    kind: ClassVar[str] = "family-version-given"

    prepared = models.OneToOneField(FamilyVersionPrepared, on_delete=models.PROTECT, related_name="disclosure")
    recipient = models.CharField(max_length=200)
    how = models.SlugField(max_length=20)  # in-person, read-aloud, post
    by_whom = models.CharField(max_length=200)
    given_at = models.DateTimeField()
