"""After a discussion: each reader's own layer, who has filed it, and who joins later (B3, B4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import Worker
from daras.access.session import machine
from daras.duties.queries import owed_by
from daras.frontdoor.models import ReferralReceived
from daras.frontdoor.outcome import Outcome
from daras.ledger.refusal import Refused
from daras.matters.models import MatterState
from daras.meetings import after, during
from daras.meetings.calling import Invitation, convene, invite
from daras.meetings.models import MeetingCalled
from daras.meetings.sitting import NoSuchMeeting
from daras.meetings.tests.conftest import seen_by, through
from daras.outbox.models import Notice
from daras.working_time import clock

Workers = dict[str, Worker]

SOCIAL_CARE = ("cornwall-childrens-services", "maru", "Tamara Nance")
POLICE = ("devon-and-cornwall-police", "child-abuse-investigation-west", "Nia Hambly")
HEALTH = ("cornwall-partnership-trust", "school-nursing", "Anjali Menon")


def present(workers: Workers, meeting: MeetingCalled, *who: tuple[str, str, str]) -> None:
    manager = workers["duty-manager"]
    for agency, team, name in who:
        through(
            manager,
            lambda agency=agency, team=team, name=name: during.note_presence(  # type: ignore[misc]
                manager, meeting.pk, agency=agency, team=team, name=name, role="", mode="phone", joined_at=clock.now()
            ),
        )


def write(workers: Workers, meeting: MeetingCalled, section: str, text: str, *teams: tuple[str, str]) -> None:
    manager = workers["duty-manager"]
    through(manager, lambda: after.record_section(manager, meeting.pk, section=section, text=text, teams=teams))


def owed(worker: Worker) -> list[str]:
    return through(worker, lambda: [state.duty.duty_kind for state in owed_by(worker)])


def sections(worker: Worker, meeting: MeetingCalled) -> list[str]:
    return [each.section for each in seen_by(worker, meeting).sections]


def test_each_reader_reads_their_own_layer(convened: MeetingCalled, workers: Workers) -> None:
    """Given a record in four sections, then each reader reads theirs and no other (B4)."""
    write(workers, convened, "decisions", "A joint enquiry. Alex stays with his mother.")
    write(workers, convened, "minutes", "Who said what.")
    write(workers, convened, "restricted", "Legal advice.", ("cornwall-childrens-services", "legal"))
    write(workers, convened, "family", "What we tell the family.")
    assert sections(workers["safeguarding-lead"], convened) == ["decisions"]
    assert sections(workers["school-nurse"], convened) == ["decisions", "minutes"]
    assert sections(workers["duty-manager"], convened) == ["decisions", "minutes", "restricted", "family"]
    assert sections(workers["health"], convened) == ["decisions", "minutes", "family"]


def test_a_restricted_section_names_its_readers_and_partners_write_none(
    convened: MeetingCalled, workers: Workers
) -> None:
    """Given a restricted section without readers, or a partner at the pen, then it is refused (B4)."""
    with pytest.raises(Refused, match="named teams"):
        write(workers, convened, "restricted", "For whom?")
    nurse = workers["school-nurse"]
    with pytest.raises(PermissionDenied):
        through(nurse, lambda: after.record_section(nurse, convened.pk, section="minutes", text="Mine."))


def test_an_interim_discussion_says_so_and_health_joins_later(
    convened: MeetingCalled, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given that health cannot be reached, then two hold it, the record says so, and health joins by a time (B3)."""
    manager, nurse = workers["duty-manager"], workers["school-nurse"]
    present(workers, convened, SOCIAL_CARE, POLICE)
    with pytest.raises(Refused, match="health"):
        through(manager, lambda: after.close_record(manager, convened.pk))
    by = clock.now() + timedelta(hours=3)
    through(
        manager,
        lambda: after.close_record(manager, convened.pk, interim_reason="Toby is in the house.", rest_joins_by=by),
    )
    closing = seen_by(nurse, convened).closing
    assert closing is not None
    assert (closing.quorate, closing.missing_parts) == (False, "health")
    assert sections(nurse, convened) == ["interim"]
    assert sections(workers["safeguarding-lead"], convened) == []
    assert "join-discussion" in owed(nurse)
    monkeypatch.setenv("DARAS_NOW", (clock.now() + timedelta(hours=2)).isoformat())
    present(workers, convened, HEALTH)
    assert "join-discussion" not in owed(nurse)
    through(manager, lambda: after.close_record(manager, convened.pk))
    assert [each.quorate for each in seen_by(nurse, convened).closings] == [False, True]


