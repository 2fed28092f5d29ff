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
    """A document that was refused: kept for its sender and the front door's managers, with the reason and how to mend
    it."""

    agency = models.SlugField(max_length=80, blank=True)
    received_at = models.DateTimeField()
    channel = models.CharField(max_length=10)
    code = models.SlugField(max_length=60)
    pointer = models.CharField(max_length=300)
    detail = models.TextField()
    remedy = models.TextField(default="")
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


class WordsWithheld(Detail):
    """The sender's free text where it may name somebody who asked to stay unnamed: for the front door only (A8)."""

    kind: ClassVar[str] = "words-withheld"

    hoped_for = models.TextField(blank=True)
    parents_not_told_because = models.TextField(blank=True)
    parents_views = models.TextField(blank=True)


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
    parts_missing = ArrayField(models.SlugField(max_length=60), default=list)  # the same by the pack's names


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


class Draft(models.Model):
    """A referral that is being written. It is kept at every pause, for the agency that writes it, until it is sent
    (A1). Once sent it holds its receipt and nothing else: the document holds the rest."""

    reference = models.CharField(max_length=16, unique=True)
    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    body = models.JSONField(default=dict)
    set_aside = models.JSONField(default=dict)
    version = models.IntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)
    from_advice = models.CharField(max_length=16, blank=True)
    receipt = models.CharField(max_length=16, blank=True)
    audience_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["agency", "team", "receipt"], name="drafts_of_team")]


