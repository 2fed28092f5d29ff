"""What leaves the house: notices to receivers, at least once, in order for each receiver and matter (design:
Outbox)."""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.db import models

from daras.access.keys import decrypt, encrypt
from daras.access.models import Worker
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
    digest_at = models.TimeField(default=time(8))  # the hour of the daily letter, in local time; for e-mail only

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "team", "channel", "address"], name="one_receiver_a_place"),
        ]

    @property
    def secret(self) -> str:
        """What its webhooks are signed with, where it has one. Only the machine may read it."""
        try:
            return decrypt(self.signing.encrypted)
        except WebhookSecret.DoesNotExist:
            return ""


class WebhookSecret(models.Model):
    """What a receiver's webhooks are signed with: in a table that people's role may not read, under a key that the
    database does not have."""

    receiver = models.OneToOneField(Receiver, on_delete=models.PROTECT, primary_key=True, related_name="signing")
    encrypted = models.CharField(max_length=400)

    @classmethod
    def of(cls, receiver: Receiver, secret: str) -> WebhookSecret:
        """The secret of a receiver, not saved yet."""
        return cls(receiver=receiver, encrypted=encrypt(secret))


class Notice(models.Model):
    """One thing to be told to one receiver. It names no person: whoever is told signs in to read (design: Outbox)."""

    key = models.UUIDField(unique=True)
    receiver = models.ForeignKey(Receiver, on_delete=models.PROTECT)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    kind = models.SlugField(max_length=40, db_index=False)
    reference = models.CharField(max_length=16)  # a sender's receipt, or the matter: what its reader may know it by
    interrupts = models.BooleanField(default=False)
    in_digest = models.BooleanField(default=False)  # it waits for the daily letter, and is sent by that alone
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
            models.Index(
                fields=["receiver"],
                condition=models.Q(delivered_at__isnull=True, in_digest=True),
                name="notices_for_digests",
            ),
        ]


class NoticeDelivered(Detail):
    """A receiver took a notice: a receipt that may meet a duty."""

    kind: ClassVar[str] = "notice-delivered"

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT)
    channel = models.CharField(max_length=10)


class Digest(models.Model):
    """The one letter a day to one person (interface: Interruptions). It names nobody, and says how much of what kind.

    It is kept as it was first written, so that a letter sent again after a fault is the same letter.
    """

    key = models.UUIDField(unique=True)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True)  # none: a team's mailbox
    agency = models.SlugField(max_length=80)
    address = models.CharField(max_length=300)
    day = models.DateField()
    text = models.TextField()
    made_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "address", "day"], name="one_digest_a_day")]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(sent_at__isnull=True), name="digests_waiting"),
        ]


class DigestLine(models.Model):
    """That a notice stands in a letter: in one of each person, and never in a second (interface: Interruptions)."""

    digest = models.ForeignKey(Digest, on_delete=models.PROTECT, related_name="lines")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="lines")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "notice"], name="once_in_a_digest")]
