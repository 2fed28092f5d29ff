"""What every address of the site costs: time in the server, bytes, questions to the database; beside a bare page.

Each is asked about twenty objects of one running server, in turns, so that what else the machine does hits all alike.
"""

from __future__ import annotations

import http.client
import logging
import os
import re
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from daras.bench import pages_setting, services
from daras.bench.figures import Figure, percentile
from daras.bench.machine import load_after
from daras.bench.pages_examples import BARE_ROUTE, EXAMPLES, NOBODY, SYSTEM, Example, forgotten, patterns

BENCH = "pages"
#: Objects of each kind, and so turns of a round: in each turn every address is asked once.
OBJECTS = 20
WARM_UP_TURNS, MOST_ROUNDS = 3, 3
#: No further round begins that would, by what the last one took, end after this.
ASKING_SECONDS = 360.0
#: interface.md: under 150 ms in the server, under 200 KB a page.
MOST_MS, MOST_BYTES = 150.0, 200_000.0
SLOWEST = 10
APPLICATION = "daras.bench.pages_served:application"
TOKEN = "b" * 32
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent about one object."""

    path: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(slots=True)
class Asked:
    """One address that is asked about one object after another, and what came back."""

    route: str
    method: str
    status: int
    requests: Sequence[Request]
    answered: list[dict[str, float]] = field(default_factory=list)  # by what the server says of each answer
    bytes: int = 0  # of the largest answer
    otherwise: list[str] = field(default_factory=list)  # answers that are not what the example says

    def each(self, what: str) -> list[float]:
        """One thing the server says, of every answer."""
        return [answer[what] for answer in self.answered if what in answer]


def measure(people: int) -> list[Figure]:
    """Every pattern, in a county of so many people; raises where one has no example or an example no longer answers as
    it did. Interrupted, it gives what it has by then."""
    missing = forgotten()
    if missing:
        raise AssertionError(f"Addresses without an example in daras.bench.pages_examples: {', '.join(missing)}")
    logging.getLogger("django.request").setLevel(logging.ERROR)  # forms are sent back on purpose
    setting = pages_setting.everything(people, OBJECTS)
    sessions = {who: pages_setting.session_of(worker) for who, worker in setting.workers.items()}
    asked = [_asked(route, EXAMPLES[route], setting, sessions) for route in patterns()]
    bare = Asked(BARE_ROUTE, "GET", 200, [Request(f"/{BARE_ROUTE}", b"", {})])
    with services.running(application=APPLICATION) as found:
        try:
            _ask(found.port, [bare, *asked])
        except KeyboardInterrupt:
            for each in (signal.SIGINT, signal.SIGTERM):
                signal.signal(each, signal.SIG_IGN)
            print("daras: interrupted; what was measured by then follows", file=sys.stderr, flush=True)
    answered = [each for each in asked if each.answered]
    return _figures(bare, answered) if answered else []


def path_of(route: str, given: Mapping[str, str]) -> str:
    """The address of a pattern with these words in it."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: given[found[1]], route)


def _asked(route: str, example: Example, setting: pages_setting.Setting, sessions: Mapping[str, str]) -> Asked:
    """The pattern with each story that has what its example speaks of, the same request once."""
    words = (*example.given.values(), *(example.sent or {}).values(), *re.findall(r"{(.+?)}", example.query))
    spoken = [word for word in words if word in pages_setting.SPOKEN_OF]
    stories = setting.objects(spoken)
    requests = {
        (each.path, each.body): each
        for each in (_request(route, example, story, setting.token, sessions) for story in stories)
    }
    if not requests:
        raise AssertionError(f"No story has what the example of {route} speaks of: {', '.join(spoken)}.")
    return Asked(route, "GET" if example.sent is None else "POST", example.status, list(requests.values()))


def _request(
    route: str, example: Example, known: Mapping[str, str], token: str, sessions: Mapping[str, str]
) -> Request:
    given = {word: known.get(reference, reference) for word, reference in example.given.items()}
    headers = {"Host": services.HOST}
    cookies = {"csrftoken": TOKEN}
    if example.who == SYSTEM:
        headers["Authorization"] = f"Bearer {token}"
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
    return Request(path_of(route, given) + example.query.format_map(known), body, headers)


