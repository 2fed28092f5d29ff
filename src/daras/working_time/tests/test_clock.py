"""The clock that everything asks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from daras.working_time import clock


def test_the_clock_can_be_frozen_for_a_demonstration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given DARAS_NOW, when anything asks the time, then it is that instant in UTC."""
    monkeypatch.setenv("DARAS_NOW", "2026-07-01T09:30:00+01:00")
    assert clock.now() == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.frozen()


def test_without_it_the_clock_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given no DARAS_NOW, when the time is asked twice, then it does not run backward and is close to the machine's."""
    monkeypatch.delenv("DARAS_NOW", raising=False)
    first = clock.now()
    assert first <= clock.now()
    assert abs(first - datetime.now(UTC)) < timedelta(seconds=5)
    assert not clock.frozen()


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01T00:00:00Z", "2026-11-24T09:00:00"])
def test_a_wrong_instant_is_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Given a DARAS_NOW that is no instant, when the time is asked, then the refusal names it."""
    monkeypatch.setenv("DARAS_NOW", text)
    with pytest.raises(clock.ClockRefused, match="DARAS_NOW"):
        clock.now()


def test_the_day_is_the_day_in_england(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given 23:30 UTC in summer, when the day is asked, then it is already the next day in England."""
    monkeypatch.setenv("DARAS_NOW", "2026-06-30T23:30:00Z")
    assert clock.today() == date(2026, 7, 1)
