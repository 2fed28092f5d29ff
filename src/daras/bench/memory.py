"""How much memory web server and worker take once they have worked."""

from __future__ import annotations

import time
from urllib.request import ProxyHandler, build_opener

from django.core.management import call_command

from daras.access.session import machine
from daras.api.authentication import issue
from daras.bench import county_families, receiving, services
from daras.bench.documents import SENDERS, documents
from daras.bench.figures import Figure

BENCH = "memory"
PEOPLE = 2_000
DOCUMENTS = 40
PAGES = 40
SETTLING_SECONDS = 5.0


def measure() -> list[Figure]:
    """After forty pages and forty referrals over the API, whose notices the worker has delivered."""
    call_command("install", skip_checks=True)
    county_families.load(PEOPLE)
    made = county_families.families(PEOPLE)
    with machine():
        tokens = {agency: issue(agency, f"bench {agency}", is_demonstration=True) for agency, _ in SENDERS}
    with services.running() as found:
        opener = build_opener(ProxyHandler({}))
        for _ in range(PAGES):
            opener.open(f"http://{services.HOST}:{found.port}{services.SIGN_IN}", timeout=30).close()
        receiving.send(found.port, tokens, documents(made, DOCUMENTS), [])
        time.sleep(SETTLING_SECONDS)
        web = services.family(found.web.pid)
        return [
            Figure(BENCH, "web server, largest process (RSS)", max(map(services.resident_mib, web)), "MiB"),
            Figure(
                BENCH, f"web server, all {len(web)} processes (PSS)", sum(map(services.proportional_mib, web)), "MiB"
            ),
            Figure(BENCH, "worker (RSS)", services.resident_mib(found.worker.pid), "MiB"),
            Figure(BENCH, "worker (PSS)", services.proportional_mib(found.worker.pid), "MiB"),
        ]