class DraftVersion(models.Model):
    """What a draft was at one saving, and what the form showed that saved it: so that two people on one form merge
    field by field. Kept until the draft is sent."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="versions")
    version = models.IntegerField()
    body = models.JSONField()
    seen = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)
    audience_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "version"], name="one_version_a_saving")]


class AdviceGiven(Detail):
    """Advice asked of the front door or a designated professional before any referral: the question, the child named
    or not, the advice, and whether to refer and why (A15). Where the child is named it is about a record of the agency
    that asked."""

    kind: ClassVar[str] = "advice-given"

    reference = models.CharField(max_length=16, unique=True)
    giver_team = models.SlugField(max_length=80, blank=True, default="", db_default="", db_index=False)
    caller_agency = models.SlugField(max_length=80)
    caller_team = models.SlugField(max_length=80, blank=True)
    caller_name = models.CharField(max_length=200, blank=True)
    caller_role = models.CharField(max_length=100, blank=True)
    question = models.TextField()
    child = models.JSONField(default=dict)
    advice = models.TextField()
    refer = models.BooleanField()
    because = models.TextField()


class AdviceDayAgreed(Detail):
    """In a call for advice somebody said that they would ring back, or watch and come back, by a day (A15). The one
    side owes it, the other waits for it."""

    kind: ClassVar[str] = "advice-day-agreed"

    advice = models.OneToOneField(AdviceGiven, on_delete=models.PROTECT, related_name="day")
    owed_by = models.CharField(max_length=10)  # giver: rings back; caller: comes back
    on_day = models.DateField()
    what = models.CharField(max_length=300)
    waiting_agency = models.SlugField(max_length=80, db_index=False)
    waiting_team = models.SlugField(max_length=80, blank=True, db_index=False)

    class Meta:
        indexes = [models.Index(fields=["waiting_agency"], name="advice_days_waited_for")]


class AdviceDayMoved(Detail):
    """Another day was agreed instead, and why; the newest holds, and those before are its history (A15)."""

    kind: ClassVar[str] = "advice-day-moved"

    day = models.ForeignKey(AdviceDayAgreed, on_delete=models.PROTECT, related_name="moves")
    on_day = models.DateField()
    words = models.TextField()


class AdviceDayAnswered(Detail):
    """What came of an agreed day, in words: done, no longer needed, or a referral was made of it (A15)."""

    kind: ClassVar[str] = "advice-day-answered"

    day = models.OneToOneField(AdviceDayAgreed, on_delete=models.PROTECT, related_name="answer")
    outcome = models.CharField(max_length=20)  # done, not-needed, referred
    words = models.TextField()


class FeedbackSent(Detail):
    """What was decided on a referral, said to whoever sent it: whether the risk is lower now, and what remains (A8)."""

    kind: ClassVar[str] = "feedback-sent"

    receipt = models.CharField(max_length=16)
    decided = models.TextField()
    risk_lower = models.CharField(max_length=10)  # yes, no, not-yet
    remains = models.TextField(blank=True)


class FeedbackDelivered(Detail):
    """Somebody of the agency that sent the referral has opened what became of it: sending alone is not telling (A8)."""

    kind: ClassVar[str] = "feedback-delivered"

    feedback = models.OneToOneField(FeedbackSent, on_delete=models.PROTECT, related_name="delivery")


class FeedbackChased(Detail):
    """The sender was told nothing, and asked (A8)."""

    kind: ClassVar[str] = "feedback-chased"

    receipt = models.CharField(max_length=16)


class FeedbackAnswered(Detail):
    """The sender acknowledges what it was told (A8). One that disagrees challenges it instead, as any decision."""

    kind: ClassVar[str] = "feedback-answered"

    feedback = models.ForeignKey(FeedbackSent, on_delete=models.PROTECT, related_name="answers")


class AuthorityStated(Detail):
    """Which authority is responsible for a child, and where the child was found: two things that may differ (A14).

    An authority is its number, or empty where it is none of this partnership's and its name is written; both empty
    where nobody knows yet. The newest statement counts; those before are its history.
    """

    kind: ClassVar[str] = "authority-stated"

    responsible = models.CharField(max_length=3, blank=True)
    responsible_name = models.CharField(max_length=200, blank=True)
    found_in = models.CharField(max_length=3, blank=True)
    found_at = models.CharField(max_length=300, blank=True)
    by_rule = models.BooleanField()
    because = models.TextField()


class TransferOffered(Detail):
    """An authority asks another to take a matter over. Until somebody there has accepted it by name, nothing changes:
    every duty stays with the sender (A14)."""

    kind: ClassVar[str] = "transfer-offered"

    to_authority = models.CharField(max_length=3, blank=True)
    to_name = models.CharField(max_length=200)
    to_contact = models.CharField(max_length=300, blank=True)
    offered_by = models.CharField(max_length=200)
    because = models.TextField()


class TransferAnswered(Detail):
    """Somebody of the other authority accepts a matter by name, or declines it with a reason (A14)."""

    kind: ClassVar[str] = "transfer-answered"

    transfer = models.OneToOneField(TransferOffered, on_delete=models.PROTECT, related_name="answer")
    accepted = models.BooleanField()
    answered_by = models.CharField(max_length=200)
    said_to = models.CharField(max_length=200, blank=True)  # who heard it, where it was not written here
    reason = models.TextField(blank=True)


class CallBooked(Detail):
    """A parent is called in the evening, when they can speak: the front door's own record, never the referrer's
    (A6)."""

    kind: ClassVar[str] = "call-booked"

    at = models.DateTimeField()
    telephone = models.CharField(max_length=60)
    needs = models.CharField(max_length=300, blank=True)  # an interpreter, relay, who must not overhear
    note = models.TextField(blank=True)


class CallEnded(Detail):
    """What became of a call: they spoke, nobody answered, or it was called off (A6, A4)."""

    kind: ClassVar[str] = "call-ended"

    call = models.OneToOneField(CallBooked, on_delete=models.PROTECT, related_name="ending")
    outcome = models.CharField(max_length=20)  # spoken, no-answer, called-off
    words = models.TextField(blank=True)


class KnownAndManaged(Detail):
    """A manager of the front door holds that a child near somebody who poses a risk is known and managed, until a day:
    so long the watch on the network is silent of it (E2). The fact is about the child; its author is who said so."""

    kind: ClassVar[str] = "known-and-managed"

    other_record_id = models.BigIntegerField()
    until = models.DateField()
    reason = models.TextField()


class KnownAndManagedEnded(Detail):
    """Its day came: the watch has looked at the two again, once (E2)."""

    kind: ClassVar[str] = "known-and-managed-ended"

    said = models.OneToOneField(KnownAndManaged, on_delete=models.PROTECT, related_name="ending")
