"""Every address and every operation of the API, as every role, as outsiders and as nobody (G4).

Generated from the URL configuration and the OpenAPI document: what is added tomorrow is tried tomorrow. Through the
framework's client, for whether somebody gets in is decided before a browser sees anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import get_args

import pytest
from django.db import connection
from django.test import Client

from daras.access import policy
from daras.access.models import Worker
from daras.access.policy import ROLES
from daras.access.session import machine
from daras.api.authentication import issue
from daras.api.v1 import api
from daras.bench import pages_setting
from daras.bench.pages import path_of
from daras.bench.pages_examples import EXAMPLES, patterns
from daras.bench.pages_setting import Setting
from daras.bench.pages_story import BACKEND
from daras.home import Addresses

#: What anybody may open without a sign-in, and why.
PUBLIC = {
    "sign-in/": "where one signs in",
    "sign-in/stopped/": "where one is told that the sign-in has ended",
    "design/": "the components, with nobody in them",
    "sign-in/with/<slug:provider_id>/": "an agency's own sign-in, where one is named",
    "sign-in/with/<slug:provider_id>/back/": "the way back from it",
    "tell-us/": "the form for the public",
    "tell-us/<str:signed>/": "the receipt of who has just told something",
    "api/v1/openapi.json": "the document of the API",
    "api/v1/": "the root of the API, where there is nothing",
    "api/v1/forms/<form>/schema": "how a form is written, with nobody in it",
    "api/v1/schemas/daras-referral-1": "how a referral is written",
}
#: Of the family and those around it, and of the matter: in none of an outsider's pages.
SECRETS = ("Tregear", "Trevenson", "Rowse", "Morwenna", "Kerra", "TR14 8AB")
#: Where somebody who is not signed in is led.
OUT = "/sign-in/"
OUTSIDE = ("hayle-academy", "safeguarding")
#: Roles that also send what they open: one that sees children, one that keeps, one that sees none.
SENDING = frozenset({"designated-safeguarding-lead", "custodian", "administrator"})
REFERENCE = re.compile(r"\b[DSKQC]-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@pytest.fixture
def setting(cloned_database: Addresses, monkeypatch: pytest.MonkeyPatch) -> Setting:
    """A partnership at work, with everything that an address can speak of."""
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T09:30:00+00:00")
    for name, value in cloned_database.environment().items():
        monkeypatch.setenv(name, value)
    return pages_setting.everything(30, 1)


def addresses(setting: Setting) -> Iterator[tuple[str, str]]:
    """Each pattern with an address of this partnership."""
    for route in patterns():
        example = EXAMPLES[route]
        given = {word: setting.stories[0].get(name, name) for word, name in example.given.items()}
        yield route, path_of(route, given)


def outsiders(*, every_role: bool) -> list[Worker]:
    """One worker in each role, of a school that nobody named; or in one role of those that the policy lets do the
    same."""
    agency, team = OUTSIDE
    alike: dict[tuple[bool, ...], str] = {}
    for role in ROLES:
        somebody = Worker(slug="somebody", agency=agency, team=team, role=role)
        alike.setdefault(tuple(policy.may(somebody, action) for action in get_args(policy.Action)), role)
    roles = {*ROLES} if every_role else {*alike.values(), *SENDING}
    with machine():
        return [
            Worker.objects.create(
                slug=f"outside-{role}", name=f"Outside {role}", email=f"{role}@outside.example", agency=agency,
                team=team, role=role, is_demonstration=True,
            )
            for role in sorted(roles)
        ]  # fmt: skip


def written() -> tuple[int, int]:
    """How many facts and notices there are."""
    with machine(), connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM ledger_fact), (SELECT count(*) FROM outbox_notice)")
        facts, notices = cursor.fetchone()
        return int(facts), int(notices)


def signed_in(worker: Worker) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(worker, backend=BACKEND)
    return client


@pytest.mark.parametrize("every_role", [False, pytest.param(True, marks=pytest.mark.long)])
def test_nobody_outsiders_and_every_role(setting: Setting, every_role: bool) -> None:
    """G4: given every address of the site, when nobody opens or sends it, then they are led to the sign-in, but for
    what is public; when an outsider in a role of each kind (in the long run in every role) opens or sends it, then no
    answer is a fault, none holds anything of the family, its home or its matter, and nothing is recorded; when somebody
    of the partnership opens it, then no answer is a fault."""
    for route, address in addresses(setting):
        _nobody_gets_in(route, address)
    before = written()
    for worker in outsiders(every_role=every_role):
        _an_outsider_learns_nothing(worker, setting)
    assert written() == before
    for worker in setting.workers.values():
        client = signed_in(worker)
        for route, address in addresses(setting):
            if route != "sign-out/":
                assert client.get(address).status_code < 500, (worker.slug, route)


def _nobody_gets_in(route: str, address: str) -> None:
    """Without a sign-in: what is public, a refusal of the API, or the way to the sign-in."""
    nobody = Client(raise_request_exception=False)
    for answer in (nobody.get(address), nobody.post(address)):
        if route == "sign-out/":
            assert answer.headers["Location"] == "/"
        elif route in PUBLIC or route.startswith(("api/", "scim/")):
            assert answer.status_code in {200, 400, 401, 403, 404, 405, 415, 422}, (route, answer.status_code)
            assert answer.status_code != 200 or route in PUBLIC, route
        else:
            assert answer.status_code in {302, 405}, (route, answer.status_code)
            assert answer.status_code == 405 or answer.headers["Location"].startswith(OUT), route
        _says_nothing(route, answer.content.decode(errors="replace"), allowed=address)


def _an_outsider_learns_nothing(worker: Worker, setting: Setting) -> None:
    """Whatever a worker of another school opens, and in three roles also whatever they send."""
    client = signed_in(worker)
    for route, address in addresses(setting):
        if route in {"sign-out/", "api/v1/"}:
            continue
        answers = [client.get(address)]
        if worker.role in SENDING:
            answers.append(client.post(address))
        for answer in answers:
            assert answer.status_code < 500, (worker.role, route)
            _says_nothing(f"{worker.role} {route}", answer.content.decode(errors="replace"), allowed=address)


def _says_nothing(where: str, body: str, *, allowed: str) -> None:
    """Nothing of the family or the matter is in an answer, but what was in its own address; the gallery of components
    shows invented people."""
    if where.endswith("design/"):
        return
    for secret in SECRETS:
        assert secret not in body, (where, secret)
    for reference in set(REFERENCE.findall(body)):
        assert reference in allowed or reference == "D-7K3M-Q9TA", (where, reference)


def test_every_operation_of_the_api_asks_for_a_token(setting: Setting) -> None:
    """G4: given every operation of the OpenAPI document, when it is called without a token, with a wrong one, with one
    that has ended or with a signed-in worker's cookie, then it is refused; with another agency's token it says nothing
    of what a school has sent."""
    document = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    operations = [
        (method, path.replace("{form}", "school-nursing-contact"), operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    assert len(operations) >= 4
    with machine():
        other = issue("hayle-academy", "another school")
    for method, path, operation in operations:
        if not operation.get("security"):
            assert path.removeprefix("/").replace("school-nursing-contact", "<form>") in PUBLIC, path
            continue
        for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {setting.token}"}):
            answer = Client(headers=headers).generic(method.upper(), path, b"{}", "application/json")
            assert answer.status_code == 401, (path, headers)
        cookie = signed_in(next(iter(setting.workers.values())))
        assert cookie.generic(method.upper(), path, b"{}", "application/json").status_code == 401, path
        answer = Client(headers={"authorization": f"Bearer {other}"}).generic(
            method.upper(), path, b"{}", "application/json"
        )
        assert answer.status_code < 500, path
        _says_nothing(path, answer.content.decode(errors="replace"), allowed="")
