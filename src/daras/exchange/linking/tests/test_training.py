"""Weights are learned from a partnership's own list, and can be read (A5)."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

import pytest

from daras.cli.main import main
from daras.exchange.county import county
from daras.exchange.county.copying import copies
from daras.exchange.county.making import Maker
from daras.exchange.linking.training import shares_beside
from daras.matching.model import LEVELS, load
from daras.matching.names import name_shares

HEADINGS = ("id", "given_name", "middle_names", "family_name", "date_of_birth", "sex", "address", "town", "postcode")
PEOPLE = 1_500


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all agencies hold of a small county, in one list."""
    folder = tmp_path_factory.mktemp("lists")
    maker = Maker(Random("training"), PEOPLE, 2, 0)
    with (folder / "all.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for kin in county(PEOPLE, 2, "training"):
            for copy in copies(kin, maker)[0]:
                named, home = copy.named, copy.named.address
                place = (home.lines[0], home.town, home.postcode) if home else ("", "", "")
                names = (named.given_name, named.middle_names, named.family_name)
                writer.writerow((f"{copy.agency}/{named.ref}", *names, named.date_of_birth or "", named.sex, *place))
    return folder


def test_weights_are_learned_from_a_list(lists: Path) -> None:
    """A5: given all agencies' lists, then a whole model is written, and matching uses it."""
    out = lists / "model.toml"
    assert main(["match", "train", str(lists / "all.csv"), "--out", str(out)]) == 0
    model = load(out)
    assert model.status.startswith("trained on")
    for field in ("given_name", "family_name", "date_of_birth"):
        assert model.odds(field, "same").same_person > 0.7
        assert model.odds(field, "different").same_person < 0.1
    assert model.odds("date_of_birth", "different").stranger > 0.9
    assert set(model.levels) == {(field, level) for field, levels in LEVELS.items() for level in levels}
    shares = name_shares(shares_beside(out))
    assert shares.of_family("smith") > shares.of_family("chenoweth")
    links = lists / "twice.csv"
    given = ["match", str(lists / "all.csv"), "--dedupe", "--model", str(out), "--out", str(links)]
    assert main(given) == 0
    found = list(csv.DictReader(links.read_text(encoding="utf-8").splitlines()))
    matched = [row for row in found if row["decision"] == "match"]
    assert len(matched) > PEOPLE / 4


def test_too_few_rows_teach_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A5: a short list is refused in words."""
    (tmp_path / "short.csv").write_text("id,given_name\n1,Ella\n", encoding="utf-8")
    assert main(["match", "train", str(tmp_path / "short.csv"), "--out", str(tmp_path / "m.toml")]) == 2
    assert "too few" in capsys.readouterr().err


def test_a_model_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A5: before anything is read, a model with a mistake is named."""
    (tmp_path / "model.toml").write_text('version = "1"\n', encoding="utf-8")
    (tmp_path / "list.csv").write_text("id\n1\n", encoding="utf-8")
    arguments = ["match", str(tmp_path / "list.csv"), "--dedupe", "--out", str(tmp_path / "o.csv")]
    assert main([*arguments, "--model", str(tmp_path / "model.toml")]) == 2
    assert "model.toml" in capsys.readouterr().err
