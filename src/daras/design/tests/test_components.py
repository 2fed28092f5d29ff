"""The components say in words what they show in colour, and escape what people wrote."""

from __future__ import annotations

import re

import pytest
from jinja2 import FileSystemLoader

from daras.design import environment as design
from daras.design.parts import Authority, Clock, DutyLine, Empty, Held, Link, Person, together

TEMPLATES = design.__file__.rpartition("/")[0] + "/templates"
ENVIRONMENT = design.environment(FileSystemLoader(TEMPLATES))
COMPONENTS = ENVIRONMENT.get_template("design/components.html").module


def text(html: object) -> str:
    """What is read out: without tags, spaces once."""
    return " ".join(re.sub(r"<[^>]+>", " ", str(html)).split())


def clock(authority: Authority = "local", *, overdue: bool = False) -> Clock:
    return Clock(
        authority=authority,
        due="Tuesday 24 November 2026, 17:00",
        due_machine="2026-11-24T17:00:00+00:00",
        left="overdue by 3 hours" if overdue else "2 working days left",
        source="Children Act 1989, section 47",
        overdue=overdue,
    )


@pytest.mark.parametrize(
    ("authority", "badge", "sentence"),
    [
        ("statute", "Law", "Required by law: Children Act 1989, section 47"),
        ("guidance", "Guidance", "Set by national guidance: Children Act 1989, section 47"),
        ("local", "Local target", "Not law: Children Act 1989, section 47"),
    ],
)
def test_a_clock_names_who_set_it(authority: Authority, badge: str, sentence: str) -> None:
    """Given a clock of each kind, then the badge says it in text, on hover, and looks different (design idea 4)."""
    html = str(COMPONENTS.clock(clock(authority)))  # type: ignore[attr-defined]
    assert text(html).startswith(badge)
    assert f'title="{sentence}"' in html
    assert f"daras-clock--{authority}" in html


def test_overdue_is_said_and_not_only_coloured() -> None:
    """Given an overdue duty, then the words say so (interface: colour never alone)."""
    line = DutyLine("Decide", "Alex", "Because.", clock(overdue=True), "your team")
    html = COMPONENTS.duty(line)  # type: ignore[attr-defined]
    assert "overdue by 3 hours" in text(html)


def test_duties_that_say_one_thing_are_one_line_and_each_keeps_its_own_news() -> None:
    """Interface: given the same duty owed for two pieces of news, then it is one line that opens, in which each stands
    with its own news; and one that is owed once stays as it is."""
    lines = [
        DutyLine("Tell the referrer", "Alex", "It arrived.", clock(overdue=True), "your team", news="For the school’s"),
        DutyLine("Decide", "Alex", "It arrived.", clock(), "your team"),
        DutyLine("Tell the referrer", "Toby", "It arrived.", clock(), "your team", news="For the nurse’s"),
    ]
    told, decide = together(lines)
    assert (told.what, len(told.each), told.clock.overdue, told.about) == ("Tell the referrer", 2, True, "Alex; Toby")
    assert decide == lines[1]
    for shown in (COMPONENTS.duty(told), COMPONENTS.duties_as_lines((told,))):  # type: ignore[attr-defined]
        words = text(shown)
        assert "Tell the referrer (2)" in words
        assert words.index("For the school’s") < words.index("For the nurse’s")
        assert {"Alex", "Toby"} <= set(re.findall(r"\w+", words))


def test_what_many_owe_together_is_still_a_light_page() -> None:
    """Interface: given a hundred and forty duties of a manager of twenty busy matters, half of them two that one line
    stands for, then every one is there, with its own clock and way to act, and all of it is under 180 KB."""
    lines = [
        DutyLine(
            f"Decide what happens with the referral {number // 2}",
            "Alexandra Trevenson-Rowse and Tobias Rowse",
            "Every referral is decided within one working day of its arrival, by a social worker, with a manager.",
            clock(overdue=number % 2 == 0),
            "your team’s duty manager",
            href="/matters/D-YKHQ-TZ4Q/",
            action=Link("Open", "/matters/D-YKHQ-TZ4Q/"),
            news="For the referral from Carn Brea Academy, Friday 27 November 2026, 10:08",
        )
        for number in range(140)
    ]
    html = str(COMPONENTS.duties((*lines[:60], *together(lines[60:]))))  # type: ignore[attr-defined]
    assert html.count("due <time") == 60 + 40 + 80  # one clock for each, and one for each line of two
    assert html.count("Decide what happens with the referral 69") >= 1
    assert len(html.encode()) < 180_000


def test_one_line_says_once_what_all_it_stands_for_have_alike() -> None:
    """Interface: given two duties owed by one team by one target, then who owes them and by what is said once; where
    another team owes the second, it is said there, too."""
    same = [DutyLine("Tell", name, "It arrived.", clock(), "your team") for name in ("Alex", "Toby")]
    other = [same[0], DutyLine("Tell", "Toby", "It arrived.", clock(), "your team’s duty manager")]
    said = [str(COMPONENTS.duty(together(lines)[0])).count("Owed by") for lines in (same, other)]  # type: ignore[attr-defined]
    assert said == [1, 2]


def test_what_people_wrote_is_never_markup() -> None:
    """Given words with markup in them, then they are shown as they were written."""
    hostile = "<script>alert(1)</script>"
    made = [
        COMPONENTS.voice(hostile, hostile),  # type: ignore[attr-defined]
        COMPONENTS.people(  # type: ignore[attr-defined]
            (Person(hostile, lives=hostile, parts=(hostile,), notes=(hostile,), reason=hostile, path=(hostile,) * 3),),
            hostile,
        ),
        COMPONENTS.duties_as_lines((DutyLine(hostile, hostile, hostile, clock(), hostile, news=hostile),)),  # type: ignore[attr-defined]
        COMPONENTS.duty(DutyLine(hostile, hostile, hostile, clock(), hostile)),  # type: ignore[attr-defined]
        COMPONENTS.reason(hostile, (hostile,)),  # type: ignore[attr-defined]
    ]
    for html in made:
        assert "<script>" not in str(html)
        assert "&lt;script&gt;" in str(html)


def test_what_is_held_elsewhere_says_whom_to_ask() -> None:
    """Given a record that may not be shown, then it says who holds it and whom to ask, never that there is nothing."""
    assert text(COMPONENTS.held(Held("Cornwall Partnership Trust", ask="the named nurse"))) == (  # type: ignore[attr-defined]
        "Cornwall Partnership Trust holds information: ask the named nurse."
    )


def test_nothing_to_show_says_when_it_looked() -> None:
    """Given an empty list, then nobody wonders whether it is broken."""
    assert text(COMPONENTS.empty(Empty("Nothing is owed.", checked="16:41"))) == "Nothing is owed. Last checked 16:41."  # type: ignore[attr-defined]
