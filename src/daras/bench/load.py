"""A hundred people at work for two minutes on one machine: what they wait, and whether anything fails.

Locust plays them over loopback, on the same cores as everything else: the figures are the whole machine's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.bench import pages_setting, services
from daras.bench.documents import documents
from daras.bench.figures import Figure, milliseconds
from daras.bench.machine import load_after
from daras.exchange.demonstration.people import Household
from daras.frontdoor.intake import receive
from daras.people.models import RecordPerson

BENCH = "load"
MATTERS = 40
AT_THE_FRONT_DOOR, SENDERS = 30, 70
SECONDS = 120
ARRIVING_A_SECOND = 10
#: interface.md's most for a page in the server, asked here of everything under load, the way there and back included.
MOST_MS = 150.0
GIVEN_UP_AFTER_SECONDS = 120


def measure(people: int, seconds: int = SECONDS) -> list[Figure]:
    """Thirty at the front door and seventy in schools, ten to fifty seconds between two pages of each."""
    known = _known(pages_setting.settle(people))
    with tempfile.TemporaryDirectory(prefix="daras-bench-load-") as folder:
        given, found = Path(folder) / "known.json", Path(folder) / "found.json"
        given.write_text(json.dumps(known), "utf-8")
        with services.running() as running:
            before = _worked(running)
            print(f"daras: a hundred people are at work for {seconds} s ...", file=sys.stderr, flush=True)
            _play(running.port, seconds, given, found)
            after = _worked(running)
        told: dict[str, Any] = json.loads(found.read_text("utf-8"))
    for error in told["errors"]:
        print(f"daras: {error}", file=sys.stderr)
    return [*_figures(told, seconds), *_processor(told["requests"], before, after)]


def _worked(running: services.Running) -> tuple[float, float]:
    """The processor time so far of the web server and of the database for our database, in seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        backends = [pid for (pid,) in cursor.fetchall()]
    web = sum(map(services.processor_seconds, services.family(running.web.pid)))
    return web, sum(map(services.processor_seconds, backends))


def _processor(requests: int, before: tuple[float, float], after: tuple[float, float]) -> list[Figure]:
    """What a request takes of the processor, which says how many more people there may be."""
    ours, theirs = (milliseconds(end - start) / max(1, requests) for start, end in zip(before, after, strict=True))
    return [
        Figure(BENCH, "processor time of the web server for a request, mean", ours, "ms"),
        Figure(BENCH, "processor time of PostgreSQL for a request, mean", theirs, "ms"),
        load_after(BENCH),
    ]


def _known(made: Sequence[Household]) -> Mapping[str, list[str]]:
    """Sign-ins, and what there is to read."""
    matters = [receive(raw).reference or "" for raw in documents(made, MATTERS)]
    with machine():
        front_door = _workers(AT_THE_FRONT_DOOR, "cornwall-childrens-services", "maru", "duty-manager")
        senders = _workers(SENDERS, "carn-brea-academy", "safeguarding", "designated-safeguarding-lead")
    with acting_as(front_door[0]):
        numbers = list(RecordPerson.objects.order_by("-record_id").values_list("number", flat=True)[:400])
    return {
        "front door": [pages_setting.session_of(each) for each in front_door],
        "senders": [pages_setting.session_of(each) for each in senders],
        "matters": sorted(set(matters)),
        "people": sorted(set(numbers)),
        "names": sorted({f"{each.given_name} {each.family_name}" for home in made[:200] for each in home.residents}),
    }


def _workers(count: int, agency: str, team: str, role: str) -> list[Worker]:
    return [
        Worker.objects.create(
            slug=f"bench-{role}-{number}",
            email=f"bench-{role}-{number}@workers.example",
            name=f"Bench {number}",
            agency=agency,
            team=team,
            role=role,
        )
        for number in range(count)
    ]


def _play(port: int, seconds: int, given: Path, found: Path) -> None:
    people = AT_THE_FRONT_DOOR + SENDERS
    script = Path(__file__).with_name("load_people.py")
    command = [sys.executable, "-m", "locust", "-f", str(script), "--headless", "--only-summary", "--loglevel", "ERROR"]
    command += ["--host", f"http://{services.HOST}:{port}", "--users", str(people)]
    command += ["--spawn-rate", str(ARRIVING_A_SECOND), "--run-time", f"{seconds}s", "--exit-code-on-error", "0"]
    variables = {"DARAS_BENCH_KNOWN": str(given), "DARAS_BENCH_FOUND": str(found)}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    subprocess.run(
        command,
        env=environment | variables,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        check=True,
        timeout=seconds + GIVEN_UP_AFTER_SECONDS,
    )


def _figures(told: Mapping[str, Any], seconds: int) -> list[Figure]:
    where = f"{AT_THE_FRONT_DOOR + SENDERS} people, {seconds} s"
    by_kind = [
        Figure(BENCH, f"{name}, p95 of {count}", float(p95), "ms") for name, (count, p95) in told["by kind"].items()
    ]
    return [
        Figure(BENCH, f"requests, {where}", float(told["requests"]), ""),
        Figure(BENCH, "requests a second", float(told["a second"]), ""),
        Figure(BENCH, "errors", float(told["failures"]), "", 0.0),
        Figure(BENCH, "all requests, p50", float(told["p50"]), "ms"),
        Figure(BENCH, "all requests, p95", float(told["p95"]), "ms", MOST_MS),
        *by_kind,
    ]
