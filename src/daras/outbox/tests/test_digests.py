"""The daily letter: once a day to each person, each thing once, nobody's name, and only for what can wait."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.outbox.delivery import drain
from daras.outbox.digests import send_digests, write_digests
from daras.outbox.models import Digest, DigestLine, Notice, NoticeDelivered, Receiver
from daras.outbox.tests.conftest import POLICE, TEAM, TestClock, a_matter, page_of, reached_by, seen, told
from daras.outbox.tests.receiving import MailServer

MAILBOX = "central@police.example"
EIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def somebody(name: str, team: str = TEAM, agency: str = POLICE) -> Worker:
    with machine():
        return Worker.objects.create(
            slug=name,
            email=f"{name}@police.example",
            name=name.title(),
            agency=agency,
            team=team,
            role="police-officer",
        )


def quiet(worker: Worker, now: datetime) -> str:
    return ""


@pytest.fixture
def mailbox(partnership: None, clock: TestClock, letters: MailServer) -> Receiver:
    """The police team chose e-mail; two officers work there. It is the evening before."""
    clock.set(EIGHT - timedelta(hours=14))
    somebody("morwenna")
    somebody("jory")
    return reached_by(Receiver.Channel.EMAIL, MAILBOX)


def the_worker_runs(clock: TestClock, *, times: int = 1) -> None:
    for _ in range(times):
        write_digests(clock.now, quiet)
        send_digests(clock.now)


def sent_to(letters: MailServer, address: str) -> list[str]:
    return [str(each.get_payload()) for each in letters.letters if each["To"] == address]


def test_what_can_wait_comes_in_one_letter_at_the_agencys_hour(
    mailbox: Receiver, clock: TestClock, letters: MailServer
) -> None:
    """A8, interface: given ten duties and feedback, then at eight each person has one letter of two lines."""
    notices = [told(a_matter()) for _ in range(10)] + [told(a_matter(), kind="feedback")]
    drain(mailbox.pk)
    the_worker_runs(clock)
    clock.set(EIGHT - timedelta(minutes=1))
    the_worker_runs(clock)
    assert letters.letters == []

    clock.set(EIGHT)
    the_worker_runs(clock, times=3)

    assert sorted(each["To"] for each in letters.letters) == ["jory@police.example", "morwenna@police.example"]
    for text in (sent_to(letters, "jory@police.example")[0], sent_to(letters, "morwenna@police.example")[0]):
        assert "Something is owed by you (10 times)" in text
        assert "What became of your referral" in text
        assert text.count("\n  ") == 2
    assert all(seen(each).delivered_at == EIGHT for each in notices)
    with machine():
        assert NoticeDelivered.objects.filter(channel="email").count() == 11
        assert TrailEntry.objects.filter(action="deliver", subject_kind="digest").count() == 2


@pytest.mark.parametrize("kind", ["action", "handed-over"])
def test_a_discussion_and_safety_tonight_do_not_wait(
    mailbox: Receiver, clock: TestClock, letters: MailServer, kind: str
) -> None:
    """B4, A11, interface: given an action or a handover, then its letter goes to the team's mailbox within the minute,
    and stands in no digest."""
    notice = told(a_matter(), kind=kind)
    drain(mailbox.pk)
    assert [each["To"] for each in letters.letters] == [MAILBOX]
    clock.set(EIGHT)
    the_worker_runs(clock)
    assert len(letters.letters) == 1
    with machine():
        assert not DigestLine.objects.filter(notice=notice).exists()


def test_each_notice_stands_in_one_letter_and_there_is_one_letter_a_day(
    mailbox: Receiver, clock: TestClock, letters: MailServer
) -> None:
    """Interface: given news after the hour, then it waits for tomorrow's letter, which says nothing of yesterday's."""
    told(a_matter())
    clock.set(EIGHT + timedelta(minutes=5))
    the_worker_runs(clock)
    late = told(a_matter(), kind="feedback")
    clock.forward(timedelta(hours=9))
    the_worker_runs(clock)
    assert len(letters.letters) == 2
    assert seen(late).delivered_at is None

    clock.set(EIGHT + timedelta(days=1))
    the_worker_runs(clock)
    first, second = sent_to(letters, "jory@police.example")
    assert "Something is owed by you" in first
    assert "What became of your referral" not in first
    assert "What became of your referral" in second
    assert "Something is owed by you" not in second

    clock.set(EIGHT + timedelta(days=2))
    the_worker_runs(clock)
    assert len(letters.letters) == 4, "no news, no letter"


def test_the_letter_names_nobody_and_no_matter(mailbox: Receiver, clock: TestClock, letters: MailServer) -> None:
    """G4, design: given notices of a matter, then not even its reference stands in the letter or its headers."""
    matter = a_matter()
    told(matter)
    clock.set(EIGHT)
    the_worker_runs(clock)
    for each in letters.letters:
        assert matter.reference not in str(each)
        assert "http://127.0.0.1:8000/notices/" in str(each.get_payload())
        assert each["Subject"] == "Daras: your daily letter, 24 November 2026"


def test_a_mail_server_that_turns_down_gets_the_same_letter_later(
    mailbox: Receiver, clock: TestClock, letters: MailServer
) -> None:
    """Design, outbox: at least once under one key; the text is the one first written."""
    told(a_matter())
    letters.refuse = True
    clock.set(EIGHT)
    the_worker_runs(clock)
    assert letters.letters == []
    with machine():
        keys = {str(each.key) for each in Digest.objects.filter(attempts=1, sent_at__isnull=True)}
    assert len(keys) == 2
    letters.refuse = False
    the_worker_runs(clock)
    assert letters.letters == [], "not before its time"
    clock.forward(timedelta(seconds=6))
    the_worker_runs(clock, times=2)
    assert {each["X-Daras-Key"] for each in letters.letters} == keys
    assert len(letters.letters) == 2


def test_a_worker_killed_after_sending_still_records_the_delivery(
    mailbox: Receiver, clock: TestClock, letters: MailServer
) -> None:
    """Design, outbox: given letters taken and nothing recorded of it, then the next run records it."""
    notice = told(a_matter())
    clock.set(EIGHT)
    write_digests(clock.now, quiet)
    with machine():
        Digest.objects.update(sent_at=EIGHT)
    the_worker_runs(clock)
    assert seen(notice).delivered_at is not None
    assert letters.letters == []


def test_every_agency_has_its_own_hour_and_nobody_is_left_out(
    mailbox: Receiver, clock: TestClock, letters: MailServer
) -> None:
    """A8: given an agency that chose half past six and where nobody signs in, then its mailbox has the letter first."""
    school = reached_by(Receiver.Channel.EMAIL, "office@school.example", agency="hayle-academy", team="safeguarding")
    with machine():
        Receiver.objects.filter(pk=school.pk).update(digest_at=time(6, 30))
    told(a_matter(), agency="hayle-academy", team="safeguarding", kind="receipt")
    told(a_matter())
    clock.set(EIGHT - timedelta(hours=1, minutes=30))
    the_worker_runs(clock)
    assert [each["To"] for each in letters.letters] == ["office@school.example"]


def test_somebody_who_left_gets_no_letter(mailbox: Receiver, clock: TestClock, letters: MailServer) -> None:
    """G4: rights are checked when the letter is written."""
    with machine():
        Worker.objects.filter(slug="jory").update(is_active=False)
    told(a_matter())
    clock.set(EIGHT)
    the_worker_runs(clock)
    assert [each["To"] for each in letters.letters] == ["morwenna@police.example"]


def test_a_mailbox_switched_off_loses_nothing(mailbox: Receiver, clock: TestClock, letters: MailServer) -> None:
    """A8: given e-mail switched off before the hour, then what waited stands on the agency's page."""
    notice = told(a_matter())
    with machine():
        Receiver.objects.filter(pk=mailbox.pk).update(is_active=False)
    clock.set(EIGHT)
    the_worker_runs(clock)
    drain(mailbox.pk)
    assert letters.letters == []
    assert seen(notice).receiver == page_of(POLICE)


def test_two_workers_at_the_same_hour_write_one_letter(mailbox: Receiver, clock: TestClock) -> None:
    """Interface: given a second run, then nobody has a second letter and no notice a second line."""
    told(a_matter())
    clock.set(EIGHT)
    assert write_digests(clock.now, quiet) == 2
    assert write_digests(clock.now, quiet) == 0
    with machine():
        assert (Digest.objects.count(), DigestLine.objects.count()) == (2, 2)
        assert Notice.objects.filter(in_digest=True).count() == 1
