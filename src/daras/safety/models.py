"""What keeps a child safe tonight and until when, what the worker thinks of it, and who watches over it after hours
(A16, A6, A11)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from daras.ledger.models import Detail


class ProtectionRecorded(Detail):
    """Something holds a child safe, or somebody away, from an hour and mostly until one (A16).

    The header's person is whom it is about: the child, or whoever is bound by a condition or kept from contact. It may
    be recorded before its words are: a later fact with the words supersedes this one.
    """

    kind: ClassVar[str] = "protection-recorded"

    protection = models.SlugField(max_length=40)
    since = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True)  # the reason, or the condition; empty while it is owed
    holder_agency = models.SlugField(max_length=80)


class ProtectionSettled(Detail):
    """What becomes of a protection before it lapses, or after: another took its place, it ended, or a plan stands
    without it (A16)."""

    kind: ClassVar[str] = "protection-settled"

    protection = models.OneToOneField(ProtectionRecorded, on_delete=models.PROTECT, related_name="settlement")
    outcome = models.SlugField(max_length=40)  # replaced, ended, plan-stands
    words = models.TextField()


class AnalysisRecorded(Detail):
    """A social worker's analysis: what worries, what works, what must happen, where it stands between 0 (certain that
    the child will be harmed) and 10 (safe enough to close), and what they recommend (A6)."""

    kind: ClassVar[str] = "analysis-recorded"

    worries = models.TextField()
    what_works = models.TextField()
    must_happen = models.TextField()
    scaling = models.SmallIntegerField()
    recommendation = models.SlugField(max_length=40)
    because = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(scaling__gte=0, scaling__lte=10), name="scaled_from_0_to_10"),
        ]


class HandedOver(Detail):
    """One team hands a matter over to the team that works next, with why it cannot wait and what to know (A11)."""

    kind: ClassVar[str] = "handed-over"

    from_agency = models.SlugField(max_length=80)
    from_team = models.SlugField(max_length=80)
    from_name = models.CharField(max_length=200)
    to_agency = models.SlugField(max_length=80)
    to_team = models.SlugField(max_length=80)
    why = ArrayField(models.SlugField(max_length=20))  # owed, unsafe, lapses
    note = models.TextField(blank=True)


class HandoverAccepted(Detail):
    """Somebody of the team that works next has it, by name (A11)."""

    kind: ClassVar[str] = "handover-accepted"

    handover = models.OneToOneField(HandedOver, on_delete=models.PROTECT, related_name="acceptance")
    accepted_by = models.CharField(max_length=200)
