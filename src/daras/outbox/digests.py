"""The daily letter: all that does not interrupt, once a day to each person, at the hour that their agency chose.

An agency that chose e-mail for a team has its people told so: each worker of the team gets one letter, or the team's
own mailbox where nobody of it signs in. A letter names nobody. Each notice stands in one letter of each person. Nobody
can opt out, for nothing in it is advertising; an agency may choose another channel (interface: Interruptions).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q

from daras.access import trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.outbox.addressing import why_not
from daras.outbox.channels import DeliveryFailed, Unreachable
from daras.outbox.channels import email as channel
from daras.outbox.delivery import SERVICE, UNANSWERED, record_delivery, wait_after
from daras.outbox.message import NEWS, WORDS
from daras.outbox.models import Digest, DigestLine, Notice, Receiver
from daras.outbox.queueing import ask_for_drains
from daras.working_time import clock, wording

NAMESPACE = uuid.UUID("5b0e6a52-7f4a-4c57-9c0f-0a6d5a0a1c12")
#: What a person's list of work holds, in words without a name; "" for nothing. Higher layers know.
Standing = Callable[[Worker, datetime], str]
TEXT = """{told}

{standing}Sign in to read it: {notices}
Your list of work: {work}

This is your daily letter. Only what cannot wait comes by itself: a child's safety tonight, a discussion, a challenge.
It names nobody on purpose. Please do not answer it, and do not send anything about a child by e-mail.
"""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who gets a daily letter, and whose notices stand in it."""

    address: str
    worker: Worker | None
    receiver_ids: frozenset[int]


def write_digests(now: datetime, standing: Standing) -> int:
    """Write the letters of every agency whose hour has come today; returns how many. Safe to run at any time."""
    written = 0
    for agency in sorted(_agencies_with_news()):
        with machine():
            written += _write(agency, now, standing)
    return written


def _agencies_with_news() -> set[str]:
    with machine():
        waiting = Notice.objects.filter(in_digest=True, delivered_at__isnull=True)
        return set(waiting.values_list("receiver__agency", flat=True))


def _write(agency: str, now: datetime, standing: Standing) -> int:
    """One transaction: the letters and what stands in them, so that nothing stands in two or in none."""
    # Locked, so that two runs at the same moment write one letter between them.
    receivers = list(
        Receiver.objects.select_for_update().filter(agency=agency, channel=Receiver.Channel.EMAIL).order_by("id")
    )
    current = [each for each in receivers if why_not(each) is None]
    _give_back([each.pk for each in receivers if each not in current])
    if not current:
        return 0
    local = clock.local(now)
    hour = min(each.digest_at for each in current)
    until = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    if local < until:
        return 0
    readers = readers_of(current)
    of_today = Digest.objects.filter(agency=agency, day=local.date(), address__in=[each.address for each in readers])
    have_one = set(of_today.values_list("address", flat=True))
    waiting = list(
        Notice.objects.filter(
            receiver__in=current, in_digest=True, delivered_at__isnull=True, made_at__lte=until
        ).order_by("id")
    )
    made = [_letter(agency, each, waiting, now, standing) for each in readers if each.address not in have_one]
    return sum(made)


def _give_back(receiver_ids: list[int]) -> None:
    """What waits for a mailbox that is written to no more goes its way by the outbox, which knows who reads instead."""
    back = Notice.objects.filter(receiver__in=receiver_ids, in_digest=True, delivered_at__isnull=True)
    if receiver_ids and back.update(in_digest=False):
        ask_for_drains(receiver_ids)


def readers_of(receivers: Iterable[Receiver]) -> list[Reader]:
    """Everybody whom these receivers of one agency reach, each once."""
    reached: dict[str, tuple[Worker | None, set[int]]] = {}
    for receiver in receivers:
        team = Q(team=receiver.team) if receiver.team else Q()
        people = list(Worker.objects.active().filter(team, agency=receiver.agency).order_by("slug"))
        for worker in people:
            reached.setdefault(worker.email, (worker, set()))[1].add(receiver.pk)
        if not people:
            reached.setdefault(receiver.address, (None, set()))[1].add(receiver.pk)
    return [Reader(address, worker, frozenset(ids)) for address, (worker, ids) in reached.items()]


