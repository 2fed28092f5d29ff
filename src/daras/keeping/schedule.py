"""Whose time has run out, by the schedule of the practice pack: a question, never an end (issue: Retention).

A matter goes whole, when the last of its controllers need not keep it any more. What is still owed on it is said to
whoever reviews, and is theirs to weigh. Runs as the machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max

from daras.agencies import UnknownAgency, load_directory
from daras.duties.models import DutyState
from daras.keeping.models import DisposalReviewed, Disposed
from daras.ledger.models import Fact
from daras.matters.models import Matter
from daras.people.models import BirthKnown, PersonInMatter
from daras.practice.pack import Authority, Pack
from daras.practice.retention import longest
from daras.working_time import clock

#: What is written in asking the question begins no time anew.
OF_KEEPING = (DisposalReviewed.kind, Disposed.kind)


@dataclass(frozen=True, slots=True)
class Part:
    """What one controller holds on a matter: the line of the schedule, and when it lets go; none where no line speaks
    of it, and then it is kept."""

    controller: str
    rule: str
    name: str
    source: str
    authority: Authority
    ends_on: date


@dataclass(frozen=True, slots=True)
class Ended:
    """A matter whose last controller need not keep it any more since a day."""

    matter: Matter
    parts: tuple[Part, ...]
    owed: int = 0  # duties that nobody met

    @property
    def ends_on(self) -> date:
        return max(part.ends_on for part in self.parts)

    @property
    def rule(self) -> str:
        """The line that kept it longest."""
        return max(self.parts, key=lambda part: (part.ends_on, part.rule)).rule


def ended(matters: Iterable[Matter], pack: Pack, today: date) -> list[Ended]:
    """Of these matters those whose time has run out, the longest ago first; five questions for all of them."""
    of = {matter.pk: matter for matter in matters}
    gone = set(Disposed.objects.filter(fact__matter_id__in=of).values_list("fact__matter_id", flat=True))
    last = _last_entries(set(of) - gone)
    births = _births(last)
    kept, owed = _kept_until(last, today), _owed(last)
    found = []
    for matter_id, controllers in last.items():
        parts = _parts(of[matter_id], controllers, births.get(matter_id, ()), pack)
        if parts is not None and max(part.ends_on for part in parts) <= today and matter_id not in kept:
            found.append(Ended(of[matter_id], parts, owed.get(matter_id, 0)))
    return sorted(found, key=lambda each: (each.ends_on, each.matter.pk))


def _owed(matter_ids: Iterable[int]) -> dict[int, int]:
    """How many duties stand unmet on each."""
    rows = DutyState.objects.filter(matter_id__in=list(matter_ids), met_at__isnull=True).order_by()
    return dict(rows.values_list("matter_id").annotate(number=Count("duty_id")))


def _last_entries(matter_ids: Iterable[int]) -> dict[int, dict[str, date]]:
    """The last day on which each controller recorded something on each matter."""
    rows = Fact.objects.filter(matter_id__in=list(matter_ids)).exclude(kind__in=OF_KEEPING).order_by()
    found: dict[int, dict[str, date]] = {}
    for matter_id, controller, at in rows.values_list("matter_id", "controller").annotate(last=Max("recorded_at")):
        if matter_id is not None:
            found.setdefault(matter_id, {})[controller] = clock.local_date(at)
    return found


def _births(matter_ids: Iterable[int]) -> dict[int, tuple[date, ...]]:
    """When those whom each matter is about were born, as anybody recorded it."""
    subjects: dict[int, set[int]] = {}
    rows = PersonInMatter.objects.filter(part="subject", fact__matter_id__in=list(matter_ids))
    for record, matter in rows.values_list("fact__person_record_id", "fact__matter_id"):
        if record is not None and matter is not None:
            subjects.setdefault(record, set()).add(matter)
    found: dict[int, tuple[date, ...]] = {}
    born = BirthKnown.objects.filter(fact__person_record_id__in=list(subjects), date_of_birth__isnull=False)
    for record, day in born.values_list("fact__person_record_id", "date_of_birth"):
        if record is not None and day is not None:
            for matter in subjects[record]:
                found[matter] = (*found.get(matter, ()), day)
    return found


def _kept_until(matter_ids: Iterable[int], today: date) -> set[int]:
    """Those that a reviewer said to keep until a day that has not come."""
    rows = DisposalReviewed.objects.filter(fact__matter_id__in=list(matter_ids), keep_until__gt=today)
    return {int(pk) for pk in rows.values_list("fact__matter_id", flat=True) if pk}


def _parts(matter: Matter, controllers: dict[str, date], births: Iterable[date], pack: Pack) -> tuple[Part, ...] | None:
    """Each controller's part; none where no line of the schedule speaks of one of them."""
    directory = load_directory()
    known = tuple(births)
    found = []
    for controller, last in sorted(controllers.items()):
        try:
            kind = directory.agency_at_any_time(controller).kind
        except UnknownAgency:
            kind = ""
        line = longest(pack.retention, matter_kind=matter.kind, agency_kind=kind, last_entry=last, births=known)
        if line is None:
            return None
        rule, end = line
        found.append(Part(controller, rule.id, rule.name, rule.source.name, rule.source.authority, end))
    return tuple(found) or None
