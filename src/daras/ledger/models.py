"""The ledger: everything an agency knows is a fact, appended and superseded, never edited (design idea 1).

One header row a fact, and one typed detail row in the table of its kind. See docs/decisions/0001-ledger.md.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from daras.practice.processing import Regime

__all__ = ["Detail", "Fact", "FactQuerySet", "Regime"]
#: Whom a fact is about, where that is processed to enforce the law (Data Protection Act 2018, section 38(3)): somebody
#: who may be a victim, a witness or other informant, a suspect, somebody convicted; or nothing is said of it.
PERSON_KINDS = ("", "victim", "witness", "suspect", "convicted")


class FactQuerySet(models.QuerySet["Fact"]):
    def standing(self) -> FactQuerySet:
        """Those that nothing has superseded."""
        return self.filter(superseded_by__isnull=True)

    def known_on(self, moment: object) -> FactQuerySet:
        """Those that stood in the ledger at a moment, whatever came later (G2)."""
        return self.filter(recorded_at__lte=moment).exclude(superseded_by__recorded_at__lte=moment)

    def of_matter(self, matter_id: int) -> FactQuerySet:
        return self.filter(matter_id=matter_id).order_by("id")


class Fact(models.Model):
    """The header of a fact: about whom, for which matter, when it happened, when recorded, by whom, for which
    controller, under which regime of data protection, and for which audience."""

    kind = models.CharField(max_length=40)
    person_record_id = models.BigIntegerField(null=True, blank=True)
    matter_id = models.BigIntegerField(null=True, blank=True)
    # What the indexes below begin with is found by them; regime, basis and ground have so few values that nobody looks
    # a fact up by one. Every fact pays for every index.
    agency = models.SlugField(max_length=80, db_index=False)
    controller = models.SlugField(max_length=80, db_index=False)
    regime = models.CharField(max_length=20, default="general")
    #: Two questions, recorded each by itself: why it may be processed, and why a confidence may be passed on.
    basis = models.SlugField(max_length=20, blank=True, default="", db_default="", db_index=False)
    confidentiality = models.SlugField(max_length=20, blank=True, default="", db_default="", db_index=False)
    is_opinion = models.BooleanField(default=False, db_default=False)
    person_kind = models.CharField(max_length=10, blank=True, default="", db_default="")
    occurred_from = models.DateTimeField(null=True, blank=True)
    occurred_to = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    author = models.CharField(max_length=120)
    audience_id = models.BigIntegerField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    objects: ClassVar[models.Manager[Fact]] = FactQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person_record_id", "kind"]),
            # Most facts of most databases came with an agency's list, on no matter.
            models.Index(
                fields=["matter_id", "kind"], condition=models.Q(matter_id__isnull=False), name="facts_of_matter"
            ),
            models.Index(fields=["agency", "recorded_at"]),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(regime__in=["general", "law-enforcement"]), name="known_regime"),
            models.CheckConstraint(condition=models.Q(person_kind__in=PERSON_KINDS), name="known_person_kind"),
            models.CheckConstraint(
                condition=models.Q(occurred_to__isnull=True)
                | models.Q(occurred_from__isnull=True)
                | models.Q(occurred_to__gte=models.F("occurred_from")),
                name="occurred_in_order",
            ),
        ]


class Detail(models.Model):
    """The typed half of a fact. `kind` names it in the header; the audience is the header's, for the gate reads no
    joins."""

    kind: ClassVar[str]

    fact = models.OneToOneField(Fact, on_delete=models.PROTECT, primary_key=True, related_name="+")
    audience_id = models.BigIntegerField()

    class Meta:
        abstract = True

    @property
    def said_as_opinion(self) -> bool:
        """Whether it is what somebody thinks, and not what they know (Data Protection Act 2018, section 38(2))."""
        return False

    @property
    def of_person_kind(self) -> str:
        """One of `PERSON_KINDS`: what a fact of this kind says by itself of whom it is about."""
        return ""
