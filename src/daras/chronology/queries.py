"""The entries of a chronology, as known on any date, through the eyes of whoever is reading (A5, G2).

A fact that comes back may be shown: row-level security has decided. One query for the records, one for the matters,
one for the headers and one for each kind of fact that is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Q

from daras.chronology.telling import Group, Kind
from daras.ledger.models import Detail, Fact
from daras.ledger.reading import HEADER, STANDING, details, header, rows
from daras.people.models import PersonInMatter, RecordPerson
from daras.working_time import clock

#: What was recorded later than this after it happened is marked late.
LATE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened or held, as one agency recorded it."""

    fact_id: int
    kind: str
    group: Group
    first: date | None  # when it happened or began; none where nobody said
    last: date | None
    dated: tuple[datetime | None, datetime | None]  # as precisely as it was said
    recorded_at: datetime
    agency: str
    title: str
    words: str
    days_late: int  # nought where it is not late
    significant: bool
    person_ids: tuple[int, ...]
    matter_id: int | None
    marks: tuple[str, ...] = ()  # that it is contested, corrected, or to be used no more


def entries(
    person_ids: Collection[int],
    kinds: Sequence[Kind[Any]],
    *,
    known_on: datetime | None = None,
    groups: Collection[str] = (),
) -> list[Entry]:
    """Everything the reader may see about these people, the newest first, what has no date of its own by when it was
    recorded.

    `known_on` leaves out what came later, and shows what has since been superseded.
    """
    person_of = dict(RecordPerson.objects.filter(person_id__in=set(person_ids)).values_list("record_id", "person_id"))
    told = [kind for kind in kinds if not kind.marks and (not groups or kind.group in groups)]
    wanted = {kind.detail.kind: kind for kind in told}
    of_matter = [name for name, kind in wanted.items() if kind.of_matter or kind.about]
    matters = _matters(person_of, known_on) if of_matter else {}
    by_kind: defaultdict[str, dict[int, Fact]] = defaultdict(dict)
    for fact in _headers(person_of, wanted, of_matter, matters, known_on):
        by_kind[fact.kind][fact.pk] = fact
    found: list[Entry] = []
    for name, facts in by_kind.items():
        kind = wanted[name]
        for detail in details(kind.detail, facts):
            about = _about(detail, kind, person_of, matters)
            if about:
                found.append(_entry(detail, kind, about))
    return sorted(_each_once(_marked(found, [kind for kind in kinds if kind.marks], known_on)), key=_newest_first)


def _marked(found: list[Entry], kinds: Sequence[Kind[Any]], known_on: datetime | None) -> list[Entry]:
    """The entries, each with what stands on it: one question for all, whosever records they are on."""
    if not found or not kinds:
        return found
    asked = {"entries": [each.fact_id for each in found], "known_on": known_on}
    headers: defaultdict[str, dict[int, Fact]] = defaultdict(dict)
    for row in rows(_marks(tuple(kind.detail._meta.db_table for kind in kinds)), asked):
        fact = header(row)
        headers[fact.kind][fact.pk] = fact
    marks: defaultdict[int, list[str]] = defaultdict(list)
    for kind in kinds:
        for detail in details(kind.detail, headers[kind.detail.kind]):
            marks[detail.entry_id].append(f"{kind.title(detail)}. {kind.words(detail)}")
    return [replace(each, marks=tuple(marks[each.fact_id])) if each.fact_id in marks else each for each in found]


@cache
def _marks(tables: tuple[str, ...]) -> str:
    on = " UNION ALL ".join(
        f'SELECT fact_id FROM "{table}" WHERE entry_id = ANY(%(entries)s::bigint[])'  # noqa: S608 - the models' words
        for table in tables
    )
    return f"SELECT {HEADER} FROM ledger_fact fact WHERE fact.id IN ({on}) AND {STANDING} ORDER BY fact.id"  # noqa: S608


def _matters(person_of: dict[int, int], known_on: datetime | None) -> dict[int, tuple[int, ...]]:
    """The matters that are about these people or in which they are suspected, with who is in each."""
    parts = PersonInMatter.objects.filter(
        part__in=["subject", "suspect"], fact__in=_standing(known_on).filter(person_record_id__in=list(person_of))
    ).values_list("fact__matter_id", "fact__person_record_id")
    found: defaultdict[int, set[int]] = defaultdict(set)
    for matter_id, record_id in parts:
        if matter_id is not None and record_id is not None:
            found[matter_id].add(person_of[record_id])
    return {matter_id: tuple(sorted(people)) for matter_id, people in found.items()}


def _standing(known_on: datetime | None) -> Any:
    objects: Any = Fact.objects
    return objects.known_on(known_on) if known_on else objects.standing()


def _headers(
    person_of: dict[int, int],
    wanted: dict[str, Kind[Any]],
    of_matter: list[str],
    matters: dict[int, tuple[int, ...]],
    known_on: datetime | None,
) -> Iterable[Fact]:
    personal = [name for name in wanted if not wanted[name].of_matter]
    asked = Q(person_record_id__in=list(person_of), kind__in=personal)
    if matters:
        asked |= Q(matter_id__in=list(matters), kind__in=of_matter)
    found: Iterable[Fact] = _standing(known_on).filter(asked)
    return found


def _about(
    detail: Detail, kind: Kind[Any], person_of: dict[int, int], matters: dict[int, tuple[int, ...]]
) -> tuple[int, ...]:
    if kind.of_matter:
        return matters.get(detail.fact.matter_id or 0, ())
    records = [detail.fact.person_record_id, *(kind.about(detail) if kind.about else ())]
    return tuple(dict.fromkeys(person_of[record] for record in records if record in person_of))


def _entry(detail: Detail, kind: Kind[Any], about: tuple[int, ...]) -> Entry:
    fact = detail.fact
    since, until = kind.period(detail)
    first, last = _day(fact.occurred_from or since), _day(fact.occurred_to or until)
    return Entry(
        fact_id=fact.pk,
        kind=fact.kind,
        group=kind.group,
        first=first,
        last=last,
        dated=(fact.occurred_from, fact.occurred_to),
        recorded_at=fact.recorded_at,
        agency=fact.agency,
        title=kind.title(detail),
        words=kind.words(detail),
        days_late=_late(last or first, fact.recorded_at) if kind.happens else 0,
        significant=kind.significant,
        person_ids=about,
        matter_id=fact.matter_id,
    )


def _day(moment: datetime | date | None) -> date | None:
    return clock.local_date(moment) if moment else None


def _late(happened: date | None, recorded_at: datetime) -> int:
    days = (clock.local_date(recorded_at) - happened).days if happened else 0
    return days if timedelta(days=days) > LATE else 0


def _each_once(found: Iterable[Entry]) -> list[Entry]:
    """What one agency said again in the same words is told once, as it was first recorded."""
    kept: dict[tuple[object, ...], Entry] = {}
    for entry in sorted(found, key=lambda each: each.fact_id):
        what = (entry.kind, entry.agency, entry.title, entry.words, entry.marks)
        said = (*what, entry.first, entry.last, entry.person_ids)
        kept.setdefault(said, entry)
    return list(kept.values())


def _newest_first(entry: Entry) -> tuple[int, int]:
    when = entry.first or clock.local_date(entry.recorded_at)
    return -when.toordinal(), -entry.fact_id
