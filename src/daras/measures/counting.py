"""Which measures there are, who may see which counts, and small numbers held back (I8, G4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from daras.access.models import Worker
from daras.access.policy import MANAGERS, WITHOUT_CHILDREN, in_front_door
from daras.access.session import machine
from daras.measures.hooks import Count, sources
from daras.measures.queries import counts_of
from daras.practice import Pack
from daras.practice.measures import COHORTS, Measure, Query
from daras.working_time.clock import LONDON, local_date

#: A count from one to four may say who somebody is to those who see no case.
SMALL = 5
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a measure. Both numbers are none where they are too small to be shown to this reader."""

    month: date
    numerator: int | None
    denominator: int | None

    @property
    def share(self) -> float | None:
        """Percent."""
        if self.numerator is None or not self.denominator:
            return None
        return 100 * self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class Series:
    """A measure over the months, for one team, one agency or all."""

    agency: str
    team: str
    months: tuple[Month, ...]


def measures_of(pack: Pack) -> dict[str, Measure]:
    """Every measure of a pack: those it writes, then one for every duty and two for every form, of themselves, and
    what layers above count."""
    found = dict(pack.measures)
    for kind in pack.duty_kinds.values():
        _add(found, f"duty-{kind.id}", f"On time: {kind.name}", "duty-on-time", kind.cited, duty=kind.id)
    for form in pack.forms.values():
        _add(
            found, f"form-{form.id}-complete", f"Answered: {form.name}", "form-complete", form.source.name, form=form.id
        )
        _add(
            found,
            f"form-{form.id}-on-time",
            f"Recorded in time: {form.name}",
            "form-on-time",
            form.source.name,
            form=form.id,
        )
    for source in sources:
        for measure in source.measures(pack):
            found.setdefault(measure.id, measure)
    return found


def _add(
    found: dict[str, Measure], key: str, name: str, query: Query, source: str, *, duty: str = "", form: str = ""
) -> None:
    made = Measure(key, name, query, COHORTS[query], source, duty=duty, form=form)
    found.setdefault(key, made)


def sees_all_agencies(worker: Worker) -> bool:
    """The managers of a front door, and those who count for the partnership."""
    return worker.role in WITHOUT_CHILDREN or (in_front_door(worker) and worker.role in MANAGERS)


def may_see_cases(worker: Worker, agency: str) -> bool:
    """Only somebody of the agency itself whose role sees children opens a count to its cases."""
    return worker.agency == agency and worker.role not in WITHOUT_CHILDREN


def window(now: datetime) -> tuple[datetime, datetime]:
    """The last 24 whole months, and this one up to now."""
    today = local_date(now)
    year, month = divmod(today.year * 12 + today.month - 1 - MONTHS, 12)
    return datetime(year, month + 1, 1, tzinfo=LONDON), now


def series_of(measure: Measure, worker: Worker, now: datetime) -> list[Series]:
    """A measure as this worker may see it: altogether first, then each agency, then each of its teams."""
    return board_of([measure], worker, now)[measure.id]


def board_of(measures: Sequence[Measure], worker: Worker, now: datetime) -> dict[str, list[Series]]:
    """Many measures at once, by id, each as this worker may see it."""
    since, until = window(now)
    with machine(blind=True):
        found = counts_of(measures, since=since, until=until)
    return {measure: _series(counted, worker) for measure, counted in found.items()}


def _series(found: list[Count], worker: Worker) -> list[Series]:
    if not sees_all_agencies(worker):
        found = [each for each in found if each.agency == worker.agency]
    groups: dict[tuple[str, str], list[Count]] = {("", ""): found} if found and sees_all_agencies(worker) else {}
    for each in found:
        groups.setdefault((each.agency, ""), []).append(each)
        if each.team:
            groups.setdefault((each.agency, each.team), []).append(each)
    return [
        Series(agency, team, _months(groups[agency, team], hides=not may_see_cases(worker, agency)))
        for agency, team in sorted(groups)
    ]


def _months(found: Iterable[Count], *, hides: bool) -> tuple[Month, ...]:
    sums: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in found:
        sums[each.month][0] += each.numerator
        sums[each.month][1] += each.denominator
        sums[each.month][2] += each.denominator if each.cases is None else each.cases
    return tuple(_shown(month, *sums[month], hides=hides) for month in sorted(sums))


def _shown(month: date, numerator: int, denominator: int, cases: int, *, hides: bool) -> Month:
    """A number from one to four, and one that leaves one to four of its denominator, is held back with both; so is
    whatever is said of one to four cases."""
    small = any(0 < each < SMALL for each in (numerator, denominator, denominator - numerator, cases))
    return Month(month, None, None) if hides and small else Month(month, numerator, denominator)
