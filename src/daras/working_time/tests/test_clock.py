"""The clock that everything asks."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from daras.working_time import clock


def test_the_clock_can_be_frozen_for_a_demonstration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up: given DARAS_NOW, when anything asks the time, then it is that instant in UTC."""
    monkeypatch.setenv("DARAS_NOW", "2026-07-01T09:30:00+01:00")
    assert clock.now() == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.frozen()


def test_without_it_the_clock_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up: given no DARAS_NOW, when the time is asked twice, then it does not run backward and is close to the
    machine's."""
    monkeypatch.delenv("DARAS_NOW", raising=False)
    first = clock.now()
    assert first <= clock.now()
    assert abs(first - datetime.now(UTC)) < timedelta(seconds=5)
    assert not clock.frozen()


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow",
        "2026-13-01T00:00:00Z",
        "2026-11-24T09:00:00",
        "2026-11-24",
        "0000-00-00T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        " ",
    ],
)
def test_a_wrong_instant_is_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Set-up: given a DARAS_NOW that is no instant, or one at the ends of the calendar, when the time is asked, then
    the refusal names it."""
    monkeypatch.setenv("DARAS_NOW", text)
    with pytest.raises(clock.ClockRefused, match="DARAS_NOW"):
        clock.now()


def test_the_day_is_the_day_in_england(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up: given 23:30 UTC in summer, when the day is asked, then it is already the next day in England."""
    monkeypatch.setenv("DARAS_NOW", "2026-06-30T23:30:00Z")
    assert clock.today() == date(2026, 7, 1)


#: What must not stand still with a demonstration: when the queue looks at a job again, how long somebody has been
#: signed in, and how many attempts there were within minutes.
OF_THE_MACHINE = {
    "worker/recovery.py", "outbox/queueing.py", "access/attempts.py", "access/sign_ins.py", "pages/sign_in.py",
    "pages/idle.py",
}  # fmt: skip


def test_everything_asks_the_one_clock() -> None:
    """Set-up: given the sources, then nothing but the clock reads the time, and what is the machine's own."""
    sources = Path(clock.__file__).parents[1]
    reads = re.compile(r"datetime\.now\(|timezone\.now\(|date\.today\(|datetime\.today\(|utcnow\(|\btime\.time\(")
    in_sql = re.compile(r"\bnow\(\)|clock_timestamp|current_timestamp", re.IGNORECASE)
    found = {
        str(path.relative_to(sources))
        for path in sources.rglob("*.py")
        if "tests" not in path.parts and reads.search(path.read_text("utf-8"))
    }
    assert found == OF_THE_MACHINE | {"working_time/clock.py"}
    assert [path for path in sources.rglob("*.sql") if in_sql.search(path.read_text("utf-8"))] == []
