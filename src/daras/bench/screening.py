"""How long the front door waits for a dry run: matching, network, history and rules, through the command itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import psycopg
from django.core.management import call_command

from daras.access.models import Worker
from daras.access.session import machine
from daras.bench import NOW, population, trigrams
from daras.bench.documents import documents
from daras.bench.figures import Figure, milliseconds, percentile
from daras.frontdoor.intake import screen
from daras.frontdoor.people_named import features
from daras.frontdoor.reading import read
from daras.matching.features import PersonFeatures
from daras.matching.queries import decide_for

BENCH = "screening"
WARM_UP = 20
CALLS = 400

Given = TypeVar("Given")


def duty_manager() -> Worker:
    """Somebody of the front door who screens."""
    with machine():
        return Worker.objects.create(
            slug="bench-duty-manager",
            email="bench@cornwall-council.example",
            name="Bench Duty Manager",
            agency="cornwall-childrens-services",
            team="maru",
            role="duty-manager",
        )


def measure(people: int) -> list[Figure]:
    """Screen so many distinct referrals among so many people; the index is warm, access policy and trail are on."""
    call_command("install", skip_checks=True)
    made = population.households(people)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        records = population.load(owner, made)
        worker = duty_manager()
        papers = documents(made, CALLS + WARM_UP)
        seconds = _times(lambda raw: _screened(raw, worker), papers)
        busy = _times(lambda raw: _screened(raw, worker), papers[: WARM_UP + 100], time.process_time)
        somebody = _people(papers)
        against = trigrams.candidates(owner, somebody[WARM_UP:])
    with machine():
        matching = _times(decide_for, somebody)
    where = f"at {people:,} people, {records:,} records"
    found = [
        Figure(
            BENCH,
            f"screen a referral of 5 people {where}, {name}",
            milliseconds(percentile(seconds, share)),
            "ms",
            target,
        )
        for name, share, target in (("p50", 0.50, None), ("p95", 0.95, 100.0), ("p99", 0.99, None))
    ]
    found.append(
        Figure(
            BENCH, f"of that, processor time in Daras itself {where}, p50", milliseconds(percentile(busy, 0.5)), "ms"
        )
    )
    for name, share, target in (("p50", 0.50, None), ("p95", 0.95, 5.0), ("p99", 0.99, 20.0)):
        value = milliseconds(percentile(matching, share))
        found.append(Figure(BENCH, f"match one person {where}, {name}", value, "ms", target, against))
    return found


def _screened(raw: bytes, worker: Worker) -> None:
    outcome = screen(raw, worker=worker)
    if outcome.outcome != "screened":
        raise AssertionError(f"The bench sent something that is refused: {outcome.problem}")


def _people(papers: Sequence[bytes]) -> list[PersonFeatures]:
    """The first person of every document: who the news is about."""
    from daras.agencies import load_directory
    from daras.working_time.clock import parse_instant

    directory, now = load_directory(), parse_instant(NOW)
    return [features(read(raw, directory, now).people[0]) for raw in papers]


def _times(
    call: Callable[[Given], object], given: Sequence[Given], clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """The seconds of each call, those of the warm-up left out."""
    seconds = []
    for each in given:
        began = clock()
        call(each)
        seconds.append(clock() - began)
    return seconds[WARM_UP:]
