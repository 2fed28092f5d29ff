"""A matter: what the partnership is dealing with. Its status is derived from facts; a projection of it serves the
lists."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from daras.ledger.models import Detail


class Matter(models.Model):
    """What facts, duties and stages hang on: a referral and what follows, or a young suspect's own journey (C5)."""

    reference = models.CharField(max_length=16, unique=True)
    kind = models.SlugField(max_length=40)
    authority = models.CharField(max_length=3)
    opened_at = models.DateTimeField()
    opened_by_agency = models.SlugField(max_length=80)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    audience_id = models.BigIntegerField()


class MatterOpened(Detail):
    """A matter was opened out of another one: a young suspect's own journey, and why (C5)."""

    kind: ClassVar[str] = "matter-opened"

    reason = models.TextField()


class MatterClosed(Detail):
    """A person closed the matter, and why. News reopens nothing by itself: it owes a decision."""

    kind: ClassVar[str] = "matter-closed"

    outcome = models.SlugField(max_length=40)
    reason = models.TextField()


class MatterDecided(Detail):
    """A duty manager decided on news: what happens next, and why (A6, B1)."""

    kind: ClassVar[str] = "matter-decided"

    decision = models.SlugField(max_length=40)
    reason = models.TextField()
    against_indication = models.BooleanField(default=False)


class MatterState(models.Model):
    """What `derive` says of each matter, written with the facts it is derived from; a command re-derives and
    compares."""

    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, primary_key=True, related_name="state")
    status = models.SlugField(max_length=40)
    news_count = models.IntegerField()
    last_news_at = models.DateTimeField()
    decision_owed = models.BooleanField()
    audience_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["status", "last_news_at"])]
