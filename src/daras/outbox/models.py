"""What leaves the house: notices to receivers, at least once, in order for each receiver and matter (design:
Outbox)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from daras.ledger.models import Detail
from daras.matters.models import Matter


class Receiver(models.Model):
    """Where an agency's team is reached: on its page, by e-mail, or by a signed webhook to its own system."""

    class Channel(models.TextChoices):
        PAGE = "page"
        EMAIL = "email"
        WEBHOOK = "webhook"

    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    address = models.CharField(max_length=300, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "team", "channel", "address"], name="one_receiver_a_place"),
        ]

    @property
    def secret(self) -> str:
        """What its webhooks are signed with, where it has one. Only the machine may read it."""
        try:
            return self.signing.secret
        except WebhookSecret.DoesNotExist:
            return ""


class WebhookSecret(models.Model):
    """What a receiver's webhooks are signed with, in a table that people's role may not read."""

    receiver = models.OneToOneField(Receiver, on_delete=models.PROTECT, primary_key=True, related_name="signing")
    secret = models.CharField(max_length=120)


class Notice(models.Model):
    """One thing to be told to one receiver. It names no person: whoever is told signs in to read (design: Outbox)."""

    key = models.UUIDField(unique=True)
    receiver = models.ForeignKey(Receiver, on_delete=models.PROTECT)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    kind = models.SlugField(max_length=40)
    reference = models.CharField(max_length=16)  # a sender's receipt, or the matter: what its reader may know it by
    interrupts = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_problem = models.CharField(max_length=300, blank=True)
    audience_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["receiver", "id"],
                condition=models.Q(delivered_at__isnull=True),
                name="notices_waiting",
            ),
        ]


class NoticeDelivered(Detail):
    """A receiver took a notice: a receipt that may meet a duty."""

    kind: ClassVar[str] = "notice-delivered"

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT)
    channel = models.CharField(max_length=10)
