"""How a piece of news flows: read, looked up, weighed, recorded, owed, told: one transaction a document (A1, A5, B1).

Everything is decided before anything is written. `receive` then writes it. `screen` goes exactly as far as the writing,
so that a dry run can never differ from a real one (ADR 0009); it records only that somebody looked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from daras.access import policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import Directory, load_directory
from daras.frontdoor import quarantine, turns
from daras.frontdoor.document import ReferralDocument
from daras.frontdoor.doubts import look_at_news
from daras.frontdoor.entering import enter
from daras.frontdoor.keeping_apart import keep_apart
from daras.frontdoor.models import Document
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.reading import read
from daras.frontdoor.telling import account, leave_trail, tell_everybody
from daras.frontdoor.understanding import understand
from daras.frontdoor.watching import watch_news
from daras.frontdoor.weighing import weigh
from daras.ledger.refusal import Refused
from daras.meetings.audiences import narrow
from daras.working_time import clock


@dataclass(frozen=True, slots=True)
class Principal:
    """Who delivers a document: an agency's system by its token, a worker, or the intake service for files."""

    name: str
    channel: str  # api, file, page
    agency: str | None = None  # the only agency it may speak for; none for the front door's own intake


INTAKE = Principal("service:intake", "file")


def receive(
    raw: bytes, *, principal: Principal = INTAKE, idempotency_key: str | None = None, file: str | None = None
) -> Outcome:
    """Record one document, whole or not at all.

    The same document again (by key, else by the digest of its canonical JSON, for one agency) gets the same receipt
    and changes nothing. A refused one stays in quarantine for its sender and the front door's administrators.
    """
    now, directory = clock.now(), load_directory()
    try:
        document = read(raw, directory, now)
        _may_speak_for(principal, document)
    except Refused as refused:
        quarantine.keep(raw, refused, principal, now)
        return Outcome("refused", file, problem=refused)
    try:
        with machine(blind=True):
            turns.to_write_news()
            return replace(_record(document, principal, idempotency_key, directory), file=file)
    except Refused as refused:
        quarantine.keep(raw, refused, principal, now)
        return Outcome("refused", file, problem=refused)


def screen(raw: bytes, *, worker: Worker, file: str | None = None) -> Outcome:
    """What receiving this document would do, for somebody of the front door; records only the look.

    Raises `PermissionDenied` for anybody else: naming a person gives no sight of them.
    """
    policy.require(worker, "screen")
    now, directory = clock.now(), load_directory()
    try:
        document = read(raw, directory, now)
    except Refused as refused:
        return Outcome("refused", file, problem=refused)
    with machine(blind=True):
        # A dry run waits for news that is being written, so that it cannot read half of somebody's referral.
        turns.to_read_news()
        weighed = weigh(understand(document, directory))
        trail.write(
            actor=worker.slug,
            agency=worker.agency,
            action="screen",
            subject_kind="document",
            subject_id=document.digest,
            reason="dry run: nothing recorded",
        )
        trail.write_each(
            actor=worker.slug,
            agency=worker.agency,
            action="screen",
            subject_kind="person",
            subjects=[(weighed.who.key(person), person) for person in sorted(weighed.seen_before())],
        )
    return replace(account(weighed), file=file)


def _may_speak_for(principal: Principal, document: ReferralDocument) -> None:
    if principal.agency is not None and principal.agency != document.sender.agency:
        raise Refused(
            "not-your-agency",
            "/from/agency",
            f"This token speaks for {principal.agency!r}, and the document is from {document.sender.agency!r}.",
            "Send it with the token of the agency it is from.",
        )


def _record(
    document: ReferralDocument, principal: Principal, idempotency_key: str | None, directory: Directory
) -> Outcome:
    agency = document.sender.agency
    earlier = _earlier(agency, document.digest, idempotency_key)
    if earlier is not None:
        if earlier.digest != document.digest:
            raise Refused(
                "key-used-before",
                "",
                "This Idempotency-Key came with another document before.",
                "Use a new key for each document.",
            )
        return Outcome("duplicate", reference=earlier.matter.reference, receipt=earlier.receipt)
    weighed = weigh(understand(document, directory))
    entered = enter(weighed, author=principal.name, idempotency_key=idempotency_key)
    keep_apart(entered)
    watch_news(entered)
    look_at_news(entered)
    tell_everybody(entered)
    leave_trail(entered)
    if entered.news.understood.matter is not None:
        # What the rules give a team by later news is not given where a conflict of interest is kept (B3).
        narrow(entered.news.matter, by=principal.name)
    return account(weighed, entered)


def _earlier(agency: str, digest: str, idempotency_key: str | None) -> Document | None:
    if idempotency_key is not None:
        keyed = Document.objects.filter(agency=agency, idempotency_key=idempotency_key).first()
        if keyed is not None:
            return keyed
    return Document.objects.filter(agency=agency, digest=digest).first()
