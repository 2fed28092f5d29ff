"""What the gate costs: each page's and some single questions' SQL through a worker's eyes, and the same SQL as the
owner, whom no policy binds. And whether screening, referring and searching take as long for somebody protected as for
somebody whom nobody knows.

    python -m daras.bench gate 100000
"""

from __future__ import annotations

import copy
import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

import psycopg
from django.db import connection, transaction
from django.test import Client

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.bench import pages_setting
from daras.bench.figures import Figure, milliseconds
from daras.bench.pages import path_of
from daras.bench.pages_examples import EXAMPLES, MANAGER
from daras.bench.pages_story import BACKEND
from daras.custodians.commands import protect
from daras.frontdoor.intake import receive, screen
from daras.people.models import IdentifierKnown, NameKnown, RecordPerson

BENCH = "gate"
TIMES = 15
LOOKUPS = 120
ALEX = "9000001080"  # whom the paper of the look-ups names
#: Pages of every kind: lists, a person's tabs, a matter, search.
PAGES = (
    "", "desk/", "notices/", "find/", "matters/<str:reference>/", "people/<str:number>/", "people/<str:number>/family/",
    "people/<str:number>/chronology/", "people/<str:number>/sharing/", "discussions/<str:reference>/", "handover/",
)  # fmt: skip
#: Single questions, by what they ask.
QUESTIONS = {
    "one record by its number": "SELECT * FROM people_personrecord WHERE id = 1",
    "fifty names in order": "SELECT * FROM people_nameknown ORDER BY fact_id DESC LIMIT 50",
    "fifty facts of one kind": "SELECT * FROM ledger_fact WHERE kind = 'address-stay' ORDER BY id DESC LIMIT 50",
    "count of all records": "SELECT count(*) FROM people_personrecord",
}

Asked = tuple[str, Any]


def measure(people: int) -> list[Figure]:
    """Every page and question, and the look-ups."""
    setting = pages_setting.everything(people, 1)
    worker = setting.workers[MANAGER]
    among = f"among {people:,} people"
    found: list[Figure] = []
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")
        for route in PAGES:
            example = EXAMPLES[route]
            given = {word: setting.stories[0].get(name, name) for word, name in example.given.items()}
            sent = {name: setting.stories[0].get(value, value) for name, value in (example.sent or {}).items()}
            asked = _asked_by(worker, path_of(route, given) + example.query, sent)
            found += _compared(f"/{route}, {len(asked)} queries, {among}", asked, worker, owner)
        for what, question in QUESTIONS.items():
            found += _compared(f"{what}, {among}", [(question, None)], worker, owner)
    return found + _lookups(worker, among)


def _asked_by(worker: Worker, path: str, sent: Mapping[str, str]) -> list[Asked]:
    """What a page asks with the worker's own eyes, each statement with its values."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(worker, backend=BACKEND)
    asked: list[Asked] = []
    role = [""]

    def heard(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        if "set_config('role'" in statement:
            role[0] = values[0]
        elif statement.lstrip().upper().startswith(("SELECT", "WITH")) and role[0] == "daras_application":
            asked.append((statement, copy.copy(values)))
        return execute(statement, values, many, context)

    with connection.execute_wrapper(heard):
        answer = client.post(path, dict(sent)) if sent else client.get(path)
    if answer.status_code != 200:
        raise AssertionError(f"{path} is answered with {answer.status_code}")
    return asked


def _compared(what: str, asked: Sequence[Asked], worker: Worker, owner: psycopg.Connection) -> Iterator[Figure]:
    """The same statements through the worker's eyes and as the owner: the sum of what each takes at its quickest."""
    with acting_as(worker):
        connection.ensure_connection()
        inside = _seconds(connection.connection, asked)
    outside = _seconds(owner, asked)
    against = f"{milliseconds(outside):.2f} ms as the owner"
    yield Figure(BENCH, f"SQL of {what}", milliseconds(inside), "ms", None, against)
    yield Figure(BENCH, f"the gate's share of {what}", milliseconds(max(0.0, inside - outside)), "ms")


