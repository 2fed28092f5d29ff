"""The family picture and the lanes: conventions, nothing inline, the same each time, nobody drawn over (interface: key
screens 5 and 6)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from daras.design import genogram, lanes
from daras.design.genogram import PROPOSED, Figure, Household, Line
from daras.design.genogram_channels import Segment, assign
from daras.design.genogram_layout import Shape, standing
from daras.design.written import lines_of

SVG = "{http://www.w3.org/2000/svg}"


def family() -> tuple[list[Figure], list[Line], list[Household]]:
    """A mother with a son, her partner who poses a risk, an unborn child, and somebody of whom nothing is known."""
    figures = [
        Figure(1, "Alex Tregear", "aged 11", "square", focus=True, href="/people/P-1/"),
        Figure(2, "Kerra Tregear", "aged 37", "circle"),
        Figure(3, "Dean <Hocking>", "aged 35", "square", risk="registered sex offender"),
        Figure(4, "Unborn child", "expected 1 March 2027", "triangle"),
        Figure(5, "Sam", "age not known"),
    ]
    lines = [
        Line(2, 1, "parent", "Kerra Tregear is the mother of Alex Tregear", generations=1),
        Line(2, 4, "parent", "Kerra Tregear is the mother of Unborn child", generations=1),
        Line(2, 3, "partner", "Dean is the partner of Kerra", "partner"),
        Line(5, 1, "other", "Sam was a friend of Alex", "friend", past=True),
    ]
    return figures, lines, [Household("17 Trevenson Close", (1, 2))]


def large() -> tuple[list[Figure], list[Line], list[Household]]:
    """Thirty people over five generations in seven households, with the longest of names."""
    shapes: list[Shape] = ["square", "circle", "diamond", "triangle"]
    figures = [
        Figure(n, f"Alexandra-Morwenna Penhaligon-Trevithick-Carlyon {n}", f"aged {n}", shapes[n % 4], focus=n == 7)
        for n in range(30)
    ]
    lines = [Line((n - 1) // 2, n, "parent", f"{(n - 1) // 2} is a parent of {n}", generations=1) for n in range(1, 30)]
    lines += [Line(n, n + 1, "other", f"{n} is a friend of {n + 1}", "friend") for n in range(0, 29, 3)]
    return figures, lines, [Household(f"{n} Long Street", (n, 2 * n + 1, 2 * n + 2)) for n in range(7)]


def drawn(people: tuple[list[Figure], list[Line], list[Household]]) -> ElementTree.Element:
    figures, lines, households = people
    return ElementTree.fromstring(genogram.draw(figures, lines, households, title="Family picture"))


def words(picture: ElementTree.Element) -> str:
    return " ".join("".join(each.itertext()) for each in picture.iter())


def test_each_shape_is_the_convention() -> None:
    """Given one person of each kind, then square, circle, diamond and triangle; who the picture is about is double."""
    picture = drawn(family())
    assert len(list(picture.iter(f"{SVG}circle"))) == 1
    polygons = [each.attrib["points"].count(",") for each in picture.iter(f"{SVG}polygon")]
    assert sorted(polygons) == [3, 4]
    squares = [each for each in picture.iter(f"{SVG}rect") if "rx" not in each.attrib]
    assert len(squares) == 3  # Alex twice, for the picture is about him, and Dean


def test_risk_is_said_in_words_and_by_shape() -> None:
    """Given somebody who poses a risk, then a thick outline, a mark and the words; colour is never alone."""
    picture = drawn(family())
    assert "▲ registered sex" in words(picture)
    assert [each.text for each in picture.iter(f"{SVG}text")].count("!") == 1
    assert any(each.attrib.get("stroke-width") == "5" for each in picture.iter(f"{SVG}rect"))


def test_what_is_past_is_dashed_and_every_line_has_its_reason() -> None:
    """Given a friendship that is over, then its line is dashed; each line says why."""
    picture = drawn(family())
    reasons = {
        "".join(group.itertext()): [each for each in group if "stroke-dasharray" in each.attrib]
        for group in picture.iter(f"{SVG}g")
    }
    assert reasons["Sam was a friend of Alex"]
    assert any("Kerra Tregear is the mother of Alex Tregear" in reason for reason in reasons)
    assert any("Dean is the partner of Kerra" in reason for reason in reasons)


def test_what_is_proposed_is_dashed_and_never_as_what_is_known() -> None:
    """G2: given a brother whom an agency proposes and a changed risk, then figure, line and ring are finely dashed, the
    words say that it is proposed, and nobody has a risk's outline by it."""
    figures = [
        Figure(1, "Alex Tregear", "aged 11", "square", focus=True, may_be="proposed: changed risk"),
        Figure(-7, "Ben Tregear", "proposed", proposed=True),
    ]
    said = "Proposed by Carn Brea Academy, 24 November 2026, and not decided: Ben is his half-brother."
    lines = [Line(-7, 1, "other", said, "proposed", proposed=True)]
    picture = drawn((figures, lines, []))
    dashed = [each.tag.removeprefix(SVG) for each in picture.iter() if each.attrib.get("stroke-dasharray") == PROPOSED]
    assert sorted(dashed) == ["path", "polygon", "rect"]
    assert said in words(picture)
    assert "proposed: changed" in words(picture)
    assert not any(each.attrib.get("stroke-width") == "5" for each in picture.iter())


