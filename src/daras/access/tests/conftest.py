"""Workers in every seat that matters to the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

from daras.access import audiences
from daras.access.models import Worker
from daras.access.tests.people import record_for, settle


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a place for anchors of the test's own: the folder stands for another machine."""
    monkeypatch.setenv("DARAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DARAS_ANCHORS", str(tmp_path / "elsewhere"))
    return tmp_path / "elsewhere"


@pytest.fixture
def workers(db: None) -> dict[str, Worker]:
    """By the seat's name."""
    return settle()


@pytest.fixture
def school_record(workers: dict[str, Worker]) -> int:
    """What a school holds on a child: for the school."""
    return record_for(audiences.standing(audiences.agency_scope("carn-brea-academy")))
