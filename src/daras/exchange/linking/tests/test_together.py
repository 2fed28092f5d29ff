"""Many people at once are read, described, found and weighed as one after another (A5)."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daras.bench.linking import written
from daras.bench.matching_set import OpenSet, open_set
from daras.cli.main import main
from daras.exchange.linking import reading
from daras.exchange.linking.cells import Text, of_rows, of_text
from daras.exchange.linking.deciding import Candidates, Found, decide, pairs
from daras.exchange.linking.describing import FieldRefused, described, taken_apart
from daras.exchange.linking.numbering import numbered
from daras.exchange.linking.outlines import outlined
from daras.exchange.linking.reading import NothingRead, Problem, Reader, Report
from daras.exchange.linking.rules import Rules
from daras.exchange.linking.sides import Columns, Side
from daras.exchange.linking.store import Index, Writer, packed, packed_together
from daras.exchange.linking.stretch import from_features, gathered
from daras.exchange.linking.weighing import Sieved, Weighing
from daras.exchange.linking.wordlist import WordList
from daras.exchange.linking.written import read_part
from daras.frontdoor.people_named import features
from daras.matching import keys
from daras.matching.agreement import agreement
from daras.matching.comparison import judge, probability
from daras.matching.features import Home, PersonFeatures, describe, home
from daras.matching.model import SHIPPED, load
from daras.matching.names import Bearers, NamesCounted, name_shares
from daras.working_time import clock

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def found() -> OpenSet:
    return open_set(600, 250, "together")


@pytest.fixture(scope="module")
def lists(found: OpenSet, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    written(found, folder)
    return folder


def _rows(path: Path) -> list[tuple[str, PersonFeatures]]:
    reader = Reader(path, lambda _: None)
    return [(row["id"], described(row, clock.today())) for _, row in reader.rows()]


def _index(folder: Path, people: Sequence[tuple[str, PersonFeatures]], *, together: bool = False) -> Index:
    folder.mkdir()
    with Writer(folder) as writer:
        for start in range(0, len(people), 100):
            some = people[start : start + 100]
            writer.add(packed_together(from_features(some)) if together else packed(some))
        writer.finish()
    return Index(folder)


def _names_of(people: Sequence[tuple[str, PersonFeatures]]) -> NamesCounted:
    bearers = Bearers()
    for _, person in people:
        bearers.add(person.given_names, person.family_names)
    return bearers.counted()


def _file(lines: Iterator[tuple[str, Found | None]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("id", "against_id", "probability", "decision", "why"))
    for id_, link in lines:
        if link is None:
            writer.writerow((id_, "", "", "none", ""))
        else:
            told = (link.against_id, f"{link.probability:.6f}", link.decision, " ".join(link.why))
            writer.writerow((id_, *told))
    return text.getvalue()


def _counting(folder: Path) -> Path:
    """The shipped model, which would count names in lists however short."""
    path = folder / "counting.toml"
    path.write_text(re.sub("from_records = .*", "from_records = 1", SHIPPED.read_text("utf-8")), "utf-8")
    return path


@pytest.mark.parametrize("counting", [False, True])
def test_the_file_is_that_of_one_pair_after_another(
    counting: bool, lists: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A5: given two lists in several stretches, then the file is byte for byte the one that comes when every row is
    read and described by itself, found by its written keys, and every pair judged; and so for people twice in a list,
    and where names are weighed by how common they are in the list.
    """
    monkeypatch.setattr(reading, "STRETCH", 20_000)
    people, held = _rows(lists / "people.csv"), _rows(lists / "index.csv")
    index = _index(tmp_path / "index", held)
    weights = _counting(tmp_path) if counting else SHIPPED
    model = load(weights).among(index.rows, _names_of(held))
    assert (model.shares is name_shares()) is not counting

    def against() -> Iterator[tuple[str, Found | None]]:
        for id_, asked in people:
            (rows,) = index.under([keys.numbers(asked)])
            links: Sequence[Found | None] = decide(asked, Candidates(rows), index, model) or (None,)
            yield from ((id_, link) for link in links)

    def twice() -> Iterator[tuple[str, Found | None]]:
        for row, (id_, asked) in enumerate(held):
            later = [each for each in index.under([keys.numbers(asked)])[0] if each > row]
            yield from ((id_, link) for link in pairs(asked, Candidates(later), index, model))

    out = tmp_path / "links.csv"
    asked_for = ["match", str(lists / "people.csv"), "--against", str(lists / "index.csv"), "--out", str(out)]
    with_model = ["--model", str(weights)]
    assert main([*asked_for, *with_model]) == 0
    assert out.read_bytes().decode() == _file(against())
    assert main(["match", str(lists / "index.csv"), "--dedupe", "--out", str(out), *with_model]) == 0
    assert out.read_bytes().decode() == _file(twice())


