"""How much news can come in: by one process from files, and by four clients of the API at once."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Sequence

from django.core.management import call_command

from daras.access.session import machine
from daras.api.authentication import issue
from daras.bench import county_families, effort, services
from daras.bench.documents import SENDERS, documents
from daras.bench.figures import Figure, milliseconds, percentile
from daras.frontdoor.intake import receive

BENCH = "receive"
PEOPLE = 2_000
DOCUMENTS = 150
CLIENTS = 4
WARM_UP = 10
AGAIN = 50


def measure() -> list[Figure]:
    """Receive distinct referrals of five people each, about families of a small county."""
    call_command("install", skip_checks=True)
    county_families.load(PEOPLE)
    made = county_families.families(PEOPLE)
    alone = _alone(documents(made, DOCUMENTS + WARM_UP))
    ours, theirs = effort.of_calls(_recorded, documents(made, AGAIN, start=5_000))
    together, seconds = _together(documents(made, DOCUMENTS + WARM_UP, start=10_000))
    found = [
        Figure(BENCH, "documents of 5 people, one process", alone, "a second"),
        Figure(BENCH, f"documents of 5 people, {CLIENTS} clients of the API", together, "a second"),
        Figure(BENCH, f"a receipt with {CLIENTS} clients, p95", milliseconds(percentile(seconds, 0.95)), "ms"),
        Figure(BENCH, "processor time of Daras for a document, mean", ours, "ms"),
    ]
    if theirs is not None:
        found.append(Figure(BENCH, "processor time of PostgreSQL for a document, mean", theirs, "ms"))
    return found


def _alone(papers: Sequence[bytes]) -> float:
    for raw in papers[:WARM_UP]:
        _recorded(raw)
    began = time.perf_counter()
    for raw in papers[WARM_UP:]:
        _recorded(raw)
    return (len(papers) - WARM_UP) / (time.perf_counter() - began)


def _recorded(raw: bytes) -> None:
    outcome = receive(raw)
    if outcome.outcome != "recorded":
        raise AssertionError(f"The bench sent something that is not recorded: {outcome.outcome} {outcome.problem}")


def _together(papers: Sequence[bytes]) -> tuple[float, list[float]]:
    """Documents a second, and how long each client waited for each receipt."""
    with machine():
        tokens = {agency: issue(agency, f"bench {agency}", is_demonstration=True) for agency, _ in SENDERS}
    seconds: list[float] = []
    with services.running() as found:
        send(found.port, tokens, papers[:WARM_UP], [])
        clients = [
            threading.Thread(target=send, args=(found.port, tokens, papers[WARM_UP + place :: CLIENTS], seconds))
            for place in range(CLIENTS)
        ]
        began = time.perf_counter()
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        took = time.perf_counter() - began
    if len(seconds) != len(papers) - WARM_UP:
        raise AssertionError(f"{len(papers) - WARM_UP} documents were sent and {len(seconds)} receipts came back.")
    return len(seconds) / took, seconds


def send(port: int, tokens: dict[str, str], papers: Sequence[bytes], seconds: list[float]) -> None:
    """Send each document with its sender's token, and add how long its receipt took; raises for anything else."""
    for raw in papers:
        token = tokens[json.loads(raw)["from"]["agency"]]
        began = time.perf_counter()
        connection = http.client.HTTPConnection(services.HOST, port, timeout=60)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/referrals", raw, headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status != 201:
            raise AssertionError(f"The API answered {answer.status}: {body[:300]!r}")
        seconds.append(time.perf_counter() - began)
