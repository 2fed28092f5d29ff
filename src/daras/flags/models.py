"""Flags that partners' systems show beside a child's name: whom to ring, never what happened.

A flag is published only by a person's decision. What each partner's system shows is what that system itself reports.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from daras.ledger.models import Detail


class FlagRaised(Detail):
    """A flag is raised and published: read by its owner and by each agency whose system is to show it."""

    kind: ClassVar[str] = "flag-raised"

    reference = models.CharField(max_length=16, unique=True)
    flag_kind = models.SlugField(max_length=60)
    pack = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    meaning = models.CharField(max_length=300)
    ring = models.CharField(max_length=300)  # whom to ring, in words
    owner_agency = models.SlugField(max_length=80)
    owner_team = models.SlugField(max_length=80, blank=True)
    about_words = models.CharField(max_length=300)
    nhs_number = models.CharField(max_length=10)


class FlagReason(Detail):
    """Why it was raised: for its owner alone, and never published."""

    kind: ClassVar[str] = "flag-reason"

    flag = models.ForeignKey(FlagRaised, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()


class FlagReviewed(Detail):
    """It was looked at again: it stays, or it ends, and why."""

    kind: ClassVar[str] = "flag-reviewed"

    flag = models.ForeignKey(FlagRaised, on_delete=models.PROTECT, related_name="reviews")
    ends = models.BooleanField()
    reason = models.TextField()


class FlagPublished(Detail):
    """One agency's system is to show it."""

    kind: ClassVar[str] = "flag-published"

    flag = models.ForeignKey(FlagRaised, on_delete=models.PROTECT, related_name="published")
    agency = models.SlugField(max_length=80)


class FlagReported(Detail):
    """A partner's system says whether it shows it."""

    kind: ClassVar[str] = "flag-reported"

    flag = models.ForeignKey(FlagRaised, on_delete=models.PROTECT, related_name="reports")
    agency = models.SlugField(max_length=80)
    shown = models.BooleanField()


class FlagStray(Detail):
    """A partner's system shows a flag that nobody has raised, or that has ended: somebody takes it away there."""

    kind: ClassVar[str] = "flag-stray"

    agency = models.SlugField(max_length=80)
    nhs_number = models.CharField(max_length=10)
    code = models.SlugField(max_length=60)


class SummaryRead(Detail):
    """A partner read the safeguarding summary of somebody who was found: that is a disclosure of what is held (F10).

    What for stands in the trail, for its custodians alone. Never written where nothing was shown.
    """

    kind: ClassVar[str] = "summary-read"

    team = models.SlugField(max_length=80, blank=True)
    worker_name = models.CharField(max_length=200)
