"""Who is connected to whom: how long it takes through a worker's eyes, beside what somebody would take instead, with
the same answers; and the watch under a stream of changes, none of which may be missed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

import psycopg
from django.core.management import call_command

from daras.access import audiences
from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.agencies import load_directory
from daras.bench import NOW, effort, network_county, network_peers, network_watch
from daras.bench.figures import Figure, milliseconds, percentile
from daras.bench.screening import duty_manager
from daras.exchange.index_audience import index_audience
from daras.network.exposure import exposures
from daras.network.queries import connected
from daras.working_time import clock

BENCH = "network"
RECORDED = "2026-11-01T00:00:00Z"
CALLS = {2: 150, 3: 40}
WARM_UP = 5


def measure(people: int, rate: int, seconds: int, longest: int) -> list[Figure]:
    """Ask about people among so many, in every way, none of them for longer than `longest` seconds; then so many
    changes a second, for so many seconds."""
    call_command("install", skip_checks=True)
    owner_url, on = os.environ["DATABASE_OWNER_URL"], NOW[:10]
    who = _audiences()
    began = time.perf_counter()
    held = network_county.load(owner_url, people, who, RECORDED)
    _said("loaded")
    where = f"{people:,} people, {held:,} relationships"
    figures = [Figure(BENCH, f"loading {where}", time.perf_counter() - began, "s")]
    worker = duty_manager()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        network_peers.prepare(owner, on, who.hidden)
        pairs = network_peers.edges(owner)
        figures.append(Figure(BENCH, f"connections of one step among {people:,} people", f"{len(pairs):,}", ""))
        peers = [*network_peers.in_memory(pairs, people), network_peers.recursive(owner)]
        peers = [each if isinstance(each, str) else replace(each, most_seconds=longest) for each in peers]
        del pairs
        _said("the peers are ready")
        for steps, calls in CALLS.items():
            figures += _told(_asked(worker, people, steps, Calls(calls, longest), peers))
        figures += _told(_exposure(worker, owner, longest))
        figures += network_watch.measure(owner, people, rate, seconds)
    return figures


def _said(what: str) -> None:
    print(f"daras: {what}", file=sys.stderr, flush=True)


def _told(figures: list[Figure]) -> list[Figure]:
    """Said as soon as they are measured, too: at a million people the whole takes hours."""
    for figure in figures:
        _said(f"{figure.figure}: {figure.value} {figure.unit}")
    return figures


def _audiences() -> network_county.Audiences:
    directory, today = load_directory(), clock.today()
    with machine():
        first, second = (index_audience(directory.agency(each, on=today)) for each in network_county.AGENCIES)
        hidden = audiences.standing(audiences.agency_scope(network_county.AGENCIES[1]))
    return network_county.Audiences(first, second, hidden)


class Calls(NamedTuple):
    """So many calls, or as many as there is time for."""

    most: int
    seconds: float


def _asked(
    worker: Worker, people: int, steps: int, calls: Calls, peers: Sequence[network_peers.Peer | str]
) -> list[Figure]:
    """The same people asked about in every way; raises AssertionError where two ways do not agree."""
    chance = Random(f"network {people} {steps}")  # noqa: S311 (no secret)
    start = [chance.randrange(1, people + 1) for _ in range(calls.most + WARM_UP)]
    answers: dict[int, set[int]] = {}
    taken = list[float]()
    with acting_as(worker):
        for person in start:
            if sum(taken) > calls.seconds:
                break
            began = time.perf_counter()
            found = connected([person], on=clock.today(), steps=steps)
            taken.append(time.perf_counter() - began)
            answers[person] = {each.person_id for each in found}
        start = start[: len(taken)]
        again = start[-20:]
        ours, theirs = effort.of_calls(lambda person: connected([person], on=clock.today(), steps=steps), again)
    reached = percentile([len(found) for found in answers.values()], 0.5)
    target = 100.0 if steps == 2 else None
    what = f"depth {steps} among {people:,} people, {len(taken)} asked about"
    figures = [
        *_latency(f"{what}, names and reasons, {reached:,.0f} people found", taken[WARM_UP:] or taken, target),
        Figure(BENCH, f"{what}: processor time of Daras, mean", ours, "ms"),
    ]
    if theirs is not None:
        figures.append(Figure(BENCH, f"{what}: processor time of PostgreSQL, mean", theirs, "ms"))
    for peer in peers:
        figures += [Figure(BENCH, peer, "", "")] if isinstance(peer, str) else _beside(peer, what, steps, answers)
    return figures


def _latency(what: str, seconds: Sequence[float], target: float | None = None) -> list[Figure]:
    return [
        Figure(BENCH, f"{what}, p50", milliseconds(percentile(seconds, 0.5)), "ms"),
        Figure(BENCH, f"{what}, p95", milliseconds(percentile(seconds, 0.95)), "ms", target),
    ]


def _beside(peer: network_peers.Peer, what: str, steps: int, answers: dict[int, set[int]]) -> list[Figure]:
    taken: list[float] = []
    agreed = 0
    for person, ours in answers.items():
        if sum(taken) > peer.most_seconds:
            break
        began = time.perf_counter()
        try:
            theirs = peer.walk(person, steps)
        except psycopg.errors.QueryCanceled:
            return [Figure(BENCH, f"{what}: {peer.name}", f"over {network_peers.LONGEST}", "")]
        taken.append(time.perf_counter() - began)
        if theirs != ours:
            raise AssertionError(
                f"{peer.name} and Daras do not agree on person {person} at depth {steps}:"
                f" {sorted(theirs - ours)[:5]} only there, {sorted(ours - theirs)[:5]} only here."
            )
        agreed += 1
    told = f"{what}: {peer.name}, the same {agreed} answers"
    figures = _latency(told, taken)
    if peer.ready_seconds:
        figures.append(
            Figure(BENCH, f"{peer.name}: ready after, and then {peer.memory_mib:,.0f} MiB", peer.ready_seconds, "s")
        )
    return figures


def _exposure(worker: Worker, owner: psycopg.Connection, longest: float) -> list[Figure]:
    """Both questions: which children are near somebody of risk, and which such people are near a child."""
    of_risk = "SELECT who.person_id FROM people_posesriskknown risk JOIN ledger_fact fact ON fact.id = risk.fact_id"
    of_risk += " JOIN people_recordperson who ON who.record_id = fact.person_record_id ORDER BY 1 LIMIT 50"
    adults = [row[0] for row in owner.execute(of_risk.encode()).fetchall()]
    children = [person + 2 for person in adults]
    figures = []
    for name, asked in (("children near somebody of risk", adults), ("people of risk near a child", children)):
        taken = list[float]()
        with acting_as(worker):
            for person in asked:
                if sum(taken) > longest:
                    break
                began = time.perf_counter()
                exposures([person], on=clock.today(), steps=2)
                taken.append(time.perf_counter() - began)
        figures += _latency(f"exposure, {name}, depth 2", taken, 100.0)
    return figures
