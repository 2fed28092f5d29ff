"""Attaching a file, opening it, scanning again what could not be scanned, and bringing all under a newer key (G4)."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta

from daras.access import policy, trail
from daras.access.keys import UnreadableSecret, decrypt_bytes, encrypt_bytes
from daras.access.models import Worker
from daras.access.session import custody, machine
from daras.attachments.models import Attached, Content, Scanned
from daras.attachments.scanning import ScannerAway, Verdict, scanner
from daras.attachments.sniffing import kind_of
from daras.ledger.commands import Entry, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, random_reference
from daras.working_time import clock

#: The largest file, in bytes.
MOST_BYTES = 20_000_000
AUTHOR = "service:scanner"
#: So many files of one worker in a day (OWASP ASVS 12.1.3): nobody works through more, and a disk has an end.
MOST_IN_A_DAY = 200


def attach(worker: Worker, *, matter_id: int, audience_id: int, name: str, content: bytes, about: str = "") -> Attached:
    """Attach a file to a matter for an audience that the worker reads. It is sniffed, bounded, scanned and encrypted
    before anything is kept.

    Raises `PermissionDenied`, or `Refused`: too many in a day, too large, of a kind that may not be, or one in which a
    scanner found something; the last is in the trail.
    """
    policy.require(worker, "contribute")
    _not_too_many(worker)
    if len(content) > MOST_BYTES:
        raise Refused("file-too-large", "/file", "The file is larger than 20 megabytes.", "Attach a smaller one.")
    media_type, _ = kind_of(content)
    verdict = _asked(content)
    if verdict is not None and not verdict.clean:
        _note(worker, matter_id, "", "refused", f"a scanner found {verdict.found}")
        raise Refused(
            "file-does-harm",
            "/file",
            "A scanner found something harmful in it.",
            "Tell your own IT service; do not open it.",
        )
    detail = Attached(
        reference=random_reference("F"),
        name=_plain(name),
        media_type=media_type,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        about=_printable(about)[:300],
    )
    with machine():
        recording = lock([matter_id], agency=worker.agency, author=worker.slug)
        append(recording, [Entry(detail, audience_id, matter_id=matter_id)])
        kept = Fact.objects.get(pk=detail.pk).audience_id
        Content.objects.create(attached=detail, encrypted=encrypt_bytes(content), audience_id=kept)
        if verdict is not None:
            said = Scanned(attached=detail, is_clean=True, scanner=verdict.scanner)
            append(recording, [Entry(said, kept, matter_id=matter_id)])
        _note(worker, matter_id, detail.reference, "done", "attached")
    return detail


def _not_too_many(worker: Worker) -> None:
    with machine():
        since = clock.now() - timedelta(days=1)
        rows = Attached.objects.filter(fact__author=worker.slug, fact__recorded_at__gt=since)
        number = rows.count()
    if number >= MOST_IN_A_DAY:
        raise Refused(
            "too-many-files", "/file", f"You have attached {number} files in a day.", "Attach the rest tomorrow."
        )


def opened(worker: Worker, reference: str) -> tuple[Attached, bytes]:
    """A file's content, for who reads its audience; the look is in the trail. Runs with the worker's own eyes.

    Raises `PermissionDenied`, or `Refused`: for none that is theirs, one not scanned yet, one found harmful, one whose
    key is gone.
    """
    policy.require(worker, "see")
    found = Attached.objects.select_related("fact", "content").filter(reference=reference).first()
    if found is None:
        raise Refused("no-such-attachment", "", "There is no such file here for you.", "Check the reference.")
    state = state_of(found)
    if state == "harmful":
        raise Refused("file-does-harm", "", "A scanner found something harmful in it.", "Ask whoever attached it.")
    if state == "waiting":
        raise Refused("not-scanned", "", "It has not been scanned yet.", "Try again in a minute.")
    try:
        content = decrypt_bytes(bytes(found.content.encrypted))
    except UnreadableSecret as error:
        raise Refused("unreadable-secret", "", str(error), "Ask an administrator.") from None
    trail.look(worker, "attachment", reference, matter_id=found.fact.matter_id)
    return found, content


def state_of(attached: Attached) -> str:
    """`clean`, `harmful`, `waiting` for a scanner, or `unscanned` where there is no scanner."""
    last = max(attached.scans.all(), key=lambda each: each.pk, default=None)  # as fetched, of a list
    if last is not None:
        return "clean" if last.is_clean else "harmful"
    return "waiting" if scanner() is not None else "unscanned"


def scan_waiting() -> int:
    """Scan what was attached while the scanner was away; returns how many were. Safe to run twice."""
    if scanner() is None:
        return 0
    scanned = 0
    with custody():
        waiting = list(Attached.objects.filter(scans__isnull=True).order_by("pk").values_list("pk", flat=True)[:50])
    for pk in waiting:
        with custody():
            attached = Attached.objects.select_related("fact", "content").get(pk=pk)
            verdict = _asked(decrypt_bytes(bytes(attached.content.encrypted)))
            if verdict is None:
                return scanned
            matter_id = attached.fact.matter_id
            assert matter_id is not None
            recording = lock([matter_id], agency=attached.fact.agency, author=AUTHOR)
            if attached.scans.exists():
                continue
            said = Scanned(attached=attached, is_clean=verdict.clean, scanner=verdict.scanner, found=verdict.found)
            append(recording, [Entry(said, attached.audience_id, matter_id=matter_id)])
            scanned += 1
    return scanned


def rotate_contents() -> int:
    """Bring every file under the newest key; how many. Under the machine role. Raises `UnreadableSecret`."""
    number = 0
    for pk in Content.objects.order_by("pk").values_list("pk", flat=True):
        held = Content.objects.select_for_update().get(pk=pk)
        held.encrypted = encrypt_bytes(decrypt_bytes(bytes(held.encrypted)))
        held.save(update_fields=["encrypted"])
        number += 1
    return number


def _asked(content: bytes) -> Verdict | None:
    asked = scanner()
    try:
        return asked.scan(content) if asked is not None else None
    except ScannerAway:
        return None


def _plain(name: str) -> str:
    """A file's name without folders, and without what cannot be read."""
    last = re.split(r"[/\\]", name)[-1]
    return _printable(last)[:200] or "a file"


def _printable(words: str) -> str:
    return "".join(letter for letter in words if letter.isprintable()).strip()


def _note(worker: Worker, matter_id: int, reference: str, outcome: str, reason: str) -> None:
    trail.write(
        actor=worker.slug,
        agency=worker.agency,
        action="change",
        subject_kind="attachment",
        subject_id=reference,
        matter_id=matter_id,
        outcome="refused" if outcome == "refused" else "done",
        reason=reason,
    )
