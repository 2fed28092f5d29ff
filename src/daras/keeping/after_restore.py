"""What a database that was restored from an older backup needs before anybody works with it (attack 11).

The chain goes on from where the backup ended, signed; holds and disposals since are applied again from the register;
nobody is signed in; and nothing is sent again: what waits for a mailbox or another system, and every chase that came
due meanwhile, is on the page of its agency instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.sessions.models import Session

from daras.access import trail
from daras.access.anchoring import anchor, anchor_restored
from daras.access.sealing import seal, verify
from daras.access.session import custody
from daras.access.verifying import Report
from daras.custodians import telling
from daras.custodians.models import CustodianLetter
from daras.duties import chasing
from daras.keeping.applying import AUTHOR, Applied, apply_register
from daras.outbox.addressing import fallback_for, readdress
from daras.outbox.models import Digest, Notice, Receiver
from daras.outbox.to_workers import withdraw
from daras.working_time import clock

WHY = "An older backup was restored: it may have been sent."


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done, and what the trail says now. `waited` are the agencies that an administrator tells to look at
    their page."""

    applied: Applied
    on_pages: int
    waited: tuple[str, ...]
    letters: int
    sessions: int
    report: Report


def settle() -> Settled:
    """Do all of it; safe to run again. Raises `Refused`, `AnchorRefused` or `PlaceRefused`, and may then be run
    again."""
    anchor_restored()
    applied = apply_register()
    chasing.sweep(clock.now())
    telling.write_letters(clock.now())
    with custody():
        sessions, _ = Session.objects.all().delete()
        agencies = _on_pages()
        letters = Digest.objects.filter(sent_at__isnull=True).update(sent_at=clock.now(), last_problem=WHY)
        withdraw()
        CustodianLetter.objects.filter(sent_at__isnull=True).update(sent_at=clock.now(), last_problem=WHY)
        trail.write(
            actor=AUTHOR,
            agency="",
            action="change",
            subject_kind="restore",
            reason=f"restored from a backup: {len(agencies)} notices to pages, {letters} letters not sent",
        )
    seal(sweep=True)
    anchor()
    waited = tuple(sorted(set(agencies)))
    return Settled(applied, len(agencies), waited, letters, sessions, verify())


def _on_pages() -> list[str]:
    """Every notice that waits for a mailbox or a system goes to its agency's page: the agencies, one for each."""
    waiting = Notice.objects.select_related("receiver", "matter").filter(delivered_at__isnull=True)
    moved = []
    for notice in waiting.exclude(receiver__channel=Receiver.Channel.PAGE).order_by("pk"):
        page = fallback_for(notice.receiver)
        if page is None:
            continue
        if notice.in_digest:
            notice.in_digest = False
            notice.save(update_fields=["in_digest"])
        moved.append(notice.receiver.agency)
        readdress(notice, page, WHY, actor=AUTHOR)
    return moved
