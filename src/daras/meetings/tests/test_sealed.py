"""Words for a few lie under keys outside the database, and read as ever to those few (G4)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django.fixtures import Settings

from daras.access.keys import new_key
from daras.access.narrative import GONE, SEAL, narratives
from daras.access.session import acting_as, custody, machine
from daras.exchange import joining
from daras.ledger.refusal import Refused
from daras.meetings.during import contribute
from daras.meetings.models import Contributed, MeetingCalled, SectionRecorded
from daras.meetings.tests.conftest import through
from daras.meetings.tests.test_after import Workers, write
from daras.meetings.tests.test_during import challenge

pytestmark = pytest.mark.django_db
LEGAL = ("cornwall-childrens-services", "legal")
SECRET, OPEN = "Legal advice about the mother.", "What everybody heard."


def stands(table: str) -> list[str]:
    """What stands in the rows of a table."""
    with custody(), connection.cursor() as cursor:
        cursor.execute(f'SELECT text FROM "{table}" ORDER BY fact_id')
        return [str(text) for (text,) in cursor.fetchall()]


def read(workers: Workers) -> list[str]:
    """What the front door reads of the record."""
    with acting_as(workers["duty-manager"]):
        return [each.text for each in SectionRecorded.objects.order_by("pk")]


def test_a_restricted_section_is_sealed_and_read_as_ever(
    convened: MeetingCalled, workers: Workers, settings: Settings
) -> None:
    """G4: given a restricted section and minutes, and a restricted contribution, then no row holds the restricted
    words, whoever may read them reads them, and the rest stands as it was; under a newer key it is the same; without
    the key it is said that they cannot be read, and nothing is rotated."""
    old, new = new_key(), new_key()
    settings.ENCRYPTION_KEYS = old
    write(workers, convened, "minutes", OPEN)
    write(workers, convened, "restricted", SECRET, LEGAL)
    inspector = workers["inspector"]
    challenge(workers, convened)
    through(
        inspector,
        lambda: contribute(inspector, convened.pk, text=SECRET, is_opinion=False, restricted_to=(LEGAL,)),
    )
    with acting_as(inspector):
        assert Contributed.objects.get(restricted=True).text == SECRET
    assert read(workers) == [OPEN, SECRET]
    minutes, restricted = stands("meetings_sectionrecorded")
    assert minutes == OPEN
    assert restricted.startswith(SEAL)
    assert not [text for text in stands("meetings_contributed") if "Legal" in text]
    settings.ENCRYPTION_KEYS = f"{new},{old}"
    assert joining.rotate_secrets(by="shell:test") == 2
    settings.ENCRYPTION_KEYS = new
    assert read(workers) == [OPEN, SECRET]
    assert stands("meetings_sectionrecorded")[1] != restricted
    settings.ENCRYPTION_KEYS = old
    assert read(workers) == [OPEN, GONE]
    with pytest.raises(Refused, match="DARAS_ENCRYPTION_KEYS"):
        joining.rotate_secrets(by="shell:test")


def test_only_sealed_words_can_be_sealed_anew(convened: MeetingCalled, workers: Workers) -> None:
    """G4: given the function that brings words under a newer key, when it is asked to change words that are not sealed,
    or to leave the seal away, then the database refuses: it edits nothing."""
    write(workers, convened, "minutes", OPEN)
    write(workers, convened, "restricted", SECRET, LEGAL)
    with custody():
        minutes, restricted = SectionRecorded.objects.order_by("pk").values_list("pk", flat=True)
    for fact, again in ((minutes, SEAL + "x"), (restricted, "other words")):
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            machine(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT access.reseal('meetings_sectionrecorded', 'text', %s, %s)", [fact, again])
    assert {(model._meta.label, column) for model, column in narratives()} == {
        ("meetings.SectionRecorded", "text"),
        ("meetings.Contributed", "text"),
        ("custodians.Protected", "reason"),
        ("custodians.EntryRestricted", "reason"),
    }
