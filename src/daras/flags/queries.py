"""Flags as far as their reader may see them, and which partner shows which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daras.access.session import machine
from daras.flags.models import FlagPublished, FlagRaised, FlagReason, FlagReported, FlagReviewed, FlagStray
from daras.people.models import RecordPerson


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag with what became of it."""

    raised: FlagRaised
    ended_at: datetime | None
    reason: str  # for its owner

    @property
    def stands(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Shown:
    """Whether one agency's system shows one flag: yes, no, or it never said."""

    flag: Flag
    agency: str
    shown: bool | None
    at: datetime | None


def flags(references: Iterable[str] | None = None) -> list[Flag]:
    """Flags the reader may see, the newest first."""
    rows = FlagRaised.objects.select_related("fact").order_by("-pk")
    if references is not None:
        rows = rows.filter(reference__in=list(references))
    return _flags(list(rows[:500]))


def _flags(rows: list[FlagRaised]) -> list[Flag]:
    """That a flag has ended is known to whoever may see the flag; why, to its owner alone."""
    ids = [row.pk for row in rows]
    with machine():
        ended = dict(FlagReviewed.objects.filter(flag__in=ids, ends=True).values_list("flag_id", "fact__recorded_at"))
    reasons = dict(FlagReason.objects.filter(flag__in=ids).values_list("flag_id", "reason"))
    return [Flag(row, ended.get(row.pk), reasons.get(row.pk, "")) for row in rows]


def of_people(person_ids: Iterable[int]) -> list[Flag]:
    """The flags that stand on these people, as far as the reader may see them."""
    with machine():
        records = list(RecordPerson.objects.filter(person_id__in=list(person_ids)).values_list("record_id", flat=True))
    rows = FlagRaised.objects.select_related("fact").filter(fact__person_record_id__in=records).order_by("pk")
    return [flag for flag in _flags(list(rows)) if flag.stands]


def reconciliation() -> tuple[list[Shown], list[FlagStray]]:
    """Which partner shows which flag, and what is shown that should not be; through the reader's own eyes."""
    found = {flag.raised.pk: flag for flag in flags()}
    last: dict[tuple[int, str], FlagReported] = {}
    for report in FlagReported.objects.select_related("fact").filter(flag__in=list(found)).order_by("fact_id"):
        last[report.flag_id, report.agency] = report
    published = FlagPublished.objects.filter(flag__in=list(found)).order_by("flag_id", "agency")
    shown = [
        Shown(
            found[each.flag_id],
            each.agency,
            report.shown if report else None,
            report.fact.recorded_at if report else None,
        )
        for each in published
        for report in [last.get((each.flag_id, each.agency))]
        if found[each.flag_id].stands
    ]
    return shown, list(FlagStray.objects.select_related("fact").order_by("-fact_id")[:200])


def _shown(flag: Flag, agency: str, report: FlagReported | None) -> Shown:
    return Shown(flag, agency, report.shown, report.fact.recorded_at) if report else Shown(flag, agency, None, None)


def as_fhir(flag: Flag) -> dict[str, Any]:
    """The flag as a FHIR R4 Flag: what it says, of whom by NHS number, since when, and whom to ring. No reason."""
    raised = flag.raised
    period = {"start": raised.fact.recorded_at.isoformat()}
    if flag.ended_at is not None:
        period["end"] = flag.ended_at.isoformat()
    return {
        "resourceType": "Flag",
        "id": raised.reference,
        "status": "active" if flag.stands else "inactive",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/flag-category", "code": "safety"}]}],
        "code": {
            "coding": [{"system": "urn:daras:flag", "code": raised.flag_kind, "display": raised.name}],
            "text": f"{raised.meaning} Ring {raised.ring}.",
        },
        "subject": {
            "type": "Patient",
            "identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": raised.nhs_number},
        },
        "period": period,
        "author": {"type": "Organization", "display": raised.ring},
    }
