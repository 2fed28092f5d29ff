"""People, as each agency knows them (A5, G2, G5).

A person record belongs to one agency and never changes hands. What is known of it are facts. Which records are one
person is an append-only decision; `RecordPerson` is the projection of those decisions. Merging rewrites nothing and
widens nobody's sight. See docs/decisions/0002-person-records.md.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from daras.ledger.models import Detail, Fact


class Person(models.Model):
    """The number under which records decided to be one person stand together. It holds nothing about them."""

    number = models.CharField(max_length=16, unique=True)
    made_at = models.DateTimeField()


class PersonRecord(models.Model):
    """One agency's record of somebody.

    `local_id` is the agency's own number for them, as its lists give it, and nothing where the record came otherwise:
    what a referral calls a person is a word of that document alone.
    """

    agency = models.SlugField(max_length=80, db_index=False)
    local_id = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    audience_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["agency", "local_id"], name="records_of_agency")]


class RecordPerson(models.Model):
    """Which person a record is of: the projection of the link decisions."""

    record = models.OneToOneField(PersonRecord, on_delete=models.PROTECT, primary_key=True, related_name="membership")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    number = models.CharField(max_length=16)
    audience_id = models.BigIntegerField()


class LinkDecided(Detail):
    """Two records were decided to be one person, or not, or possibly; by the machine or by somebody, with the
    reasons."""

    kind: ClassVar[str] = "link-decided"

    class Decision(models.TextChoices):
        LINK = "link"
        POSSIBLE = "possible"
        REJECT = "reject"
        UNLINK = "unlink"

    other_record = models.ForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    probability = models.FloatField()
    why = ArrayField(models.TextField())
    by_person = models.BooleanField(default=False)


class NameKnown(Detail):
    """A name somebody has, had, or goes by."""

    kind: ClassVar[str] = "name"

    use = models.CharField(max_length=10, default="current")  # current, previous, alias
    given_name = models.CharField(max_length=200, blank=True)
    middle_names = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)


class BirthKnown(Detail):
    """When somebody was born or is expected to be, and their sex as the agency records it (F, M, U)."""

    kind: ClassVar[str] = "birth"

    date_of_birth = models.DateField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    role = models.CharField(max_length=10)  # child, adult, unborn, unknown: as the agency said
    sex = models.CharField(max_length=1, blank=True)


class IdentifierKnown(Detail):
    """An identifier in somebody's system (`nhs-number`, `upn`, a police or case number). Unique at most within an
    agency."""

    kind: ClassVar[str] = "identifier"

    # Of a system alone there are as many as people.
    system = models.SlugField(max_length=40, db_index=False)
    value = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["value", "system"], name="records_by_identifier")]


class AddressStay(Detail):
    """Somebody lives, stays, lived, or is proposed to live at a place, from when to when."""

    kind: ClassVar[str] = "address-stay"

    use = models.CharField(max_length=10, default="lives")  # lives, stays, proposed
    lines = ArrayField(models.CharField(max_length=200))
    town = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    place_key = models.CharField(max_length=120)
    many_households = models.BooleanField(default=False)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        # A field's own index would come with a second one, for words that begin alike: nobody looks for those.
        indexes = [models.Index(fields=["place_key"], name="stays_at_place")]


class RelationshipKnown(Detail):
    """The person of the fact is `relation` (mother, father, partner, sibling, uncle, friend ...) of the other."""

    kind: ClassVar[str] = "relationship"

    other_record = models.ForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="+")
    relation = models.SlugField(max_length=40, db_index=False)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)


class ParentalResponsibilityKnown(Detail):
    """The person of the fact holds parental responsibility for the other, on what ground, and what was seen (G5)."""

    kind: ClassVar[str] = "parental-responsibility"

    child_record = models.ForeignKey(PersonRecord, on_delete=models.PROTECT, related_name="+")
    ground = models.SlugField(max_length=40, db_index=False)  # mother, registered-father, order, ...
    evidence_seen = models.CharField(max_length=200, blank=True)
    until = models.DateField(null=True, blank=True)


class InvolvementKnown(Detail):
    """An agency works or worked with somebody: on roll, registered patient, offender manager, allocated social
    worker."""

    kind: ClassVar[str] = "involvement"

    agency = models.SlugField(max_length=80, db_index=False)
    team = models.SlugField(max_length=80, blank=True, db_index=False)
    involvement = models.CharField(max_length=60)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)


class PosesRiskKnown(Detail):
    """Somebody poses, or is said to pose, a risk to children; the basis is always stated (E1)."""

    kind: ClassVar[str] = "poses-risk"

    status = models.SlugField(max_length=60, db_index=False)
    basis = models.SlugField(max_length=20, db_index=False)
    in_custody = models.BooleanField(default=False)
    release_on = models.DateField(null=True, blank=True)
    known_by = ArrayField(models.SlugField(max_length=80), default=list)

    @property
    def of_person_kind(self) -> str:
        """Convicted is said of nobody who is not; an assessment or an order makes nobody a suspect (E1)."""
        return {"convicted": "convicted", "charged": "suspect", "alleged": "suspect"}.get(self.basis, "")


class WorksWithChildrenKnown(Detail):
    """Somebody works or volunteers with children, in what way (A17)."""

    kind: ClassVar[str] = "works-with-children"

    description = models.CharField(max_length=300)


class DisabilityKnown(Detail):
    """A child's disabilities, by the codes of the children in need census."""

    kind: ClassVar[str] = "disability"

    codes = ArrayField(models.CharField(max_length=4))


