"""The channels, against a real mail server and a real web server."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from daras.outbox import signature
from daras.outbox.channels import TurnedDown, Unreachable, deliver, webhook
from daras.outbox.channels.allowing import address_of, is_allowed
from daras.outbox.delivery import drain
from daras.outbox.message import Message, link_to
from daras.outbox.models import Receiver, WebhookSecret
from daras.outbox.tests.conftest import a_matter, reached_by, seen, told
from daras.outbox.tests.receiving import SECRET, MailServer, Webhook

MESSAGE = Message(
    UUID("11111111-2222-4333-8444-555555555555"),
    "decision-due",
    "A decision is due now",
    "D-7K2M-0QXZ",
    datetime(2026, 11, 24, 9, 7, tzinfo=UTC),
    "https://daras.example/matters/D-7K2M-0QXZ/",
)


def system(address: str) -> Receiver:
    receiver = Receiver(agency="a", channel=Receiver.Channel.WEBHOOK, address=address)
    WebhookSecret.of(receiver, SECRET)
    return receiver


def mailbox() -> Receiver:
    return Receiver(agency="a", channel=Receiver.Channel.EMAIL, address="maru@council.example")


def test_a_letter_says_what_kind_of_thing_which_reference_and_where(letters: MailServer) -> None:
    """A8, design (outbox): e-mail carries no personal data; the same letter has the same Message-ID."""
    deliver(mailbox(), MESSAGE)
    deliver(mailbox(), MESSAGE)

    first, second = letters.letters
    assert first["Subject"] == "Daras: A decision is due now, D-7K2M-0QXZ"
    assert "https://daras.example/matters/D-7K2M-0QXZ/" in first.get_payload()
    assert first["X-Daras-Key"] == str(MESSAGE.key)
    assert first["Message-ID"] == second["Message-ID"] == f"<{MESSAGE.key}@daras.example>"
    assert first["Auto-Submitted"] == "auto-generated"


def test_a_mail_server_that_refuses_or_is_away_is_named_without_telling_anything(
    partnership: None, letters: MailServer, settings: Settings
) -> None:
    """What failed is kept with the notice, and the letter is sent when the server takes it."""
    team = reached_by(Receiver.Channel.EMAIL, "central-safeguarding@police.example")
    refused, away = told(a_matter(), kind="action"), told(a_matter(), kind="action")
    letters.refuse = True
    drain(team.pk)
    assert seen(refused).last_problem == "The mail server refused the letter (SMTPDataError)."
    settings.EMAIL_HOST = ""
    with pytest.raises(Unreachable, match="No mail server is configured"):
        deliver(team, MESSAGE)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(Unreachable, match="did not take the letter"):
        deliver(team, MESSAGE)
    assert seen(away).delivered_at is None
    assert letters.letters == []


def test_the_mailbox_of_files_has_readable_names_and_one_file_a_letter(tmp_path: Path, settings: Settings) -> None:
    """Issue: a readable file mailbox in the demonstration. A letter that is sent twice is there once."""
    settings.EMAIL_BACKEND, settings.MAILBOX = "daras.outbox.mailbox.Folder", str(tmp_path / "mailbox")
    deliver(mailbox(), MESSAGE)
    deliver(mailbox(), MESSAGE)

    (letter,) = (tmp_path / "mailbox").iterdir()
    assert letter.name == "2026-11-24 0907 decision-due D-7K2M-0QXZ to maru@council.example 11111111.eml"
    assert "Subject: Daras: A decision is due now, D-7K2M-0QXZ" in letter.read_text()


def test_a_webhook_is_signed_and_carries_a_key_and_no_more(police_system: Webhook) -> None:
    """Design, outbox: a signed webhook; its receiver can tell who sent it, when, and whether it has had it before."""
    deliver(system(police_system.address), MESSAGE)

    (arrival,) = police_system.arrivals
    assert arrival.signed
    assert arrival.headers["Idempotency-Key"] == arrival.key == str(MESSAGE.key)
    assert arrival.body == {
        "key": str(MESSAGE.key),
        "kind": "decision-due",
        "reference": "D-7K2M-0QXZ",
        "made_at": "2026-11-24T09:07:00+00:00",
        "link": MESSAGE.link,
    }


def test_a_signature_holds_for_one_body_one_secret_and_five_minutes() -> None:
    """A8: somebody between us and the receiver can change nothing, and send nothing again the next day."""
    header = signature.sign(SECRET, b"body", at=1000)
    assert signature.verify(SECRET, b"body", header, now=1300)
    assert not signature.verify(SECRET, b"body", header, now=1301)
    assert not signature.verify(SECRET, b"other", header, now=1000)
    assert not signature.verify("another", b"body", header, now=1000)
    assert not signature.verify(SECRET, b"body", header.replace("t=1000", "t=1001"), now=1000)
    assert not signature.verify(SECRET, b"body", "nonsense", now=1000)
    assert SECRET not in header


def test_a_redirect_is_not_followed(police_system: Webhook) -> None:
    """Whoever may answer for the receiver may not send notices elsewhere."""
    police_system.answer = lambda arrival: 302
    with pytest.raises(TurnedDown, match="answered 302"):
        deliver(system(police_system.address), MESSAGE)
    assert len(police_system.arrivals) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://police.example/notices",
        "http://10.0.0.7/notices",
        "https://user:word@police.example/notices",
        "ftp://127.0.0.1/notices",
        "file:///etc/passwd",
        "https://police.example:port/",
        "",
    ],
)
def test_an_address_without_https_is_refused_unless_it_is_this_machine(address: str) -> None:
    """Nothing leaves unencrypted."""
    with pytest.raises(TurnedDown, match="must begin with https://"):
        deliver(system(address), MESSAGE)


def test_only_hosts_that_are_named_are_called(police_system: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: given hosts that webhooks may call, when a receiver's is not among them, then nothing leaves; when it is,
    then the notice arrives, signed."""
    monkeypatch.setenv("DARAS_WEBHOOK_HOSTS", "records.police.example, *.nhs.example")
    with pytest.raises(TurnedDown, match="not among those"):
        deliver(system(police_system.address), MESSAGE)
    assert police_system.arrivals == []
    for address, allowed in {
        "https://records.police.example/x": True,
        "https://RECORDS.police.example./x": True,
        "https://ward.hospital.nhs.example/": True,
        "https://nhs.example/": False,
        "https://evilnhs.example/": False,
        "https://records.police.example.evil.example/": False,
    }.items():
        assert is_allowed(address) is allowed, address
    monkeypatch.setenv("DARAS_WEBHOOK_HOSTS", "127.0.0.1")
    deliver(system(police_system.address), MESSAGE)
    assert [each.signed for each in police_system.arrivals] == [True]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "10.0.0.7", "169.254.169.254", "192.168.1.1", "[::1]"])