def _letter(agency: str, reader: Reader, waiting: list[Notice], now: datetime, standing: Standing) -> int:
    before = set(
        DigestLine.objects.filter(digest__address=reader.address, notice__in=waiting).values_list("notice", flat=True)
    )
    mine = [each for each in waiting if each.receiver_id in reader.receiver_ids and each.pk not in before]
    if not mine:
        return 0
    day = clock.local_date(now)
    digest = Digest.objects.create(
        key=uuid.uuid5(NAMESPACE, f"{agency}/{reader.address}/{day}"),
        worker=reader.worker,
        agency=agency,
        address=reader.address,
        day=day,
        text=text_of(mine, standing(reader.worker, now) if reader.worker else ""),
        made_at=now,
        next_attempt_at=now,
    )
    DigestLine.objects.bulk_create(DigestLine(digest=digest, notice=each) for each in mine)
    return 1


def text_of(notices: Iterable[Notice], standing: str) -> str:
    """The letter: one thing said ten times is one line with a count, the most frequent first."""
    # The same thing told to a team and to its agency is one thing.
    things = {(each.kind, each.reference, each.made_at) for each in notices}
    counted = Counter(WORDS.get(kind, NEWS) for kind, _, _ in things)
    lines = [f"  {words}" + (f" ({number} times)" if number > 1 else "") for words, number in counted.most_common()]
    address = settings.PUBLIC_ADDRESS.rstrip("/")
    return TEXT.format(
        told="Since your last letter you were told:\n\n" + "\n".join(lines),
        standing=f"{standing}\n\n" if standing else "",
        notices=f"{address}/notices/",
        work=f"{address}/",
    )


def send_digests(now: datetime, *, go_on: Callable[[], bool] = lambda: True) -> int:
    """Send every letter that is due, and record what arrived; returns how many were sent. Opens transactions of its
    own; a mail server that does not answer is left alone after a few."""
    sent = unanswered = 0
    with machine():
        due = list(Digest.objects.filter(sent_at__isnull=True, next_attempt_at__lte=now).order_by("id"))
    for digest in due:
        if not go_on() or unanswered >= UNANSWERED:
            break
        try:
            channel.send(letter(digest))
        except DeliveryFailed as failed:
            unanswered = unanswered + 1 if isinstance(failed, Unreachable) else 0
            with machine():
                digest.attempts += 1
                digest.next_attempt_at = now + wait_after(digest.attempts)
                digest.last_problem = str(failed)[:300]
                digest.save(update_fields=["attempts", "next_attempt_at", "last_problem"])
        else:
            unanswered, sent = 0, sent + 1
            _arrived(digest, now)
    _record_what_arrived()
    return sent


def _arrived(digest: Digest, now: datetime) -> None:
    with machine():
        digest.attempts += 1
        digest.sent_at, digest.last_problem = now, ""
        digest.save(update_fields=["attempts", "sent_at", "last_problem"])
        trail.write(
            actor=SERVICE,
            agency=digest.agency,
            action="deliver",
            subject_kind="digest",
            subject_id=str(digest.key),
            reason="by email",
        )


def _record_what_arrived() -> None:
    """A notice is delivered when every letter in which it stands has been taken; also after a fault in between."""
    with machine():
        unsent = DigestLine.objects.filter(digest__sent_at__isnull=True).values("notice")
        arrived = list(
            Notice.objects.select_related("receiver")
            .filter(in_digest=True, delivered_at__isnull=True, lines__isnull=False)
            .exclude(pk__in=unsent)
            .distinct()
            .order_by("id")
        )
    for notice in arrived:
        record_delivery(notice)


def letter(digest: Digest) -> EmailMessage:
    """The letter as it goes out: the same however often."""
    return channel.written(
        subject=f"Daras: your daily letter, {wording.short_date(digest.day)}",
        body=digest.text,
        to=digest.address,
        key=digest.key,
        kind="digest",
        at=digest.made_at,
    )
