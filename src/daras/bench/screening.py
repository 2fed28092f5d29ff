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
from daras.bench import NOW, county_families, effort, trigrams
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
AGAIN = 100

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
    """Screen so many distinct referrals among so many people of the synthetic county; the index is warm, access policy
    and trail are on."""
    call_command("install", skip_checks=True)
    began = time.monotonic()
    loaded = county_families.load(people)
    took = time.monotonic() - began
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        worker = duty_manager()
        papers = documents(county_families.families(people), CALLS + WARM_UP)
        seconds = _times(lambda raw: _screened(raw, worker), papers)
        ours, theirs = effort.of_calls(lambda raw: _screened(raw, worker), papers[:AGAIN])
        somebody = _people(papers)
        against = trigrams.candidates(owner, somebody[WARM_UP:])
    with machine():
        matching = _times(decide_for, somebody)
    where = f"{loaded.people:,} people, {loaded.records:,} records of the county"
    found = _latency(f"screen 5 people among {where}", seconds, (None, 100.0, None))
    found.append(Figure(BENCH, f"processor time of Daras for it, mean among {where}", ours, "ms"))
    if theirs is not None:
        found.append(Figure(BENCH, f"processor time of PostgreSQL for it, mean among {where}", theirs, "ms"))
    found.append(Figure(BENCH, f"the county of {where}: loaded in", took, "s"))
    found.append(Figure(BENCH, f"histories in the county of {where}", float(loaded.histories), "families"))
    return found + _latency(f"match one person among {where}", matching, (None, 5.0, 20.0), against)


def _latency(
    what: str, seconds: Sequence[float], targets: tuple[float | None, ...], against: str | None = None
) -> list[Figure]:
    """The three percentiles with their targets."""
    shares = ((0.50, "p50"), (0.95, "p95"), (0.99, "p99"))
    return [
        Figure(BENCH, f"{what}, {name}", milliseconds(percentile(seconds, share)), "ms", target, against)
        for (share, name), target in zip(shares, targets, strict=True)
    ]


def _screened(raw: bytes, worker: Worker) -> None:
    outcome = screen(raw, worker=worker)
    if outcome.outcome != "screened":
        raise AssertionError(f"The bench sent something that is refused: {outcome.problem}")


def _people(papers: Sequence[bytes]) -> list[PersonFeatures]:
    """The first person of every document: who the news is about."""
    from daras.agencies import load_directory
    from daras.working_time.clock import parse_instant

    directory, now = load_directory(), parse_instant(NOW)
    return [features(read(raw, directory, now).people[0], now.date()) for raw in papers]


def _times(call: Callable[[Given], object], given: Sequence[Given]) -> list[float]:
    """The seconds of each call, those of the warm-up left out."""
    seconds = []
    for each in given:
        began = time.perf_counter()
        call(each)
        seconds.append(time.perf_counter() - began)
    return seconds[WARM_UP:]
