"""What pages make of dates, risks and references: as precise as what was said, and no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from daras.pages import wording
from daras.pages.finding.views import reference_in
from daras.pages.our_referrals.presenting import safe_now
from daras.people.models import BirthKnown, PosesRiskKnown
from daras.people.queries import PersonKnown


def moment(day: int, month: int = 11, year: int = 2026, *, end: bool = False) -> datetime:
    start = datetime(year, month, day, tzinfo=UTC)
    return start + timedelta(days=1, seconds=-1) if end else start


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (moment(20), moment(20, end=True), "Friday 20 November 2026"),
        (moment(1), moment(30, end=True), "November 2026"),
        (moment(1, 1, 2002), moment(31, 12, 2002, end=True), "2002"),
        (moment(1, 1, 2002), moment(31, 12, 2004, end=True), "2002 to 2004"),
        (moment(20), moment(22, end=True), "between 20 November 2026 and 22 November 2026"),
        (None, None, "date not said"),
    ],
)
def test_a_date_is_told_as_precisely_as_it_was_said(first: datetime | None, last: datetime | None, words: str) -> None:
    """Given a day, a month, years or a range, then the page invents no precision."""
    assert wording.occurred(first, last) == words


def test_a_risk_always_says_what_it_rests_on() -> None:
    """Given a conviction and an allegation, then neither is told without its basis (E1)."""
    convicted = PosesRiskKnown(status="registered-sex-offender", basis="convicted", release_on=date(2026, 12, 14))
    assert wording.risk(convicted) == "registered sex offender (convicted), release 14 December 2026"
    assert wording.risk(PosesRiskKnown(status="alleged", basis="alleged")) == "said to pose a risk (alleged)"


def test_a_baby_s_age_is_in_months_and_the_unborn_have_none() -> None:
    """Given a baby and an expected birth, then each is told in the words that fit."""
    baby = PersonKnown(1, "P-1", births=[BirthKnown(date_of_birth=date(2026, 8, 30), role="child")])
    assert wording.born(baby, date(2026, 11, 24)) == "born 30 August 2026, aged 2 months"
    unborn = PersonKnown(2, "P-2", births=[BirthKnown(expected_on=date(2027, 2, 1), role="unborn")])
    assert wording.born(unborn, date(2026, 11, 24)) == "not yet born, expected 1 February 2027"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("D-7K3M-Q9TA", "D-7K3M-Q9TA"),
        ("d7k3mq9ta", "D-7K3M-Q9TA"),
        (" r-4hzc 2m8o ", "R-4HZC-2M80"),
        ("Alex Tregear", None),
        ("", None),
        ("D-7K3M-Q9TA-MORE", None),
    ],
)
def test_a_reference_is_understood_however_it_was_heard(written: str, meant: str | None) -> None:
    """Given a reference as somebody wrote it down, then it is put right; a name is not taken for one."""
    assert reference_in(written) == meant


def test_not_seen_is_said_plainly() -> None:
    """Given a child whom nobody has seen, then the sentence says only that (A16)."""
    assert safe_now("Toby", False, "", "") == "Toby has not been seen."
    assert safe_now("Alex", True, "class teacher", "at school") == "Alex was seen by class teacher, at school."


def test_a_team_that_is_called_as_its_agency_is_named_once() -> None:
    """Given the Early Help Hub, whose team has its name, then it is said once; others stand beside their agency."""
    assert wording.owner("cornwall-early-help-hub", "hub") == "Early Help Hub"
    assert wording.owner("cornwall-early-help-hub", "family-support").startswith("Early Help Hub, ")
