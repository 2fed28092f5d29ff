"""Measures in words: a board of them, and one with its chart, its table and its cases (interface: key screen 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from markupsafe import Markup

from daras.design import control_chart
from daras.design.control_chart import Lines, Point
from daras.measures.control import Chart, assurance, variation, xmr
from daras.measures.counting import Series
from daras.measures.hooks import Case
from daras.pages import wording
from daras.pages.addresses import where
from daras.practice.measures import Measure
from daras.working_time import wording as time_wording

HELD_BACK = "held back"
SOMEBODY = "Somebody whose record another agency holds"
#: Duties of requests begin so (`practice.request_definitions`).
OF_REQUESTS = "request-"
#: So few months are a table and no chart.
DRAWN_FROM = 2
VARIATIONS = {
    "too-few": "Too few months to say",
    "common": "Within what is usual",
    "improving": "Better than usual: something has changed",
    "concerning": "Worse than usual: something has changed",
}
ASSURANCES = {
    "no-target": "No target",
    "too-few": "Too few months to say",
    "passing": "As it is, the target will be met",
    "failing": "As it is, the target will not be met",
    "hit-or-miss": "As it is, the target is met by chance",
}


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One measure on the board."""

    name: str
    href: str
    latest: str
    month: str
    whose: str  # the reader's agency, where everybody's number is held back
    target: str
    variation: str
    variation_icon: Markup
    assurance: str
    assurance_icon: Markup


@dataclass(frozen=True, slots=True)
class BoardGroup:
    """Measures of one thing."""

    heading: str
    lines: tuple[BoardLine, ...]


#: What the board is divided into, in order; the last takes what is left.
GROUPS: tuple[tuple[str, Callable[[Measure], bool]], ...] = (
    ("What is sent to the front door", lambda measure: measure.query.startswith(("referral", "advice", "summary"))),
    ("Forms", lambda measure: bool(measure.form)),
    ("What agencies ask of each other", lambda measure: measure.duty.startswith(OF_REQUESTS)),
    ("What is owed", lambda _: True),
)


@dataclass(frozen=True, slots=True)
class MonthLine:
    month: str
    share: str
    of: str
    special: str


@dataclass(frozen=True, slots=True)
class SeriesShown:
    """One team's, agency's or everybody's months."""

    heading: str
    latest: str
    picture: Markup | None
    months: tuple[MonthLine, ...]
    variation: str
    assurance: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    about: str
    href: str
    at: str
    counted: str


def chart_of(series: Series) -> Chart | None:
    """The chart of the months that may be shown."""
    values = [share for month in series.months if (share := month.share) is not None]
    return xmr(values) if values else None


def board_line(measure: Measure, series: Series, *, whose: str = "") -> BoardLine:
    """The last month that may be shown, and what it says."""
    chart = chart_of(series)
    shown = [month for month in series.months if month.share is not None]
    says = variation(chart, measure.better) if chart else "too-few"
    counts_on = assurance(chart, measure.target, measure.better) if chart else "no-target"
    return BoardLine(
        name=measure.name,
        href=reverse("measure", args=[measure.id]),
        latest=f"{shown[-1].share:.0f} %" if shown else (HELD_BACK if series.months else "nothing yet"),
        month=_month(shown[-1].month) if shown else "",
        whose=whose,
        target=f"{measure.target} %" if measure.target is not None else "none",
        variation=VARIATIONS[says],
        variation_icon=control_chart.variation_icon(says),
        assurance=ASSURANCES[counts_on],
        assurance_icon=control_chart.assurance_icon(counts_on),
    )


