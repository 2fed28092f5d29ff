"""Requests: one agency asks another, and everything that becomes of it is a fact both sides read (design: requests).

What a kind of request asks for stands in the practice pack, and is read with the pack of the day on which it was made.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from daras.ledger.models import Detail
from daras.matters.models import Matter


class RequestMade(Detail):
    """One team asks another. The header's person is whom it is about, by a record of whoever asks; what the other side
    is told of them stands here in words, as it was told."""

    kind: ClassVar[str] = "request-made"

    reference = models.CharField(max_length=16, unique=True)
    request_kind = models.SlugField(max_length=20)
    kind_name = models.CharField(max_length=120)
    pack = models.CharField(max_length=40)
    from_agency = models.SlugField(max_length=80)
    from_team = models.SlugField(max_length=80, blank=True)
    from_name = models.CharField(max_length=200)
    to_agency = models.SlugField(max_length=80)
    to_team = models.SlugField(max_length=80, blank=True)
    about_words = models.CharField(max_length=300)
    asks = models.TextField()
    basis = models.SlugField(max_length=20, blank=True)
    basis_name = models.CharField(max_length=200, blank=True)
    urgency = models.CharField(max_length=10)
    service = models.SlugField(max_length=60, blank=True)
    sent_key = models.CharField(max_length=200, null=True, blank=True)  # under which a system sent it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["from_agency", "sent_key"], name="one_request_a_key")]


class OfRequest(Detail):
    """Something that became of a request: who said it stands in the header, and their name here."""

    request = models.ForeignKey(RequestMade, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    words = models.TextField(blank=True)

    class Meta:
        abstract = True


class RequestAcknowledged(OfRequest):
    """It has come, and somebody has it."""

    kind: ClassVar[str] = "request-acknowledged"


class RequestAskedBack(OfRequest):
    """Whoever was asked needs to know more; the clock stands still until it is said."""

    kind: ClassVar[str] = "request-asked-back"


class RequestSaidMore(OfRequest):
    """More is said to what was asked back; the clock runs on."""

    kind: ClassVar[str] = "request-said-more"


class RequestAnswered(OfRequest):
    """A stage ends: what came of it, and on which day where that was another."""

    kind: ClassVar[str] = "request-answered"

    stage = models.SlugField(max_length=20)
    outcome = models.SlugField(max_length=20)
    outcome_name = models.CharField(max_length=200)
    good = models.BooleanField()  # what was asked for came of it
    then = models.SlugField(max_length=20, blank=True)
    on_day = models.DateField(null=True, blank=True)
    service = models.SlugField(max_length=60, blank=True)  # the way to which was shown instead


class RequestDeclined(OfRequest):
    """It is not given, and why: a decision that can be challenged like any other (I6)."""

    kind: ClassVar[str] = "request-declined"

    why = models.SlugField(max_length=20, blank=True)
    why_name = models.CharField(max_length=200, blank=True)


class RequestChased(OfRequest):
    """Whoever asked asks again."""

    kind: ClassVar[str] = "request-chased"


class RequestEscalated(OfRequest):
    """Whoever asked tells the other agency's safeguarding lead."""

    kind: ClassVar[str] = "request-escalated"


class RequestWithdrawn(OfRequest):
    """It is no longer asked."""

    kind: ClassVar[str] = "request-withdrawn"


class RequestAllocated(OfRequest):
    """A practitioner has it now; their caseload is counted from this (F8)."""

    kind: ClassVar[str] = "request-allocated"

    worker = models.SlugField(max_length=120)
    worker_name = models.CharField(max_length=200)
    risk = models.CharField(max_length=10)  # low, medium, high: how the service itself sees it


class RequestTold(OfRequest):
    """A form goes with it: by its reference, read by both sides."""

    kind: ClassVar[str] = "request-form"

    form_reference = models.CharField(max_length=16)
    form_name = models.CharField(max_length=200)


#: Everything that becomes of a request, in no order.
EVENTS: tuple[type[OfRequest], ...] = (
    RequestAcknowledged,
    RequestAskedBack,
    RequestSaidMore,
    RequestAnswered,
    RequestDeclined,
    RequestChased,
    RequestEscalated,
    RequestWithdrawn,
    RequestAllocated,
    RequestTold,
)


class RequestState(models.Model):
    """What `derive` says of each request, written with the facts it is derived from, for lists and queues."""

    request = models.OneToOneField(RequestMade, on_delete=models.PROTECT, primary_key=True, related_name="state")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    request_kind = models.SlugField(max_length=20)
    from_agency = models.SlugField(max_length=80)
    from_team = models.SlugField(max_length=80, blank=True)
    to_agency = models.SlugField(max_length=80)
    to_team = models.SlugField(max_length=80, blank=True)
    service = models.SlugField(max_length=60, blank=True)
    urgency = models.CharField(max_length=10)
    status = models.CharField(max_length=12)
    stage = models.SlugField(max_length=20, blank=True)
    stage_since = models.DateTimeField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    worker = models.SlugField(max_length=120, blank=True)
    risk = models.CharField(max_length=10, blank=True)
    audience_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["to_agency", "to_team", "made_at"],
                condition=models.Q(ended_at__isnull=True),
                name="requests_waiting_for_team",
            ),
            models.Index(fields=["from_agency", "from_team", "made_at"], name="requests_of_team"),
            models.Index(
                fields=["service", "stage"], condition=models.Q(ended_at__isnull=True), name="requests_on_lists"
            ),
        ]
