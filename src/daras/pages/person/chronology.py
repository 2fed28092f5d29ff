"""From entries to the chronology tab: lanes by agency, and the same as a list (interface: key screen 5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.utils.crypto import salted_hmac

from daras.chronology.queries import Entry
from daras.chronology.telling import GROUPS
from daras.custodians.restricting import NEVER
from daras.design import lanes
from daras.handling.commands import is_graded
from daras.pages import wording
from daras.pages.person.shown import ChronologyLine, ChronologyPage
from daras.people.queries import PersonKnown
from daras.working_time import clock
from daras.working_time import wording as time_wording

#: As many as one page draws; a page says how many more there are.
MOST = 120


def chronology_page(
    entries: list[Entry],
    people: Mapping[int, PersonKnown],
    groups: Collection[str],
    *,
    whole_family: bool,
    agency: str = "",
) -> ChronologyPage:
    """The newest first; what nobody dated stands where it was recorded, and says so."""
    shown = entries[:MOST]
    moments = [_moment(entry, people, whole_family=whole_family) for entry in shown]
    return ChronologyPage(
        picture=lanes.draw(moments, title="Chronology in a lane for each agency") if moments else None,
        lines=tuple(_line(entry, people, whole_family=whole_family, agency=agency) for entry in shown),
        groups=tuple((slug, words, slug in groups) for slug, words in GROUPS.items()),
        whole_family=whole_family,
        shown=len(shown),
        total=len(entries),
    )


def entry_key(entry: Entry) -> str:
    """How a page calls an entry, made of what it shows alone: a number would count what its reader does not see."""
    shown = (entry.kind, entry.agency, entry.dated, entry.first, entry.last, entry.title, entry.words)
    return salted_hmac("daras.chronology", repr((*shown, entry.recorded_at.isoformat()))).hexdigest()[:16]


def _about(entry: Entry, people: Mapping[int, PersonKnown]) -> str:
    return wording.listed(people[each].name for each in entry.person_ids if each in people)


def _when(entry: Entry) -> str:
    if entry.dated[0] is not None and entry.first != entry.last and entry.last is not None:
        return wording.occurred(*entry.dated)
    if entry.first is not None:
        return time_wording.short_date(entry.first)
    return f"not dated; recorded {time_wording.short_date(entry.recorded_at)}"


def _late(entry: Entry) -> str:
    if not entry.days_late:
        return ""
    return f"recorded {entry.days_late} days later"


def _moment(entry: Entry, people: Mapping[int, PersonKnown], *, whole_family: bool) -> lanes.Moment:
    day: date = entry.first or clock.local_date(entry.recorded_at)
    about = f"{_about(entry, people)}: " if whole_family else ""
    words = f"{about}{entry.title}. {entry.words}" if entry.words else f"{about}{entry.title}"
    words = " ".join((words, *entry.marks))
    return lanes.Moment(
        day=day,
        when=_when(entry),
        lane=wording.agency(entry.agency),
        words=words,
        late=_late(entry),
        significant=entry.significant,
    )


def _line(entry: Entry, people: Mapping[int, PersonKnown], *, whole_family: bool, agency: str) -> ChronologyLine:
    until = ""
    if entry.last and entry.dated[0] is None and entry.last != entry.first:
        until = f" until {time_wording.short_date(entry.last)}"
    return ChronologyLine(
        when=_when(entry) + until,
        recorded=time_wording.long_datetime(entry.recorded_at),
        late=_late(entry),
        agency=wording.agency(entry.agency),
        title=entry.title,
        words=entry.words,
        about=_about(entry, people) if whole_family or len(entry.person_ids) > 1 else "",
        significant=entry.significant,
        marks=entry.marks,
        entry=entry_key(entry),
        grades=entry.agency == agency and is_graded(agency),
        restrict=entry.fact_id if entry.agency == agency and entry.kind not in NEVER else 0,
    )
