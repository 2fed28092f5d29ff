"""What a custodian keeps and owes, through the custodian's own eyes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Q

from daras.access.models import TrailEntry, Worker
from daras.custodians.models import EmergencyAccess, Protected, ProtectedNamed, UnusualAccess
from daras.ledger.models import Fact
from daras.people.models import PersonInMatter, PersonRecord
from daras.people.queries import PersonKnown, known_of_records

#: So many looks of one person are shown at the most.
MOST = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything on a custodian's page."""

    protected: list[Protected]
    names: Mapping[int, PersonKnown]
    namings: list[ProtectedNamed]
    emergencies: list[EmergencyAccess]
    unusual: list[UnusualAccess]


def kept_by(worker: Worker) -> Kept:
    """Who is protected, who was named and waits, and what waits for a review."""
    protected = list(
        Protected.objects.select_related("fact").filter(custodian_agency=worker.agency, ending__isnull=True)
    )
    namings = ProtectedNamed.objects.select_related("fact").filter(protected__in=protected, decision__isnull=True)
    emergencies = EmergencyAccess.objects.select_related("fact").filter(
        reviewer_agency=worker.agency, review__isnull=True
    )
    unusual = UnusualAccess.objects.select_related("fact").filter(fact__agency=worker.agency, review__isnull=True)
    return Kept(
        protected=protected,
        names=known_of_records(each.record_ids[0] for each in protected),
        namings=list(namings.order_by("fact_id")),
        emergencies=list(emergencies.order_by("fact_id")),
        unusual=list(unusual.exclude(worker_slug=worker.slug).order_by("fact_id")),
    )


def looks_at(number: str) -> list[TrailEntry]:
    """Who has looked at somebody, the newest first, as far as the reader may read the trail."""
    persons = TrailEntry.objects.filter(subject_kind="person", subject_id=number, person_id__isnull=False)
    ids: Collection[int | None] = set(persons.values_list("person_id", flat=True))
    return list(TrailEntry.objects.filter(person_id__in=ids).order_by("-id")[:MOST])


def workers_named(slugs: Collection[str]) -> Mapping[str, Worker]:
    """Workers by the name under which the trail knows them."""
    return {each.slug: each for each in Worker.objects.filter(slug__in=slugs)}


def custodian_agencies() -> list[str]:
    """The agencies that have a custodian now."""
    rows = Worker.objects.filter(role="custodian", is_active=True)
    return sorted(set(rows.values_list("agency", flat=True)))


def team_of(worker: Worker) -> list[Worker]:
    """The worker's team, the worker among them."""
    rows = Worker.objects.filter(agency=worker.agency, team=worker.team, is_active=True)
    return list(rows.exclude(role__in=["administrator", "data-officer"]).order_by("name"))


def entry_of(records: Collection[int], fact_id: int) -> Fact | None:
    """An entry about somebody that the reader may see, or of a matter that they are in: as their chronology has it."""
    theirs = PersonInMatter.objects.filter(fact__person_record_id__in=list(records)).values("fact__matter_id")
    about = Q(person_record_id__in=list(records)) | Q(matter_id__in=theirs)
    return Fact.objects.filter(about, pk=fact_id, superseded_by__isnull=True).first()


def records_of(record_ids: Collection[int]) -> Mapping[int, PersonRecord]:
    """Records the reader may see."""
    return PersonRecord.objects.in_bulk(list(record_ids))