class NameWithheld(Detail):
    """The person asks to stay unnamed to all but the front door (A8)."""

    kind: ClassVar[str] = "name-withheld"

    reason = models.CharField(max_length=300, blank=True)


class PersonInMatter(Detail):
    """What somebody is in a matter: subject, suspect, named. One person may be more than one (J2: suspect and
    child)."""

    kind: ClassVar[str] = "person-in-matter"

    part = models.CharField(max_length=20)  # subject, suspect, named
    ref = models.CharField(max_length=60, blank=True)

    @property
    def of_person_kind(self) -> str:
        """Whom the news is about may be a victim; nobody is a witness until somebody says so."""
        return {"subject": "victim", "suspect": "suspect"}.get(self.part, "")


class AbuseMarker(Detail):
    """Sexual abuse of a child is a concern about somebody, from now or no longer; set by rule or by hand (I1).

    The newest fact counts; the ones before are its history.
    """

    kind: ClassVar[str] = "sexual-abuse-marker"

    is_set = models.BooleanField()
    by_rule = models.BooleanField()
    reason = models.TextField()


class ChangeProposed(Detail):
    """An agency says that another's record is wrong or out of date, and why (G2). Nothing is overwritten by it.

    A name, a birth date and an address are proposed in their own fields, so that accepting them types nothing twice;
    all else is in words. What is out of date was right before, and nobody who read it read anything wrong.
    """

    kind: ClassVar[str] = "change-proposed"

    of = models.SlugField(max_length=40)  # name, date-of-birth, address, family, risk, other
    proposed = models.TextField()
    because = models.TextField()
    was_wrong = models.BooleanField(default=True)
    since = models.DateField(null=True, blank=True)  # since when it is so, where it was right before
    given_name = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    lines = ArrayField(models.CharField(max_length=200), default=list)
    town = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=10, blank=True)


class ChangeAnswered(Detail):
    """What became of a proposal: the record was changed, or stands, and why (G2)."""

    kind: ClassVar[str] = "change-answered"

    proposal = models.ForeignKey(ChangeProposed, on_delete=models.PROTECT, related_name="answers")
    accepted = models.BooleanField()
    reason = models.TextField()


class LinkRecalled(Detail):
    """An agency that read what was wrong, a link or a fact, is told so and asked to delete it (G2). `undone` is the
    fact that put it right."""

    kind: ClassVar[str] = "link-recalled"

    undone = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=16, unique=True)  # how the agency told may know it
    agency = models.SlugField(max_length=80)
    what = models.TextField()  # in words that name nobody


class DeletionConfirmed(Detail):
    """An agency confirms that what it read and was wrong is deleted (G2)."""

    kind: ClassVar[str] = "deletion-confirmed"

    recall = models.OneToOneField(LinkRecalled, on_delete=models.PROTECT, related_name="confirmation")
    note = models.TextField(blank=True)


class BreachAssessed(Detail):
    """What was read and was wrong was assessed as a breach of personal data: reported or not, and why (G2)."""

    kind: ClassVar[str] = "breach-assessed"

    undone = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    reported = models.BooleanField()
    reason = models.TextField()
