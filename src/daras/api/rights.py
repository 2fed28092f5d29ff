"""The signed copy of what is given to somebody who asks what is held, for the system that sends it out (G4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Router, Schema

from daras.access import policy, trail
from daras.access.models import ApiToken
from daras.access.session import acting_as
from daras.api import problems
from daras.api.acting import HEADER, ForWorker, worker_named
from daras.api.authentication import AgencyToken
from daras.ledger.refusal import Refused
from daras.rights.answering import copy_of
from daras.rights.working import NoSuchCase

router = Router(auth=AgencyToken("rights"))

REFUSALS = {
    403: "It is not signed, or the worker it names may not do this.",
    404: "There is no such part for the worker it names.",
    422: "It is refused: `pointer` says where, `remedy` how to mend it.",
}


class LineOut(Schema):
    on: date
    what: str
    words: str


class CopyOut(Schema):
    """What whoever asks is given, and nothing of what is not."""

    agency: str
    given_to: str
    about: str
    signed_at: datetime
    lines: list[LineOut]


@router.get("/{reference}", response=CopyOut, openapi_extra=problems.described(REFUSALS))
def signed_copy(request: HttpRequest, reference: str, worker: ForWorker) -> Any:
    """The signed copy of an agency's own part, for the worker it names; the look is theirs."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    try:
        who = worker_named(token, worker, HEADER)
        with acting_as(who):
            policy.require(who, "answer-rights")
            made = copy_of(reference)
            trail.write(actor=who.slug, agency=who.agency, action="export", subject_kind="rights", subject_id=reference)
    except Refused as refused:
        return problems.refusal(refused)
    except NoSuchCase as missing:
        return problems.problem("no-such-part", 404, str(missing), remedy="Check the reference.")
    except PermissionDenied as denied:
        return problems.problem("not-for-you", 403, str(denied), remedy="Another person of the agency signs it first.")
    return CopyOut(
        agency=made.agency,
        given_to=made.asker,
        about=made.about,
        signed_at=made.signed_at,
        lines=[LineOut(on=each.on_day, what=each.title, words=each.words) for each in made.lines],
    )