def _seconds(opened: Any, asked: Sequence[Asked]) -> float:
    total = 0.0
    cursor: Any = psycopg.Cursor(opened)
    for statement, values in asked:
        took = []
        for _ in range(TIMES):
            began = time.perf_counter()
            cursor.execute(statement, values)
            cursor.fetchall() if cursor.description else None
            took.append(time.perf_counter() - began)
        total += min(took)
    return total


def _lookups(worker: Worker, among: str) -> list[Figure]:
    """Screening, referring and searching for a protected child and for one whom nobody knows, in turns, so that what
    else the machine does falls on both: the medians, and how likely such a difference of ranks is where there is none
    (attack 1)."""
    raw = (pages_setting.REFERRALS / "alex.json").read_bytes()
    number, given, family = _protected(worker)
    papers = {
        "a protected child": _about(raw, number, given, family),
        "a child nobody knows": _about(raw, "9999999468", "Zelah", "Quillfeather"),
    }
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(worker, backend=BACKEND)
    ways: dict[str, Callable[[bytes], object]] = {
        "screening": lambda paper: screen(paper, worker=worker),
        "referral": _received_and_taken_back,
        "search": lambda paper: client.post("/find/", {"q": _number_in(paper)}),
    }
    return [figure for way, call in ways.items() for figure in _in_turns(way, call, papers, among)]


def _in_turns(way: str, call: Callable[[bytes], object], papers: Mapping[str, bytes], among: str) -> list[Figure]:
    took: dict[str, list[float]] = {what: [] for what in papers}
    for turn in range(LOOKUPS + 10):
        for what, paper in papers.items():
            seconds = timed(lambda paper=paper: call(paper))  # type: ignore[misc]
            if turn >= 10:
                took[what].append(seconds)
    first, second = took.values()
    figures = [
        Figure(BENCH, f"{way} of {what} {among}, median of {LOOKUPS}", milliseconds(median(each)), "ms")
        for what, each in took.items()
    ]
    words = f"{way}: chance of such a difference of ranks where there is none"
    return [*figures, Figure(BENCH, words, chance_of(first, second), "")]


def _about(raw: bytes, number: str, given: str, family: str) -> bytes:
    paper = json.loads(raw)
    paper["people"][0] |= {"given_name": given, "family_name": family, "date_of_birth": "2013-02-09"}
    paper["people"][0]["identifiers"][0]["value"] = number
    return json.dumps(paper).encode()


def _number_in(paper: bytes) -> str:
    return str(json.loads(paper)["people"][0]["identifiers"][0]["value"])


def _received_and_taken_back(paper: bytes) -> None:
    """As it is received, and as if it had not been: each turn finds the same database."""
    with transaction.atomic():
        receive(paper, file="bench")
        transaction.set_rollback(True)


def _protected(worker: Worker) -> tuple[str, str, str]:
    """Somebody of another referral is protected: their NHS number and name."""
    with machine():
        custodian = Worker.objects.filter(role="custodian", is_active=True).order_by("pk").first()
        assert custodian is not None
    with acting_as(worker):
        known = IdentifierKnown.objects.select_related("fact").filter(system="nhs-number")
        identifier = known.exclude(value=ALEX).order_by("-pk")[0]
        record = identifier.fact.person_record_id
        name = NameKnown.objects.filter(fact__person_record_id=record).order_by("pk")[0]
        number = RecordPerson.objects.get(record_id=record).number
        protect(worker, number=number, protection="other", reason="A measurement.", custodian_agency=custodian.agency)
    return identifier.value, name.given_name, name.family_name


def timed(call: Callable[[], object]) -> float:
    """How many seconds a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def chance_of(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided probability of a rank sum as far out as this one (Mann and Whitney 1947, normal approximation)."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    rank_sum = sum(rank for rank, (_, which) in enumerate(ranked, start=1) if which == 0)
    n, m = len(first), len(second)
    expected = n * (n + m + 1) / 2
    spread = math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(rank_sum - expected) / spread / math.sqrt(2))
