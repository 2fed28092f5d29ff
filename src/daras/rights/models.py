"""A case of somebody who asks what is held: who asks, for whom, what each agency decided on each entry, what was given.

Every row is a fact; what was withheld keeps its reason for the record, and the copy that is given is made of what was
shown alone. See docs/decisions/0029-rights.md.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from daras.ledger.models import Detail, Fact


class AccessAsked(Detail):
    """Somebody asks what is held about the person of the header (UK GDPR article 15; Data Protection Act 2018, section
    45). The agency that was asked keeps the case."""

    kind: ClassVar[str] = "access-asked"

    reference = models.CharField(max_length=16, unique=True)
    capacity = models.SlugField(max_length=20)  # child, adult, parent, for-child, for-adult
    asker_name = models.CharField(max_length=200)
    asker_record_id = models.BigIntegerField(null=True, blank=True)  # where whoever asks is known here
    asker_worker = models.SlugField(max_length=120, blank=True)  # where they work here: nothing of the case is theirs
    asker_contact = models.TextField()  # how they are reached, safely
    about_words = models.CharField(max_length=300)
    scope_words = models.TextField(blank=True)
    whole_partnership = models.BooleanField()
    received_at = models.DateTimeField()
    agency = models.SlugField(max_length=80)


class OfCase(Detail):
    """A fact of one case."""

    case = models.ForeignKey(AccessAsked, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class IdentityChecked(OfCase):
    """Who they are, and by what they act for somebody else: what was seen, and whether it satisfies."""

    kind: ClassVar[str] = "access-identity-checked"

    satisfied = models.BooleanField()
    seen = models.TextField()
    authority_seen = models.TextField(blank=True)  # parental responsibility, a court's order, the child's own word


class ChildHeard(OfCase):
    """Whether the child understands what is asked, and what the child wishes, in the child's own words."""

    kind: ClassVar[str] = "access-child-heard"

    competent = models.BooleanField()
    objects_to_it = models.BooleanField()
    wishes = models.TextField()
    by_name = models.CharField(max_length=200)


class AccessAskedBack(OfCase):
    """Whoever asks is asked who they are, or what they mean. The clock stands still until they answer."""

    kind: ClassVar[str] = "access-asked-back"

    what = models.SlugField(max_length=20)  # identity, clarification
    words = models.TextField()


class AccessSaidMore(OfCase):
    """They have answered, and the clock runs on."""

    kind: ClassVar[str] = "access-said-more"

    words = models.TextField()


class AccessExtended(OfCase):
    """Two months more, because it is complex or there are many: told to whoever asks within the first month."""

    kind: ClassVar[str] = "access-extended"

    reason = models.TextField()
    told_at = models.DateTimeField()


class AccessClosed(OfCase):
    """Nobody answers any more, because whoever asked does not want it, or did not show who they are: what was owed and
    what was held ends with it."""

    kind: ClassVar[str] = "access-closed"

    class Why(models.TextChoices):
        WITHDRAWN = "withdrawn", "They do not want it any more"
        NOT_IDENTIFIED = "not-identified", "They have not shown who they are"

    why = models.SlugField(max_length=20, choices=Why.choices)
    reason = models.TextField()


class AccessTakenUp(OfCase):
    """A case that was closed goes on: they want it after all, have shown who they are, or it was closed by mistake."""

    kind: ClassVar[str] = "access-taken-up"

    closing = models.OneToOneField(AccessClosed, on_delete=models.PROTECT, related_name="taken_up")
    reason = models.TextField()


class PartOpened(OfCase):
    """What one agency holds is that agency's to answer. Nobody of another agency sees that there is such a part."""

    kind: ClassVar[str] = "access-part-opened"

    reference = models.CharField(max_length=16, unique=True)
    agency = models.SlugField(max_length=80)


class OfPart(Detail):
    """A fact of one agency's part."""

    part = models.ForeignKey(PartOpened, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class ItemDecided(OfPart):
    """An entry is given, in these words, or withheld, on this ground in law and for this reason. The newest counts."""

    kind: ClassVar[str] = "access-item-decided"

    entry = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    shown = models.BooleanField()
    title = models.CharField(max_length=300, blank=True)  # as it is given
    words = models.TextField(blank=True)  # as it is given
    on_day = models.DateField(null=True, blank=True)
    ground = models.SlugField(max_length=30, blank=True)
    ground_words = models.CharField(max_length=400, blank=True)  # with its source, as the pack of the day had it
    reason = models.TextField(blank=True)
    opinion = models.TextField(blank=True)  # of a health professional: who, when, what


class PartReviewed(OfPart):
    """Another person of the same agency has read it: signed, or sent back with what is to be changed."""

    kind: ClassVar[str] = "access-part-reviewed"

    signed = models.BooleanField()
    reason = models.TextField(blank=True)
    decided_until = models.BigIntegerField()  # the newest decision that was signed


class PartGiven(OfPart):
    """The disclosure: a signed copy was given, how, by whom, when; or there was nothing that had to be given."""

    kind: ClassVar[str] = "access-part-given"

    how = models.SlugField(max_length=20)
    by_whom = models.CharField(max_length=200)
    given_at = models.DateTimeField()


class EntryContested(Detail):
    """Somebody says that an entry about them is wrong, or asks that it is used no more (UK GDPR articles 16 and 18). It
    stands on the entry, and is read by whoever reads the entry; nothing is erased by it."""

    kind: ClassVar[str] = "entry-contested"

    reference = models.CharField(max_length=16, unique=True)
    right = models.SlugField(max_length=20)  # rectification, restriction
    entry = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    says = models.TextField()
    received_at = models.DateTimeField()


class ContestDecided(Detail):
    """The agency that recorded it has decided: corrected, standing with what they say beside it, or restricted."""

    kind: ClassVar[str] = "contested-entry-decided"

    contested = models.OneToOneField(EntryContested, on_delete=models.PROTECT, related_name="decision")
    entry = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    outcome = models.SlugField(max_length=20)  # corrected, stands, restricted, not-restricted
    words = models.TextField()  # what is right; or why it stands
    says = models.TextField()  # what they said, beside it for good
