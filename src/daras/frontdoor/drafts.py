"""A referral is written in a draft: saved at every pause, shared by the agency, sent once (A1, A16).

Nothing typed is lost: what two people write into one field at once stands in the draft and beside it, and a draft
outlives the session in which it was begun.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.forms import keeping
from daras.forms.merging import Body, Changes, put
from daras.frontdoor import advice_days, composing
from daras.frontdoor.intake import Principal, receive
from daras.frontdoor.models import Draft, DraftVersion
from daras.frontdoor.reading import read
from daras.ledger.refusal import Refused
from daras.matters.commands import random_reference
from daras.working_time import clock


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft after saving, what its form is to say it showed, and whether another writer's words stood in the way."""

    draft: Draft
    token: str
    others_wrote: bool = False


def begin(worker: Worker, changes: Changes, *, from_advice: str = "") -> Draft:
    """A new draft with what is known already, be it only that a child is not safe (A16)."""
    policy.require(worker, "refer")
    body: Body = {}
    for path, value in changes.items():
        put(body, path, value)
    with machine():
        draft = Draft.objects.create(
            reference=random_reference("W"),
            agency=worker.agency,
            team=worker.team,
            body=body,
            saved_at=clock.now(),
            saved_by=worker.name,
            from_advice=from_advice,
            audience_id=audiences.standing(audiences.agency_scope(worker.agency)),
        )
        keeping.keep_version(draft, draft.body, worker)
        _note(worker, draft, "begun")
    return draft


def save(worker: Worker, reference: str, *, shown: str, changes: Changes) -> Saved:
    """Save a form. `shown` is the token it came with: the version of the draft that it showed.

    A field that somebody else has changed meanwhile keeps their words; what was typed here is set aside beside it, with
    the writer's name. Raises `Refused` for a draft that is not there for this worker, or sent already.
    """
    with _at_work(worker, reference) as draft:
        kept = keeping.keep(draft, worker, shown=shown, changes=changes)
        if kept.changed:
            _note(worker, draft, "saved")
    return Saved(draft, kept.token, kept.others_wrote)


def add(worker: Worker, reference: str, growing: str, held: dict[str, Any]) -> str:
    """Add a person, a worry or a tie; returns its key."""
    made: list[str] = []

    def change(body: Body) -> None:
        made.append(composing.next_key(body, growing))
        body.setdefault(growing, {})[made[0]] = {name: value for name, value in held.items() if value}

    _change(worker, reference, change)
    return made[0]


def remove(worker: Worker, reference: str, growing: str, key: str) -> None:
    """Take a person, a worry or a tie out of the draft."""
    _change(worker, reference, lambda body: composing.take_out(body, growing, key))


def problem_with(draft: Draft, worker: Worker) -> Refused | None:
    """What still keeps a draft from being sent: the first thing, in the order one would mend it. Records nothing."""
    lacking = composing.missing(draft.body)
    if lacking is not None:
        return lacking
    now = clock.now()
    try:
        read(_encoded(composing.document(draft.body, worker, now)), load_directory(), now)
    except Refused as refused:
        return refused
    return None


def send(worker: Worker, reference: str) -> str:
    """Send a draft; returns the receipt. Sending it again returns the same receipt and changes nothing.

    Raises `Refused` for what the front door would refuse by any other way in; the draft stays as it was.
    """
    with _at_work(worker, reference, sent_too=True) as draft:
        if draft.receipt:
            return draft.receipt
        refused = problem_with(draft, worker)
        if refused is not None:
            raise refused
        outcome = receive(
            _encoded(composing.document(draft.body, worker, clock.now())),
            principal=Principal(worker.slug, "page", worker.agency),
            idempotency_key=f"draft:{reference}",
        )
        if outcome.problem is not None:
            raise outcome.problem
        # The document holds all of it now: two copies would be one too many.
        DraftVersion.objects.filter(draft=draft).delete()
        draft.receipt, draft.body, draft.set_aside = outcome.receipt or "", {}, {}
        draft.saved_at, draft.saved_by = clock.now(), worker.name
        draft.save()
        _note(worker, draft, "sent")
        if draft.from_advice:
            advice_days.referred(worker, draft.from_advice)
    return draft.receipt


@contextmanager
def _at_work(worker: Worker, reference: str, *, sent_too: bool = False) -> Iterator[Draft]:
    """The draft of a reference, locked, under the machine role: if it is there for the worker who asks."""
    policy.require(worker, "refer")
    if not Draft.objects.filter(reference=reference, agency=worker.agency).exists():
        raise Refused("no-such-draft", "", "There is no such draft here for you.", "Look in your drafts.")
    with machine():
        draft = Draft.objects.select_for_update().get(reference=reference)
        if draft.receipt and not sent_too:
            raise Refused("sent-already", "", "This has been sent.", "Send what is new as further news.")
        yield draft


def _change(worker: Worker, reference: str, change: Callable[[Body], None]) -> None:
    with _at_work(worker, reference) as draft:
        body = copy.deepcopy(draft.body)
        change(body)
        draft.body = body
        _store(draft, body, worker)


def _store(draft: Draft, seen: Body, worker: Worker) -> None:
    keeping.store(draft, seen, worker)
    _note(worker, draft, "saved")


def _encoded(document: Body) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _note(worker: Worker, draft: Draft, what: str) -> None:
    trail.change(worker, "draft", draft.reference, what)
