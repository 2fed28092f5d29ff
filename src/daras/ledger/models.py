"""The ledger: everything an agency knows is a fact, appended and superseded, never edited (design idea 1).

One header row a fact, and one typed detail row in the table of its kind. See docs/decisions/0001-ledger.md.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from django.db import models

Regime = Literal["general", "law-enforcement"]


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
    agency = models.SlugField(max_length=80)
    controller = models.SlugField(max_length=80)
    regime = models.CharField(max_length=20, default="general")
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
            models.Index(fields=["matter_id", "kind"]),
            models.Index(fields=["agency", "recorded_at"]),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(regime__in=["general", "law-enforcement"]), name="known_regime"),
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
