"""Duties: who owes what by when. Opened by a fact, met by a fact; due and overdue are functions of facts and now
(design 3)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from daras.ledger.models import Detail, Fact
from daras.matters.models import Matter


class DutyOpened(Detail):
    """A duty is owed from now. The header's matter is what it is about; the opening fact is what gave rise to it."""

    kind: ClassVar[str] = "duty-opened"

    duty_kind = models.SlugField(max_length=60)
    pack = models.CharField(max_length=40)
    reference = models.CharField(max_length=16)  # the matter, or the receipt where the owner may know no more
    owner_agency = models.SlugField(max_length=80)
    owner_team = models.SlugField(max_length=80, blank=True)
    owner_role = models.SlugField(max_length=60, blank=True)
    about_record_ids = ArrayField(models.BigIntegerField(), default=list)
    opened_by = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    anchor_at = models.DateTimeField()
    due_at = models.DateTimeField()
    because = models.TextField()
    source = models.CharField(max_length=300)
    authority = models.CharField(max_length=10)  # statute, guidance, local
    told = models.CharField(max_length=20, default="at once")
    late_start = models.BooleanField(default=False)


class DutyMet(Detail):
    """A fact met a duty."""

    kind: ClassVar[str] = "duty-met"

    duty = models.ForeignKey(DutyOpened, on_delete=models.PROTECT, related_name="meetings")
    by_fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    met_at = models.DateTimeField()


class DutyAnswered(Detail):
    """What an owner did about a duty, in their words: it meets this one duty and no other of its kind."""

    kind: ClassVar[str] = "duty-answered"

    duty = models.ForeignKey(DutyOpened, on_delete=models.PROTECT, related_name="answers")
    words = models.TextField()


class DutyPaused(Detail):
    """The clock stopped (asked back, or another lawful reason), until it starts again."""

    kind: ClassVar[str] = "duty-paused"

    duty = models.ForeignKey(DutyOpened, on_delete=models.PROTECT, related_name="pauses")
    paused_at = models.DateTimeField()
    reason = models.TextField()


class DutyResumed(Detail):
    """A stopped clock runs on."""

    kind: ClassVar[str] = "duty-resumed"

    pause = models.OneToOneField(DutyPaused, on_delete=models.PROTECT, related_name="resumption")
    resumed_at = models.DateTimeField()


class DutyReanchored(Detail):
    """What the clock counts from has moved (a release date changed): the due date is counted anew."""

    kind: ClassVar[str] = "duty-reanchored"

    duty = models.ForeignKey(DutyOpened, on_delete=models.PROTECT, related_name="reanchorings")
    anchor_at = models.DateTimeField()
    reason = models.TextField()


class DutyChased(Detail):
    """A duty was chased, or escalated to the next step."""

    kind: ClassVar[str] = "duty-chased"

    duty = models.ForeignKey(DutyOpened, on_delete=models.PROTECT, related_name="chases")
    step = models.SlugField(max_length=40, db_index=False)
    chased_at = models.DateTimeField()


class DutyState(models.Model):
    """What `derive` says of each duty, written with the facts it is derived from, for the lists and the sweep.

    It holds when something is next due to happen, never whether it is overdue: that depends on the hour of reading.
    """

    duty = models.OneToOneField(DutyOpened, on_delete=models.PROTECT, primary_key=True, related_name="state")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    # Found by `duties_owed_by_team`: an index of each would be written anew with every chase.
    owner_agency = models.SlugField(max_length=80, db_index=False)
    owner_team = models.SlugField(max_length=80, blank=True, db_index=False)
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True, blank=True)
    paused = models.BooleanField(default=False)
    next_step_at = models.DateTimeField(null=True, blank=True)
    audience_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["owner_agency", "owner_team", "due_at"],
                condition=models.Q(met_at__isnull=True),
                name="duties_owed_by_team",
            ),
            models.Index(
                fields=["next_step_at"], condition=models.Q(met_at__isnull=True), name="duties_with_next_step"
            ),
        ]
