"""Police information in a discussion: graded for those who must know, and the one agreed line for everybody (B4,
G4)."""

from __future__ import annotations

import pytest

from daras.access.models import Worker
from daras.access.session import machine
from daras.handling.commands import Grade
from daras.handling.models import EntryGraded, SharingDecided
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.meetings import after, during
from daras.meetings.calling import Invitation, invite
from daras.meetings.models import Contributed, MeetingCalled, SectionRecorded
from daras.meetings.tests.conftest import seen_by, through

Workers = dict[str, Worker]
HELD = "A neighbour who must not be named saw him carry the camera into the garage twice in October."
LINE = "There is information about a camera."


def graded(inspector: Worker, meeting: MeetingCalled, **changed: object) -> None:
    said = {"text": HELD, "grade": Grade("2", "B", "C", "Not to the family."), "agreed_line": LINE} | changed
    through(inspector, lambda: during.contribute_graded(inspector, meeting.pk, **said))  # type: ignore[arg-type]


@pytest.fixture
def inspector(workers: Workers, convened: MeetingCalled) -> Worker:
    """The police's inspector, who takes part."""
    manager, inspector = workers["duty-manager"], workers["inspector"]
    asked = Invitation("devon-and-cornwall-police", "on-call-inspector", "Answers a challenge.")
    through(manager, lambda: invite(manager, convened.pk, [asked]))
    return inspector


def test_only_the_line_that_police_agreed_is_minuted(
    convened: MeetingCalled, workers: Workers, inspector: Worker
) -> None:
    """G4, B4: given graded information with an agreed line, then the police read what they hold and its grade,
    everybody else who takes part reads the line alone, and the minute-taker cannot write down more than that."""
    graded(inspector, convened)
    theirs = seen_by(inspector, convened)
    assert [each.text for each in theirs.contributed] == [HELD, LINE]
    assert [each.code for each in theirs.grades.values()] == ["2BC"]
    manager = workers["duty-manager"]
    for seat in ("duty-manager", "school-nurse"):
        read = seen_by(workers[seat], convened)
        assert [each.text for each in read.contributed] == [LINE]
        assert read.grades == {}

    def minute(text: str) -> None:
        through(manager, lambda: after.record_section(manager, convened.pk, section="minutes", text=text))

    with pytest.raises(Refused) as refused:
        minute("Police: he was seen; saw him carry the camera into the garage, twice.")
    assert refused.value.code == "not-the-agreed-line"
    assert "neighbour" not in str(refused.value), "it repeats the writer's own words and no more"
    minute(f"Police: {LINE}")
    with machine():
        assert SectionRecorded.objects.count() == 1


def test_without_a_line_nothing_is_minuted(convened: MeetingCalled, workers: Workers, inspector: Worker) -> None:
    """G4: given graded information without an agreed line, then nobody else reads that there is any."""
    graded(inspector, convened, agreed_line="")
    assert seen_by(workers["duty-manager"], convened).contributed == []


@pytest.mark.parametrize(
    ("grade", "code"),
    [
        (Grade("4", "A", "P"), "unknown-choice"),
        (Grade("1", "F", "P"), "unknown-choice"),
        (Grade("1", "A", "X"), "unknown-choice"),
        (Grade("1", "A", "C"), "missing"),
    ],
)
def test_a_grade_is_whole_or_refused(convened: MeetingCalled, inspector: Worker, grade: Grade, code: str) -> None:
    """G4: given a grade that is not on the lists, or conditions that are missing, then nothing is recorded."""
    with pytest.raises(Refused) as refused:
        graded(inspector, convened, grade=grade)
    assert refused.value.code == code
    with machine():
        assert not Contributed.objects.exists()
        assert not EntryGraded.objects.exists()


def test_only_those_grade_whose_information_is_graded(convened: MeetingCalled, workers: Workers) -> None:
    """G4: given a nurse, then no grade is taken from her."""
    with pytest.raises(Refused) as refused:
        graded(workers["school-nurse"], convened)
    assert refused.value.code == "not-graded"


def test_facts_carry_their_grounds_without_a_question(
    convened: MeetingCalled, workers: Workers, inspector: Worker
) -> None:
    """G4: given what was recorded by school, social care and police, then each fact carries controller, regime, the
    basis and the ground of confidence by the pack, apart; what is opinion says so, and whom it is about where the law
    asks."""
    graded(inspector, convened, is_opinion=True)
    with machine():
        rows = Fact.objects.values_list("controller", "regime", "basis", "confidentiality").distinct()
        found = {row[0]: row[1:] for row in rows}
        assert found["carn-brea-academy"] == ("general", "public-task", "public-interest")
        assert found["cornwall-childrens-services"] == ("general", "public-task", "public-interest")
        assert found["devon-and-cornwall-police"] == ("law-enforcement", "law-enforcement", "public-interest")
        assert set(Fact.objects.filter(is_opinion=True).values_list("kind", flat=True)) == {
            "contributed",
            "entry-graded",
        }
        assert not Fact.objects.filter(regime="general").exclude(person_kind="").exists()


def test_a_new_recipient_is_asked_about_and_nobody_else(
    convened: MeetingCalled, workers: Workers, inspector: Worker
) -> None:
    """G4: given somebody invited by hand with whom social care shares by default, then nothing more is asked; given a
    housing association, then why stands as a decision of its own, for the front door alone."""
    manager = workers["duty-manager"]
    with machine():
        assert not SharingDecided.objects.exists()
    asked = Invitation("cornwall-housing", "safeguarding", "They may move her tonight.", part="contributes")
    through(manager, lambda: invite(manager, convened.pk, [asked]))
    with machine():
        decided = SharingDecided.objects.select_related("fact").get()
        assert (decided.recipient_agency, decided.reason) == ("cornwall-housing", "They may move her tonight.")
        assert (decided.fact.basis, decided.fact.confidentiality) == ("public-task", "public-interest")
    assert through(workers["outsider"], SharingDecided.objects.exists) is False
