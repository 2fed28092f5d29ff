"""The county is the same every time, lives in a believable way, and its copies differ as hands do (A5)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from stdnum.gb import nhs

from daras.exchange.county import Kin, county
from daras.exchange.county.copying import Copy, copies, reference
from daras.exchange.county.families import block, blocks
from daras.exchange.county.making import TODAY, Maker
from daras.exchange.county.rates import RatesRefused, rates

PEOPLE, YEARS, SEED = 4_000, 3, "test"


@pytest.fixture(scope="module")
def everybody() -> list[Kin]:
    return list(county(PEOPLE, YEARS, SEED))


@pytest.fixture(scope="module")
def copied(everybody: list[Kin]) -> list[Copy]:
    maker = Maker(Random("copies"), PEOPLE, YEARS, 0)
    return [copy for kin in everybody for copy in copies(kin, maker)[0]]


def test_one_seed_gives_one_county(everybody: list[Kin]) -> None:
    """A5: given the same people, years and seed, then the same county comes, and a block alone is the same block."""
    again = county(PEOPLE, YEARS, SEED)
    assert [repr(kin) for kin in islice(again, 40)] == [repr(kin) for kin in everybody[:40]]
    assert next(map(repr, block(0, PEOPLE, YEARS, SEED))) == repr(everybody[0])
    assert repr(next(county(PEOPLE, YEARS, "another"))) != repr(everybody[0])


def test_there_are_as_many_as_asked_for(everybody: list[Kin]) -> None:
    """A5: at least so many people, and hardly more; every number and NHS number is one person's."""
    lives = [life for kin in everybody for life in kin.lives]
    assert PEOPLE <= len(lives) <= PEOPLE + 10 * blocks(PEOPLE)
    assert len({life.number for life in lives}) == len(lives)
    assert len({life.nhs_number for life in lives}) == len(lives)
    assert all(nhs.is_valid(life.nhs_number) for life in lives)


def test_homes_follow_one_another(everybody: list[Kin]) -> None:
    """G2: nobody lives in two places on one day, and there are people who moved, refuges, and unborn children."""
    lives = [life for kin in everybody for life in kin.lives]
    for life in lives:
        for stay, after in zip(life.stays, life.stays[1:], strict=False):
            assert stay.since < stay.until <= after.since  # type: ignore[operator]
    kinds = Counter(stay.place.kind for life in lives for stay in life.stays)
    assert set(kinds) == {"house", "flats", "hostel", "refuge"}
    assert any(life.born > TODAY for life in lives)
    assert sum(len(life.stays) > 1 for life in lives) > PEOPLE / 10


def test_families_are_of_every_kind(everybody: list[Kin]) -> None:
    """A5: twins, half-siblings in two homes, step-parents and parents who parted."""
    mothers = {(id(tie.end)): tie.start for kin in everybody for tie in kin.ties if tie.relation == "mother"}
    fathers = {(id(tie.end)): tie.start for kin in everybody for tie in kin.ties if tie.relation == "father"}
    children = [life for kin in everybody for life in kin.lives if id(life) in mothers]
    births = Counter((id(mothers[id(child)]), child.born) for child in children)
    assert 2 in births.values()
    by_father = Counter((id(fathers[id(each)]), id(mothers[id(each)])) for each in children if id(each) in fathers)
    assert len({father for father, _ in by_father}) < len(by_father)
    relations = Counter(tie.relation for kin in everybody for tie in kin.ties)
    assert relations["step-father"]
    assert relations["grandmother"]
    assert any(tie.until for kin in everybody for tie in kin.ties if tie.relation == "partner")
    for child in children:
        assert mothers[id(child)].born < child.born - timedelta(days=15 * 365)


def test_agencies_copies_differ(copied: list[Copy]) -> None:
    """A5: copies of one person have other names, dates and homes; some have no number, no date, no name; each agency
    numbers its own."""
    assert len({(copy.agency, copy.named.ref) for copy in copied}) == len(copied)
    people = Counter(copy.life.number for copy in copied)
    assert max(people.values()) >= 4
    born = [copy for copy in copied if copy.life.born <= copy.on]
    slipped = sum(copy.named.family_name != copy.life.family(copy.on) for copy in born)
    assert 0.01 < slipped / len(born) < 0.08
    assert any(copy.named.given_name == "Baby" for copy in copied)
    assert any(copy.named.role == "unborn" and copy.named.expected_birth_on for copy in copied)
    assert any(copy.named.date_of_birth is None for copy in born)
    assert any(copy.named.poses_risk for copy in copied)
    assert any(copy.named.works_with_children for copy in copied)
    assert any(copy.named.previous_family_names for copy in copied)


def test_a_reference_tells_nothing_of_the_order(copied: list[Copy]) -> None:
    """A5: who is who cannot be read from the numbers that agencies gave."""
    first, second = copied[0].life, next(each.life for each in copied if each.life.number > copied[0].life.number)
    assert reference("yzup", first)[-8:] != f"{first.number:08}"
    assert reference("yzup", first) != reference("yzup", second)


def test_a_rate_that_is_no_share_is_refused(tmp_path: Path) -> None:
    """A5: a mistake in the file of rates is named."""
    file = tmp_path / "rates.toml"
    file.write_text("[a_year]\nmoves = 1.4\n", encoding="utf-8")
    with pytest.raises(RatesRefused, match="moves"):
        rates(file)
