"""A data officer is shown what answering somebody needs, case by case, and nothing else (G4)."""

from __future__ import annotations

import pytest
from django.test import Client

from daras.access import audiences
from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.ledger.models import Fact
from daras.matters.models import Matter
from daras.pages.tests.asking_what_is_held import COUNCIL, SCHOOL, Visitor, World, part_at, record_of, settled
from daras.pages.tests.partnership import worker
from daras.pages.tests.test_rights import checked
from daras.people.models import NameKnown, PersonRecord
from daras.rights.models import AccessAsked, PartOpened


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T09:30:00+00:00")
    return settled()


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def officer(agency: str, name: str = "Derwa Hichens") -> Worker:
    with machine():
        return worker(name, agency, "", "data-officer")


def test_a_data_officer_answers_what_they_were_let_into(visitor: Visitor, world: World) -> None:
    """G4: given a data officer of a school, when a lead lets them in to the school's part, then they read its entries
    there and decide on them; of what is protected the lead decides, and another signs. They see the case and nothing
    else of the child: no record, no matter, no other agency's part, no page of hers, no search."""
    lead, data = world.workers["safeguarding-lead"], officer(SCHOOL)
    place = visitor.asks(world.workers["duty-manager"], world.child, asker_record=str(record_of("Denzel")))
    checked(visitor, world, place)
    part = part_at(lead, SCHOOL)
    assert visitor.opens(data, part)[0] == 404
    assert visitor.step(lead, part, "let-in", email=data.email) == (302, "")
    assert part in visitor.opens(data, place)[1]
    status, text = visitor.opens(data, part)
    assert status == 200
    assert "Wenna" in text
    assert visitor.decides_as_suggested(data, part) == (302, "")
    assert visitor.step(data, part, "sign", signed="yes")[0] == 422
    assert visitor.decides_as_suggested(lead, part) == (302, "")  # the protected mother's two entries are not for them
    assert visitor.step(world.workers["second-lead"], part, "sign", signed="yes") == (302, "")
    assert "Wenna" in visitor.opens(data, f"{part}copy/")[1]
    with acting_as(data):
        assert set(PartOpened.objects.values_list("agency", flat=True)) == {SCHOOL}
        assert not NameKnown.objects.exists()
        assert not PersonRecord.objects.exists()
        assert set(Matter.objects.values_list("kind", flat=True)) == {"rights"}
        assert {each.partition("-")[0] for each in Fact.objects.values_list("kind", flat=True)} <= {
            "access", "duty", "hold",
        }  # fmt: skip
    for path in (f"/people/{world.child}/", f"/people/{world.child}/chronology/", f"/matters/{world.reference}/"):
        assert visitor.opens(data, path)[0] in {403, 404}, path
    assert visitor.opens(data, f"/people/{world.child}/rights/")[0] in {403, 404}
    assert visitor.sends(data, "/find/", {"name": "Wenna Trease"})[0] == 403


def test_nobody_else_gets_in_by_being_a_data_officer(visitor: Visitor, world: World) -> None:
    """G4: given a case, when a data officer who was not let in, or one of another agency, or an administrator opens it,
    or is given a wide grant, or one by name of anything but a case, then they see nothing; and none is let in to
    another agency's part."""
    data, other = officer(COUNCIL), officer(SCHOOL, "Another Officer")
    manager = world.workers["duty-manager"]
    place = visitor.asks(manager, world.child)
    own = part_at(manager, COUNCIL)
    for who in (data, other):
        assert visitor.opens(who, place)[0] == visitor.opens(who, own)[0] == 404
    assert visitor.opens(world.workers["administrator"], place)[0] == 403
    assert visitor.step(manager, own, "let-in", email=other.email)[0] == 422
    with machine():
        matter = Matter.objects.get(reference=world.reference)
        case = AccessAsked.objects.select_related("fact").get()
        audiences.grant(matter.audience_id, worker=data, agency=COUNCIL, reason="by mistake", granted_by="x")
        audiences.grant(case.audience_id, agency=COUNCIL, reason="by mistake", granted_by="x")
    with acting_as(data):
        assert not Matter.objects.exists()
        assert not AccessAsked.objects.exists()
