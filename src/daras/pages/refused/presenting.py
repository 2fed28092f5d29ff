"""What could not be taken in, with the reason and how to mend it: nothing sent is lost."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from daras.frontdoor.models import Quarantined
from daras.pages import wording
from daras.working_time import wording as time_wording

#: As many as one page shows, the newest first.
PAGE = 100
CHANNELS = {"api": "by a system", "page": "on a page", "file": "as a file", "public": "by a member of the public"}


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """One line of the list: what is wrong and how to mend it, without what was sent."""

    href: str
    at: str
    sender: str
    how: str
    detail: str
    remedy: str


@dataclass(frozen=True, slots=True)
class RefusedDocument:
    """One refused document: what is wrong where, how to mend it, and what was sent."""

    at: str
    sender: str
    how: str
    detail: str
    remedy: str
    pointer: str
    code: str
    sent: str


def _sender(kept: Quarantined) -> str:
    return wording.agency(kept.agency) if kept.agency else "Not known: it could not be read"


def line(kept: Quarantined) -> RefusedLine:
    """What the list says of it."""
    return RefusedLine(
        href=reverse("refused_one", args=[kept.pk]),
        at=time_wording.long_datetime(kept.received_at),
        sender=_sender(kept),
        how=CHANNELS.get(kept.channel, kept.channel),
        detail=kept.detail,
        remedy=kept.remedy,
    )


def document(kept: Quarantined) -> RefusedDocument:
    """The whole of it; bytes that are no text are shown as far as they are."""
    return RefusedDocument(
        at=time_wording.long_datetime(kept.received_at),
        sender=_sender(kept),
        how=CHANNELS.get(kept.channel, kept.channel),
        detail=kept.detail,
        remedy=kept.remedy,
        pointer=kept.pointer,
        code=kept.code,
        sent=bytes(kept.body).decode("utf-8", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}"),
    )
