"""How long the front door waits for a dry run: matching, network, history and rules, through the command itself; and
how long it takes to say who one person is, those of the commonest names and places among them."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import psycopg
from django.core.management import call_command
from psycopg import sql

from daras.access.models import Worker
from daras.access.session import machine
from daras.bench import NOW, county_families, effort, trigrams
from daras.bench.documents import documents
from daras.bench.figures import Figure, milliseconds, percentile
from daras.bench.hottest import KEYS, in_database
from daras.bench.machine import load_after
from daras.frontdoor.intake import screen
from daras.frontdoor.people_named import features
from daras.frontdoor.reading import read
from daras.matching.features import PersonFeatures
from daras.matching.queries import decide_for, looked_at

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
    where = f"{loaded.people:,} people, {loaded.records:,} records of the county"
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        _tidied(owner)
        worker = duty_manager()
        papers = documents(county_families.families(people), CALLS + WARM_UP)
        # As the web server does before its first request: what is there to stay is not looked through again.
        gc.collect()
        gc.freeze()
        seconds = _times(lambda raw: _screened(raw, worker), papers)
        ours, theirs = effort.of_calls(lambda raw: _screened(raw, worker), papers[:AGAIN])
        somebody = _people(papers)
        against = trigrams.candidates(owner, somebody[WARM_UP:])
        hot, most = in_database(owner)
    with machine():
        matching = _times(decide_for, somebody)
        of_many = _times(decide_for, hot)
        found = _looked_at(papers, where)
    figures = _latency(f"screen 5 people among {where}", seconds, (None, 100.0, None))
    figures.append(Figure(BENCH, f"processor time of Daras for it, mean among {where}", ours, "ms"))
    if theirs is not None:
        figures.append(Figure(BENCH, f"processor time of PostgreSQL for it, mean among {where}", theirs, "ms"))
    figures += found
    figures.append(Figure(BENCH, f"the county of {where}: loaded in", took, "s"))
    figures.append(Figure(BENCH, f"histories in the county of {where}", float(loaded.histories), "families"))
    figures += _latency(f"match one person among {where}", matching, (None, 5.0, 20.0), against)
    words = f"match one of {len(of_many)} people under the {KEYS} hottest keys (up to {most:,} records under one)"
    figures += _latency(f"{words} among {where}", of_many, (None, 5.0, 20.0))
    return [*figures, load_after(BENCH)]


def _tidied(owner: psycopg.Connection) -> None:
    """What autovacuum does by itself within minutes of a load, done before the clock starts."""
    for table in ("matching_key", "matching_profile", "ledger_fact", "people_personrecord", "people_recordperson"):
        owner.execute(sql.SQL("VACUUM {}").format(sql.Identifier(table)))


def _looked_at(papers: Sequence[bytes], where: str) -> list[Figure]:
    """How many records share a key with somebody named, and how many of them are weighed whole."""
    looked = [looked_at(person) for raw in papers[WARM_UP:] for person in _described(raw)]
    kinds = {"found under the keys of": [each.found for each in looked]}
    kinds["weighed for"] = [each.weighed for each in looked]
    kinds["looked through until the one that decides on"] = [each.decided_at for each in looked if each.decided_at]
    return [
        Figure(BENCH, f"records {words} one person named, {name}, among {where}", number, "")
        for words, numbers in kinds.items()
        for name, number in (
            ("mean", sum(numbers) / max(1, len(numbers))),
            ("p95", float(percentile(numbers or [0], 0.95))),
            ("most", float(max(numbers, default=0))),
        )
    ]


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
    return [_described(raw)[0] for raw in papers]


def _described(raw: bytes) -> list[PersonFeatures]:
    """Everybody named in a document."""
    from daras.agencies import load_directory
    from daras.working_time.clock import parse_instant

    now = parse_instant(NOW)
    return [features(person, now.date()) for person in read(raw, load_directory(), now).people]


def _times(call: Callable[[Given], object], given: Sequence[Given]) -> list[float]:
    """The seconds of each call, those of the warm-up left out."""
    seconds = []
    for each in given:
        began = time.perf_counter()
        call(each)
        seconds.append(time.perf_counter() - began)
    return seconds[WARM_UP:]
