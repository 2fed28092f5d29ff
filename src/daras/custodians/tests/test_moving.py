"""No table of the house is forgotten when somebody is protected (G4)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from daras.access import audiences
from daras.access.models import Worker
from daras.access.policies import PROTECTED_SCOPE
from daras.access.session import custody, machine
from daras.custodians import moving
from daras.custodians.tests.conftest import health_lists_alex, made_protected
from daras.frontdoor.intake import receive
from daras.frontdoor.tests.documents import encoded, referral
from daras.ledger.models import Detail, Fact

pytestmark = pytest.mark.django_db

#: Tables with an audience that say nothing of one person or matter, or that stay as they are, and why.
STAY = {
    "access_trailentry": "the trail is never changed; it holds numbers",
    "access_traillink": "of the trail",
    "access_audiencemove": "numbers of rows",
    "frontdoor_quarantined": "what was refused: nobody's record was made of it",
    "frontdoor_draft": "what a team is writing and has not sent: its own",
    "frontdoor_draftversion": "of a draft",
}


def test_every_table_with_an_audience_is_moved_or_named() -> None:
    """G4: given every table whose rows have an audience, then protecting somebody moves its rows by a column that says
    whose they are, or the table is on the list of those that stay, with the reason."""
    moved = {*moving.BY_RECORD, *moving.BY_MATTER, "ledger_fact", "forms_formdraftversion", "attachments_content"}
    for model in apps.get_models():
        columns = {field.column for field in model._meta.concrete_fields}
        if "audience_id" not in columns or issubclass(model, Detail) or model._meta.app_label == "access":
            continue
        assert model._meta.db_table in moved | STAY.keys(), model._meta.db_table
    for table in STAY:
        assert table not in moved


def test_every_column_that_holds_people_is_known() -> None:
    """G4: given every kind of fact, then each column that holds a record of somebody is found by its type or its name;
    a number that points elsewhere is on no such name."""
    found = {(model._meta.label, column) for model in moving.details() for column, _ in moving.names_people(model)}
    assert ("people.RelationshipKnown", "other_record_id") in found
    assert ("frontdoor.ConcernReported", "about_record_ids") in found
    assert ("disclosures.FamilyVersionPrepared", "recipient_record_id") in found
    assert ("forms.AnswerPerson", "person_record") in found
    for model in moving.details():
        for field in model._meta.concrete_fields:
            if "record" in field.name and "audience" not in field.name and field.get_internal_type() != "TextField":
                named = (model._meta.label, field.column) in found
                assert named or not field.name.endswith(("record", "record_id", "record_ids")), field


def test_nothing_of_the_child_is_left_in_any_table(workers: dict[str, Worker]) -> None:
    """G4: given a child of a referral and a list, when they are protected, then no row that is not protected points at
    a record of theirs, in any table."""
    number = health_lists_alex()
    receive(encoded(referral("alex")), file="alex")
    protected = made_protected(workers, number)
    with custody():
        left: list[str] = []
        for rows in moving.about(protected.record_ids, protected.matter_ids):
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT count(*) FROM "{rows.table}" WHERE "{rows.column}" = ANY(%s)'
                    f" AND (audience_id >> 32) <> {PROTECTED_SCOPE}",
                    [list(rows.keys)],
                )
                (count,) = cursor.fetchone()
            left += [rows.table] * bool(count)
        assert left == []
        about = Fact.objects.filter(person_record_id__in=protected.record_ids)
        assert about.count() > 5
    with machine():
        assert not Fact.objects.filter(person_record_id__in=protected.record_ids).exists()
        assert audiences.standing(audiences.PROTECTED) == PROTECTED_SCOPE << 32
