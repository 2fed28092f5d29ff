"""The trail: what anybody looked at, searched, changed or was refused, written in the same transaction (G4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from django.db import connection

from daras.access import audiences
from daras.access.models import ApiToken, Worker
from daras.working_time import clock

Action = Literal["look", "search", "screen", "change", "export", "sign-in", "sign-out", "deliver", "dispose"]
Outcome = Literal["done", "refused"]


def write(
    *,
    actor: str,
    agency: str,
    action: Action,
    subject_kind: str,
    subject_id: str = "",
    matter_id: int | None = None,
    person_id: int | None = None,
    outcome: Outcome = "done",
    reason: str = "",
    audience_id: int | None = None,
) -> None:
    """Append one entry. It is readable by the custodians only, unless an audience is given.

    Written without asking for the row back: whoever is looked after by the gate may write to the trail and not read it.
    """
    at = clock.now()
    audience = audience_id if audience_id is not None else audiences.standing(audiences.CUSTODIANS)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_trailentry (at, actor, agency, action, subject_kind, subject_id, matter_id, person_id,"
            " outcome, reason, audience_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                at,
                actor,
                agency,
                action,
                subject_kind,
                subject_id[:80].replace("\0", "?"),  # an address that somebody tried may hold what no text may
                matter_id,
                person_id,
                outcome,
                reason[:300],
                audience,
            ],
        )


def write_each(
    *,
    actor: str,
    agency: str,
    action: Action,
    subject_kind: str,
    subjects: Sequence[tuple[str, int]],
    matter_id: int | None = None,
    reason: str = "",
) -> None:
    """One entry for each person (number and id), in one statement."""
    if not subjects:
        return
    audience = audiences.standing(audiences.CUSTODIANS)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_trailentry (at, actor, agency, action, subject_kind, subject_id, matter_id, person_id,"
            " outcome, reason, audience_id) SELECT %s, %s, %s, %s, %s, subject.number, %s, subject.id, 'done', %s, %s"
            " FROM unnest(%s::text[], %s::bigint[]) AS subject(number, id)",
            [
                *(clock.now(), actor, agency, action, subject_kind, matter_id, reason[:300], audience),
                [number for number, _ in subjects],
                [pk for _, pk in subjects],
            ],
        )


def look(
    worker: Worker,
    subject_kind: str,
    subject_id: str,
    *,
    matter_id: int | None = None,
    person_id: int | None = None,
) -> None:
    """A worker opens something. Called inside the request's transaction, before the page is rendered."""
    write(
        actor=worker.slug,
        agency=worker.agency,
        action="look",
        subject_kind=subject_kind,
        subject_id=subject_id,
        matter_id=matter_id,
        person_id=person_id,
    )


def change(
    worker: Worker,
    subject_kind: str,
    subject_id: str,
    what: str,
    *,
    matter_id: int | None = None,
    person_id: int | None = None,
    audience_id: int | None = None,
) -> None:
    """A worker changed something: which, and in a few words what they did. Called inside the transaction that does
    it."""
    write(
        actor=worker.slug,
        agency=worker.agency,
        action="change",
        subject_kind=subject_kind,
        subject_id=subject_id,
        matter_id=matter_id,
        person_id=person_id,
        reason=what,
        audience_id=audience_id,
    )


class OfMatter(Protocol):
    """A matter, as far as the trail names it."""

    @property
    def pk(self) -> int: ...
    @property
    def reference(self) -> str: ...


def change_matter(worker: Worker, matter: OfMatter, what: str) -> None:
    """A worker did something on a matter."""
    change(worker, "matter", matter.reference, what, matter_id=matter.pk)


def refuse_token(token: ApiToken, subject_kind: str, subject_id: str, reason: str) -> None:
    """An agency's own system was refused."""
    write(
        actor=f"token:{token.name}",
        agency=token.agency,
        action="look",
        subject_kind=subject_kind,
        subject_id=subject_id,
        outcome="refused",
        reason=reason,
    )


def refuse(worker: Worker | None, subject_kind: str, subject_id: str, reason: str) -> None:
    """Somebody was refused. Written in a transaction of its own, for the refused one is rolled back."""
    write(
        actor=worker.slug if worker else "nobody",
        agency=worker.agency if worker else "",
        action="look",
        subject_kind=subject_kind,
        subject_id=subject_id,
        outcome="refused",
        reason=reason,
    )
