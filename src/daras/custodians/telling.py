"""A letter to custodians that something waits for them, which says nothing of what (G4).

Notices of what is protected leave by no receiver of an agency: an agency's mailbox and system are read by more people
than its custodians. So each custodian gets a letter of their own, in which no matter, reference or kind stands: one for
all that came or was chased since the last.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from daras.access import trail
from daras.access.models import Grant, Worker
from daras.access.policies import PROTECTED_SCOPE
from daras.access.session import custody, machine
from daras.custodians.models import CustodianLetter
from daras.duties.models import DutyChased, DutyState
from daras.outbox.channels import DeliveryFailed, Unreachable, email
from daras.outbox.delivery import SERVICE, UNANSWERED, wait_after

SUBJECT = "Daras: something waits for you"
TEXT = """Something waits for you in Daras. Sign in to read it: {link}

This letter says nothing of what it is, on purpose. Please do not answer it, and do not send anything about a child by
e-mail.
"""


def write_letters(now: datetime) -> int:
    """Write to every custodian for whom something has come, or was chased, since their last letter; how many. Safe to
    run twice."""
    written = 0
    with custody():
        for agency, newest in sorted(_newest_by_agency().items()):
            custodians = Worker.objects.select_for_update().filter(agency=agency, role="custodian", is_active=True)
            for worker in custodians.order_by("pk"):
                last = CustodianLetter.objects.filter(worker=worker).aggregate(at=Max("made_at"))["at"]
                if last is None or last < newest:
                    CustodianLetter.objects.create(key=uuid.uuid4(), worker=worker, made_at=now, next_attempt_at=now)
                    written += 1
    return written


def _newest_by_agency() -> dict[str, datetime]:
    """When something last came or was chased, by the agency whose custodians it waits for."""
    keepers = _keepers()
    newest: dict[str, datetime] = {}
    rows = DutyState.objects.filter(met_at__isnull=True)
    owed = rows.filter(audience_id__gte=PROTECTED_SCOPE << 32) | rows.filter(duty__owner_role="custodian")
    states = list(owed.values_list("duty_id", "duty__fact__recorded_at", "audience_id", "owner_agency"))
    chased = dict(
        DutyChased.objects.filter(duty_id__in=[duty for duty, *_ in states])
        .order_by()
        .values_list("duty_id")
        .annotate(at=Max("chased_at"))
    )
    for duty, opened_at, audience, owner in states:
        for agency in keepers.get(audience, {owner}):
            newest[agency] = max(newest.get(agency, opened_at), opened_at, chased.get(duty, opened_at))
    return newest


def _keepers() -> dict[int, set[str]]:
    """Whose custodians keep each protected audience."""
    found: dict[int, set[str]] = {}
    rows = Grant.objects.filter(audience_id__gte=PROTECTED_SCOPE << 32, role="custodian", end__isnull=True)
    for audience, agency in rows.values_list("audience_id", "agency"):
        found.setdefault(audience, set()).add(agency)
    return found


def send_letters(now: datetime, *, go_on: Callable[[], bool] = lambda: True) -> int:
    """Send every letter that is due; how many were taken. A mail server that does not answer is left alone after a
    few."""
    sent = unanswered = 0
    with machine():
        due = list(
            CustodianLetter.objects.select_related("worker").filter(sent_at__isnull=True, next_attempt_at__lte=now)
        )
    for letter in due:
        if not go_on() or unanswered >= UNANSWERED:
            break
        problem = _sent(letter)
        unanswered = unanswered + 1 if isinstance(problem, Unreachable) else 0
        sent += problem is None
        with machine():
            letter.attempts += 1
            letter.sent_at = now if problem is None else None
            letter.last_problem = "" if problem is None else str(problem)[:300]
            letter.next_attempt_at = now if problem is None else now + wait_after(letter.attempts)
            letter.save(update_fields=["attempts", "sent_at", "last_problem", "next_attempt_at"])
            if problem is None:
                trail.write(
                    actor=SERVICE,
                    agency=letter.worker.agency,
                    action="deliver",
                    subject_kind="letter",
                    subject_id=str(letter.key),
                    reason="by email",
                )
    return sent


def _sent(letter: CustodianLetter) -> DeliveryFailed | None:
    link = f"{settings.PUBLIC_ADDRESS.rstrip('/')}/"
    mail = email.written(
        subject=SUBJECT,
        body=TEXT.format(link=link),
        to=letter.worker.email,
        key=letter.key,
        kind="something-waits",
        at=letter.made_at,
    )
    try:
        email.send(mail)
    except DeliveryFailed as failed:
        return failed
    return None
