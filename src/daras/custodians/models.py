"""What is kept from those who need not know: protected people, restricted entries, sight taken in an emergency (G4).

A protected person is known to a custodian and to whom the custodian names; of a restricted entry others read that
there is something and whom to ask. See docs/decisions/0024-protected.md.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from daras.access.models import Worker
from daras.access.narrative import Narrative
from daras.ledger.models import Detail, Fact


class Protected(Detail):
    """Somebody is known to a custodian only, from now: why, whose custodians hold it, and what of the record it took
    along. The header's matter is the custodian's own, on which everything about it is owed."""

    kind: ClassVar[str] = "protected"

    class Protection(models.TextChoices):
        REFUGE = "refuge", "Lives in a refuge or at an address that must not be known"
        ADOPTION = "adoption", "Was adopted: the old and the new identity"
        COVERT = "covert", "Is part of a police matter that must not be known"
        COLLEAGUE = "colleague", "Is of the family of somebody who works in the partnership"
        OTHER = "other", "Another reason"

    protection = models.CharField(max_length=20, choices=Protection.choices)
    reason = Narrative()
    custodian_agency = models.SlugField(max_length=80)
    kept_by = ArrayField(models.SlugField(max_length=80), default=list)  # workers who go on seeing it
    record_ids = ArrayField(models.BigIntegerField())
    matter_ids = ArrayField(models.BigIntegerField(), default=list)


class ProtectionEnded(Detail):
    """The protection ended, and why: what it took along is under its former audiences again."""

    kind: ClassVar[str] = "protection-ended"

    protected = models.OneToOneField(Protected, on_delete=models.PROTECT, related_name="ending")
    reason = models.TextField()


class ProtectedNamed(Detail):
    """News or a list names somebody who may be this protected person. Its sender was told of nobody; the custodian
    is told here. The header's person is the protected record."""

    kind: ClassVar[str] = "protected-named"

    protected = models.ForeignKey(Protected, on_delete=models.PROTECT, related_name="namings")
    named_record_id = models.BigIntegerField()
    by_agency = models.SlugField(max_length=80)
    probability = models.FloatField()
    why = ArrayField(models.TextField())


class NamingTakenIn(Detail):
    """The custodian decided on somebody named: is it this person, whose record is then protected too, or is it not."""

    kind: ClassVar[str] = "naming-taken-in"

    naming = models.OneToOneField(ProtectedNamed, on_delete=models.PROTECT, related_name="decision")
    same_person = models.BooleanField()
    reason = models.TextField()


class EntryRestricted(Detail):
    """One entry is for its agency's own team only, from now, and why. For the same audience as the entry."""

    kind: ClassVar[str] = "entry-restricted"

    entry = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    reason = Narrative()


class InformationHeld(Detail):
    """What others read instead of a restricted entry: an agency holds information, and whom to ask. Never what."""

    kind: ClassVar[str] = "information-held"

    holder = models.SlugField(max_length=80)
    ask = models.CharField(max_length=200)
    restricted_id = models.BigIntegerField()  # no foreign key: whoever reads this row does not read that one


class EntryOpened(Detail):
    """A restriction ended, and why: the entry is under its former audience again."""

    kind: ClassVar[str] = "entry-opened"

    restricted = models.OneToOneField(EntryRestricted, on_delete=models.PROTECT, related_name="ending")
    reason = models.TextField()


class EmergencyAccess(Detail):
    """A worker who stands in no circle of a matter opened it at once, with a reason, until an hour; nobody was asked
    before (G4). Never anything protected."""

    kind: ClassVar[str] = "emergency-access"

    reference = models.CharField(max_length=16)
    worker_slug = models.SlugField(max_length=80)
    worker_name = models.CharField(max_length=200)
    reason = models.TextField()
    until = models.DateTimeField()
    reviewer_agency = models.SlugField(max_length=80)


class EmergencyAccessReviewed(Detail):
    """Somebody who is neither that worker nor of the owner's team says whether it was right."""

    kind: ClassVar[str] = "emergency-access-reviewed"

    access = models.OneToOneField(EmergencyAccess, on_delete=models.PROTECT, related_name="review")
    was_right = models.BooleanField()
    words = models.TextField()


class UnusualAccess(Detail):
    """Looks of one worker on one day that are unlike those of colleagues. It says nothing of why (G4)."""

    kind: ClassVar[str] = "unusual-access"

    worker_slug = models.SlugField(max_length=80)
    worker_agency = models.SlugField(max_length=80)
    pattern = models.SlugField(max_length=30)  # own-name, own-street, many, off-hours
    day = models.DateField()
    words = models.TextField()
    entry_ids = ArrayField(models.BigIntegerField())


class UnusualAccessReviewed(Detail):
    """What somebody else found when they asked."""

    kind: ClassVar[str] = "unusual-access-reviewed"

    unusual = models.OneToOneField(UnusualAccess, on_delete=models.PROTECT, related_name="review")
    explained = models.BooleanField()
    words = models.TextField()


class CustodianLetter(models.Model):
    """That a custodian was written to, or is to be: it says nothing of what about, and neither does the letter."""

    key = models.UUIDField(unique=True)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT)
    made_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(sent_at__isnull=True), name="custodian_letters_waiting"
            ),
        ]
