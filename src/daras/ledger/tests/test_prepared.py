"""What a connection has prepared is there for the next page, whatever became of the last one (design: Cost)."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from daras.ledger.reading import rows

pytestmark = pytest.mark.django_db
ASKED = "SELECT 'asked again and again' WHERE %s"


def prepared() -> list[tuple[str, int]]:
    """The statement as the database has it prepared, and how often it was planned."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE %s",
            ["SELECT 'asked again%"],
        )
        return list(cursor.fetchall())


def test_a_form_that_is_sent_back_makes_no_page_after_it_dearer() -> None:
    """Given a statement that is prepared, when something is taken back, then it is asked with the same plan."""
    assert rows(ASKED, [True]) == [("asked again and again",)]
    (first,) = prepared()
    with transaction.atomic():
        transaction.set_rollback(True)
    assert rows(ASKED, [False]) == []
    (again,) = prepared()
    assert again[0] == first[0]


def test_what_fails_is_taken_back_and_asked_again() -> None:
    """Given a prepared statement that fails for what it is asked with, then it answers the next time."""
    with pytest.raises(Exception, match="division"), transaction.atomic():
        rows("SELECT 10 / %s::int", [0])
    assert rows("SELECT 10 / %s::int", [5]) == [(2,)]
