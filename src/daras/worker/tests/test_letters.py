"""What leaves the house about the example referrals: no name, no date, no address, no word of what happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail

from daras.access.session import machine
from daras.exchange.installation import install_all
from daras.frontdoor.intake import receive
from daras.frontdoor.tests.documents import NAMES, encoded, referral
from daras.outbox import digests
from daras.outbox.channels import email, webhook
from daras.outbox.delivery import drain
from daras.outbox.message import WORDS, message_of
from daras.outbox.models import Notice, Receiver
from daras.worker import tasks

#: Words of a document that say nothing about anybody: the format's own, and who works where.
SAYS_NOTHING = {"format", "kind", "from", "sent_at", "to", "role", "sex", "type", "category", "ref", "status", "basis"}
#: What our own letters say, whoever they are about.
OURS = " ".join([email.TEXT, digests.TEXT, *WORDS.values(), "Since your last letter you were told"]).lower()


def said_about_people(part: Any) -> Iterator[str]:
    """Every text in a document that says something about somebody."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name not in SAYS_NOTHING:
                yield from said_about_people(value)
    elif isinstance(part, list):
        for value in part:
            yield from said_about_people(value)
    elif isinstance(part, str) and len(part) > 2:
        yield part


@pytest.mark.parametrize("name", NAMES)
def test_no_letter_holds_anything_about_anybody(db: None, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Design, outbox; G4: whoever is told signs in to read. Headers, subject and text, and the webhook's body."""
    install_all()
    document = referral(name)
    # On a day that no referral speaks of: the day of a notice is not somebody's.
    monkeypatch.setenv("DARAS_NOW", "2027-05-04T09:00:00Z")
    with machine():
        # Everybody by e-mail: no agency has another place of its own for a team.
        Receiver.objects.filter(channel="page").update(channel="email", address="team@agency.example")
    receive(encoded(document))
    with machine():
        notices = list(Notice.objects.all())
    for receiver_id in {notice.receiver_id for notice in notices}:
        drain(receiver_id)
    at_once = [notice for notice in notices if not notice.in_digest]
    assert len(mail.outbox) == len(at_once)
    # What can wait comes the next morning, in one letter to each mailbox, with what its people owe by then.
    monkeypatch.setenv("DARAS_NOW", "2027-05-05T09:00:00Z")
    tasks.digest()
    with machine():
        assert not Notice.objects.filter(delivered_at__isnull=True).exists()

    assert notices
    assert len(mail.outbox) > len(at_once)
    sent = [str(letter.message()) for letter in mail.outbox]
    sent += [webhook.body_of(message_of(notice)).decode() for notice in notices]
    words = {word for text in said_about_people(document) for word in (text, *text.split()) if len(word) > 3}
    assert len(words) > 20
    for letter in sent:
        found = {word for word in words if word.lower() in letter.lower() and word.lower() not in OURS}
        assert not found, f"{found} in {letter}"
