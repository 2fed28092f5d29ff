"""Who sees a row: the database decides, by audience, for the application's role (G4)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from daras.access import audiences
from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.access.tests.people import record_for, records_seen, seen_by

Workers = dict[str, Worker]


def opened(scope: str) -> int:
    """A new audience on a standing scope."""
    with machine():
        return audiences.open_audience(scope, "matter")


def test_tests_look_as_the_application(workers: Workers) -> None:
    """Given the tests, when they connect, then as the login that owns nothing, in the role that people's requests
    have."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user, current_user")
        assert cursor.fetchone() == ("daras_app", "daras_application")


def test_a_school_sees_its_own_record_and_nobody_else_does(workers: Workers, school_record: int) -> None:
    """Given a school's record, when workers look, then the school sees it, and neither another school, nor the front
    door to which nothing was sent, nor a custodian (G4)."""
    assert seen_by(workers["school-lead"]) == {school_record}
    for seat in workers.keys() - {"school-lead"}:
        assert seen_by(workers[seat]) == set(), seat


def test_each_front_door_sees_its_own_authority(workers: Workers) -> None:
    """Given news to both authorities, when their front doors look, then each sees its own, the police, health and
    out-of-hours workers who serve both see both, and whoever administers or counts sees none (G4)."""
    cornwall = record_for(opened(audiences.front_door_scope("908")))
    scilly = record_for(opened(audiences.front_door_scope("420")))
    assert seen_by(workers["duty-manager"]) == {cornwall}
    assert seen_by(workers["scilly-social-worker"]) == {scilly}
    assert seen_by(workers["maru-health"]) == seen_by(workers["out-of-hours"]) == {cornwall, scilly}
    for seat in ("school-nurse", "administrator", "data-officer", "custodian", "outsider"):
        assert seen_by(workers[seat]) == set(), seat


def test_without_an_identity_there_are_no_rows(workers: Workers, school_record: int) -> None:
    """Given a record, when nobody is set to be looking, or a worker who has left, then no row is shown (G4)."""
    assert records_seen() == set()
    assert seen_by(None) == set()
    with machine():
        Worker.objects.filter(pk=workers["school-lead"].pk).update(is_active=False)
    assert seen_by(workers["school-lead"]) == set()


def test_a_worker_cannot_widen_their_own_sight(workers: Workers, school_record: int) -> None:
    """Given an outsider, when their request writes to what the gate reads, then the database refuses (G4)."""
    attempts = (
        "INSERT INTO access_grant (audience_id, agency, team, role, granted_at, reason, granted_by)"
        " VALUES (1, 'hayle-academy', '', '', now(), '', '')",
        "SELECT * FROM access_grant",
        "INSERT INTO access_scopemembership (scope_id, agency, team, role) VALUES (1, 'hayle-academy', '', '')",
        "UPDATE access_worker SET agency = 'carn-brea-academy'",
        "INSERT INTO access_worker (slug) VALUES ('somebody')",
        "UPDATE people_personrecord SET audience_id = 1",
        "DELETE FROM people_personrecord",
        "TRUNCATE people_personrecord",
        "ALTER TABLE people_personrecord DISABLE ROW LEVEL SECURITY",
        "DROP POLICY people_personrecord_sight ON people_personrecord",
        "CREATE TABLE mine (id int)",
        "CREATE TEMP TABLE mine (id int)",
        "SET ROLE daras_owner",
        "SELECT nextval('people_personrecord_id_seq')",
        "SELECT last_value FROM people_personrecord_id_seq",
    )
    for attempt in attempts:
        with acting_as(workers["outsider"]), pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(attempt)
    assert seen_by(workers["outsider"]) == set()


def test_what_a_hidden_row_holds_is_in_no_error(workers: Workers) -> None:
    """Given a hidden record that an expression would choke on, when an outsider's query holds the expression, then it
    is never tried on the hidden row; whoever may see the row gets the error (G4)."""
    record_for(audiences.standing(audiences.agency_scope("carn-brea-academy")), local_id="Trelawny")
    query = "SELECT id FROM people_personrecord WHERE local_id::integer > 0"
    with acting_as(workers["outsider"]), connection.cursor() as cursor:
        cursor.execute(query)
        assert cursor.fetchall() == []
    with acting_as(workers["school-lead"]), pytest.raises(DatabaseError, match="Trelawny"), transaction.atomic():
        connection.cursor().execute(query)


