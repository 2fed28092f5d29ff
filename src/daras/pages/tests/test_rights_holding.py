"""What somebody asks for stays until they are answered: held at once, and read by who answers (G4)."""

from __future__ import annotations

import pytest
from django.test import Client

from daras.access.models import Worker
from daras.access.session import acting_as, custody
from daras.custodians.commands import protect
from daras.keeping import register
from daras.keeping.applying import apply_register
from daras.keeping.disposing import review
from daras.keeping.holding import end_hold
from daras.keeping.models import HoldPlaced
from daras.keeping.tests.conftest import LATER, SENT
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.pages.tests.asking_what_is_held import COUNCIL, Visitor, World, record_of, settled


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DARAS_NOW", SENT)
    return settled()


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


def holds_seen_by(who: Worker) -> list[str]:
    with acting_as(who):
        return list(HoldPlaced.objects.order_by("pk").values_list("number", flat=True))


def test_what_is_asked_for_is_held_while_nobody_has_answered(
    visitor: Visitor, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a father who asks for his daughter's data of the whole partnership, when the matter's time runs out
    before he is answered, then nobody lets it go; those who answer read the hold, and nobody else its reason, nor ends
    it; it is in the register. When the last agency's part has been given it ends
    (`test_a_suspect_parent_gets_nothing_that_harms`)."""
    manager, custodian = world.workers["duty-manager"], world.workers["police-custodian"]
    visitor.asks(manager, world.child, asker_record=str(record_of("Denzel")))
    (hold,) = holds_seen_by(manager)
    assert holds_seen_by(world.workers["officer"]) == holds_seen_by(world.workers["safeguarding-lead"]) == []
    written = register.entries()[-1]
    assert (written.kind, written.said["hold"]) == ("held", hold)
    assert world.reference in written.said["matters"].split()
    _, page = visitor.opens(custodian, "/keeping/")
    assert hold not in page
    assert world.reference not in page
    monkeypatch.setenv("DARAS_NOW", LATER)
    with acting_as(custodian), pytest.raises(Refused, match=f"{hold} stands on {world.reference}"):
        review(custodian, world.reference, decision="dispose", reason="Read it whole.")
    with custody():
        placed = HoldPlaced.objects.get(number=hold)
    with acting_as(custodian), pytest.raises(Refused, match="no such hold"):
        end_hold(custodian, placed.pk, reason="I want it gone.")


def test_of_what_is_protected_its_custodian_alone_reads_the_hold(visitor: Visitor, world: World) -> None:
    """G4: given a child who is protected, when her custodian records that her father asks for her data, then what is
    protected is held, too, by a hold that no other custodian and no manager reads; what the register brings
    back after a restore is read by the same."""
    custodian = world.workers["council-custodian"]
    manager = world.workers["duty-manager"]
    with acting_as(manager):
        protect(manager, number=world.child, protection="refuge", reason="He looks for her.", custodian_agency=COUNCIL)
    visitor.asks(custodian, world.child)
    with custody():
        matter = Matter.objects.get(reference=world.reference)
        (hold,) = HoldPlaced.objects.all()
    assert matter.pk in hold.matter_ids
    assert hold.audience_id == matter.audience_id
    assert holds_seen_by(custodian) == [hold.number]
    for seat in ("duty-manager", "police-custodian", "health-custodian"):
        assert holds_seen_by(world.workers[seat]) == [], seat
    with custody():
        assert apply_register().held == 0
        register.write("held", {**register.entries()[-1].said, "hold": "H-LATE-R000"})
        assert apply_register().held == 1
        again = HoldPlaced.objects.get(number="H-LATE-R000")
        assert (again.audience_id, again.fact.matter_id) == (hold.audience_id, hold.fact.matter_id)
