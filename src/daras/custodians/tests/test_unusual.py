"""Unusual looks are found and reviewed by somebody else; a covert team's looks are its own agency's to know (G4)."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from daras.access import trail
from daras.access.models import TrailEntry, Worker, WorkerHome
from daras.access.session import acting_as, machine
from daras.custodians.models import UnusualAccess
from daras.custodians.tests.conftest import health_lists_alex
from daras.custodians.unusual import report, review_unusual
from daras.duties.queries import owed_by
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.people.commands import add_persons
from daras.people.models import RecordPerson

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 11, 24)


def looks(worker: Worker, number: str, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker opens somebody's page at an hour."""
    monkeypatch.setenv("DARAS_NOW", f"2026-11-24T{at}:00+00:00")
    with machine():
        person = RecordPerson.objects.filter(number=number).values_list("person_id", flat=True).first()
    with acting_as(worker):
        trail.look(worker, "person", number, person_id=person)


def test_each_pattern_is_found_once_and_reviewed_by_another(
    workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a nurse who looks at a child of her own name and postcode late in the evening, and an officer who looks
    as usual, when the night's report is made, then three patterns of hers wait for a custodian of another agency, once;
    she and her own agency's custodian cannot review them."""
    number = health_lists_alex()
    nurse = workers["school-nurse"]
    with machine():
        nurse.name = "Loveday Tregear"
        nurse.save(update_fields=["name"])
        WorkerHome.objects.create(worker=nurse, postcode="TR14 8AB")
    looks(workers["officer"], number, "10:00", monkeypatch)
    looks(nurse, number, "21:30", monkeypatch)
    assert report(TUESDAY) == 3
    assert report(TUESDAY) == 0
    reviewer = workers["council-custodian"]
    with acting_as(nurse), pytest.raises(PermissionDenied):
        review_unusual(nurse, 1, explained=True, words="It is my job.")
    with acting_as(reviewer):
        found = list(UnusualAccess.objects.order_by("pattern"))
        assert [each.pattern for each in found] == ["off-hours", "own-name", "own-street"]
        assert {each.worker_slug for each in found} == {nurse.slug}
        assert len(owed_by(reviewer)) == 3
        review_unusual(reviewer, found[0].pk, explained=True, words="Her manager: she was on call that evening.")
        with pytest.raises(Refused, match="reviewed"):
            review_unusual(reviewer, found[0].pk, explained=True, words="Again.")
        assert len(owed_by(reviewer)) == 2
    with acting_as(workers["health-custodian"]), pytest.raises(Refused):
        review_unusual(workers["health-custodian"], found[1].pk, explained=True, words="Fine.")
    with acting_as(workers["duty-manager"]):
        assert not UnusualAccess.objects.exists()
        assert not Matter.objects.filter(kind="review").exists()


def test_many_people_on_one_day_beside_colleagues(workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: given somebody who opens twenty people where a colleague opens one, then that is found; given that the
    colleague opens as many, then it is not."""
    from daras.access import audiences
    from daras.people.commands import add_records, place

    with machine():
        persons = add_persons([f"P-0000-{each:04}" for each in range(20)])
        records = add_records("carn-brea-academy", audiences.standing("agency:carn-brea-academy"), ["x"] * 20)
        place(records, persons)
        other = Worker.objects.create(
            slug="other-nurse", email="o@x.example", name="Other Nurse", agency="cornwall-partnership-trust",
            team="school-nursing", role="school-nurse",
        )  # fmt: skip
    for each in persons:
        looks(workers["school-nurse"], each.number, "10:00", monkeypatch)
    looks(other, persons[0].number, "10:00", monkeypatch)
    assert report(TUESDAY) == 1
    with acting_as(workers["council-custodian"]):
        assert [each.pattern for each in UnusualAccess.objects.all()] == ["many"]
    for each in persons[1:]:
        looks(other, each.number, "10:00", monkeypatch)
    assert report(TUESDAY) == 0


def test_a_covert_teams_looks_are_its_own_agencys_to_know(
    workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a covert team of the police, when one of it looks at a child, then the police's custodian reads that in
    the trail and no other custodian does; whatever is unusual about it is the police's custodian's to review."""
    number = health_lists_alex()
    with machine():
        covert = Worker.objects.create(
            slug="covert", email="covert@police.example", name="A Tregear", agency="devon-and-cornwall-police",
            team="online-child-abuse", role="detective",
        )  # fmt: skip
    looks(covert, number, "10:00", monkeypatch)
    looks(workers["officer"], number, "10:00", monkeypatch)
    assert report(TUESDAY) == 1

    def looked(seat: str) -> set[str]:
        with acting_as(workers[seat]):
            return set(TrailEntry.objects.filter(action="look").values_list("actor", flat=True))

    assert looked("police-custodian") == {"covert", "officer"}
    assert looked("council-custodian") == {"officer"}
    assert looked("duty-manager") == set()
    with acting_as(workers["council-custodian"]):
        assert not UnusualAccess.objects.exists()
    with acting_as(workers["police-custodian"]):
        assert UnusualAccess.objects.get().worker_slug == "covert"
