"""What reaches the front door, what was made of it, and what was refused (A1 to A8, A16, B1)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from daras.ledger.models import Detail
from daras.matters.models import Matter


class Document(models.Model):
    """A document as it came, once for each delivery that was accepted. The same one twice gets the same receipt."""

    agency = models.SlugField(max_length=80)
    digest = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)
    received_at = models.DateTimeField()
    body = models.JSONField()
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    receipt = models.CharField(max_length=16, unique=True)
    audience_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "digest"], name="one_document_an_agency"),
            models.UniqueConstraint(
                fields=["agency", "idempotency_key"],
                condition=models.Q(idempotency_key__isnull=False),
                name="one_document_a_key",
            ),
        ]


class Quarantined(models.Model):
    """A document that was refused: kept for its sender and the front door's administrators, with the reason."""

    agency = models.SlugField(max_length=80, blank=True)
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=10)
    code = models.SlugField(max_length=60)
    pointer = models.CharField(max_length=300)
    detail = models.TextField()
    body = models.BinaryField()
    audience_id = models.BigIntegerField()


class ReferralReceived(Detail):
    """News came in: a referral, a ViST or a notice; who sent it, what they hope for, whether the family was told
    (A1, A4)."""

    kind: ClassVar[str] = "referral-received"

    document = models.OneToOneField(Document, on_delete=models.PROTECT)
    receipt = models.CharField(max_length=16)
    news_kind = models.CharField(max_length=10)
    sent_at = models.DateTimeField()
    sender_team = models.SlugField(max_length=80, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    sender_role = models.CharField(max_length=100, blank=True)
    sender_email = models.EmailField(blank=True)
    sender_phone = models.CharField(max_length=40, blank=True)
    addressed_to = models.CharField(max_length=200, blank=True)
    on_open_case = models.BooleanField(default=False)
    grade = models.CharField(max_length=10, blank=True)
    hoped_for = models.TextField(blank=True)
    parents_told = models.BooleanField(null=True, blank=True)
    parents_not_told_because = models.TextField(blank=True)
    parents_views = models.TextField(blank=True)
    agreement_by = models.CharField(max_length=60, blank=True)
    agreement_given = models.BooleanField(null=True, blank=True)


class ConcernReported(Detail):
    """A worry in the words of whoever saw or heard it; about whom, suspected of whom."""

    kind: ClassVar[str] = "concern"

    category = models.SlugField(max_length=60)
    what_happened = models.TextField()
    seen_or_heard_by = models.CharField(max_length=300, blank=True)
    about_record_ids = ArrayField(models.BigIntegerField())
    suspected_record_ids = ArrayField(models.BigIntegerField(), default=list)


class VoiceRecorded(Detail):
    """What the child says, in the child's words, or why it could not be obtained; never "not applicable" (A3)."""

    kind: ClassVar[str] = "voice-of-child"

    text = models.TextField(blank=True)
    not_obtained_because = models.TextField(blank=True)


class SafeNowRecorded(Detail):
    """Whether somebody is safe at this moment: seen by whom, where, with whom (A16)."""

    kind: ClassVar[str] = "safe-now"

    seen = models.BooleanField()
    seen_by = models.CharField(max_length=200, blank=True)
    where = models.CharField(max_length=300, blank=True)
    accompanied_by = ArrayField(models.CharField(max_length=200), default=list)


class QualityChecked(Detail):
    """How complete the referral is, for its sender to learn from; it never delays or ranks it (A2)."""

    kind: ClassVar[str] = "quality-checked"

    score = models.SmallIntegerField()
    missing = ArrayField(models.TextField(), default=list)


class IndicatorMet(Detail):
    """An indicator of the threshold document that the news meets, with the words that met it (A7)."""

    kind: ClassVar[str] = "indicator-met"

    indicator = models.SlugField(max_length=60)
    level = models.SmallIntegerField()
    why = models.TextField()
    words = ArrayField(models.TextField(), default=list)
    about_record_ids = ArrayField(models.BigIntegerField(), default=list)


class ThresholdSuggested(Detail):
    """The level the indicators point to. A person decides (A7)."""

    kind: ClassVar[str] = "threshold-suggested"

    level = models.SmallIntegerField()
    level_name = models.CharField(max_length=100)
    strategy_discussion = models.BooleanField()
    why = models.TextField()
    pack = models.CharField(max_length=40)


class AgencyToInvite(Detail):
    """An agency that should be invited to a discussion if one is convened, and why (B3)."""

    kind: ClassVar[str] = "agency-to-invite"

    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    because = models.TextField()
