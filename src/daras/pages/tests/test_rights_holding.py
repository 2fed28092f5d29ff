"""What somebody asks for stays until they are answered: held at once, and read by who answers (G4)."""

from __future__ import annotations

import pytest
from django.test import Client

from daras.access.models import Worker
from daras.access.session import acting_as, custody
from daras.custodians.commands import protect
from daras.duties.models import DutyState
from daras.keeping import register
from daras.keeping.applying import apply_register
from daras.keeping.disposing import review
from daras.keeping.holding import end_hold, standing
from daras.keeping.models import HoldPlaced
from daras.keeping.tests.conftest import LATER, SENT
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.pages.tests.asking_what_is_held import COUNCIL, POLICE, Visitor, World, part_at, record_of, settled


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


def test_a_case_that_nobody_answers_ends_its_duties_and_its_hold_and_can_go_on(
    visitor: Visitor, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a father who asks, is asked who he is and never says, when a month has gone by and the agency that was
    asked closes the case with its reason, then no agency owes it and nothing is held, in the register too, and nobody
    works on it; when he says who he is after all it goes on: owed by the clock of his asking, which stands still while
    he still has to answer, and held again."""
    manager, custodian = world.workers["duty-manager"], world.workers["police-custodian"]
    place = visitor.asks(manager, world.child, asker_record=str(record_of("Denzel")), whole="no")
    why = {"why": "not-identified", "reason": "Two letters, no answer."}
    assert "have not been asked who they are" in visitor.step(manager, place, "close", **why)[1]
    assert visitor.step(manager, place, "ask-back", what="identity", words="Who are you?") == (302, "")
    assert "until 24 December 2026" in visitor.step(manager, place, "close", **why)[1]
    monkeypatch.setenv("DARAS_NOW", "2026-12-27T09:30:00+00:00")
    assert "Write it." in visitor.step(manager, place, "close", **(why | {"reason": " "}))[1]
    assert visitor.step(custodian, place, "close", **why)[0] == 404
    assert holds_seen_by(manager)
    assert visitor.step(manager, place, "close", **why) == (302, "")
    assert _owed() == []
    assert _standing() == []
    assert register.entries()[-1].kind == "released"
    assert "Closed without an answer" in visitor.opens(manager, place)[1]
    assert "is closed" in visitor.step(manager, place, "said-more", words="It is me.")[1]
    assert visitor.step(manager, place, "take-up", reason="He brought his passport.") == (302, "")
    (owed,) = _owed()
    assert owed.paused
    assert owed.duty.anchor_at.date().isoformat() == "2026-11-23"
    assert len(_standing()) == 1
    assert register.entries()[-1].kind == "held"
    assert visitor.step(manager, place, "said-more", words="He brought his passport.") == (302, "")
    assert not _owed()[0].paused
    assert "is not closed" in visitor.step(manager, place, "take-up", reason="Again.")[1]


def test_whoever_asks_withdraws(visitor: Visitor, world: World) -> None:
    """G4: given somebody who asks the whole partnership and then does not want it, when the case is closed, then each
    agency's duty ends and no part is signed or given."""
    manager = world.workers["duty-manager"]
    place = visitor.asks(manager, world.child)
    assert visitor.step(
        manager, place, "identity", satisfied="yes", seen="A passport.", authority_seen="An order."
    ) == (
        302,
        "",
    )
    assert len(_owed()) > 1
    assert visitor.step(manager, place, "close", why="withdrawn", reason="He wrote that he does not want it.")[0] == 302
    assert _owed() == []
    assert _standing() == []
    police = world.workers["police-custodian"]
    assert visitor.step(police, part_at(police, POLICE), "sign", signed="no", reason="No.")[0] == 422
    assert visitor.step(manager, place, "close", why="withdrawn", reason="Again.")[0] == 422


def _owed() -> list[DutyState]:
    with custody():
        rows = DutyState.objects.select_related("duty").filter(duty__duty_kind__startswith="access-part")
        return list(rows.filter(met_at__isnull=True))


def _standing() -> list[HoldPlaced]:
    with custody():
        return standing()
