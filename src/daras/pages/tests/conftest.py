"""Fixtures of the pages' tests."""

from __future__ import annotations

import pytest

from daras.pages import installation
from daras.pages.tests.partnership import People, settle

TUESDAY_MORNING = "2026-11-24T09:30:00+00:00"


@pytest.fixture
def people(db: None, monkeypatch: pytest.MonkeyPatch) -> People:
    """A synthetic partnership on a Tuesday morning, and nothing has come in yet."""
    monkeypatch.setenv("DARAS_NOW", TUESDAY_MORNING)
    installation._is_synthetic.cache_clear()
    return settle()
