"""What each page costs: queries within a budget however many matters there are, and bytes (interface)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

import daras.design
from daras.pages.tests.partnership import People, arrives

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
#: Queries of a page, with the four of the transaction and identity, the session and the worker, and the trail's.
BUDGETS = {"/": 20, "/notices/": 16, "/our-referrals/": 16}
MATTER_QUERIES = 42
PAGE_BYTES = 200_000


@pytest.fixture
def busy(people: People) -> dict[str, str]:
    """All five example referrals have come in."""
    return {name: arrives(name).reference or "" for name in ("alex", "mark", "open-case", "julie", "no-known-child")}


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_no_page_asks_more_than_its_budget(client: Client, people: People, busy: dict[str, str]) -> None:
    """Given a busy desk, then each list costs the same few queries however long it is."""
    client.force_login(people.duty_manager, backend=BACKEND)
    asked = {path: queries(client, path) for path in BUDGETS}
    assert {path: n for path, n in asked.items() if n > BUDGETS[path]} == {}


def test_a_matter_asks_exactly_so_much(client: Client, people: People, busy: dict[str, str]) -> None:
    """Given the largest matter, then its page asks exactly so much, the looks at all its people included."""
    client.force_login(people.duty_manager, backend=BACKEND)
    assert queries(client, f"/matters/{busy['alex']}/") == MATTER_QUERIES


def test_a_page_with_all_it_loads_stays_under_two_hundred_kilobytes(
    client: Client, people: People, busy: dict[str, str]
) -> None:
    """Given the longest page, then with every style and script as they are sent it is under 200 KB."""
    client.force_login(people.duty_manager, backend=BACKEND)
    page = len(client.get(f"/matters/{busy['alex']}/").content)
    static = Path(daras.design.__file__).parent / "static" / "daras"
    sent = sum(path.stat().st_size for path in static.rglob("*.gz"))
    sent += sum(path.stat().st_size for path in static.glob("*.*"))
    assert page + sent < PAGE_BYTES