def test_what_lies_inside_this_network_is_not_called(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: given a receiver whose name leads into this network, or to the machine's own metadata, and that is not named,
    when it is to be told, then nobody is called; what is named may lie there."""
    monkeypatch.delenv("DARAS_WEBHOOK_HOSTS", raising=False)
    with pytest.raises(Unreachable):
        deliver(system(f"https://{host}:9/notices"), MESSAGE)
    with pytest.raises(OSError, match="no address that may be called"):
        address_of(host.strip("[]"), 9, named=False)
    assert address_of(host.strip("[]"), 9, named=True)


def test_a_webhook_without_a_secret_is_refused(police_system: Webhook) -> None:
    """An unsigned notice could be anybody's."""
    receiver = system(police_system.address)
    receiver.signing = WebhookSecret.of(receiver, "")
    with pytest.raises(TurnedDown, match="no secret"):
        deliver(receiver, MESSAGE)
    assert police_system.arrivals == []


def test_a_system_that_never_finishes_answering_is_left_after_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds for the whole answer, not for each byte of it."""
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(Unreachable):
        deliver(system(f"http://127.0.0.1:{listening.getsockname()[1]}/"), MESSAGE)


def test_nobody_listening_is_unreachable() -> None:
    """Said plainly, without a trace of the system's own words."""
    with pytest.raises(Unreachable, match=r"Nobody answered \(ConnectionRefusedError\)"):
        deliver(system("http://127.0.0.1:1/"), MESSAGE)


def test_a_receipt_leads_to_the_senders_own_referral_and_a_reference_to_the_matter(settings: Settings) -> None:
    """A sender knows its news by the receipt, never by the matter."""
    settings.PUBLIC_ADDRESS = "https://daras.example/"
    assert link_to("R-7K2M-0QXZ") == "https://daras.example/our-referrals/R-7K2M-0QXZ/"
    assert link_to("D-7K2M-0QXZ") == "https://daras.example/matters/D-7K2M-0QXZ/"
