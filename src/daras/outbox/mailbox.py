"""A mailbox of files that a person can read, where there is no mail server: one folder, one file a letter.

A letter sent again under its key takes the place of the first: so the folder is a receiver that counts nothing twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Folder(BaseEmailBackend):
    """A mail backend that writes `2026-11-24 0907 decision-due D-7K2M-0QXZ to maru@council.example 5f3a9c1e.eml`."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each letter whole, or not at all; returns how many."""
        folder = Path(settings.MAILBOX or ".")
        folder.mkdir(parents=True, exist_ok=True)
        for letter in email_messages:
            name = file_name(letter)
            part = folder / f".{name}.part"
            part.write_bytes(letter.message().as_bytes())
            part.replace(folder / name)
        return len(email_messages)


def file_name(letter: EmailMessage) -> str:
    """When, what, to whom, and the beginning of the key."""
    headers = letter.extra_headers
    made_at = parsedate_to_datetime(headers["Date"]).astimezone(UTC) if "Date" in headers else None
    reference = letter.subject.rpartition(", ")[2]
    words = [
        f"{made_at:%Y-%m-%d %H%M}" if made_at else "",
        headers.get("X-Daras-Kind", ""),
        reference,
        f"to {' and '.join(letter.to)}",
        headers.get("X-Daras-Key", "")[:8],
    ]
    name = " ".join(word for word in words if word)
    return re.sub(r"[^\w@.+ -]", "_", name)[:200] + ".eml"
