"""The same matching through Splink, on DuckDB and on Spark (A5)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from daras.bench.linking import written
from daras.bench.matching_set import OpenSet, open_set
from daras.cli.main import main
from daras.exchange.linking.engines import Engine, scored
from daras.exchange.linking.store import Index, Writer, packed
from daras.frontdoor.people_named import features
from daras.matching import keys
from daras.matching.comparison import judge
from daras.matching.features import PersonFeatures, describe
from daras.matching.model import load


@pytest.fixture(scope="module")
def found() -> OpenSet:
    return open_set(500, 60, "engines")


@pytest.fixture(scope="module")
def lists(found: OpenSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People of a small county, and what agencies hold, as two lists."""
    folder = tmp_path_factory.mktemp("lists")
    written(found, folder)
    return folder


def _index(folder: Path, people: Iterable[PersonFeatures]) -> Index:
    folder.mkdir()
    with Writer(folder) as writer:
        writer.add(packed([(str(place), each) for place, each in enumerate(people)]))
        writer.finish()
    return Index(folder)


def _same_scores(engine: Engine, found: OpenSet, folder: Path) -> None:
    """Every pair under a common key that bears on a decision, with the likelihood of our own weighing."""
    index = _index(folder / "index", [features(each.named, each.on) for each in found.records])
    people = _index(folder / "people", [features(each.named, each.on) for each in found.questions])
    ours = {}
    for row in range(people.rows):
        _, asked = people.person(row)
        for other in index.under([keys.numbers(asked)])[0]:
            judged = judge(asked, index.person(other)[1])
            if judged.counts or judged.probability >= load().possible_from:
                ours[row, other] = judged.probability
    theirs = {(pair.row, pair.other): pair.probability for pair in scored(engine, index, people, load(), folder)}
    assert len(ours) > 30
    assert ours.keys() <= theirs.keys()
    assert {pair: theirs[pair] for pair in ours} == pytest.approx(ours, rel=1e-9)


def _same_file(engine: str, lists: Path, folder: Path, *arguments: str) -> None:
    files = []
    for each in ("daras", engine):
        out = folder / f"{each}.csv"
        assert main(["match", *arguments, "--out", str(out), "--engine", each]) == 0
        files.append(out.read_bytes())
    assert files[0] == files[1]
    assert b",match," in files[0]
    assert b"Given name" in files[0]


def test_splink_on_duckdb_weighs_every_pair_as_we_do(found: OpenSet, tmp_path: Path) -> None:
    """A5: given the same people, then the likelihoods of Splink on DuckDB are ours to nine digits."""
    _same_scores("splink", found, tmp_path)


def test_splink_on_duckdb_writes_the_same_links(lists: Path, tmp_path: Path) -> None:
    """A5: given two lists, or one that is looked through for people who are twice in it, then the same file comes."""
    people, index = str(lists / "people.csv"), str(lists / "index.csv")
    _same_file("splink", lists, tmp_path, people, "--against", index)
    _same_file("splink", lists, tmp_path, index, "--dedupe")


@pytest.mark.long
def test_spark_weighs_and_links_as_we_do(found: OpenSet, lists: Path, tmp_path: Path) -> None:
    """A5: given the same people, then Spark in its local mode gives the likelihoods and the file that we give."""
    _same_scores("spark", found, tmp_path)
    _same_file("spark", lists, tmp_path, str(lists / "people.csv"), "--against", str(lists / "index.csv"))


def test_the_name_of_many_brings_no_more_than_its_bound(tmp_path: Path) -> None:
    """A5: given a hundred people of one name and nothing else known, then an engine compares with as many as we do."""
    many = [describe(given_name="John", family_name="Smith") for _ in range(100)]
    index = _index(tmp_path / "index", many)
    asked = keys.numbers(many[0])
    within = {row for row in range(100) for key in asked if index.is_within_bound(key, row)}
    assert within == set(index.under([asked])[0])
    assert len(within) == keys.MOST_UNDER_ONE_KEY
    assert [len(rows) for rows in index.hottest(3)] == [100, 100, 100]
    assert set(index.hottest(1)[0]) == set(range(100))


def test_an_engine_that_is_not_installed_is_named(
    lists: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A5: given no such engine here, then exit status 2 with what to install, and nothing is written."""
    monkeypatch.setattr("daras.exchange.linking.engines.NEEDED", {"splink": (("no_such_package", "linkage"),)})
    out = tmp_path / "links.csv"
    assert main(["match", str(lists / "index.csv"), "--dedupe", "--out", str(out), "--engine", "splink"]) == 2
    assert "requirements/linkage.txt" in capsys.readouterr().err
    assert not out.exists()
