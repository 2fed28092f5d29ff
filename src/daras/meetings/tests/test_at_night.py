"""The team out of hours reads its own layer of a discussion's record, and the whole of it where it took part (A11, B4,
G4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from daras.access.models import Worker
from daras.access.policy import OUT_OF_HOURS
from daras.access.session import acting_as, machine
from daras.duties.queries import owed_by
from daras.meetings import after, during
from daras.meetings.audiences import reads_record
from daras.meetings.calling import Invitation, convene, invite
from daras.meetings.models import MeetingCalled
from daras.meetings.tests.conftest import TAKES_PART, record_of, seen_by, through
from daras.meetings.tests.test_after import HEALTH, POLICE, SOCIAL_CARE, Workers, present, write
from daras.working_time import clock

#: What was said, by where it was recorded; none of it is for the night.
SAID = ("Who said what, word for word.", "What social care holds.", "The police think otherwise.", "Legal advice.")
OTHERS_ACTION = "Keep Alex and Jake apart at school."
OWN_ACTION = "Ring Kerra on Saturday."


@pytest.fixture
def night(workers: Workers) -> Worker:
    """Hilary, of the team out of hours."""
    agency, team = OUT_OF_HOURS
    with machine():
        return Worker.objects.create(
            slug="night", email="night@example", name="Hilary Quick", agency=agency, team=team,
            role="out-of-hours-worker",
        )  # fmt: skip


@pytest.fixture
def closed(convened: MeetingCalled, workers: Workers) -> MeetingCalled:
    """A whole record with every section, what one agency holds, a challenge, and two actions; closed."""
    manager = workers["duty-manager"]
    present(workers, convened, SOCIAL_CARE, POLICE, HEALTH)
    through(manager, lambda: during.contribute(manager, convened.pk, text=SAID[1], is_opinion=False))
    decided = through(manager, lambda: during.decide_enquiry(manager, convened.pk, enquiry="joint", rationale="Both."))
    nurse = workers["school-nurse"]
    through(
        nurse,
        lambda: during.take_position(nurse, convened.pk, decided.pk, position="challenges", reason=SAID[2]),
    )
    through(
        manager,
        lambda: during.consider(
            manager, convened.pk, record_of("Kerra"), in_scope=True, owner_agency="cornwall-childrens-services",
            owner_team="maru", safety_outcome="Kerra stays with her aunt tonight.",
        ),
    )  # fmt: skip
    for owner, what in ((("carn-brea-academy", "safeguarding"), OTHERS_ACTION), (OUT_OF_HOURS, OWN_ACTION)):
        through(
            manager,
            lambda owner=owner, what=what: during.agree_action(  # type: ignore[misc]
                manager, convened.pk, what=what, owner_agency=owner[0], owner_team=owner[1],
                due_at=clock.now() + timedelta(hours=30),
            ),
        )  # fmt: skip
    write(workers, convened, "decisions", "A joint enquiry. Alex stays with his mother.")
    write(workers, convened, "minutes", SAID[0])
    write(workers, convened, "restricted", SAID[3], ("cornwall-childrens-services", "legal"))
    through(manager, lambda: after.close_record(manager, convened.pk))
    return convened


def tables_that_show(worker: Worker, words: str) -> list[str]:
    """Every table of the database in which a worker comes upon these words, asked without any of our queries."""
    with acting_as(worker), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns JOIN pg_class ON relname = table_name"
            " WHERE column_name = 'audience_id' AND has_table_privilege(pg_class.oid, 'SELECT') ORDER BY 1"
        )
        names = [name for (name,) in cursor.fetchall()]
        assert "meetings_sectionrecorded" in names
        found = []
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}" AS it WHERE it::text LIKE %s', [f"%{words}%"])
            found += [name] if cursor.fetchone()[0] else []
    return found


def test_out_of_hours_reads_its_own_layer_and_the_minutes_are_nowhere(
    closed: MeetingCalled, workers: Workers, night: Worker
) -> None:
    """Given a closed record, when the worker out of hours opens it, then what was decided, who is safe, whom to ring
    and their own action stand there, and what was said stands in no table of theirs (A11, B4, G4)."""
    seen = seen_by(night, closed)
    assert [each.section for each in seen.sections] == ["decisions"]
    assert [each.what for each in seen.actions] == [OWN_ACTION]
    assert [each.safety_outcome for each in seen.considered] == ["Kerra stays with her aunt tonight."]
    assert {each.agency for each in seen.invited} >= {"carn-brea-academy", "devon-and-cornwall-police"}
    assert len(seen.presence) == 3
    assert not seen.contributed
    assert not seen.positions
    assert not seen.all_challenges()
    for words in (*SAID, OTHERS_ACTION):
        assert tables_that_show(night, words) == [], words
    assert tables_that_show(night, OWN_ACTION) == ["duties_dutyopened", "meetings_actionagreed"]
    assert through(night, lambda: [state.duty.because for state in owed_by(night)]) == [OWN_ACTION]


def test_the_day_team_reads_all_of_it(closed: MeetingCalled, workers: Workers) -> None:
    """Given a closed record, then social care and health of the front door by day read what was said; a restricted
    section stays with those named (B4, G4)."""
    for who in ("social-worker", "health"):
        for words in (*SAID[:3], OTHERS_ACTION):
            assert tables_that_show(workers[who], words), (who, words)
    assert tables_that_show(workers["health"], SAID[3]) == []


def test_where_the_team_out_of_hours_attended_it_reads_the_minutes(
    closed: MeetingCalled, workers: Workers, night: Worker
) -> None:
    """Given that the manager notes Hilary on the call, then the team reads what was said, also before it came, and
    keeps the record from now (B3, B4)."""
    present(workers, closed, (*OUT_OF_HOURS, "Hilary Quick"))
    seen = seen_by(night, closed)
    assert {"decisions", "minutes"} <= {each.section for each in seen.sections}
    assert {each.what for each in seen.actions} == {OWN_ACTION, OTHERS_ACTION}
    assert [each.text for each in seen.contributed] == [SAID[1]]
    assert [each.reason for each in seen.positions] == [SAID[2]]
    assert tables_that_show(night, SAID[3]) == []
    through(night, lambda: after.record_section(night, closed.pk, section="minutes", text="Later that night."))
    assert tables_that_show(workers["school-nurse"], "Later that night.")


def test_nobody_lets_themselves_in_or_writes_over_what_they_cannot_read(closed: MeetingCalled, night: Worker) -> None:
    """Given a record that the night does not read, when its worker writes a section, notes themselves on the call or
    invites their own team, then each is refused and nothing of it is shown (G4)."""
    agency, team = OUT_OF_HOURS
    with pytest.raises(PermissionDenied, match="day team"):
        through(night, lambda: after.record_section(night, closed.pk, section="minutes", text="Mine.", seen=0))
    with pytest.raises(PermissionDenied, match="day team"):
        through(
            night,
            lambda: during.note_presence(
                night, closed.pk, agency=agency, team=team, name="Hilary", role="", mode="phone", joined_at=clock.now()
            ),
        )
    with pytest.raises(PermissionDenied, match="day team"):
        through(night, lambda: invite(night, closed.pk, [Invitation(agency, team, "To read it.")]))
    assert tables_that_show(night, SAID[0]) == []


def test_what_the_night_says_itself_it_reads(closed: MeetingCalled, workers: Workers, night: Worker) -> None:
    """Given a record that the night does not read, when its worker adds what the team holds and challenges the choice
    of enquiry, then both are read by those who took part and by the team itself (B4, B5)."""
    through(night, lambda: during.contribute(night, closed.pk, text="A call at two in the night.", is_opinion=False))
    (decided,) = seen_by(night, closed).enquiries
    through(
        night,
        lambda: during.take_position(night, closed.pk, decided.pk, position="challenges", reason="Police alone."),
    )
    for who in (night, workers["duty-manager"], workers["school-nurse"], workers["inspector"]):
        assert tables_that_show(who, "Police alone."), who.slug
    assert [each.text for each in seen_by(night, closed).contributed] == ["A call at two in the night."]
    assert tables_that_show(workers["health"], "A call at two in the night.")


def test_who_convenes_at_night_keeps_the_record(alex: str, workers: Workers, night: Worker) -> None:
    """Given a discussion convened by the team out of hours, then it keeps the record, and the day team reads it in the
    morning (A11, B1)."""
    called = through(
        night,
        lambda: convene(
            night, alex, planned_at=clock.now(), mode="phone", reason="It cannot wait.", invitations=TAKES_PART[1:]
        ),
    )
    through(night, lambda: after.record_section(night, called.pk, section="minutes", text="Held at night."))
    assert through(night, lambda: reads_record(night, called))
    assert tables_that_show(night, "Held at night.") == ["meetings_sectionrecorded"]
    assert tables_that_show(workers["duty-manager"], "Held at night.") == ["meetings_sectionrecorded"]
    assert tables_that_show(workers["outsider"], "Held at night.") == []
