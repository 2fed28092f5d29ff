"""Fixtures of the commands' tests: the front door's small partnership."""

from __future__ import annotations

from daras.frontdoor.tests.conftest import received, workers

__all__ = ["received", "workers"]
