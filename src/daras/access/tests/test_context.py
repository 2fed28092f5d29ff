"""Whose eyes a transaction has ends with the block, whatever happens inside it (G4)."""

from __future__ import annotations

from contextlib import suppress
from threading import Thread

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from daras.access import audiences
from daras.access.models import StandingScope, Worker
from daras.access.session import EVERYTHING, acting_as, custody, machine
from daras.access.tests.people import record_for, records_seen, seen_by, settle
from daras.home import Addresses

Workers = dict[str, Worker]


def looking() -> tuple[str, str]:
    """The role and the worker that the database knows of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, coalesce(current_setting('daras.worker', true), '')")
        role, worker = cursor.fetchone()
        return role, worker


def test_each_block_puts_the_former_eyes_back(workers: Workers, school_record: int) -> None:
    """Given a worker's request that calls a command that looks through another worker, when each block ends, then the
    one around it looks again as before (G4)."""
    lead, outsider = workers["school-lead"], workers["outsider"]
    with acting_as(lead):
        with machine():
            assert looking() == ("daras_machine", "")
            with acting_as(outsider):
                assert records_seen() == set()
            assert looking() == ("daras_machine", "")
            assert records_seen() == {school_record}
        assert looking() == ("daras_application", str(lead.pk))
        assert records_seen() == {school_record}
        with acting_as(None):
            assert records_seen() == set()
        assert records_seen() == {school_record}
    assert looking() == ("daras_application", "")


def test_a_savepoint_that_is_released_leaves_nothing_behind(workers: Workers) -> None:
    """Given a setting made inside a savepoint, which in PostgreSQL outlives its release, when our block in it ends,
    then the former value stands (G4)."""
    with transaction.atomic():
        with transaction.atomic(), acting_as(workers["school-lead"]):
            pass
        assert looking() == ("daras_application", "")


@pytest.mark.parametrize("fault", [ValueError, DatabaseError, IntegrityError])
def test_an_error_leaves_nothing_behind(workers: Workers, fault: type[Exception]) -> None:
    """Given an error inside a command, of Python's or the database's, when it is caught outside, then the eyes are
    those before, and not the machine's (G4)."""

    def fail() -> None:
        if fault is ValueError:
            raise ValueError
        duplicate = "INSERT INTO access_standingscope (slug) VALUES ('custodians')"
        connection.cursor().execute("SELECT 1 / 0" if fault is DatabaseError else duplicate)

    with acting_as(workers["outsider"]):
        with pytest.raises(fault), machine(), acting_as(workers["school-lead"]), machine():
            fail()
        assert looking() == ("daras_application", str(workers["outsider"].pk))


def test_a_query_that_runs_after_its_block_shows_nothing(workers: Workers, school_record: int) -> None:
    """Given a query that was made while a worker looked, when it runs after the block, then it runs with nobody's
    eyes."""
    with acting_as(workers["school-lead"]):
        later = connection.cursor()
        prepared = "SELECT id FROM people_personrecord"
    later.execute(prepared)
    assert later.fetchall() == []


def test_two_workers_share_a_connection_and_no_sight(cloned_database: Addresses) -> None:
    """Given one connection that serves one request after another, when the first ends well, with an error, or with the
    connection's transaction aborted, then the next has none of its eyes, and one without a sign-in sees nothing
    (G4)."""
    workers = settle()
    scope = audiences.standing(audiences.agency_scope("carn-brea-academy"))
    record = record_for(scope)
    serving = connection.connection.info.backend_pid
    for ending in ("well", "error", "aborted"):
        try:
            with acting_as(workers["school-lead"]):
                assert records_seen() == {record}
                if ending == "error":
                    raise ValueError
                if ending == "aborted":
                    connection.cursor().execute("SELECT 1 / 0")
        except (ValueError, DatabaseError):
            pass
        assert connection.connection.info.backend_pid == serving
        assert records_seen() == set()
        assert seen_by(workers["outsider"]) == set()
        with machine():
            assert StandingScope.objects.exists()
        assert looking() == ("daras_application", "")


