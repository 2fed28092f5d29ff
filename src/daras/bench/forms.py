"""What saving a form costs: two hundred questions at once, as a page does at every pause (issue: forms)."""

from __future__ import annotations

import time

from django.core.management import call_command

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.bench import effort
from daras.bench.figures import Figure, milliseconds, percentile
from daras.bench.machine import load_after
from daras.forms import writing
from daras.forms.merging import Changes

BENCH = "forms"
QUESTIONS, TIMES, WARM_UP = 200, 200, 20
MOST_MILLISECONDS = 50.0


def measure() -> list[Figure]:
    """One worker saves a form again and again, every answer changed each time."""
    call_command("install", skip_checks=True)
    with machine():
        nurse = Worker.objects.create(
            slug="bench-nurse",
            email="bench-nurse@workers.example",
            name="Bench Nurse",
            agency="royal-cornwall-hospitals",
            team="emergency-department",
            role="nurse",
        )
    with acting_as(nurse):
        draft = writing.begin(nurse, "emergency-under-18", subject={"given_name": "Somebody", "role": "child"})
    seconds: list[float] = []

    def save(number: int) -> None:
        nonlocal draft
        changes: Changes = {("answers", f"q{each}"): f"answer {number} to {each}" for each in range(QUESTIONS)}
        began = time.perf_counter()
        with acting_as(nurse):
            draft, _ = writing.save(nurse, draft.reference, shown=str(draft.version), changes=changes)
        seconds.append(time.perf_counter() - began)

    effort.of_calls(save, range(WARM_UP))
    ours, theirs = effort.of_calls(save, range(WARM_UP, WARM_UP + TIMES))
    figure = f"a form of {QUESTIONS} questions saved, every answer changed, p95 of {TIMES}"
    found = [
        Figure(BENCH, figure, milliseconds(percentile(seconds[WARM_UP:], 0.95)), "ms", MOST_MILLISECONDS),
        Figure(BENCH, "processor time of Daras for it, mean", ours, "ms"),
    ]
    if theirs is not None:
        found.append(Figure(BENCH, "processor time of PostgreSQL for it, mean", theirs, "ms"))
    return [*found, load_after(BENCH)]
