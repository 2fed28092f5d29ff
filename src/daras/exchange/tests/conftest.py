"""The demonstration loaded once in a run for all tests that only read it, each module with a copy."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.db import transaction

from daras.access import audiences
from daras.access.models import Installation
from daras.access.session import machine
from daras.exchange import demonstration
from daras.exchange.installation import install_all
from daras.home import Addresses, clones
from daras.working_time import clock
from daras.working_time.clock import parse_instant

#: The Tuesday after the week in which the demonstration is written.
TUESDAY = parse_instant("2026-11-24T09:30:00+00:00")

Told = list[tuple[int, int, str]]
Connected = Callable[[Addresses], AbstractContextManager[None]]


def prepare() -> None:
    """What `./daras demo` does before it loads."""
    install_all()
    with machine():
        Installation.objects.create(synthetic=True, made_at=clock.now())


@pytest.fixture(scope="session")
def demonstrated(
    test_server: Addresses, template_database: str, connected: Connected, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Told]:
    """The name of a database with the demonstration, and what its progress said: loaded once in a run, to be copied."""
    process = "PYTEST_XDIST_WORKER" in os.environ
    run, own = (os.getppid() if process else os.getpid()), tmp_path_factory.getbasetemp()
    said = (own.parent if process else own) / "demonstration.json"

    def filling(addresses: Addresses) -> None:
        told: Told = []
        audiences.forget_scopes()
        with connected(addresses), demonstration.clock_at(TUESDAY):
            prepare()
            demonstration.load(lambda done, total, words: told.append((done, total, words)))
        said.write_text(json.dumps(told), encoding="utf-8")

    name = clones.of_run(run, "demonstration")
    clones.fill(test_server, template_database, name, filling, said.with_suffix(".lock"))
    return name, [(done, total, words) for done, total, words in json.loads(said.read_text("utf-8"))]


@pytest.fixture(scope="module")
def loaded(
    test_server: Addresses,
    demonstrated: tuple[str, Told],
    connected: Connected,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Told]:
    """A copy of the loaded demonstration, taken back afterwards, and what its progress said."""
    name, told = demonstrated
    audiences.forget_scopes()
    with (
        clones.cloned(test_server, name, aside=tmp_path_factory.getbasetemp()) as addresses,
        connected(addresses),
        transaction.atomic(),
    ):
        yield told
        transaction.set_rollback(True)
    audiences.forget_scopes()
