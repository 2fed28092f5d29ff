"""What every address of the site costs: time in the server, bytes, questions to the database; beside a bare page.

Each is asked of one running server, in turns, so that what else the machine does hits all alike.
"""

from __future__ import annotations

import http.client
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.bench import pages_setting, services
from daras.bench.figures import Figure, percentile
from daras.bench.pages_examples import BARE_ROUTE, EXAMPLES, NOBODY, SYSTEM, Example, forgotten, patterns

BENCH = "pages"
PEOPLE = 1_000
ROUNDS = 25
WARM_UP = 3
#: interface.md: under 150 ms in the server, under 200 KB a page.
MOST_MS, MOST_BYTES = 150.0, 200_000.0
APPLICATION = "daras.bench.pages_served:application"
TOKEN = "b" * 32
FORM = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Asked:
    """One request that is made again and again, and what came back."""

    route: str
    method: str
    path: str
    body: bytes
    headers: Mapping[str, str]
    status: int
    milliseconds: list[float] = field(default_factory=list)
    working: list[float] = field(default_factory=list)  # milliseconds of the server's own processor time
    bytes: int = 0
    queries: int = 0


def measure() -> list[Figure]:
    """Every pattern; raises where one has no example or an example no longer answers as it did."""
    missing = forgotten()
    if missing:
        raise AssertionError(f"Addresses without an example in daras.bench.pages_examples: {', '.join(missing)}")
    logging.getLogger("django.request").setLevel(logging.ERROR)  # forms are sent back on purpose
    setting = pages_setting.everything(PEOPLE)
    sessions = {who: pages_setting.session_of(worker) for who, worker in setting.workers.items()}
    asked = [_asked(route, EXAMPLES[route], setting, sessions) for route in patterns()]
    bare = Asked(BARE_ROUTE, "GET", f"/{BARE_ROUTE}", b"", {}, 200)
    with services.running(application=APPLICATION) as found:
        _ask(found.port, [bare, *asked])
    for each in asked:
        each.queries = _queries(each)
    return _figures(bare, asked)


def path_of(route: str, given: Mapping[str, str]) -> str:
    """The address of a pattern with these words in it."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: given[found[1]], route)


def _asked(route: str, example: Example, setting: pages_setting.Setting, sessions: Mapping[str, str]) -> Asked:
    known = setting.references
    given = {word: known.get(reference, reference) for word, reference in example.given.items()}
    headers = {"Host": services.HOST}
    cookies = {"csrftoken": TOKEN}
    if example.who == SYSTEM:
        headers["Authorization"] = f"Bearer {setting.token}"
    elif example.who != NOBODY:
        cookies["sessionid"] = sessions[example.who]
    headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    body = b""
    if example.sent is not None:
        headers |= {"X-CSRFToken": TOKEN, "Content-Type": FORM}
        body = urlencode({name: known.get(value, value) for name, value in example.sent.items()}).encode()
        if "document" in example.sent:
            headers["Content-Type"] = "application/json"
            body = (pages_setting.REFERRALS / "alex.json").read_bytes()
        elif "form" in example.sent:
            headers["Content-Type"] = "application/json"
            body = b"{}"
    method = "GET" if example.sent is None else "POST"
    return Asked(route, method, path_of(route, given) + example.query, body, headers, example.status)


def _ask(port: int, asked: Sequence[Asked]) -> None:
    """In turns: every address once, then every address again."""
    answers = [(each, _once(port, each)) for each in asked]
    otherwise = [
        f"{each.method} {each.path}: {given}, not {each.status}" for each, given in answers if given != each.status
    ]
    if otherwise:
        raise AssertionError(f"These answered otherwise than their examples say: {'; '.join(otherwise)}.")
    for turn in range(WARM_UP + ROUNDS):
        for each in asked:
            _once(port, each, keep=turn >= WARM_UP)


def _once(port: int, each: Asked, *, keep: bool = False) -> int:
    """Ask on a connection of its own, and keep what it took inside the server; returns the status."""
    client = http.client.HTTPConnection(services.HOST, port, timeout=60)
    client.request(each.method, each.path, each.body or None, dict(each.headers))
    answer = client.getresponse()
    each.bytes = len(answer.read())
    client.close()
    if keep:
        took, worked = re.findall(r"dur=([\d.]+)", answer.headers["Server-Timing"])
        each.milliseconds.append(float(took))
        each.working.append(float(worked))
    return answer.status


def _queries(each: Asked) -> int:
    """Questions to the database for the same request, counted in this process."""
    client = Client(SERVER_NAME=services.HOST)
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in each.headers.items()}
    kind = each.headers.get("Content-Type", FORM)
    with CaptureQueriesContext(connection) as captured:
        client.generic(each.method, each.path, each.body, kind, **named)  # type: ignore[arg-type]
    return len(captured)


def _figures(bare: Asked, asked: Sequence[Asked]) -> list[Figure]:
    beside = percentile(bare.milliseconds, 0.5)
    found = [
        Figure(BENCH, "bare page of a template, p50", beside, "ms"),
        Figure(BENCH, "bare page of a template, p95", percentile(bare.milliseconds, 0.95), "ms"),
    ]
    for each in asked:
        name = f"{each.method} /{each.route}"
        middle = percentile(each.milliseconds, 0.5)
        ratio = f"{middle / beside:.1f} times the bare page"
        found += [
            Figure(BENCH, f"{name} p50", middle, "ms", against=ratio),
            Figure(BENCH, f"{name} p95", percentile(each.milliseconds, 0.95), "ms", MOST_MS),
            Figure(BENCH, f"{name} processor time of Daras, p50", percentile(each.working, 0.5), "ms"),
            Figure(BENCH, f"{name} size", float(each.bytes), "bytes", MOST_BYTES),
            Figure(BENCH, f"{name} queries", float(each.queries), ""),
        ]
    ratios = [percentile(each.milliseconds, 0.5) / beside for each in asked]
    every = [value for each in asked for value in each.milliseconds]
    return [
        *found,
        Figure(BENCH, f"all {len(asked)} addresses, p50", percentile(every, 0.5), "ms"),
        Figure(BENCH, f"all {len(asked)} addresses, p95", percentile(every, 0.95), "ms", MOST_MS),
        Figure(BENCH, "a page against the bare one, median of the addresses", percentile(ratios, 0.5), "times"),
    ]
