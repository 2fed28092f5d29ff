"""Figures are read from what was measured, and what is measured is real work."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from daras.access.session import machine
from daras.agencies import load_directory
from daras.bench import NOW, county_families, kept
from daras.bench import machine as machine_figures
from daras.bench.documents import PEOPLE_EACH, documents
from daras.bench.figures import Figure, percentile
from daras.bench.screening import duty_manager
from daras.cli import bench as bench_command
from daras.exchange.installation import install_all
from daras.frontdoor.intake import receive, screen
from daras.frontdoor.reading import read
from daras.home import Addresses
from daras.ledger.models import Fact
from daras.matching.models import Profile
from daras.working_time.clock import parse_instant


def test_a_percentile_is_a_time_that_was_measured() -> None:
    """Given a hundred times, then p95 is the ninety-fifth, p50 the fiftieth, and of one time every percentile is it."""
    times = [float(each) for each in range(100, 0, -1)]
    assert (percentile(times, 0.5), percentile(times, 0.95), percentile(times, 1.0)) == (50.0, 95.0, 100.0)
    assert percentile([7.0], 0.99) == 7.0


def test_a_target_holds_up_to_itself() -> None:
    """Set-up: given a target of 100 ms, then 100 holds and 100.1 does not; without a target nothing is claimed."""
    assert Figure("screening", "p95", 100.0, "ms", 100.0).holds is True
    assert Figure("screening", "p95", 100.1, "ms", 100.0).holds is False
    assert Figure("receive", "rate", 12.0, "a second").holds is None
    plain = Figure("screening", "p95", 100.0, "ms", 100.0, "something else").as_json()
    assert list(plain) == ["bench", "figure", "value", "unit", "target", "holds", "against", "detail"]
    assert Figure.read(plain) == Figure("screening", "p95", 100.0, "ms", 100.0, "something else")


def test_the_machine_is_named_before_anything_else(
    cloned_database: Addresses, capsys: pytest.CaptureFixture[str]
) -> None:
    """Set-up: given any measurement, then the machine stands before it: cores, memory, processor, versions; for people
    as a table with the verdict, as JSON as one list of the same."""
    figures = machine_figures.describe(cloned_database.application_url)
    assert {each.bench for each in figures} == {"machine"}
    assert {each.figure for each in figures} >= {"cores", "memory", "processor", "PostgreSQL", "Python"}
    figures.append(Figure("screening", "p95", 100.1, "ms", 100.0, "a rule of thumb"))
    bench_command._show(figures, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(figures) + 1
    assert "target 100 ms: DOES NOT HOLD" in lines[-2]
    assert lines[-1].strip() == "against: a rule of thumb"
    bench_command._show(figures, as_json=True)
    assert json.loads(capsys.readouterr().out) == [each.as_json() for each in figures]


def test_what_is_kept_says_which_command_printed_it(tmp_path: Path) -> None:
    """Set-up: given figures that were printed, when they are kept, then the file holds them with the command as it was
    typed, and is read again as it was."""
    parser = argparse.ArgumentParser()
    bench_command.add_arguments(parser)
    typed = parser.parse_args(["network", "--people", "2000", "4000", "--minutes", "10", "--keep", "here.json"])
    figures = [Figure("network", "p95", 67.0, "ms", 100.0), Figure("network", "GET /", 3.0, "ms", detail=True)]
    kept.keep(tmp_path / "network.json", bench_command._typed(typed), figures)
    measured = kept.read(tmp_path / "network.json")
    assert measured.command == "./daras bench network --people 2000 4000 --minutes 10"
    assert measured.figures == figures


def test_each_measurement_of_the_spine_has_its_name() -> None:
    """Set-up: given the spine, then screening at 1,000 and at 10,000 people, receiving, start-up and memory are
    measured, each under a name of its own."""
    assert bench_command.BENCHES["screening"] == (("screening", "1000"), ("screening", "10000"))
    assert set(bench_command.BENCHES) >= {"receive", "start-up", "memory"}


def test_news_of_the_county_is_read_and_its_people_are_found(
    cloned_database: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1, A5, B2: given a county loaded for a measurement, when news of its families is screened, then each is read,
    names at least five people, those of whom some agency has a record are mostly found with those around them, and what
    is then recorded gets numbers of its own."""
    monkeypatch.setenv("DARAS_NOW", NOW)
    monkeypatch.setenv("DATABASE_OWNER_URL", cloned_database.owner_url)
    install_all()
    loaded = county_families.load(500)
    made = county_families.families(500)
    assert repr(made) == repr(county_families.families(500))
    papers = documents(made, 400)
    assert len(set(papers)) == 400
    assert set(papers).isdisjoint(documents(made, 50, start=10_000))
    for raw in papers:
        read(raw, load_directory(), parse_instant(NOW))
        assert len(json.loads(raw)["people"]) >= PEOPLE_EACH
    worker = duty_manager()
    outcomes = [screen(raw, worker=worker) for raw in papers[:8]]
    assert {outcome.outcome for outcome in outcomes} == {"screened"}
    assert sum(outcome.people[0].decision == "match" for outcome in outcomes) >= 4
    with machine():
        assert Profile.objects.count() == loaded.records
        before = Fact.objects.count()
    assert any(outcome.network for outcome in outcomes)
    assert receive(documents(made, 1, start=99)[0]).outcome == "recorded"
    with machine():
        assert Fact.objects.count() > before