def test_whoever_is_on_the_call_reads_what_the_others_read(convened: MeetingCalled, workers: Workers) -> None:
    """Given somebody brought onto the call, then their team reads the minutes of it (B4)."""
    write(workers, convened, "minutes", "Who said what.")
    present(workers, convened, ("probation-service", "cornwall-sexual-offences", "Offender manager"))
    assert sections(workers["probation"], convened) == ["minutes"]


def test_each_agency_files_the_record_in_its_own_system(convened: MeetingCalled, workers: Workers) -> None:
    """Given a closed record, then reading is not enough: each agency owes word of where it is filed (B4)."""
    manager, nurse, lead = workers["duty-manager"], workers["school-nurse"], workers["safeguarding-lead"]
    present(workers, convened, SOCIAL_CARE, POLICE, HEALTH)
    through(manager, lambda: after.close_record(manager, convened.pk))
    with machine():
        told = set(Notice.objects.filter(kind="record-closed").values_list("receiver__agency", flat=True))
    assert {"carn-brea-academy", "cornwall-partnership-trust", "devon-and-cornwall-police"} <= told
    assert "file-record" in owed(lead)
    assert "file-record" in owed(nurse)
    with pytest.raises(Refused, match="system"):
        through(lead, lambda: after.file_record(lead, convened.pk, system=" ", filed_on=clock.today()))
    through(lead, lambda: after.file_record(lead, convened.pk, system="CPOMS", filed_on=clock.today()))
    assert "file-record" not in owed(lead)
    assert "file-record" in owed(nurse)
    through(nurse, lambda: after.file_record(nurse, convened.pk, system="RiO", filed_on=clock.today()))
    assert [each.system for each in seen_by(nurse, convened).filed] == ["CPOMS", "RiO"]
    assert [each.system for each in seen_by(lead, convened).filed] == ["CPOMS"]


def test_nobody_files_a_record_they_were_not_given(convened: MeetingCalled, workers: Workers) -> None:
    """Given an agency that was not asked, or a day to come, then it is refused (B4)."""
    outsider, nurse = workers["outsider"], workers["school-nurse"]
    with pytest.raises(NoSuchMeeting):
        through(outsider, lambda: after.file_record(outsider, convened.pk, system="Own", filed_on=clock.today()))
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(Refused, match="not come yet"):
        through(nurse, lambda: after.file_record(nurse, convened.pk, system="RiO", filed_on=tomorrow))


def test_news_on_the_open_case_is_shared_when_a_new_discussion_is_convened(
    alex: str, convened: MeetingCalled, workers: Workers, received: Callable[[str], Outcome]
) -> None:
    """Given Saturday's news, then a new decision is owed; those asked again read it from then, not before (B1)."""
    manager, inspector = workers["duty-manager"], workers["inspector"]
    through(
        manager,
        lambda: invite(
            manager, convened.pk, [Invitation("devon-and-cornwall-police", "on-call-inspector", "On call.")]
        ),
    )
    received("open-case")
    assert status(alex) == "decision-owed"
    assert news_read_by(inspector) == 1
    again = through(
        manager,
        lambda: convene(
            manager, alex, planned_at=clock.now(), mode="phone", reason="Toby, too.",
            invitations=[Invitation("devon-and-cornwall-police", "on-call-inspector", "On call.")],
        ),
    )  # fmt: skip
    assert status(alex) == "decided"
    assert again.reference != convened.reference
    assert news_read_by(inspector) == 2


def status(reference: str) -> str:
    with machine():
        return MatterState.objects.get(matter__reference=reference).status


def news_read_by(worker: Worker) -> int:
    return through(worker, ReferralReceived.objects.count)
