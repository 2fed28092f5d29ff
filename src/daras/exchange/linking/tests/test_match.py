"""`./daras match`: files in, files out (A5)."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from daras.cli.main import main

HEADINGS = "id,given_name,middle_names,family_name,date_of_birth,sex,address,postcode,nhs_number"
INDEX = f"""{HEADINGS}
i1,Ella,Grace,Rowse,2015-03-22,F,17 Trevenson Close,TR14 8AB,
i2,Toby,James,Rowse,2015-03-22,M,17 Trevenson Close,TR14 8AB,
i3,Kerra,,Tregear,1989-04-17,F,4 Bassett Row,TR15 2AA,9000001080
i4,Ella,Grace,Rowse,2015-03-22,F,17 Trevenson Close,TR14 8AB,
i5,John,,Smith,1970-05-01,M,1 Fore Street,TR18 2AA,
"""
PEOPLE = f"""{HEADINGS}
p1,Ela,Grace,Rowse,22/03/2015,F,17 Trevenson Cl,TR14 8AB,
p2,Kerra,,Angwin,17 April 1989,F,,,900 000 1080
p3,John,,Smith,,M,,,
p4,Nobody,,Known,1 Jan 1990,F,,,
p5,Toby,,Rowse,soon,M,,,
"""


def linked(out: Path) -> list[dict[str, str]]:
    """The rows that were written."""
    return list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "index.csv").write_text(INDEX, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


def test_people_are_linked_to_an_index(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A5: given two lists, then who is who is written with reasons, and bad rows are named."""
    out = files / "links.csv"
    status = main(["match", str(files / "people.csv"), "--against", str(files / "index.csv"), "--out", str(out)])
    assert status == 0
    rows = linked(out)
    assert list(rows[0]) == ["id", "against_id", "probability", "decision", "why"]
    matches = {(row["id"], row["against_id"]) for row in rows if row["decision"] == "match"}
    assert matches == {("p1", "i1"), ("p1", "i4"), ("p2", "i3")}
    assert {row["decision"] for row in rows if row["id"] == "p4"} == {"none"}
    assert {row["against_id"] for row in rows if row["id"] == "p3" and row["decision"] == "possible"} <= {"i5"}
    assert "i2" not in {row["against_id"] for row in rows}
    why = next(row["why"] for row in rows if row["id"] == "p2")
    assert "NHS number is the same" in why
    rejected = linked(files / "links.rejects.csv")
    assert [(row["file"], row["line"], row["column"]) for row in rejected] == [("people.csv", "6", "5")]
    assert "line 6, column 5" in capsys.readouterr().err


def test_a_list_is_looked_through_for_people_who_are_twice_in_it(files: Path) -> None:
    """A5: the same person twice is one pair; twins are none."""
    out = files / "twice.csv"
    assert main(["match", str(files / "index.csv"), "--dedupe", "--out", str(out)]) == 0
    assert [(row["id"], row["against_id"], row["decision"]) for row in linked(out)] == [("i1", "i4", "match")]


def test_the_order_of_processes_changes_nothing(files: Path) -> None:
    """A5: one process or three, the same file comes."""
    content = []
    for processes in ("1", "3"):
        out = files / f"links-{processes}.csv"
        given = ["match", str(files / "people.csv"), "--against", str(files / "index.csv"), "--out", str(out)]
        assert main([*given, "--processes", processes]) == 0
        content.append(out.read_bytes())
    assert content[0] == content[1]


