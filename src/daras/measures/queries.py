"""The named queries: for each team and month, how many of how many. Whoever counts sees no case by it (I8).

They run under the machine role, so that a count is the same for everybody; `counting` decides who may see it. The cases
behind a count are asked for through the reader's own eyes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from daras.access.session import machine
from daras.duties.models import DutyMet, DutyState
from daras.duties.releasing import AT_ONCE, told_of
from daras.forms.models import AnswerChoice, AnswerMissing, FormCompleted
from daras.measures.hooks import MOST_CASES, Case, Count, source_of
from daras.practice.measures import Measure

#: Months are those of the clock on the wall in England.
_MONTH = "(date_trunc('month', {} AT TIME ZONE 'Europe/London'))::date"
#: A duty that went over to another authority with its matter was not done by whoever owed it before: it counts for the
#: authority that took it over, and the acceptance itself for whoever owed that (A14). What waits at the front door
#: until a manager convenes, and was never told, is nobody's lateness.
WENT_OVER, ACCEPTANCE = "transfer-answered", "transfer-acceptance"
_DUTY = f"""
SELECT duty.duty_kind, state.owner_agency, state.owner_team, {_MONTH.format("state.due_at")} AS month,
       count(*) FILTER (WHERE state.met_at <= state.due_at), count(*)
FROM duties_dutystate state JOIN duties_dutyopened duty ON duty.fact_id = state.duty_id
WHERE duty.duty_kind = ANY(%(asked)s) AND state.due_at >= %(since)s AND state.due_at <= %(until)s AND NOT state.paused
  AND (duty.told = '{AT_ONCE}' OR state.met_at IS NOT NULL OR EXISTS (
    SELECT 1 FROM access_grant given WHERE given.audience_id = duty.audience_id
      AND (given.agency, given.team) = (duty.owner_agency, duty.owner_team)))
  AND (duty.duty_kind = '{ACCEPTANCE}' OR NOT EXISTS (
    SELECT 1 FROM duties_dutymet met JOIN ledger_fact cause ON cause.id = met.by_fact_id
    WHERE met.duty_id = state.duty_id AND cause.kind = '{WENT_OVER}'))
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - put together from constants of this module
_FORMS = f"""
FROM forms_formcompleted form JOIN ledger_fact fact ON fact.id = form.fact_id
WHERE form.form = ANY(%(asked)s) AND {{}} >= %(since)s AND {{}} <= %(until)s
GROUP BY 1, 2, 3, {_MONTH.format("{}")}
"""


def _forms(numerator: str, denominator: str, moment: str = "fact.recorded_at") -> str:
    month = _MONTH.format(moment)
    return f"SELECT form.form, fact.agency, form.team, {month} AS month, {numerator}, {denominator} " + _FORMS.format(
        moment, moment, moment
    )


_ANSWERED = """count(*) FILTER (WHERE NOT EXISTS (
    SELECT 1 FROM forms_answermissing missing JOIN ledger_fact said ON said.id = missing.fact_id
    WHERE missing.form_id = form.fact_id AND missing.question = %(question)s))"""
_CHOSEN = """count(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM forms_answerchoice answer
    WHERE answer.form_id = form.fact_id AND answer.question = %(question)s
      AND answer.value && %(chosen)s::varchar[]))"""

_QUERIES: Mapping[str, str] = {
    "duty-on-time": _DUTY,
    "form-complete": _forms("sum(form.answered)::int", "sum(form.asked)::int"),
    "form-on-time": _forms(
        "count(*) FILTER (WHERE NOT form.late)", "count(*)", "coalesce(fact.occurred_from, fact.recorded_at)"
    ),
    "form-answer": _forms(_CHOSEN, "count(*)"),
    "form-answered": _forms(_ANSWERED, "count(*)"),
}


def counts(measure: Measure, *, since: datetime, until: datetime) -> list[Count]:
    """Every count of a measure between two moments, one statement. Runs under the machine role."""
    return counts_of([measure], since=since, until=until)[measure.id]