def test_names_are_text_and_nothing_is_styled_inline() -> None:
    """Given a name with angle brackets, then it is words; the content security policy finds nothing inline."""
    figures, lines, households = family()
    written = genogram.draw(figures, lines, households, title="Family picture")
    assert "<Hocking>" not in written
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=", written)
    assert ElementTree.fromstring(written).attrib["role"] == "group"


@pytest.mark.parametrize("people", [family(), large()], ids=["a family", "thirty people"])
def test_the_same_people_give_the_same_picture(
    people: tuple[list[Figure], list[Line], list[Household]],
) -> None:
    """Given the same people, then the picture is the same to the letter."""
    figures, lines, households = people
    first = genogram.draw(figures, lines, households, title="x")
    assert first == genogram.draw(figures, lines, households, title="x")


def test_thirty_people_stand_apart_and_households_hold_nobody_else() -> None:
    """Given thirty people, then no two stand in one place, children stand below parents, and an outline encloses its
    own."""
    figures, lines, households = large()
    found = standing(figures, lines, households)
    for row in range(found.rows):
        columns = sorted(found.column[key] for key, each in found.row.items() if each == row)
        assert all(right - left >= 1 for left, right in pairwise(columns))
    assert all(found.row[line.end] == found.row[line.start] + 1 for line in lines if line.kind == "parent")
    for household, members in found.bands:
        left, right = min(found.column[key] for key in members), max(found.column[key] for key in members)
        inside = {key for key, column in found.column.items() if left - 0.5 <= column <= right + 0.5}
        assert inside == set(members), household
    assert len(genogram.draw(figures, lines, households, title="x")) < 60_000


def test_a_long_name_is_broken_and_said_whole_on_its_figure() -> None:
    """Given the longest of names, then no line is longer than its column, and the title holds the whole name."""
    figures, lines, households = large()
    assert all(len(line) <= genogram.LETTERS for line in lines_of(figures[0].name, genogram.LETTERS, 3))
    assert figures[0].name in words(drawn((figures, lines, households)))


def test_lanes_show_gaps_late_entries_and_what_matters() -> None:
    """Given a worry recorded late after months of nothing, then the gap, the mark and the edge are drawn (G2)."""
    start = date(2026, 1, 5)
    moments = [
        lanes.Moment(start + timedelta(days=200), "24 July 2026", "Police", "A worry", "recorded 4 days later", True),
        lanes.Moment(start, "5 January 2026", "School", "Lives at 1 Long Street"),
        lanes.Moment(start, "5 January 2026", "Police", "Is called Alex"),
    ]
    written = lanes.draw(moments, title="Chronology")
    assert written == lanes.draw(moments, title="Chronology")
    assert "nothing known for 7 months" in written
    assert "◷ recorded 4 days later" in written
    assert " style=" not in written
    said = words(ElementTree.fromstring(written))
    assert said.index("Police") < said.index("School")
    assert written.count("5 January 2026</text>") == 1


def test_no_line_runs_into_the_line_of_a_child_that_is_not_theirs() -> None:
    """A5: given a mother with her son's father elsewhere and a new partner with whom she expects a child, then the
    partner's line turns aside before the son's line begins to go down at the same place."""
    partner = Segment(left=200, right=300, above=[200, 250], below=[300])
    father = Segment(left=0, right=250, above=[0, 200], below=[250])
    elsewhere = Segment(left=800, right=900, above=[800], below=[900])
    assert assign([father, partner, elsewhere]) == 2
    assert partner.channel < father.channel
    assert elsewhere.channel == 0
    ring = [Segment(0, 100, above=[0], below=[100]), Segment(0, 100, above=[100], below=[0])]
    assert assign(ring) == 2
    assert ring[0].channel != ring[1].channel
