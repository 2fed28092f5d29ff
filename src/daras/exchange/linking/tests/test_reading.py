"""Whatever can be read of a partner's file is, and the rest is named with its line and column (A5)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from daras.exchange.linking.cells import Row
from daras.exchange.linking.columns import columns
from daras.exchange.linking.days import DayRefused, birth_date, day
from daras.exchange.linking.describing import FieldRefused, described
from daras.exchange.linking.reading import NothingRead, Problem, Reader

TODAY = date(2026, 11, 24)


def read(path: Path, content: bytes) -> tuple[list[Row], list[Problem], Reader]:
    """The rows of a file with this content, what was rejected, and its reader."""
    file = path / "list.csv"
    file.write_bytes(content)
    problems: list[Problem] = []
    reader = Reader(file, problems.append)
    return [row for _, row in reader.rows()], problems, reader


@pytest.mark.parametrize(
    "written",
    ["22/03/2015", "2015-03-22", "22 March 2015", "22-Mar-15", "20150322", "March 22, 2015", "22.3.2015", "03/22/2015",
     "2015-03-22T00:00:00", "22/03/2015 00:00"],
)  # fmt: skip
def test_one_day_written_in_many_ways(written: str) -> None:
    """A5: dates in the formats that extracts come with are one date."""
    found = birth_date(written, TODAY)
    assert found is not None
    assert found.iso == "2015-03-22"


def test_less_than_a_day_is_kept() -> None:
    """A5: a year or a month of birth is better than none."""
    assert str(birth_date("2015", TODAY)) == "2015"
    assert str(birth_date("2015-03", TODAY)) == "March 2015"
    assert birth_date("  ", TODAY) is None
    assert day("1 January 2027", TODAY) == date(2027, 1, 1)


@pytest.mark.parametrize("written", ["31/02/2015", "2015-13-01", "yesterday", "45/45/2015", "22 Marvember 2015",
                                     "2027-01-01", "1066-10-14", "42085"])  # fmt: skip
def test_what_is_no_day_of_birth_is_refused(written: str) -> None:
    """A5: a wrong date is never guessed at."""
    with pytest.raises(DayRefused):
        birth_date(written, TODAY)


def test_headings_of_partners_are_understood() -> None:
    """A5: columns are found under the names that partners give them; those that mean nothing are left."""
    found = columns(["Ref", "Forename", "SURNAME", "D.O.B.", "NHS No", "Shoe size", "Surname"])
    assert found.places == {"id": 0, "given_name": 1, "family_name": 2, "date_of_birth": 3, "nhs_number": 4}
    assert found.unknown == ("Shoe size",)
    assert found.twice == ("Surname",)


def test_a_row_becomes_features() -> None:
    """A5: previous names, the postcode within the address and numbers count."""
    row = {"id": "1", "given_name": "Ella", "family_name": "Rowse", "previous_family_names": "Tregear; Smith",
           "date_of_birth": "22/03/2015", "sex": "Girl", "address": "17 Trevenson Cl, Camborne, TR14 8AB"}  # fmt: skip
    features = described(row, TODAY)
    assert [name.plain for name in features.family_names] == ["rowse", "tregear", "smith"]
    assert features.postcodes == {"TR148AB"}
    assert features.sex == "F"
    with pytest.raises(FieldRefused) as refused:
        described({"id": "1", "date_of_birth": "soon"}, TODAY)
    assert refused.value.field == "date_of_birth"


def test_a_mark_of_order_and_mixed_encodings(tmp_path: Path) -> None:
    """A5: a byte order mark is no part of the heading; a line of another encoding is read, and noticed with its line
    and column."""
    content = b"\xef\xbb\xbfid,given_name\r\n1,Zo\xc3\xab\r\n2,Zo\xeb\r\n"
    rows, problems, reader = read(tmp_path, content)
    assert [row["given_name"] for row in rows] == ["Zoë", "Zoë"]
    assert not problems
    noticed = reader.report.noticed["not UTF-8, read as Windows-1252"]
    assert (noticed.line, noticed.column) == (3, 2)
    wide = "id;given_name\n1;Zoë\n".encode("utf-16")
    assert read(tmp_path, wide)[0] == [{"id": "1", "given_name": "Zoë"}]


def test_control_characters_are_taken_out(tmp_path: Path) -> None:
    """A5: what no keyboard writes is taken out, and the row is kept."""
    rows, problems, reader = read(tmp_path, b"id,given_name\n1,El\x00la\x07\n")
    assert rows == [{"id": "1", "given_name": "Ella"}]
    assert not problems
    assert reader.report.noticed["control characters taken out"].column == 2


def test_bad_rows_are_left_out_and_good_ones_kept(tmp_path: Path) -> None:
    """A5: no id, too many fields, a quotation mark that is never closed: each named with its line."""
    content = b'id,given_name\n,Ella\n2,Alex,more\n3,"Tom\n4,Kate\n5,"Jo\nAnn"\n6\n'
    rows, problems, _ = read(tmp_path, content)
    assert [row["id"] for row in rows] == ["4", "5", "6"]
    assert rows[1]["given_name"] == "Jo Ann"
    assert [(each.line, each.column) for each in problems] == [(2, 1), (3, 3), (4, 0)]


def test_an_open_quotation_mark_does_not_swallow_the_file(tmp_path: Path) -> None:
    """A5: given a mark that is never closed, then its line alone is rejected."""
    content = b'id,given_name\n1,"Ella\n' + b"".join(b"%d,Kate\n" % number for number in range(2, 200))
    rows, problems, _ = read(tmp_path, content)
    assert len(rows) == 198
    assert [each.line for each in problems] == [2]


def test_two_hundred_columns_and_blank_rows(tmp_path: Path) -> None:
    """A5: columns nobody asked for and a million blank rows do no harm."""
    headings = ",".join(["id", *(f"column {number}" for number in range(199))])
    content = f"{headings}\n1{',' * 199}\n".encode() + b",,,\n\n" * 500_000 + b"2\n"
    rows, problems, reader = read(tmp_path, content)
    assert [row["id"] for row in rows] == ["1", "2"]
    assert not problems
    assert reader.report.blank == 1_000_000


def test_a_line_without_end_is_left_out(tmp_path: Path) -> None:
    """A5: a line of more than a million bytes is named, and what comes after it is read."""
    rows, problems, _ = read(tmp_path, b"id,given_name\n1," + b"x" * 3_000_000 + b"\n2,Kate\n")
    assert [row["id"] for row in rows] == ["2"]
    assert [each.line for each in problems] == [2]


@pytest.mark.parametrize("content", [b"", b"\n\n\n", b"name,dob\nElla,2015-03-22\n", b"\x89PNG\r\n\x1a\n\x00\x00\x00"])
def test_a_file_without_ids_is_refused_as_a_whole(tmp_path: Path, content: bytes) -> None:
    """A5: nothing could be read: said in words, with the headings that are there."""
    with pytest.raises(NothingRead, match=r"id|nothing in it"):
        read(tmp_path, content)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A5: the file is named."""
    with pytest.raises(NothingRead, match=r"nowhere\.csv"):
        next(Reader(tmp_path / "nowhere.csv", print).rows())