def board(measures: Mapping[str, Measure], found: Mapping[str, Sequence[Series]], agency: str) -> list[BoardGroup]:
    """Every measure that has a case, by what it counts. Where everybody's number is held back, the reader's own
    agency's stands there and says so."""
    groups: dict[str, list[BoardLine]] = {name: [] for name, _ in GROUPS}
    for key, series in found.items():
        if series:
            hidden = all(month.share is None for month in series[0].months)
            own = next((each for each in series if hidden and (each.agency, each.team) == (agency, "")), None)
            line = board_line(measures[key], own or series[0], whose=wording.agency(agency) if own else "")
            groups[_group_of(measures[key])].append(line)
    return [BoardGroup(name, tuple(lines)) for name, lines in groups.items() if lines]


def _group_of(measure: Measure) -> str:
    return next(name for name, holds in GROUPS if holds(measure))


def _month(month: date) -> str:
    return f"{month:%B %Y}"


def heading_of(series: Series) -> str:
    return wording.owner(series.agency, series.team) if series.agency else "All agencies"


def shown(measure: Measure, series: Series, number: int) -> SeriesShown:
    """One series with its chart and its table."""
    chart = chart_of(series)
    special = iter(chart.special if chart else ())
    lines = []
    for month in series.months:
        if month.share is None:
            lines.append(MonthLine(_month(month.month), HELD_BACK, "fewer than five", ""))
            continue
        why = ", ".join(next(special))
        lines.append(
            MonthLine(_month(month.month), f"{month.share:.0f} %", f"{month.numerator} of {month.denominator}", why)
        )
    says = variation(chart, measure.better) if chart else "too-few"
    counts_on = assurance(chart, measure.target, measure.better) if chart else "no-target"
    seen = [line for line in lines if line.share != HELD_BACK]
    return SeriesShown(
        heading=heading_of(series),
        latest=f"{seen[-1].share} in {seen[-1].month}" if seen else HELD_BACK,
        picture=_picture(measure, series, chart, number) if chart and len(chart.values) >= DRAWN_FROM else None,
        months=tuple(lines),
        variation=VARIATIONS[says],
        assurance=ASSURANCES[counts_on],
    )


def _picture(measure: Measure, series: Series, chart: Chart, number: int) -> Markup:
    months = [month for month in series.months if month.share is not None]
    points = [
        Point(f"{month.month:%b %y}", value, ", ".join(why), _better(measure, value, chart))
        for month, value, why in zip(months, chart.values, chart.special, strict=True)
    ]
    lines = Lines(chart.mean, chart.lower, chart.upper, measure.target)
    title = f"{measure.name}: {heading_of(series)}"
    return control_chart.draw(points, lines, title=title, name=f"control-{number}")


def _better(measure: Measure, value: float, chart: Chart) -> bool:
    return (value >= chart.mean) == (measure.better == "higher")


def cases(rows: Iterable[Case], names: Mapping[int, str], open_to_me: frozenset[str]) -> list[CaseLine]:
    """The cases one may see; one whose record another agency holds is there without a name, and one that is on nobody's
    record by its reference."""
    return [
        CaseLine(
            row.reference if row.record_id is None else names.get(row.record_id, SOMEBODY),
            where(row.reference, open_to_me) or "",
            time_wording.long_datetime(row.at),
            "counted" if row.counted else "not counted",
        )
        for row in rows
    ]


def rows(measure: Measure, series: Iterable[Series], now: datetime) -> list[list[str]]:
    """The same as a table for a spreadsheet: what is held back on the page is held back here."""
    head = [
        "Measure",
        "Agency",
        "Team",
        "Month",
        "Numerator",
        "Denominator",
        "Percent",
        "Cohort",
        "Source",
        "Counted at",
    ]
    found = [head]
    for each in series:
        for month in each.months:
            numbers = [HELD_BACK] * 3
            if month.share is not None:
                numbers = [str(month.numerator), str(month.denominator), f"{month.share:.1f}"]
            named = [measure.name, wording.agency(each.agency) if each.agency else "All agencies", each.team]
            found.append([*named, f"{month.month:%Y-%m}", *numbers, measure.cohort, measure.source, now.isoformat()])
    return found