@pytest.mark.parametrize(
    "arguments",
    [["--dedupe", "--against", "index.csv"], [], ["--dedupe", "--processes", "0"], ["--against", "nowhere.csv"]],
)
def test_what_cannot_be_done_is_refused(
    files: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A5: exit status 2, and nothing but words on standard error."""
    monkeypatch.chdir(files)
    assert main(["match", "people.csv", "--out", "links.csv", *arguments]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_nothing_that_is_read_is_written_over(files: Path) -> None:
    """A5: the list itself is no place for the links."""
    people = str(files / "people.csv")
    assert main(["match", people, "--dedupe", "--out", people]) == 2
    assert (files / "people.csv").read_text(encoding="utf-8") == PEOPLE


def test_a_file_without_any_good_row_is_refused(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A5: exit status 2 only where nothing could be read."""
    (files / "bad.csv").write_text("id,date_of_birth\n1,soon\n2,later\n", encoding="utf-8")
    given = ["match", str(files / "bad.csv"), "--against", str(files / "index.csv"), "--out", str(files / "o.csv")]
    assert main([*given, "--json"]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert "no row could be used" in answer["problem"]["detail"]


def test_one_file_with_everything_wrong_that_extracts_bring(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A5: given a list with a mark of order, headings of another system, 200 columns, two encodings, control
    characters, dates in five formats, blank rows and rows that cannot be used, then every good row is looked up, each
    bad one is in the rejects file with its line and column, what was odd is reported, and the exit status is 0."""
    many = ["Ref", "Forename", "SURNAME", "D.O.B.", "Home Postcode", *(f"column {number}" for number in range(195))]
    written = ["22/03/2015", "2015-03-22", "22 March 2015", "22-Mar-15", "20150322"]
    rows = [f"g{place},Ella,Rowse,{day},TR14 8AB".encode() for place, day in enumerate(written)]
    rows += [
        b",,,",
        b"",
        b"g5,Zo\xeb,Ro\x07wse,1990-01-01,",
        b"b1,Ella,Rowse,soon,TR14 8AB",
        b",Ella,Rowse,2015-03-22,",
    ]
    people = files / "extract.csv"
    people.write_bytes(b"\xef\xbb\xbf" + ",".join(many).encode() + b"\r\n" + b"\r\n".join(rows) + b"\r\n")
    out, rejects = files / "links.csv", files / "bad.csv"
    given = ["match", str(people), "--against", str(files / "index.csv"), "--out", str(out)]
    assert main([*given, "--rejects", str(rejects)]) == 0
    found = linked(out)
    assert {row["id"] for row in found} == {"g0", "g1", "g2", "g3", "g4", "g5"}
    assert {row["id"] for row in found if row["decision"] == "match"} == {"g0", "g1", "g2", "g3", "g4"}
    assert [(row["line"], row["column"], row["heading"]) for row in linked(rejects)] == [
        ("11", "1", "id"),
        ("10", "4", "date_of_birth"),
    ]
    said = capsys.readouterr().err
    for words in ("line 9", "not UTF-8, read as Windows-1252", "control characters taken out", "means nothing here"):
        assert words in said


def test_the_list_against_which_is_asked_is_read_as_kindly(files: Path) -> None:
    """A5: given an index in UTF-16 with semicolons, other headings, a control character, blank rows and a row that
    cannot be used, then its good rows are found, and the bad one is named with the file, its line and its column."""
    rows = ["Ref;Forename;Surname;DOB;Post code", "i1;El\x07la;Rowse;22 March 2015;TR14 8AB", "", ";;;;",
            "i2;Toby;Rowse;31/02/2015;TR14 8AB", "i3;Toby;Rowse;17.1.2020;TR14 8AB"]  # fmt: skip
    (files / "wide.csv").write_bytes("\r\n".join(rows).encode("utf-16"))
    (files / "asked.csv").write_text("id,given_name,family_name,date_of_birth\np1,Ella,Rowse,2015-03-22\n", "utf-8")
    out = files / "links.csv"
    given = ["match", str(files / "asked.csv"), "--against", str(files / "wide.csv"), "--out", str(out)]
    assert main([*given, "--processes", "1"]) == 0
    assert [(row["against_id"], row["decision"]) for row in linked(out)] == [("i1", "match")]
    rejected = linked(files / "links.rejects.csv")
    assert [(row["file"], row["line"], row["column"]) for row in rejected] == [("wide.csv", "5", "4")]


def test_headings_that_name_no_id_are_refused_by_name(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A5: given headings of which none is the id, then nothing could be read: exit status 2, with the headings that
    were found, and there is no file of links that could be taken for a result: an earlier one is as it was."""
    (files / "wrong.csv").write_text("Pupil,Vorname,Geburtstag\n1,Ella,2015-03-22\n", encoding="utf-8")
    out = files / "links.csv"
    given = ["match", str(files / "wrong.csv"), "--against", str(files / "index.csv"), "--out", str(out)]
    assert main(given) == 2
    said = capsys.readouterr().err
    assert "Pupil, Vorname, Geburtstag" in said
    assert "line 1" in said
    assert not out.exists()
    out.write_text("earlier", encoding="utf-8")
    assert main(given) == 2
    assert out.read_text(encoding="utf-8") == "earlier"
    assert not list(files.glob("*.part"))
