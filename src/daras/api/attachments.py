"""Files for agencies' own systems: what is attached, attaching one, and one of them, for a worker who is named (G4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from daras.access import trail
from daras.access.models import ApiToken, Worker
from daras.access.session import acting_as
from daras.api import problems
from daras.api.acting import HEADER, ForWorker, worker_named
from daras.api.authentication import AgencyToken
from daras.attachments.commands import attach, opened, state_of
from daras.attachments.models import Attached
from daras.attachments.sniffing import ENDINGS
from daras.frontdoor.files import Place, place_of
from daras.ledger.refusal import Refused

router = Router(auth=AgencyToken("attachments", takes="multipart/form-data"))

NONE_THERE = "There is no such matter, receipt or file for the worker it names."
REFUSALS = {
    400: "This is no form with a file.",
    403: "The worker it names may not do this.",
    404: NONE_THERE,
    413: "The file is too large.",
    422: "It is refused: `pointer` says where, `remedy` how to mend it.",
}
BINARY = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
#: What is downloaded is never shown: no page of anybody's runs what somebody sent.
DOWNLOAD = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store",
}


class FileOut(Schema):
    """A file: what it was called, what its bytes say it is, and whether it was scanned."""

    reference: str
    name: str
    about: str
    media_type: str
    size: int
    sha256: str
    state: str
    attached_at: datetime
    agency: str


class FilesOut(Schema):
    """The files of a matter, or those sent with a receipt, as far as the worker it names may see."""

    files: list[FileOut]


@router.get("/of/{reference}", response=FilesOut, openapi_extra=problems.described(REFUSALS))
def files(request: HttpRequest, reference: str, worker: ForWorker) -> Any:
    """The files of a matter, by its reference, or those that were sent with a referral, by its receipt."""
    try:
        who = _worker(request, worker, HEADER)
        with acting_as(who):
            place = _place(reference)
            trail.look(who, "attachments", reference, matter_id=place.matter_id)
            return FilesOut(files=[_file(each) for each in place.files])
    except Refused as refused:
        return problems.refusal(refused)


@router.post("/to/{reference}", response={201: FileOut}, openapi_extra=problems.described(REFUSALS))
def attach_one(
    request: HttpRequest,
    reference: str,
    file: File[UploadedFile],
    by: Form[str],
    about: Form[str] = "",
) -> Any:
    """Attach a file, as on the page: known by its bytes, scanned, and not opened before it is."""
    try:
        who = _worker(request, by, "by")
        with acting_as(who):
            place = _place(reference)
            made = attach(
                who,
                matter_id=place.matter_id,
                audience_id=place.audience_id,
                name=file.name or "",
                content=file.read(),
                about=about,
            )
            return Status(201, _file(Attached.objects.select_related("fact").get(pk=made.pk)))
    except Refused as refused:
        return problems.refusal(refused)
    except PermissionDenied as denied:
        return problems.problem("not-for-you", 403, str(denied), remedy="Somebody who sees children attaches it.")


@router.get("/{reference}", openapi_extra=problems.described(REFUSALS, answers={200: BINARY}))
def one(request: HttpRequest, reference: str, worker: ForWorker) -> Any:
    """One file, for the worker it names; the look is theirs."""
    try:
        who = _worker(request, worker, HEADER)
        with acting_as(who):
            found, content = opened(who, reference if reference.isprintable() else "")
    except Refused as refused:
        return problems.refusal(refused)
    except PermissionDenied as denied:
        return problems.problem("not-for-you", 403, str(denied), remedy="Somebody who sees children opens it.")
    answer = HttpResponse(content, content_type="application/octet-stream", headers=DOWNLOAD)
    answer["Content-Disposition"] = f'attachment; filename="{reference}.{ENDINGS.get(found.media_type, "bin")}"'
    return answer


def _place(reference: str) -> Place:
    """Hidden and absent are one answer. Raises `Refused`."""
    found = place_of(reference) if reference.isprintable() else None
    if found is None:
        raise Refused("no-such-attachment", "", NONE_THERE, "Check the reference.")
    return found


def _worker(request: HttpRequest, slug: str, field: str) -> Worker:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    if not slug.isprintable():
        raise Refused("unknown-worker", f"/{field}", "This is no name.", "Write the name they sign in with.")
    return worker_named(token, slug, field)


def _file(each: Attached) -> FileOut:
    return FileOut(
        reference=each.reference,
        name=each.name,
        about=each.about,
        media_type=each.media_type,
        size=each.size,
        sha256=each.digest,
        state=state_of(each),
        attached_at=each.fact.recorded_at,
        agency=each.fact.agency,
    )
