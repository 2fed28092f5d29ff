"""A matter on which things are told, an agency's webhook and mailbox, and a clock that the test moves."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from daras.access import audiences
from daras.access import installation as standing
from daras.access.session import machine
from daras.agencies import load_directory
from daras.ledger.commands import Entry, append
from daras.matters.commands import lock, open_matter
from daras.matters.models import Matter, MatterOpened
from daras.outbox import installation as receivers
from daras.outbox.commands import Tell, tell
from daras.outbox.models import Notice, Receiver, WebhookSecret
from daras.outbox.tests.receiving import SECRET, MailServer, Webhook, mail_server, webhook

POLICE, TEAM = "devon-and-cornwall-police", "central-safeguarding"


class TestClock:
    """The clock of one test."""

    __test__ = False

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.set(datetime.now(UTC).replace(microsecond=0))

    def set(self, moment: datetime) -> None:
        self.now = moment
        self._monkeypatch.setenv("DARAS_NOW", moment.isoformat())

    def forward(self, by: timedelta) -> None:
        self.set(self.now + by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> TestClock:
    return TestClock(monkeypatch)


@pytest.fixture
def police_system() -> Iterator[Webhook]:
    with webhook() as received:
        yield received


@pytest.fixture
def letters(settings: Settings) -> Iterator[MailServer]:
    """A real mail server, to which Django sends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    with mail_server(port) as server:
        yield server


@pytest.fixture
def partnership(db: None) -> None:
    """The agencies, each with its page."""
    with machine():
        standing.install(load_directory())
        receivers.install(load_directory())


@pytest.fixture
def police(partnership: None, clock: TestClock, police_system: Webhook) -> Receiver:
    """The police team's own system."""
    return reached_by(Receiver.Channel.WEBHOOK, police_system.address, secret=SECRET)


def reached_by(
    channel: str, address: str = "", *, agency: str = POLICE, team: str = TEAM, secret: str = ""
) -> Receiver:
    """Reach a team by a channel from now on."""
    with machine():
        receiver = Receiver.objects.create(agency=agency, team=team, channel=channel, address=address)
        if secret:
            WebhookSecret.of(receiver, secret).save(force_insert=True)
    return receiver


def page_of(agency: str) -> Receiver:
    """The page that every agency has."""
    return Receiver.objects.get(agency=agency, team="", channel=Receiver.Channel.PAGE)


def a_matter() -> Matter:
    """A new matter of the front door."""
    with machine():
        return open_matter(
            kind="referral",
            authority="908",
            agency=POLICE,
            audience_id=audiences.standing(audiences.front_door_scope("908")),
            opened_at=datetime.now(UTC),
        )


def told(matter: Matter, *, agency: str = POLICE, team: str | None = TEAM, kind: str = "something-owed") -> Notice:
    """Something happens on the matter, and the team is told of it."""
    with machine():
        recording = lock([matter.pk], agency=agency, author="test")
        entry = Entry(MatterOpened(reason="for this test"), matter.audience_id, matter_id=matter.pk)
        (fact,) = append(recording, [entry])
        (made,) = tell(matter, fact.pk, [Tell(agency, team, kind)])
        return Notice.objects.select_related("receiver").get(pk=made)


def seen(notice: Notice) -> Notice:
    """The notice as it stands now."""
    with machine():
        return Notice.objects.select_related("receiver").get(pk=notice.pk)
