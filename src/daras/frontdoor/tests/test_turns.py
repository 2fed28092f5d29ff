"""Nobody waits in a ring: turns come before matters, for whoever writes (ADR 0033)."""

from __future__ import annotations

from threading import Thread
from time import monotonic
from typing import Any

import psycopg
import pytest
from django.db import connection

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.exchange.installation import install_all
from daras.forms import completing, writing
from daras.forms.models import FormDraft
from daras.frontdoor import turns
from daras.home import Addresses
from daras.working_time import clock

SAID = {
    "responsible": "Her mother.", "school": "Pool Academy", "social-worker": "none", "fits": "yes",
    "story": "She fell on the stairs.", "came-late": "no", "came-before": "2", "voice": "It was an accident.",
    "alone": "yes", "exploitation": ["none"], "worry": "no",
}  # fmt: skip
GIRL = {"given_name": "Kerra", "family_name": "Nance", "date_of_birth": "2011-02-03", "role": "child"}
MOTHER = {"given_name": "Demelza", "family_name": "Nance", "role": "adult", "relation": "mother"}
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND objid = %s"


def filled_in() -> tuple[Worker, str]:
    """A nurse's form that only has to be completed."""
    with machine():
        nurse = Worker.objects.create(
            slug="nurse", email="nurse@hospital.example", name="Tamsyn Hosking", agency="royal-cornwall-hospitals",
            team="emergency-department", role="nurse",
        )  # fmt: skip
    with acting_as(nurse):
        draft = writing.begin(nurse, "emergency-under-18", subject=GIRL)
        changes: Any = {("occurred", "on"): clock.today().isoformat()}
        changes |= {("answers", question): answer for question, answer in SAID.items()}
        changes |= {("people", "came-with", "p1", name): value for name, value in MOTHER.items()}
        writing.save(nurse, draft.reference, shown="1", changes=changes)
    return nurse, draft.reference


def until_somebody_waits(writer: psycopg.Connection, turn: int) -> None:
    deadline = monotonic() + 30
    while monotonic() < deadline:
        row = writer.execute(_WAITING, [turn % 2**32]).fetchone()
        if row and row[0]:
            return
    raise AssertionError("Nobody waits for the turn.")


@pytest.mark.parametrize("turn", [turns.NEWS, turns.WATCH], ids=["news", "watch"])
def test_a_form_waits_for_its_turn_before_it_holds_its_matter(cloned_database: Addresses, turn: int) -> None:
    """E2, F2: given that somebody else has the turn of news, or of the watch, when a nurse completes a form, then it
    waits and does not hold its matter meanwhile, so that whoever has the turn may write on that matter too; once they
    are done the form is completed."""
    install_all()
    nurse, reference = filled_in()
    completed = []

    def complete() -> None:
        try:
            with acting_as(nurse):
                completed.append(completing.complete(nurse, reference))
        finally:
            connection.close()

    with psycopg.connect(cloned_database.owner_url) as writer:
        writer.execute("SELECT pg_advisory_xact_lock(%s)", [turn])
        form = Thread(target=complete)
        form.start()
        until_somebody_waits(writer, turn)
        with machine():
            matter = FormDraft.objects.get(reference=reference).matter_id
        assert writer.execute("SELECT id FROM matters_matter WHERE id = %s FOR UPDATE NOWAIT", [matter]).fetchone()
        writer.rollback()
    form.join(30)
    assert [each.reference for each in completed] == [reference]
