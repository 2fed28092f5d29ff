"""What holds of the rules whatever the news."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from daras.agencies import load_directory
from daras.practice import pack_for
from daras.rules.assess import assess
from daras.rules.family import Family
from daras.rules.findings import Findings
from daras.rules.situation import AgeGroup, Concern, Person, Place, PosesRisk, Relationship, Situation
from daras.rules.tests.stories import Story, alex, at, julie, mark
from daras.working_time.calendars import is_working_day
from daras.working_time.clock import local_date

#: The clock of the machine that runs the tests is not what is tested.
UNHURRIED = settings(deadline=None, max_examples=25)

DIRECTORY = load_directory()
PACK = pack_for(date(2026, 11, 24))
ACCOUNTS = (
    "She told a teacher that he touched her sexually.",
    "There was no injury and he did not touch her.",
    "Attendance is low and he is withdrawn.",
    "He is released from prison and moves in with them.",
    "",
)
CATEGORIES = ("sexual-abuse-in-the-family", "neglect", "physical-abuse", "other", "child-criminal-exploitation")
TIES = ("mother", "father", "partner", "sibling", "friend", "cousin", "uncle", "half-sister", "foster-carer")
KEYS = tuple("abcdef")


@st.composite
def people(draw: st.DrawFn, key: str) -> Person:
    groups: tuple[AgeGroup, ...] = ("child", "adult", "unborn", "unknown")
    group = draw(st.sampled_from(groups))
    age = {"child": st.integers(0, 17), "adult": st.integers(18, 90)}.get(group, st.none())
    places = st.sampled_from("123").map(lambda n: Place(f"{n} Fore Street", "Truro", "TR1 2AA", n))
    risk = st.builds(
        PosesRisk,
        st.sampled_from(["registered-sex-offender", "alleged"]),
        st.sampled_from(["convicted", "alleged", "charged"]),
        release_on=st.none() | st.dates(date(2026, 11, 1), date(2027, 3, 1)),
        proposed_address=st.none() | places,
    )
    return Person(
        key,
        f"Person{key} Trelawny",
        group,
        age_years=draw(age),
        sex=draw(st.sampled_from(["F", "M", None])),
        disabilities=frozenset(draw(st.lists(st.sampled_from(["COMM", "LD", "MOB"]), max_size=2))),
        poses_risk=tuple(draw(st.lists(risk, max_size=1))),
        works_with_children=tuple(draw(st.lists(st.just("coach"), max_size=1))),
        addresses=tuple(draw(st.lists(places, max_size=2))),
    )


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    named = {key: draw(people(key)) for key in KEYS[: draw(st.integers(2, 6))]}
    keys = st.sampled_from(sorted(named))
    some = st.lists(keys, min_size=1, max_size=2, unique=True).map(tuple)
    concern = st.builds(
        Concern,
        about=some,
        suspected=st.lists(keys, max_size=1).map(tuple),
        category=st.sampled_from(CATEGORIES),
        what_happened=st.sampled_from(ACCOUNTS),
    )
    tie = st.builds(Relationship, keys, keys, st.sampled_from(TIES)).filter(lambda each: each.start != each.end)
    arrived = at(2026, 11, 20, 9, 0) + timedelta(minutes=draw(st.integers(0, 60 * 24 * 7)))
    story = Story("referral", "penryn-primary", "safeguarding", arrived).situation(arrived)
    return dataclasses.replace(
        story,
        people=named,
        concerns=tuple(draw(st.lists(concern, min_size=1, max_size=3))),
        relationships=tuple(draw(st.lists(tie, max_size=6))),
    )


def found(situation: Situation, now: datetime | None = None) -> Findings:
    return assess(situation, PACK, DIRECTORY, now or situation.news.received_at)


@UNHURRIED
@given(situations())
def test_what_is_found_is_about_people_there_and_says_why(situation: Situation) -> None:
    findings = found(situation)
    about = [each.about for each in findings.indicators] + [each.about for each in findings.duties]
    assert {key for keys in [*about, findings.own_matters] for key in keys} <= set(situation.people)
    for reason in [each.why for each in findings.indicators] + [each.because for each in findings.duties]:
        assert reason.endswith(".")
        assert "{" not in reason
        assert "[]" not in reason
    assert findings.threshold.level == max((each.level for each in findings.indicators), default=1)


@UNHURRIED
@given(situations())
def test_a_decision_is_due_whenever_a_discussion_is_indicated_and_only_then(situation: Situation) -> None:
    """B1: given any news, then a decision is due once where a discussion is indicated, and nowhere else."""
    findings = found(situation)
    due = [each for each in findings.duties if each.kind == "strategy-decision-due"]
    assert len(due) == (1 if findings.threshold.strategy_discussion else 0)
    assert bool(findings.invitations) == findings.threshold.strategy_discussion


@UNHURRIED
@given(situations())
def test_every_working_day_duty_ends_on_a_working_day_and_late_starts_are_one_an_owner(situation: Situation) -> None:
    findings = found(situation)
    for each in findings.duties:
        if PACK.duty(each.kind).clock.unit == "working day":
            assert is_working_day(local_date(each.due_at))
        if PACK.duty(each.kind).clock.backward:
            assert each.due_at > situation.news.received_at
    late = [(each.owner_agency, each.owner_team) for each in findings.duties if each.late_start]
    assert len(late) == len(set(late))


@UNHURRIED
@given(situations(), st.randoms(use_true_random=False))
def test_the_order_in_which_people_are_named_changes_nothing(situation: Situation, random: object) -> None:
    names = list(situation.people)
    random.shuffle(names)  # type: ignore[attr-defined]
    shuffled = dataclasses.replace(situation, people={key: situation.people[key] for key in names})
    one, other = found(situation), found(shuffled)
    assert one.threshold.level == other.threshold.level
    assert {(each.id, frozenset(each.about)) for each in one.indicators} == {
        (each.id, frozenset(each.about)) for each in other.indicators
    }
    assert sorted((each.kind, sorted(each.about), each.due_at) for each in one.duties) == sorted(
        (each.kind, sorted(each.about), each.due_at) for each in other.duties
    )


@UNHURRIED
@given(situations(), st.sampled_from(CATEGORIES), st.sampled_from(ACCOUNTS))
def test_more_news_never_lowers_the_level(situation: Situation, category: str, account: str) -> None:
    worse = Concern((next(iter(situation.people)),), (), category, account)
    more = dataclasses.replace(situation, concerns=(*situation.concerns, worse))
    assert found(more).threshold.level >= found(situation).threshold.level


@UNHURRIED
@given(situations())
def test_an_open_case_is_never_weighed_less(situation: Situation) -> None:
    """News on an open case passes the same rules (B1)."""
    opened = dataclasses.replace(situation, open_case=True, open_matter_references=("D-0001-0002",))
    before, after = found(situation), found(opened)
    assert after.threshold.level >= before.threshold.level
    assert {each.id for each in after.indicators} >= {each.id for each in before.indicators}


@UNHURRIED
@given(situations())
def test_siblings_are_siblings_of_each_other(situation: Situation) -> None:
    family = Family(situation)
    for key in situation.people:
        for other in family.siblings(key):
            assert key in family.siblings(other)
            assert other != key


def test_siblings_of_every_kind_are_told_apart() -> None:
    """Given parents known and partners, then full, half and step are told apart (A5, C5)."""
    story = Story("referral", "penryn-primary", "safeguarding", at(2026, 11, 20, 9, 0))
    for key, sex in (("full", "F"), ("half", "M"), ("step", "M"), ("child", "F"), ("written", "F")):
        story.child(key, key.title(), 8, sex)
    for key in ("mother", "father", "other-father", "partner"):
        story.adult(key, key.title())
    story.tie("mother", "mother", "child", "full", "half").tie("father", "father", "child", "full")
    story.tie("other-father", "father", "half").tie("partner", "partner of", "mother").tie("partner", "father", "step")
    story.tie("written", "half-sister", "child")
    assert Family(story.situation()).siblings("child") == {
        "full": "sister",
        "half": "half-brother",
        "step": "step-brother",
        "written": "half-sister",
    }


def test_the_example_families() -> None:
    """Given the practice studies, then each is to the other what the story says (J1, J2, J3)."""
    assert Family(alex().situation()).relation("sib1", "suspect") == "sister"
    assert Family(julie().situation()).relation("julie", "other") == "step-sister"
    assert Family(mark().situation()).relation("father", "mark") == "father"
    assert Family(mark().situation()).relation("mark", "father") == "son"
    assert Family(alex().situation()).relation("friend", "alex") is None
