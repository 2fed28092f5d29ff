"""What nobody's answering costs: a sweep over very many open duties; and what the forecast of a list costs."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from collections.abc import Iterator
from datetime import timedelta

import psycopg
from django.core.management import call_command

from daras.access import audiences
from daras.access.session import machine
from daras.bench import effort
from daras.bench.bulk import copy, set_sequences
from daras.bench.figures import Figure, milliseconds, percentile
from daras.bench.requests_writer import write
from daras.duties.chasing import sweep
from daras.duties.models import DutyOpened, DutyState
from daras.ledger.models import Fact
from daras.matters.commands import open_matter
from daras.practice import pack_for
from daras.services.forecast import RUNS, WEEKS, Given, forecast
from daras.working_time import clock

BENCH = "requests"
#: Of so many that are open, one in twenty is due at once.
OPEN, ONE_IN = 1_000_000, 20
MATTERS = 2_000
MOST_SWEEP_SECONDS, MOST_WAIT_MS, MOST_FORECAST_SECONDS = 10.0, 50.0, 5.0
#: The target is for fifty thousand; fewer get their share of the time.
DUE = 50_000
DUTY = "request-information-answer"
OWNERS = (("cornwall-partnership-trust", "camhs"), ("devon-and-cornwall-police", "maru"), ("penryn-surgery", "gp"))
FIRST = 10_000_000


def measure(duties: int = OPEN) -> list[Figure]:
    """The sweep, with somebody writing on the same duties beside it; then a list of two years in two hundred runs."""
    return [*_swept(duties), *_forecast()]


def _forecast() -> list[Figure]:
    began = time.process_time()
    found = forecast(Given(waiting=60, arriving=6.0, seen=7.0, practitioners=4, weeks=WEEKS, runs=RUNS))
    taken = time.process_time() - began
    asked = f"a list of {found.given.waiting}, {WEEKS} weeks, {RUNS} runs, processor time"
    return [Figure(BENCH, asked, taken, "s", MOST_FORECAST_SECONDS)]


def _swept(duties: int) -> list[Figure]:
    call_command("install", skip_checks=True)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        _load(owner, duties)
        owner.execute("ANALYZE")
    beside = multiprocessing.get_context("spawn")
    here, there = beside.Pipe()
    url = os.environ["DATABASE_OWNER_URL"]
    writer = beside.Process(target=write, args=(there, url, range(FIRST, FIRST + duties, ONE_IN), MATTERS))
    writer.start()
    there.close()  # so that a writer who is gone is noticed
    here.recv()
    with effort.of_backends(os.environ["DATABASE_OWNER_URL"], _login()) as backends:
        ours, began = _seconds(), time.perf_counter()
        taken = sweep(clock.now())
        seconds, ours = time.perf_counter() - began, _seconds() - ours
    here.send("enough")
    waits: list[float] = here.recv()
    writer.join()
    share = MOST_SWEEP_SECONDS * taken / DUE
    named = f"a sweep of {duties:,} open duties, {taken:,} due at once, chases written"
    figures = [
        Figure(BENCH, named, seconds, "s", share),
        Figure(BENCH, "processor time of Daras for it, the writer left out", ours, "s"),
        Figure(BENCH, f"a writer beside it, the longest of {len(waits):,} waits", _longest(waits), "ms", MOST_WAIT_MS),
        Figure(BENCH, "a writer beside it, p95", milliseconds(percentile(waits or [0.0], 0.95)), "ms"),
    ]
    if backends:
        theirs = sum(backends.values())
        figures.insert(2, Figure(BENCH, "processor time of PostgreSQL for it, the writer left out", theirs, "s"))
    return figures


def _login() -> str:
    """Whom the sweep connects as; the writer beside it is the owner."""
    return str(psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])["user"])


def _longest(waits: list[float]) -> float:
    return milliseconds(max(waits, default=0.0))


def _seconds() -> float:
    """The processor time of this process and of those that it started and that have ended."""
    both = (resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in both)


def _load(owner: psycopg.Connection, duties: int) -> None:
    with machine():
        audience = audiences.standing(audiences.front_door_scope("908"))
        matters = [
            open_matter(
                kind="request",
                authority="908",
                agency=OWNERS[0][0],
                audience_id=audience,
                opened_at=clock.now(),
            ).pk
            for _ in range(MATTERS)
        ]
    for start in range(0, duties, 50_000):
        made = list(_duties(range(start, min(start + 50_000, duties)), audience, matters))
        copy(owner, Fact, [fact for fact, _, _ in made])
        copy(owner, DutyOpened, [opened for _, opened, _ in made])
        copy(owner, DutyState, [state for _, _, state in made])
    set_sequences(owner, Fact)


def _duties(numbers: range, audience: int, matters: list[int]) -> Iterator[tuple[Fact, DutyOpened, DutyState]]:
    now, pack = clock.now(), pack_for(clock.today())
    for number in numbers:
        agency, team = OWNERS[number % len(OWNERS)]
        due = now - timedelta(minutes=5) if number % ONE_IN == 0 else now + timedelta(days=1 + number % 30)
        pk, matter = FIRST + number, matters[number % MATTERS]
        fact = Fact(
            id=pk,
            kind=DutyOpened.kind,
            matter_id=matter,
            agency=agency,
            controller=agency,
            recorded_at=due - timedelta(days=7),
            author="bench",
            audience_id=audience,
        )
        opened = DutyOpened(
            fact_id=pk,
            audience_id=audience,
            duty_kind=DUTY,
            pack=pack.id,
            reference="X-0000-0000",
            owner_agency=agency,
            owner_team=team,
            opened_by_id=pk,
            anchor_at=fact.recorded_at,
            due_at=due,
            because="bench",
            source="bench",
            authority="local",
            told="at once",
        )
        state = DutyState(
            duty_id=pk,
            matter_id=matter,
            owner_agency=agency,
            owner_team=team,
            due_at=due,
            next_step_at=due,
            audience_id=audience,
        )
        yield fact, opened, state
