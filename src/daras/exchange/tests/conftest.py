"""The demonstration loaded once for all tests that only read it, and taken back afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from daras.access import audiences
from daras.access.models import Installation
from daras.access.session import machine
from daras.exchange import demonstration
from daras.exchange.installation import install_all
from daras.working_time import clock
from daras.working_time.clock import parse_instant

#: The Tuesday after the week in which the demonstration is written.
TUESDAY = parse_instant("2026-11-24T09:30:00+00:00")

Told = list[tuple[int, int, str]]


def prepare() -> None:
    """What `./daras demo` does before it loads."""
    install_all()
    with machine():
        Installation.objects.create(synthetic=True, made_at=clock.now())


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Told]:
    """The loaded demonstration, and what its progress said."""
    told: Told = []
    audiences.forget_scopes()
    with django_db_blocker.unblock(), transaction.atomic():
        prepare()
        with demonstration.clock_at(TUESDAY):
            demonstration.load(lambda done, total, words: told.append((done, total, words)))
        yield told
        transaction.set_rollback(True)
    audiences.forget_scopes()
