"""The model file is readable, versioned, and refused as a whole when a number in it cannot be (A5)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from daras.matching.comparison import compare
from daras.matching.features import describe, home
from daras.matching.model import LEVELS, SHIPPED, ModelRefused, load


def test_the_shipped_model_says_what_it_is() -> None:
    """A5: a hand-set model says that it is hand-set, and holds every level that can be met."""
    model = load()
    assert model.status == "hand-set"
    assert model.version
    assert {field for field, _ in model.levels} == set(LEVELS)


@pytest.mark.parametrize("field", sorted(field for field, levels in LEVELS.items() if len(levels) > 1))
@pytest.mark.parametrize("reading", ["same_person", "relative"])
def test_the_levels_of_a_field_are_all_there_is(field: str, reading: str) -> None:
    """A5: under each reading the levels of a field are seen together always: their shares come to one."""
    table = tomllib.loads(SHIPPED.read_text("utf-8"))
    total = sum(level[reading] for level in table[field].values())
    assert total == pytest.approx(1.0, abs=0.011)


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("0.996, relative = 0.002, ", "0.996, ", r"\[nhs_number\] same"),
        ("same_person = 0.996", "same_person = 1.5", "between 0 and 1"),
        ("possible = 0.1", "possible = 0.999", "threshold"),
        ("[sex]", "[sexes]", r"\[sex\]"),
    ],
)
def test_a_model_that_cannot_be_is_refused(tmp_path: Path, written: str, instead: str, said: str) -> None:
    """A5: given a missing or impossible number, then the refusal names where it stands."""
    file = tmp_path / "model.toml"
    file.write_text(SHIPPED.read_text("utf-8").replace(written, instead), "utf-8")
    with pytest.raises(ModelRefused, match=said):
        load(file)


def test_among_more_people_more_strangers_happen_to_fit() -> None:
    """A5: given two of one common name, born ten days apart by what was written, in two towns, then among the people of
    a small district that is a match, and among a million it is for a person to say; the weights are the same."""
    here, there = (
        home(lines=["29 Trevu Avenue"], postcode="PL12 9BX"),
        home(lines=["23 Church Row"], postcode="TR18 9DD"),
    )
    one, other = (
        describe(given_name="Phoebe", family_name="Turner", sex="F", date_of_birth=born, homes=[lives])
        for born, lives in (("2002-10-11", here), ("2002-10-21", there))
    )
    model = load()
    assert model.among(20_000) == model
    assert model.among(1_000_000).levels == model.levels
    assert compare(one, other, model.among(20_000)).decision == "match"
    assert compare(one, other, model.among(1_000_000)).decision == "possible"
