"""The forecast of a waiting list against what queueing theory knows (F8)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daras.services.forecast import Given, erlang_c, forecast, mean_waiting


def test_erlangs_formula_gives_what_the_tables_say() -> None:
    """F8: given one who sees children, the chance to wait is how busy they are; two at a load of one, a third."""
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_c(10, 8.0) == pytest.approx(0.4092, abs=1e-4)
    with pytest.raises(ValueError, match="no end"):
        erlang_c(2, 2.0)


@pytest.mark.parametrize(("servers", "arriving", "seen"), [(1, 2.0, 4.0), (3, 4.0, 6.0)])
def test_in_the_long_run_the_simulation_is_erlangs(servers: int, arriving: float, seen: float) -> None:
    """F8: given a list without a backlog, when it is simulated for long, then as many wait on average as theory says of
    M/M/c; the seed is fixed, and the tolerance is four standard errors of the mean of independent runs."""
    found = forecast(Given(0, arriving, seen, servers, weeks=60, runs=400), seed=7)
    late = [week.mean for week in found.weeks[30:]]
    expected = mean_waiting(servers, arriving, seen)
    assert sum(late) / len(late) == pytest.approx(expected, rel=0.12)


def test_a_backlog_with_nobody_arriving_clears_as_it_must() -> None:
    """F8: given forty who wait, five seen a week and nobody arriving, then the list clears about the eighth week, the
    band lies around it, and the list never grows."""
    found = forecast(Given(40, 0.0, 5.0, 2, weeks=20, runs=200))
    early, middle, late = found.clears
    assert early is not None
    assert middle is not None
    assert late is not None
    assert early <= middle <= late
    assert 6 <= middle <= 9
    assert all(one.middle >= next_.middle for one, next_ in zip(found.weeks, found.weeks[1:], strict=False))
    assert found.weeks[-1].high == 0


def test_more_arriving_than_are_seen_never_keeps_up() -> None:
    """F8: given more who arrive than are seen, then the list grows, and the forecast says that it does not keep up."""
    found = forecast(Given(30, 6.0, 4.0, 2, weeks=52, runs=50))
    assert not found.keeps_up
    assert found.weeks[-1].middle > found.weeks[0].middle + 40


@settings(max_examples=10, deadline=None)
@given(waiting=st.integers(0, 20), arriving=st.floats(0, 3), seen=st.floats(0.5, 4), practitioners=st.integers(1, 4))
def test_the_band_holds_the_middle_and_a_seed_says_the_same_again(
    waiting: int, arriving: float, seen: float, practitioners: int
) -> None:
    """F8: given any list, then the band lies around the middle, nobody waits below nought, and it is the same twice."""
    asked = Given(waiting, arriving, seen, practitioners, weeks=8, runs=10)
    found = forecast(asked)
    assert found == forecast(asked)
    assert all(0 <= week.low <= week.middle <= week.high for week in found.weeks)


def test_what_is_no_queue_is_refused() -> None:
    """F8: given nobody who sees children, then there is nothing to forecast."""
    with pytest.raises(ValueError, match="somebody who sees"):
        forecast(Given(1, 1.0, 0.0, 1))
