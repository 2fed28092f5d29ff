"""What is kept, for how long, what stops its disposal, and what is left when it is gone (issue: Retention; G4).

A hold stops every disposal while it stands. A person reviews before anything goes, another approves, and what remains
is a tombstone without content. See docs/decisions/0028-keeping.md.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from daras.ledger.models import Detail


class HoldPlaced(Detail):
    """Nothing of these matters, or of any, is disposed of from now: for whom, and why."""

    kind: ClassVar[str] = "hold-placed"

    class Ground(models.TextChoices):
        INQUIRY = "inquiry", "A public inquiry, or a review of what was done"
        LITIGATION = "litigation", "A case before a court, or one that is expected"
        SUBJECT_ACCESS = "subject-access", "Somebody asks for what is held about them"
        OTHER = "other", "Another reason"

    number = models.CharField(max_length=16)  # how the register outside the database knows it
    ground = models.CharField(max_length=20, choices=Ground.choices)
    reason = models.TextField()
    everything = models.BooleanField(default=False)
    matter_ids = ArrayField(models.BigIntegerField(), default=list)

    def of_case(self, matter_id: int) -> bool:
        """Whether it stands for a case of somebody who asks what is held."""
        return self.fact.matter_id == matter_id

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(everything=True) | models.Q(matter_ids__len__gt=0), name="a_hold_holds_something"
            ),
        ]


class HoldEnded(Detail):
    """A hold ended, and why."""

    kind: ClassVar[str] = "hold-ended"

    hold = models.OneToOneField(HoldPlaced, on_delete=models.PROTECT, related_name="ending")
    reason = models.TextField()


class DisposalReviewed(Detail):
    """Somebody read the matter when its time had run out, and says: keep it until a day, or let it go. Letting go needs
    somebody else's approval."""

    kind: ClassVar[str] = "disposal-reviewed"

    class Decision(models.TextChoices):
        KEEP = "keep", "Keep it until a day"
        DISPOSE = "dispose", "Let it go"

    decision = models.CharField(max_length=10, choices=Decision.choices)
    keep_until = models.DateField(null=True, blank=True)
    reason = models.TextField()
    rule = models.SlugField(max_length=60)
    ended_on = models.DateField()
    reviewed_by = models.SlugField(max_length=80)


class Disposed(Detail):
    """The tombstone: of which matter, by which line of the schedule, who reviewed and who approved, how many rows went,
    and the digest of what they said. It holds no content, and is never removed."""

    kind: ClassVar[str] = "disposed"

    number = models.CharField(max_length=16)
    rule = models.SlugField(max_length=60)
    reviewed_by = models.CharField(max_length=80)
    approved_by = models.CharField(max_length=80)
    rows_gone = models.IntegerField()
    digest = models.CharField(max_length=64)
    disposed_at = models.DateTimeField()
    applied_again = models.BooleanField(default=False)  # after an older backup was restored

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reviewed_by=models.F("approved_by")), name="nobody_approves_their_own"
            ),
        ]