def counts_of(measures: Iterable[Measure], *, since: datetime, until: datetime) -> dict[str, list[Count]]:
    """The counts of many measures by id: one statement for all duties, two for all forms, one for each answer, and
    those of each source above. Runs under the machine role."""
    found: dict[str, list[Count]] = {}
    together: defaultdict[tuple[str, ...], list[Measure]] = defaultdict(list)
    asked_above: defaultdict[str, list[Measure]] = defaultdict(list)
    for measure in measures:
        found[measure.id] = []
        if measure.query in _QUERIES:
            together[measure.query, measure.question, *measure.chosen].append(measure)
        else:
            asked_above[source_of(measure).name].append(measure)
    for of_source in asked_above.values():
        for key, count in source_of(of_source[0]).counts(of_source, since, until):
            found[key].append(count)
    for asked in together.values():
        by_subject: defaultdict[str, list[Measure]] = defaultdict(list)
        for measure in asked:
            by_subject[measure.duty or measure.form].append(measure)
        for subject, count in _counted(asked[0], list(by_subject), since, until):
            for measure in by_subject[subject]:
                found[measure.id].append(count)
    return found


def _counted(measure: Measure, asked: list[str], since: datetime, until: datetime) -> Iterator[tuple[str, Count]]:
    """One statement for every duty or form asked about in the same way."""
    wanted: dict[str, Any] = {
        "asked": asked,
        "question": measure.question,
        "chosen": list(measure.chosen),
        "since": since,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(_QUERIES[measure.query], wanted)
        for subject, *row in cursor.fetchall():
            if row[4]:
                yield subject, Count(*row)


def cases(measure: Measure, *, agency: str, since: datetime, until: datetime) -> list[Case]:
    """The cases of an agency behind a measure, through the eyes of whoever asks, the latest first."""
    of_query = _CASES.get(measure.query) or source_of(measure).cases
    return of_query(measure, agency, since, until)


def _duties(measure: Measure, agency: str, since: datetime, until: datetime) -> list[Case]:
    rows = (
        DutyState.objects.select_related("duty")
        # Whose it was opened for: met duties too are found by that, and by no index of their state.
        .filter(duty__duty_kind=measure.duty, duty__owner_agency=agency)
        .filter(due_at__gte=since, due_at__lte=until, paused=False)
        .exclude(pk__in=_went_over() if measure.duty != ACCEPTANCE else [])
        .order_by("-due_at")[:MOST_CASES]
    )
    with machine():
        told = told_of(row.duty for row in rows if row.met_at is None)
    return [
        Case(
            row.duty.reference,
            row.duty.about_record_ids[0] if row.duty.about_record_ids else None,
            row.due_at,
            row.met_at is not None and row.met_at <= row.due_at,
        )
        for row in rows
        if row.met_at is not None or row.pk in told
    ]


def _went_over() -> QuerySet[DutyMet, int]:
    return DutyMet.objects.filter(by_fact__kind=WENT_OVER).values_list("duty_id", flat=True)


def _form_cases(measure: Measure, agency: str, since: datetime, until: datetime) -> list[Case]:
    rows = list(
        FormCompleted.objects.select_related("fact")
        .filter(form=measure.form, fact__agency=agency, fact__recorded_at__gte=since, fact__recorded_at__lte=until)
        .order_by("-fact__recorded_at")[:MOST_CASES]
    )
    met = _met(measure, rows)
    return [Case(row.reference, row.fact.person_record_id, row.fact.recorded_at, met(row)) for row in rows]


def _met(measure: Measure, rows: list[FormCompleted]) -> Callable[[FormCompleted], bool]:
    if measure.query == "form-complete":
        return lambda row: row.answered == row.asked
    if measure.query == "form-on-time":
        return lambda row: not row.late
    answers: Any = AnswerChoice if measure.query == "form-answer" else AnswerMissing
    found = answers.objects.filter(form__in=rows, question=measure.question)
    if measure.query == "form-answer":
        chosen = set(found.filter(value__overlap=list(measure.chosen)).values_list("form_id", flat=True))
        return lambda row: row.pk in chosen
    missing = set(found.values_list("form_id", flat=True))
    return lambda row: row.pk not in missing


_CASES: Mapping[str, Callable[[Measure, str, datetime, datetime], list[Case]]] = {
    "duty-on-time": _duties,
    "form-complete": _form_cases,
    "form-on-time": _form_cases,
    "form-answer": _form_cases,
    "form-answered": _form_cases,
}
