"""Whenever the demonstration is loaded, its week has just ended and its clocks run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from daras.access import audiences
from daras.access.session import machine
from daras.duties.models import DutyState
from daras.exchange import demonstration
from daras.exchange.demonstration import agencies_lists, referrals, week
from daras.exchange.demonstration.workers import DEMO
from daras.exchange.tests.conftest import prepare
from daras.frontdoor.models import Document, ReferralReceived
from daras.matters.models import MatterState
from daras.people.models import BirthKnown, PersonRecord
from daras.working_time import clock
from daras.working_time.clock import parse_instant

NOTHING = timedelta()
#: Some days: a minute before and after the last news would have come, over a change of the clocks, years on.
DAYS = (
    "2026-11-21T11:22:00+00:00", "2026-11-21T11:24:00+00:00", "2026-11-24T09:30:00+00:00", "2026-12-28T08:00:00+00:00",
    "2027-03-30T07:00:00+00:00", "2027-06-03T10:00:00+00:00", "2029-02-28T23:59:00+00:00", "2025-05-07T12:00:00+00:00",
)  # fmt: skip


def test_in_the_week_it_was_written_for_nothing_is_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A1: given the Tuesday after, then every document is sent as it lies in the folder, to the letter."""
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T09:30:00+00:00")
    assert week.days_since(clock.now()) == NOTHING
    for each in referrals():
        if each.name == "mark.json":
            continue  # it has just come, whatever the day
        assert each.document == (DEMO / "referrals" / each.name).read_bytes()


@pytest.mark.parametrize("now", DAYS)
def test_the_school_wrote_on_the_last_friday_and_the_nurse_on_the_day_after(
    monkeypatch: pytest.MonkeyPatch, now: str
) -> None:
    """A1: given any day, then all has been sent, the school's referral at most eight days ago on a Friday at the same
    time of day, the nurse's news on the Saturday, and the ViST half an hour ago."""
    monkeypatch.setenv("DARAS_NOW", now)
    moment = parse_instant(now)
    sent = {each.name.removesuffix(".json"): each.at for each in referrals(week.days_since(moment))}
    assert all(at + week.UNDER_WAY <= moment for at in sent.values())
    school, nurse = clock.local(sent["alex"]), clock.local(sent["open-case"])
    assert (school.strftime("%A %H:%M"), nurse.strftime("%A %H:%M")) == ("Friday 10:05", "Saturday 11:20")
    assert nurse.date() - school.date() == timedelta(days=1)
    assert moment - sent["open-case"] < timedelta(days=7, hours=2)
    assert moment - sent["mark"] == timedelta(minutes=28)


def test_what_is_said_moves_with_the_day_and_children_keep_their_age(monkeypatch: pytest.MonkeyPatch) -> None:
    """J1: given a Thursday in June, then Mark's father is released three weeks after the officer wrote, the officer's
    words and the date of the document say the same Monday, and Mark is four as ever."""
    monkeypatch.setenv("DARAS_NOW", "2027-06-03T10:00:00+00:00")
    by = week.days_since(clock.now())
    sent = next(each for each in referrals(by) if each.name == "mark.json")
    document = json.loads(sent.document)
    release = next(each["poses_risk"]["release_on"] for each in document["people"] if "poses_risk" in each)
    assert (sent.at.date(), date.fromisoformat(release).strftime("%A")) == (date(2027, 6, 3), "Monday")
    assert date.fromisoformat(release) == date(2027, 6, 21)
    assert "released on 21 June." in sent.document.decode()
    assert week.birth(date(2022, 5, 14), by) == date(2022, 5, 14)  # not a full year yet
    assert week.birth(date(2020, 2, 29), timedelta(days=400)) == date(2021, 2, 28)
    in_lists = [each for extract in agencies_lists(by) for each in extract.people if each.given_name == "Alex"]
    assert {each.date_of_birth for each in in_lists} & {date(2015, 3, 22)}


@pytest.fixture(scope="module")
def next_june(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration as it is loaded on a Thursday in June 2028."""
    audiences.forget_scopes()
    with django_db_blocker.unblock(), transaction.atomic(), demonstration.clock_at(JUNE):
        prepare()
        demonstration.load(lambda *_: None)
        yield
        transaction.set_rollback(True)
    audiences.forget_scopes()


JUNE = parse_instant("2028-06-08T10:00:00+00:00")


def test_a_demonstration_loaded_today_is_alive(next_june: None) -> None:
    """A6, B1: given a Thursday a year and a half later, when the demonstration is loaded, then all its news comes in,
    children are as old as ever, Alex's decision is late and Mark's due within the hour, the news before Friday is
    decided, and much is to come."""
    with machine():
        assert ReferralReceived.objects.count() == 5
        assert BirthKnown.objects.filter(date_of_birth=date(2016, 3, 22)).count() >= 3  # Alex, who is eleven still
        decided = MatterState.objects.filter(decision_owed=False).count()
        alex = Document.objects.get(agency="carn-brea-academy").matter_id
        late = DutyState.objects.filter(
            met_at__isnull=True, due_at__lt=JUNE, duty__duty_kind__in=["strategy-decision-due", "referral-decision"]
        )
        late_on = set(late.values_list("matter_id", flat=True))
        due = list(DutyState.objects.filter(met_at__isnull=True).values_list("due_at", flat=True))
    days = [clock.local_date(each) for each in due]
    today = clock.local_date(JUNE)
    assert today in days
    assert any(each < today for each in days)
    assert any(timedelta() < each - JUNE < timedelta(hours=1) for each in due)
    assert decided == 3  # Jenna's, Julie's, and Liam's own
    assert late_on == {alex}
    assert sum(each > today for each in days) >= 5


def test_a_second_start_weeks_later_changes_nothing(next_june: None) -> None:
    """A1: given that demonstration, when it is loaded again three weeks later, then nothing comes twice."""
    with machine():
        before = (Document.objects.count(), PersonRecord.objects.count())
    with demonstration.clock_at(JUNE + timedelta(days=21)):
        demonstration.load(lambda *_: None)
    with machine():
        assert (Document.objects.count(), PersonRecord.objects.count()) == before
