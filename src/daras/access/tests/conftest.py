"""Workers in every seat that matters to the gate."""

from __future__ import annotations

import pytest

from daras.access import audiences
from daras.access.models import Worker
from daras.access.tests.people import record_for, settle


@pytest.fixture
def workers(db: None) -> dict[str, Worker]:
    """By the seat's name."""
    return settle()


@pytest.fixture
def school_record(workers: dict[str, Worker]) -> int:
    """What a school holds on a child: for the school."""
    return record_for(audiences.standing(audiences.agency_scope("carn-brea-academy")))
