"""A form that an agency's own system sends: begun, written and completed in one transaction, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from daras.access.models import Worker
from daras.forms import keeping
from daras.forms.completing import complete
from daras.forms.models import FormCompleted, FormDraft
from daras.forms.schemas import body_of
from daras.forms.writing import at_work, begin
from daras.ledger.refusal import Refused
from daras.practice.form_definitions import FormDefinition

LONGEST_KEY = 200


def receive_form(
    worker: Worker, form: FormDefinition, sent: Mapping[str, Any], *, key: str = ""
) -> tuple[FormCompleted, bool]:
    """The form as it was recorded, and whether it had been before under this key.

    Raises `Refused` for what would keep it from being completed on a page, with nothing recorded, or
    `PermissionDenied`.
    """
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Refused("bad-key", "", "The Idempotency-Key is longer than 200 characters or not text.", "Use a UUID.")
    with transaction.atomic():
        earlier = FormDraft.objects.filter(agency=worker.agency, sent_key=key).first() if key else None
        if earlier is not None:
            return FormCompleted.objects.select_related("fact").get(reference=earlier.reference), True
        draft = begin(worker, form.id, subject=sent["subject"])
        with at_work(worker, draft.reference) as writing:
            writing.body = {**writing.body, **body_of(sent)}
            writing.sent_key = key or None
            keeping.store(writing, writing.body, worker)
        return complete(worker, draft.reference), False
