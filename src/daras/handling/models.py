"""The 3x5x2 grade of an entry: a fact of its own, read by those who read the entry (G4)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from daras.ledger.models import Detail, Fact

#: By the national intelligence report of the police: how reliable a source is, how it knows, how it may be handled.
SOURCES: dict[str, str] = {"1": "Reliable", "2": "Untested", "3": "Not reliable"}
ASSESSMENTS: dict[str, str] = {
    "A": "Known directly to the source",
    "B": "Known indirectly to the source, and corroborated",
    "C": "Known indirectly to the source",
    "D": "Not known",
    "E": "Suspected to be false",
}
HANDLING: dict[str, str] = {"P": "May be shared lawfully", "C": "May be shared with conditions"}


class EntryGraded(Detail):
    """How an entry is graded, under which conditions it may be handled, and the line agreed to be minuted of it.

    A newer grade supersedes the former, which stays in the ledger.
    """

    kind: ClassVar[str] = "entry-graded"

    entry = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=1)
    assessment = models.CharField(max_length=1)
    handling = models.CharField(max_length=1)
    conditions = models.TextField(blank=True)
    agreed_line = models.TextField(blank=True)  # what the police agreed that others read; nothing else is minuted

    @property
    def said_as_opinion(self) -> bool:
        """A grade is an assessment."""
        return True

    @property
    def code(self) -> str:
        """As it is written: "1AP"."""
        return f"{self.source}{self.assessment}{self.handling}"


class SharingDecided(Detail):
    """Somebody decided to share with a recipient that is not one by default, or for whom alone something is; on which
    two grounds, and why (G4). What is shared by default is asked of nobody and stands in the headers of the facts."""

    kind: ClassVar[str] = "sharing-decided"

    recipient_agency = models.SlugField(max_length=80)
    recipient_team = models.SlugField(max_length=80, blank=True)
    shared = models.BooleanField()
    reason = models.TextField()