def test_stretches_without_anybody(lists: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A5: given lists of which whole stretches are blank or hold nobody who can be used, then those before and after
    are linked, and every row that is left out is counted."""
    monkeypatch.setattr(reading, "STRETCH", 1_000)
    out = tmp_path / "links.csv"
    for name in ("people", "index"):
        first, *rows = (lists / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        bad = [f"bad{number},Ella,,Rowse,,soon,,F,child,,,,\n" for number in range(100)]
        (tmp_path / f"{name}.csv").write_text("".join([first, *rows[:60], *["\n"] * 4_000, *bad, *rows[60:]]), "utf-8")
    for folder in (lists, tmp_path):
        asked = ["match", str(folder / "people.csv"), "--against", str(folder / "index.csv"), "--out", str(out)]
        assert main([*asked, "--rejects", str(tmp_path / "bad.csv")]) == 0
        if folder is lists:
            content = out.read_bytes()
    assert out.read_bytes() == content
    assert (tmp_path / "bad.csv").read_text(encoding="utf-8").count("soon") > 200


def test_keys_that_are_numbered_together_find_the_same(found: OpenSet, tmp_path: Path) -> None:
    """A5: given the same people, then numbers of keys that are mixed together bring the same rows in the same order as
    the written keys, and rows are read again as they were written."""
    held = [(str(place), features(each.named, each.on)) for place, each in enumerate(found.records)]
    asked = [features(each.named, each.on) for each in found.questions]
    one, other = _index(tmp_path / "one", held), _index(tmp_path / "other", held, together=True)
    by_keys = one.under([keys.numbers(each) for each in asked])
    together = other.under_numbers(*numbered(from_features(("", each) for each in asked)), len(asked))
    rows: list[list[int]] = [[] for _ in asked]
    for whose, row in zip(together.whose.tolist(), together.rows.tolist(), strict=True):
        rows[whose].append(row)
    assert rows == by_keys
    assert sum(map(len, rows)) > len(asked)
    assert [other.person(row) for row in range(other.rows)] == held
    some = other.people(range(50, 90))
    assert [(id_, some.person(place)) for place, id_ in enumerate(some.ids)] == held[50:90]


def _sieved(one: Sequence[PersonFeatures], other: Sequence[PersonFeatures]) -> Sieved:
    """All of the pairs; what the first look lets go of is nothing that is shown or speaks against somebody."""
    names = WordList((), load().shares)
    sides = [from_features(("", each) for each in side) for side in (one, other)]
    outlines = [outlined(side.parts, side.of, names.numbers) for side in sides]
    names.describe()
    places = np.arange(len(one))
    weighing = Weighing(load(), names)
    a, b = (Side(Columns(each), places) for each in outlines)
    may_be, differ = weighing.first_look(a, b)
    sieved = weighing.sieved(a, b)
    assert not (sieved.shown & ~may_be).any()
    assert not (sieved.against & ~may_be & ~differ).any()
    return sieved


def _nothing_is_lost(one: Sequence[PersonFeatures], other: Sequence[PersonFeatures]) -> int:
    """Every pair that bears on a decision is kept, and what is said of a pair is what weighing it by itself says; how
    many of them that is."""
    sieved = _sieved(one, other)
    said = sieved.weighed()
    rules = Rules(load())
    ruled = rules.on(sieved, lambda place: (one[place], other[place]))
    many = 0
    for place, (a, b) in enumerate(zip(one, other, strict=True)):
        judged = judge(a, b)
        if judged.decision != "none":
            assert sieved.shown[place]
        elif judged.counts:
            assert sieved.shown[place] or sieved.against[place]
        if not ruled.asked[place]:
            assert ("none", "possible", "match")[ruled.decisions[place]] == judged.decision
            if judged.decision != "none":
                assert tuple(guard.why for guard in judged.guards) == rules.said[ruled.said[place]].why
        weighed = said[place]
        if weighed is not None:
            many += 1
            agreed = agreement(a, b, load().shares)
            assert weighed.likely == probability(agreed, load())
            if agreed.nhs_number != "different":  # else how common the names are is not asked again
                agreed = replace(agreed, given_share=0.0, family_share=0.0)
            assert weighed.agreed == agreed
    return many


def test_pairs_are_weighed_together_as_by_themselves(found: OpenSet) -> None:
    """A5: given people of a county and others, relatives and strangers, then levels and likelihoods are the same to the
    last bit, and no pair is let go that judging it would show or count against somebody."""
    held = [features(each.named, each.on) for each in found.records]
    asked = [features(each.named, each.on) for each in found.questions]
    draw = random.Random(1)
    one = [draw.choice(asked) for _ in range(6_000)] + held[:-1] + held[:-2]
    other = [draw.choice(held) for _ in range(6_000)] + held[1:] + held[2:]
    assert _nothing_is_lost(one, other) > 6_000


_GIVEN = st.lists(
    st.sampled_from(
        ["Kate", "Katherine", "Catherine", "Kathrine", "Bob", "Rob", "Robert", "J", "Jo", "Jayden", "Hayden", "James",
         "Baby", "Mary-Jane", "Smith", "Thomas", "Tom", "Jack William", "Penrose", ""]),
    max_size=3,
)  # fmt: skip
_FAMILY = st.lists(
    st.sampled_from(["Smith", "Smyth", "Penrose", "Penrose-Smith", "Smith Jones", "Thomas", "James", "O'Neill", "Oneil",
                     "van der Berg", "Unknown", "Robert", "A-B-C", ""]),
    max_size=4,
)  # fmt: skip
_BORN = st.sampled_from(
    ["2015-03-22", "2015-03-21", "2015-01-01", "2015-04-03", "2015-03-04", "2015-03", "2015", "2016", "1985-03-22",
     "1995-03-22", "1970-05-01", "1960-05-01", "2026-10-30", ""]
)  # fmt: skip
_PLACES = [
    home(lines=["17 Trevenson Close"], postcode="TR14 8AB"), home(lines=["17 Trevenson Close"], town="Camborne"),
    home(lines=["3 Fore Street"], postcode="TR14 8AB"), home(lines=["Flat 2"], postcode="TR15 2AA"),
    home(postcode="TR14 9ZZ"), home(lines=["1 Hostel Road"], postcode="TR1 1AA", shared=True), Home(),
]  # fmt: skip
_PERSON = st.builds(
    lambda given, family, middle, born, expected, homes, number, upn, sex, role: describe(
        given_name=given[0] if given else None,
        other_given_names=given[1:],
        middle_names=middle,
        family_name=family[0] if family else None,
        other_family_names=family[1:],
        date_of_birth=born,
        expected_birth=date(2026, 12, 1) + timedelta(days=expected) if expected is not None else None,
        homes=homes,
        other_identifiers=[("nhs-number", number), *(("upn", each) for each in upn)],
        sex=sex,
        role=role,
        told_on=TODAY,
    ),
    _GIVEN, _FAMILY, st.sampled_from(["", "Grace", "G", "Kate", "Grace Ann", "Rob J K L"]), _BORN,
    st.sampled_from([None, None, None, 0, 10, 40, 90]), st.lists(st.sampled_from(_PLACES), max_size=4),
    st.sampled_from(["", "", "9000001080", "9434765919"]), st.lists(st.sampled_from(["A1", "B2", "C3"]), max_size=3),
    st.sampled_from([None, "F", "M"]), st.sampled_from(["child", "adult", ""]),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_PERSON, _PERSON), min_size=1, max_size=40))
def test_no_pair_of_people_however_odd_is_lost(couples: list[tuple[PersonFeatures, PersonFeatures]]) -> None:
    """A5: given people with several names and homes, without names or dates, unborn or in a hostel, then the same."""
    _nothing_is_lost([one for one, _ in couples], [other for _, other in couples])


_CELL = st.sampled_from(
    ["Ella", " Rowse ", "22/03/2015", "soon", "", "  ", "Zo\u00eb", "a,b", 'say "so"', "O'Neill", "\u00a0x"]
)
_ODD = st.sampled_from(["Ro\x07wse", "two\nlines", "a\tb", "a\rb", "\x85", '"', '""'])


def _read(path: Path, *, together: bool) -> tuple[list[tuple[int, dict[str, str]]], list[Problem], Report | str]:
    problems: list[Problem] = []
    reader = Reader(path, problems.append)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        if together:
            for stretch in reader.stretches():
                if isinstance(stretch, Text):
                    cells = of_text(stretch)
                    reader.taken(cells)
                else:
                    cells = of_rows(stretch)
                rows += [(line, cells.row(place)) for place, line in enumerate(cells.lines)]
        else:
            rows = list(reader.rows())
    except NothingRead as nothing:
        return rows, problems, str(nothing)
    return rows, problems, reader.report


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(st.lists(st.one_of(_CELL, _CELL, _CELL, _ODD), max_size=6), max_size=25),
    quoted=st.booleans(), ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16"]),
    delimiter=st.sampled_from(",;\t"), stretch=st.sampled_from([16, 60, 1 << 20]), cut=st.booleans(),
)  # fmt: skip
def test_a_file_in_stretches_is_the_file_row_by_row(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], quoted: bool, ending: str, encoding: str,
    delimiter: str, stretch: int, cut: bool,
) -> None:  # fmt: skip
    """A5: given whatever extracts bring, quoted or not, then the same rows are read, the same are left out for the same
    reasons, and the same is counted and noticed, in whatever stretches the file is read."""
    text = io.StringIO()
    if quoted:
        writer = csv.writer(text, delimiter=delimiter, lineterminator=ending)
        writer.writerows([["id", "given_name", "family_name", "dob"], *rows])
    else:
        lines = [["id", "given_name", "family_name", "dob"], *rows]
        text.write(ending.join(delimiter.join(line) for line in lines) + ("" if cut else ending))
    path = tmp_path_factory.mktemp("odd") / "list.csv"
    path.write_bytes(text.getvalue().encode(encoding, "replace"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "STRETCH", stretch)
        together = _read(path, together=True)
    one_by_one = _read(path, together=False)
    assert together[0] == one_by_one[0]
    told = [[(each.line, each.column, each.heading, each.what, each.row.strip("\r\n")) for each in read[1]]
            for read in (together, one_by_one)]  # fmt: skip
    assert told[0] == told[1]
    assert together[2] == one_by_one[2]


def test_people_are_described_together_as_by_themselves(lists: Path) -> None:
    """A5: given rows with several names, homes and numbers, then parts that are described once make the same person,
    and a row with a date that is none is named with its field and reason."""
    rows = [
        {"id": "1", "given_name": "Mary Jane", "other_given_names": "MJ;Baby", "middle_names": "Ann", "sex": "girl",
         "family_name": "Unknown", "previous_family_names": "Rowse; Tregear", "date_of_birth": "22/03/2015",
         "role": "Child", "nhs_number": "900 000 1080", "upn": "A1", "address": "1 Fore St, Camborne, TR14 8AB",
         "previous_postcodes": "TR1 1AA;nowhere"},
        {"id": "2", "date_of_birth": "soon"},
        {"id": "3", "given_name": "Baby", "family_name": "Rowse", "expected_date_of_birth": "2026-12-24",
         "role": "adult"},
        {"id": "4", "expected_date_of_birth": "never"},
    ]  # fmt: skip
    fields = {name: "" for row in rows for name in row}
    whole = [fields | row for row in rows]
    people, refused = gathered({name: [row[name] for row in whole] for name in fields}, TODAY)
    assert list(people.ids) == ["1", "3"]
    assert [people.person(place) for place in range(2)] == [described(whole[0], TODAY), described(whole[2], TODAY)]
    assert [(each.place, each.field) for each in refused] == [(1, "date_of_birth"), (3, "expected_date_of_birth")]
    for each in refused:
        with pytest.raises(FieldRefused, match=each.what):
            described(whole[each.place], TODAY)


_DAY = st.one_of(
    st.sampled_from(
        ["22/03/2015", "03/22/2015", "2015-03-22", "2015.02.30", "29/02/2016", "29-02-2015", "1889-01-01",
         "01/01/2001", "2026-11-25", "2027-01-01", "2015-03", "2015", "20150322", "22 03 2015", "2015 03 22", "",
         "00/03/2015", "soon", "22/13/2015", "13/13/2015", "\u0661\u0662/03/2015", "1-2-2015x"]),
    st.dates(date(1880, 1, 1), date(2030, 1, 1)).map(str),
)  # fmt: skip
_NUMBER = st.one_of(
    st.sampled_from(["9000001080", "900 000 1080", "9434765919", "0000000000", "9999999999", "", "12",
                     "94347659\u0661\u0669", "943476591x", "9434765918"]),
    st.integers(0, 10**10 - 1).map("{:010}".format),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(_DAY, st.sampled_from(["", "", "2026-12-24"]), st.sampled_from(["child", "Adult", ""]), _NUMBER))
)
def test_days_and_numbers_of_a_stretch_are_those_of_its_cells(cells: list[tuple[str, str, str, str]]) -> None:
    """A5: given days and numbers however they are written, then what is made of them at once, words of keys, outlines
    and what an index holds, is what is made of each by itself, and the same are refused."""
    fields = ("date_of_birth", "expected_date_of_birth", "role", "nhs_number")
    rows = [{"id": "1"} | dict(zip(fields, row, strict=True)) for row in cells]
    people, refused = gathered({name: [row[name] for row in rows] for name in ("id", *fields)}, TODAY)
    for each in refused:
        with pytest.raises(FieldRefused, match=re.escape(each.what)):
            described(rows[each.place], TODAY)
    bad = {each.place for each in refused}
    good = [described(row, TODAY) for place, row in enumerate(rows) if place not in bad]
    alone = from_features(("1", each) for each in good)
    assert [people.person(place) for place in range(len(good))] == good
    once = [set(zip(*(each.tolist() for each in numbered(side)), strict=True)) for side in (people, alone)]
    assert once[0] == once[1]
    both = [outlined(side.parts, side.of, {"": -1}) for side in (people, alone)]
    assert {name: each.tolist() for name, each in both[0].items()} == {
        name: each.tolist() for name, each in both[1].items()
    }
    for kind in range(len(people.parts)):
        written = [people.parts[kind].written()[place] for place in people.of[:, kind].tolist()]
        assert [read_part(kind, each) for each in written] == [taken_apart(each)[kind] for each in good]