def test_hidden_and_absent_are_one_answer(workers: Workers, school_record: int) -> None:
    """Given a hidden record, when an outsider asks for it, writes to it, points at it or gives a row its number, then
    the answer is to the letter the one for a record that is not there (G4)."""
    absent = school_record + 1_000_000
    questions = (
        "SELECT * FROM people_personrecord WHERE id = {}",
        "SELECT count(*) FROM people_personrecord WHERE id = {}",
        "UPDATE people_personrecord SET agency = 'x' WHERE id = {}",
        "SELECT id FROM people_personrecord WHERE id = {} FOR UPDATE",
        "INSERT INTO people_personrecord (id, agency, local_id, made_at, audience_id) VALUES ({}, 'x', '', now(), 1)",
        "INSERT INTO people_recordperson (record_id, person_id, number, audience_id) VALUES ({}, 1, 'P-1', 1)",
        "INSERT INTO ledger_fact (kind, person_record_id, agency, controller, regime, recorded_at, author, audience_id)"
        " VALUES ('concern', {}, 'x', 'x', 'general', now(), 'x', 1)",
        "INSERT INTO access_trailentry (at, actor, agency, action, subject_kind, subject_id, person_id, outcome,"
        " reason, audience_id) VALUES (now(), 'x', 'x', 'look', 'person', '{0}', {0}, 'done', '', 1)",
    )
    for question in questions:
        hidden = answer(workers["outsider"], question, school_record)
        assert hidden == answer(workers["outsider"], question, absent), question


def answer(worker: Worker, question: str, number: int) -> str:
    """What somebody is told: rows, or an error's words, with the number asked about struck out."""
    try:
        with acting_as(worker), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(question.format(number))
            told = f"{cursor.rowcount} {cursor.fetchall() if cursor.description else ''}"
    except DatabaseError as error:
        told = str(error)
    return told.replace(str(number), "?")


def test_statistics_of_a_protected_table_are_not_shown(workers: Workers, school_record: int) -> None:
    """Given the server's statistics, which quote common values, when an outsider reads them, then there are none of a
    protected table (G4)."""
    with acting_as(workers["outsider"]), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stats WHERE tablename IN ('people_personrecord', 'frontdoor_document')")
        assert cursor.fetchone() == (0,)


def test_a_grant_reaches_exactly_whom_it_names(workers: Workers) -> None:
    """Given a matter of the front door, when it is granted to a team, a role or one worker, then they and nobody else
    see it (G4)."""
    audience = opened(audiences.front_door_scope("908"))
    matter = record_for(audience)
    with machine():
        given = audiences.grant(
            audience,
            agency="cornwall-partnership-trust",
            team="school-nursing",
            reason="invited",
            granted_by="duty-manager",
        )
    assert seen_by(workers["school-nurse"]) == {matter}
    assert seen_by(workers["school-lead"]) == seen_by(workers["outsider"]) == set()
    with machine():
        audiences.end(given, reason="not involved", ended_by="duty-manager")
        audiences.grant(
            audience,
            agency="carn-brea-academy",
            worker=workers["school-lead"],
            reason="referred",
            granted_by="duty-manager",
        )
    assert seen_by(workers["school-nurse"]) == set()
    assert seen_by(workers["school-lead"]) == {matter}
    assert seen_by(workers["duty-manager"]) == {matter}


def test_the_strictest_audience_is_never_wider_than_a_source(workers: Workers) -> None:
    """Given something made of two sources with different audiences, when it is given theirs, then only who sees both
    sees it (design: idea 5)."""
    front_door = audiences.front_door_scope("908")
    first, second = opened(front_door), opened(front_door)
    with machine():
        audiences.grant(first, agency="hayle-academy", reason="referred", granted_by="intake")
        audiences.grant(second, agency="carn-brea-academy", reason="referred", granted_by="intake")
    made = record_for(audiences.strictest({first, second}, front_door))
    assert made in seen_by(workers["duty-manager"])
    assert made not in seen_by(workers["outsider"]) | seen_by(workers["school-lead"])
    assert audiences.strictest({first}, front_door) == first
