"""The board of measures, one measure, and its numbers as a file (I8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from daras.access import trail
from daras.access.models import Worker
from daras.matters.models import Matter
from daras.measures.counting import Series, board_of, may_see_cases, measures_of, series_of, window
from daras.measures.hooks import Case
from daras.measures.queries import cases
from daras.pages.addresses import MATTER, REQUEST
from daras.pages.measures import presenting
from daras.pages.my_work.queries import names_of_records
from daras.pages.rendering import page, worker_of
from daras.practice import pack_for
from daras.practice.measures import Measure
from daras.requests.queries import those_seen
from daras.working_time import clock

#: What begins so is a formula to a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Every measure that has a case: the latest month and what it says."""
    worker, now = worker_of(request), clock.now()
    trail.look(worker, "list", "measures")
    measures = measures_of(pack_for(clock.today()))
    found = board_of(list(measures.values()), worker, now)
    groups = presenting.board(measures, found, worker.agency)
    return page(request, "pages/measures/board.html", {"groups": groups})


def _measure(measure_id: str) -> Measure:
    found = measures_of(pack_for(clock.today())).get(measure_id)
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def measure(request: HttpRequest, measure_id: str) -> HttpResponse:
    """One measure: each series with its chart and its table; the cases of one's own agency as far as one may see
    them."""
    worker, now = worker_of(request), clock.now()
    asked = _measure(measure_id)
    trail.look(worker, "measure", measure_id)
    found = series_of(asked, worker, now)
    since, until = window(now)
    rows = cases(asked, agency=worker.agency, since=since, until=until) if may_see_cases(worker, worker.agency) else []
    names = names_of_records(row.record_id for row in rows if row.record_id)
    context = {
        "measure": asked,
        "series": [presenting.shown(asked, each, number) for number, each in enumerate(found)],
        "cases": presenting.cases(rows, names, _open_to_reader(rows)),
        "held_back": any(month.numerator is None for each in found for month in each.months),
    }
    return page(request, "pages/measures/measure.html", context)


def _open_to_reader(rows: Iterable[Case]) -> frozenset[str]:
    """Which of the matters and requests behind the cases open to whoever reads."""
    references = {row.reference for row in rows}
    matters = {each for each in references if each.startswith(MATTER)}
    asked = those_seen(each for each in references if each.startswith(REQUEST))
    found = Matter.objects.filter(reference__in=matters).values_list("reference", flat=True) if matters else ()
    return frozenset(found) | asked


@login_required
@require_safe
def numbers(request: HttpRequest, measure_id: str) -> HttpResponse:
    """The numbers as CSV, no more of them than the page shows; nothing in it is a formula."""
    worker, now = worker_of(request), clock.now()
    asked = _measure(measure_id)
    _exported(worker, measure_id)
    return _csv(asked, series_of(asked, worker, now), measure_id)


def _exported(worker: Worker, measure_id: str) -> None:
    trail.write(actor=worker.slug, agency=worker.agency, action="export", subject_kind="measure", subject_id=measure_id)


def _csv(asked: Measure, found: list[Series], measure_id: str) -> HttpResponse:
    written = io.StringIO()
    writer = csv.writer(written)
    for row in presenting.rows(asked, found, clock.now()):
        writer.writerow([defused(cell) for cell in row])
    response = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{measure_id}.csv"'
    return response


@login_required
@require_safe
def spreadsheet(request: HttpRequest, measure_id: str) -> HttpResponse:
    """The same numbers as a workbook: every cell is text or a number, and none a formula."""
    worker, now = worker_of(request), clock.now()
    asked = _measure(measure_id)
    _exported(worker, measure_id)
    response = HttpResponse(
        _workbook(presenting.rows(asked, series_of(asked, worker, now), now)),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{measure_id}.xlsx"'
    return response


def _workbook(rows: Iterable[Sequence[str]]) -> bytes:
    import xlsxwriter  # every start would read it

    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Numbers")
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if number and cell.isdigit():
                    sheet.write_number(number, place, int(cell))
                else:
                    sheet.write_string(number, place, cell)
        sheet.autofit()
    return held.getvalue()


def defused(cell: str) -> str:
    """The cell as text, whatever it begins with (CWE-1236)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