def _ask(port: int, asked: Sequence[Asked]) -> None:
    """Every address once, to see that it answers as its example says; then in turns, each about another object."""
    _turn(port, asked, 0, keep=False)
    wrong = [otherwise for each in asked for otherwise in each.otherwise]
    if wrong:
        raise AssertionError(f"These answered otherwise than their examples say: {'; '.join(wrong)}.")
    for turn in range(WARM_UP_TURNS):
        _turn(port, asked, turn, keep=False)
    began, took = time.monotonic(), 0.0
    for number in range(MOST_ROUNDS):
        here = time.monotonic()
        if here - began + took > ASKING_SECONDS:
            break
        for turn in range(OBJECTS):
            _turn(port, asked, turn, keep=True)
            passed = time.monotonic() - began
            print(
                f"daras: pages, round {number + 1}, turn {turn + 1} of {OBJECTS}, {passed:.0f} s,"
                f" load {os.getloadavg()[0]:.1f}",
                file=sys.stderr,
                flush=True,
            )
        took = time.monotonic() - here


def _turn(port: int, asked: Sequence[Asked], turn: int, *, keep: bool) -> None:
    for each in asked:
        _once(port, each, each.requests[turn % len(each.requests)], keep=keep)


def _once(port: int, each: Asked, request: Request, *, keep: bool) -> None:
    """Ask on a connection of its own, and keep what the server says of it, where it answers as it should."""
    client = http.client.HTTPConnection(services.HOST, port, timeout=60)
    client.request(each.method, request.path, request.body or None, dict(request.headers))
    answer = client.getresponse()
    size = len(answer.read())
    client.close()
    if answer.status != each.status:
        each.otherwise.append(f"{each.method} {request.path}: {answer.status}, not {each.status}")
    elif keep:
        said = re.findall(r"(\w+);dur=([\d.]+)", answer.headers["Server-Timing"])
        each.answered.append({name: float(value) for name, value in said})
        each.bytes = max(each.bytes, size)


def _figures(bare: Asked, asked: Sequence[Asked]) -> list[Figure]:
    beside = percentile(bare.each("app"), 0.5)
    found = [
        Figure(BENCH, "bare page of a template, p50", beside, "ms"),
        Figure(BENCH, "bare page of a template, p95", percentile(bare.each("app"), 0.95), "ms"),
    ]
    for each in asked:
        found += _of_address(each, beside)
    ratios = [percentile(each.each("app"), 0.5) / beside for each in asked]
    every = [value for each in asked for value in each.each("app")]
    slowest = sorted(asked, key=lambda each: -percentile(each.each("app"), 0.95))
    over = [each for each in asked if percentile(each.each("app"), 0.95) > MOST_MS]
    wrong = [otherwise for each in asked for otherwise in each.otherwise]
    for otherwise in wrong:
        print(f"daras: {otherwise}", file=sys.stderr)
    return [
        *found,
        Figure(BENCH, f"all {len(asked)} addresses, p50 of {len(every):,} answers", percentile(every, 0.5), "ms"),
        Figure(BENCH, f"all {len(asked)} addresses, p95", percentile(every, 0.95), "ms", MOST_MS),
        Figure(BENCH, "a page against the bare one, median of the addresses", percentile(ratios, 0.5), "times"),
        *(
            Figure(BENCH, f"slowest: {_name(each)} p95", percentile(each.each("app"), 0.95), "ms", MOST_MS)
            for each in slowest[:SLOWEST]
        ),
        Figure(BENCH, "answers otherwise than the example says", float(len(wrong)), "", 0.0),
        Figure(BENCH, f"addresses whose p95 is over {MOST_MS:g} ms", float(len(over)), "", 0.0),
        load_after(BENCH),
    ]


def _of_address(each: Asked, beside: float) -> Iterator[Figure]:
    name, took = _name(each), each.each("app")
    middle = percentile(took, 0.5)
    objects = "1 object" if len(each.requests) == 1 else f"{len(each.requests)} objects"
    against = f"{middle / beside:.1f} times the bare page; {objects}"
    yield Figure(BENCH, f"{name} p50 of {len(took)}", middle, "ms", against=against, detail=True)
    yield Figure(BENCH, f"{name} p95", percentile(took, 0.95), "ms", MOST_MS, detail=True)
    yield Figure(BENCH, f"{name} processor time of Daras, p50", percentile(each.each("cpu"), 0.5), "ms", detail=True)
    if each.each("db"):
        yield Figure(
            BENCH, f"{name} processor time of PostgreSQL, p50", percentile(each.each("db"), 0.5), "ms", detail=True
        )
    yield Figure(BENCH, f"{name} size, the largest", float(each.bytes), "bytes", MOST_BYTES, detail=True)
    yield Figure(BENCH, f"{name} queries, the most", max(each.each("queries")), "", detail=True)


def _name(each: Asked) -> str:
    return f"{each.method} /{each.route}"
