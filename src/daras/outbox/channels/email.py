"""E-mail: what kind of thing, the reference, where to read it; no personal data at all, in subject, text or header."""

from __future__ import annotations

import smtplib
import uuid
from datetime import datetime
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage

from daras.outbox.channels.failure import TurnedDown, Unreachable
from daras.outbox.message import Message
from daras.outbox.models import Receiver

SMTP = "django.core.mail.backends.smtp.EmailBackend"
TEXT = """{words}.

Reference: {reference}
Sign in to read it: {link}

This letter names nobody on purpose. Please do not answer it, and do not send anything about a child by e-mail.
"""


def deliver(receiver: Receiver, message: Message) -> None:
    """Send one letter. Raises `TurnedDown` when the mail server refuses this letter, `Unreachable` when it does not
    answer."""
    send(letter(receiver, message))


def send(mail: EmailMessage) -> None:
    """Give a letter to the mail server. Raises `TurnedDown` or `Unreachable`."""
    if settings.EMAIL_BACKEND == SMTP and not settings.EMAIL_HOST:
        raise Unreachable("No mail server is configured.")
    try:
        mail.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
        raise TurnedDown(f"The mail server refused the letter ({type(refused).__name__}).") from refused
    except OSError as error:  # every other fault of SMTP is one, a time-out too
        raise Unreachable(f"The mail server did not take the letter ({type(error).__name__}).") from error
    except ValueError as error:
        raise TurnedDown("The receiver's address cannot be written to.") from error


def letter(receiver: Receiver, message: Message) -> EmailMessage:
    """The letter: the same key and Message-ID however often it is sent, so that a mail system can tell a second one."""
    return written(
        subject=f"Daras: {message.words}, {message.reference}",
        body=TEXT.format(words=message.words, reference=message.reference, link=message.link),
        to=receiver.address,
        key=message.key,
        kind=message.kind,
        at=message.made_at,
    )


def written(*, subject: str, body: str, to: str, key: uuid.UUID, kind: str, at: datetime) -> EmailMessage:
    """A letter of ours with its headers."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "daras.invalid"
    return EmailMessage(
        subject=subject,
        body=body,
        to=[to],
        headers={
            "Message-ID": f"<{key}@{domain}>",
            "Date": format_datetime(at),
            "X-Daras-Key": str(key),
            "X-Daras-Kind": kind,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