def test_two_workers_at_once_see_each_their_own(cloned_database: Addresses) -> None:
    """Given two requests at the same moment, when they look a hundred times each, then neither ever sees the other's
    (G4)."""
    workers = settle()
    own = {
        seat: record_for(audiences.standing(audiences.agency_scope(workers[seat].agency)))
        for seat in ("school-lead", "outsider")
    }
    wrong: list[object] = []

    def look(seat: str) -> None:
        try:
            for _ in range(100):
                seen = seen_by(workers[seat])
                if seen != {own[seat]}:
                    wrong.append(seen)
        finally:
            connection.close()

    threads = [Thread(target=look, args=(seat,)) for seat in own]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def custody_now() -> str:
    """Whose protected rows the machine would see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('daras.custody', true), '')")
        return str(cursor.fetchone()[0])


def test_no_custody_outlives_its_block(cloned_database: Addresses) -> None:
    """G4: given one connection, when a block in custody ends well, with an error, in a released savepoint or with the
    transaction aborted, then neither the rest of the request, the next one, nor a job after it sees what is protected;
    the machine acts for the worker who is looking, and blind for nobody."""
    workers = settle()
    with custody():
        audience = audiences.open_audience(audiences.PROTECTED, "protected")
        audiences.grant(audience, agency="safeguarding-partnership", role="custodian", reason="kept", granted_by="x")
        record = record_for(audience)
    for fault in (None, ValueError, DatabaseError):
        with acting_as(workers["custodian"]):
            with suppress(ValueError, DatabaseError), custody():
                assert custody_now() == EVERYTHING
                if fault is ValueError:
                    raise ValueError
                if fault is DatabaseError:
                    connection.cursor().execute("SELECT 1 / 0")
            assert custody_now() == ""
            with machine():
                assert records_seen() == {record}  # for the custodian, who keeps it
                with machine():
                    assert custody_now() == str(workers["custodian"].pk)
            with machine(blind=True):
                assert records_seen() == set()
                with machine():
                    assert records_seen() == set()
        assert custody_now() == ""
        with machine():
            assert records_seen() == set()
        with acting_as(workers["duty-manager"]), machine():
            assert records_seen() == set()
        assert seen_by(workers["custodian"]) == {record}
        assert seen_by(workers["duty-manager"]) == set()


def test_who_is_let_in_meanwhile_sees_at_once_and_who_is_shut_out_no_longer(workers: Workers) -> None:
    """Given a worker who has looked, when a command lets them in within the same request, then they see; when it ends
    what it gave, they do not; and when it is taken back by an error, neither counts (G4)."""
    outsider = workers["outsider"]
    with machine():
        audience = audiences.open_audience(audiences.front_door_scope("908"), "test")
    record = record_for(audience)
    with acting_as(outsider):
        assert records_seen() == set()
        with machine():
            given = audiences.grant(audience, agency=outsider.agency, reason="test", granted_by="test")
        assert records_seen() == {record}
        with suppress(ValueError), machine():
            audiences.end(given, reason="test", ended_by="test")
            with acting_as(outsider):
                assert records_seen() == set()
            raise ValueError
        assert records_seen() == {record}
        with machine():
            audiences.end(given, reason="test", ended_by="test")
        assert records_seen() == set()


def test_what_one_worker_was_found_to_see_is_nobody_elses(workers: Workers, school_record: int) -> None:
    """Given what a worker stands in was looked up, when the database is told of another one without being told to
    forget it, then that is looked up anew; and as of another moment likewise (G4)."""
    lead, outsider = workers["school-lead"], workers["outsider"]
    with acting_as(lead), connection.cursor() as cursor:
        assert records_seen() == {school_record}
        cursor.execute("SELECT set_config('daras.worker', %s, true)", [str(outsider.pk)])
        assert records_seen() == set()
        cursor.execute("SELECT set_config('daras.worker', '', true)")
        assert records_seen() == set()
        cursor.execute("SELECT set_config('daras.worker', %s, true)", [str(lead.pk)])
        assert records_seen() == {school_record}
        looked = "SELECT current_setting('daras.looked')"
        cursor.execute(looked)
        (before,) = cursor.fetchone()
        cursor.execute("SELECT set_config('daras.now', '2030-01-01T00:00:00+00:00', true)")
        records_seen()
        cursor.execute(looked)
        assert cursor.fetchone() != (before,)


def setting(name: str) -> str:
    """A setting of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [name])
        return str(cursor.fetchone()[0])


def test_what_a_worker_sees_is_looked_up_once_a_look_and_for_the_machine_never(workers: Workers) -> None:
    """A17, G4: given who looks, then nothing is asked before a row is; for a worker what they stand in, were granted
    and are kept apart from is found by the first question and asked again only in the next look; the machine asks
    nothing."""
    lead = workers["school-lead"]
    with acting_as(lead):
        assert setting("daras.looked") == ""
        records_seen()
        assert setting("daras.looked").startswith(f"{lead.pk}@")
        assert setting("daras.apart") == ""
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('daras.apart', '{}|{}|{}|{}', true)")
        records_seen()
        assert setting("daras.apart") == "{}|{}|{}|{}"
        with machine():
            with connection.cursor() as cursor:
                cursor.execute("SELECT access.apart()")
                assert cursor.fetchone() == ("",)
            assert setting("daras.looked") == ""
        records_seen()
        assert setting("daras.apart") == ""
