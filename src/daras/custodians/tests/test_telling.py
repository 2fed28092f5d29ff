"""Custodians are written to, and duties of protected matters chased; nobody else learns anything by it (G4)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from daras.access.models import Worker
from daras.access.session import acting_as, custody, machine
from daras.custodians.commands import decide_naming
from daras.custodians.models import CustodianLetter, ProtectedNamed
from daras.custodians.noticing import notice_named
from daras.custodians.telling import send_letters, write_letters
from daras.custodians.tests.conftest import health_lists_alex, made_protected
from daras.duties import chasing
from daras.duties.models import DutyChased
from daras.frontdoor.intake import receive
from daras.frontdoor.tests.documents import encoded, referral
from daras.matters.models import Matter
from daras.outbox import delivery
from daras.outbox.models import Notice, Receiver
from daras.outbox.tests.receiving import MailServer, mail_server
from daras.working_time import clock

pytestmark = pytest.mark.django_db
COUNCIL = "cornwall-childrens-services"


@pytest.fixture
def letters(settings: Settings) -> Iterator[MailServer]:
    """A real mail server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    with mail_server(port) as server:
        yield server


def told() -> int:
    """A minute of the worker: letters written and sent."""
    write_letters(clock.now())
    return send_letters(clock.now())


def test_a_custodian_is_written_to_and_chased_and_nobody_else(
    workers: dict[str, Worker], letters: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a protected child, when somebody names them, then the council's custodian gets a letter in which no
    name, reference, kind or sender stands; once; again when they have not answered for two hours; and no more when they
    have. The council's own mailbox, and every other custodian, gets nothing of it."""
    with machine():
        Receiver.objects.create(agency=COUNCIL, team="", channel="email", address="office@council.example")
    made_protected(workers, health_lists_alex())
    receive(encoded(referral("alex")), file="alex")
    assert told() == 0
    assert notice_named() == 1
    assert told() == 1
    assert told() == 0
    (letter,) = letters.letters
    assert letter["To"] == workers["council-custodian"].email
    with custody():
        (naming,) = ProtectedNamed.objects.select_related("fact")
        assert naming.fact.matter_id is not None
        kept = Matter.objects.get(pk=naming.fact.matter_id)
    for word in ("Alex", "Tregear", kept.reference, "protect", "custod", "carn-brea", "named", "P-"):
        assert word.lower() not in str(letter).lower().replace("council-custodian@", ""), word
    monkeypatch.setenv("DARAS_NOW", (clock.now() + timedelta(hours=2, minutes=1)).isoformat())
    chasing.sweep(clock.now())
    with custody():
        chased = DutyChased.objects.get(fact__matter_id=kept.pk)
        assert chased.audience_id == kept.audience_id
        assert Notice.objects.filter(matter=kept, audience_id=kept.audience_id).exists()
    assert told() == 1
    with machine():
        assert not Notice.objects.filter(matter_id=kept.pk).exists()
        receivers = list(Receiver.objects.filter(agency=COUNCIL).values_list("pk", flat=True))
    for receiver in receivers:
        delivery.drain(receiver)
    assert not [each for each in letters.letters if kept.reference in str(each)]
    custodian = workers["council-custodian"]
    with acting_as(custodian):
        decide_naming(custodian, naming.pk, same_person=False, reason="Called the school: another child.")
    monkeypatch.setenv("DARAS_NOW", (clock.now() + timedelta(days=2)).isoformat())
    chasing.sweep(clock.now())
    assert told() == 0
    addresses = {each["To"] for each in letters.letters}
    assert workers["police-custodian"].email not in addresses
    for seat in ("duty-manager", "police-custodian", "custodian"):
        with acting_as(workers[seat]):
            assert not Notice.objects.filter(matter_id=kept.pk).exists(), seat


def test_a_mail_server_that_is_away_loses_no_letter(
    workers: dict[str, Worker], letters: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a mail server that takes nothing, when a custodian is to be told, then the letter waits, longer each
    time, and is sent once when it takes something again, with the same key."""
    made_protected(workers, health_lists_alex())
    receive(encoded(referral("alex")), file="alex")
    notice_named()
    letters.refuse = True
    assert told() == 0
    letters.refuse = False
    assert told() == 0
    monkeypatch.setenv("DARAS_NOW", (clock.now() + timedelta(minutes=1)).isoformat())
    assert told() == 1
    with machine():
        (kept,) = CustodianLetter.objects.all()
    assert (kept.attempts, kept.last_problem) == (2, "")
    assert letters.letters[0]["X-Daras-Key"] == str(kept.key)
